"""zhiban when and zhiban due: plain Chinese to an instant, and time limits by rule."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.shell.output import (
    note,
    put_json,
    put_json_line,
    read_json_lines,
    say,
    text_field,
    written_whole,
)


def when(
    text: Annotated[str, typer.Argument(metavar="话", help="如：提醒我明天上午9点交剔除材料")] = "",
    now: Annotated[str, typer.Option(metavar="ISO", help="当作现在的时间")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    batch: Annotated[Path | None, typer.Option(metavar="IN.jsonl")] = None,
    out: Annotated[Path | None, typer.Option(metavar="OUT.jsonl")] = None,
) -> None:
    """When is meant, who is to be reminded, of what; or the question to ask back."""
    reader = _Reader()
    if batch is not None:
        if out is None:
            raise typer.BadParameter("批量要用 --out 指定结果文件", param_hint="--out")
        with written_whole(out) as file:
            for item in read_json_lines(batch):
                value = reader.read(text_field(item, "text"), str(item.get("now") or now))
                put_json_line(file, {"id": text_field(item, "id"), **value})
        note(f"结果已写入 {out}。")
        return
    if not text.strip():
        raise typer.BadParameter("请写出要换算的话，或者用 --batch 和 --out", param_hint="话")
    value = reader.read(text, now)
    if as_json:
        put_json(value)
    else:
        say(
            value["question"]
            or f"{value['due']}\t{value['who']}\t{value['what']}\t{value['repeats'] or ''}"
        )


class _Reader:
    """Holds the calendar and the unit names for a batch."""

    def __init__(self) -> None:
        from bot.app import kept_calendar
        from bot.clock import open_clock
        from bot.settings import read

        self._settings = read()
        self._clock = open_clock(self._settings)
        self._calendar = kept_calendar(self._settings).value
        self._units = self._unit_names()

    def _unit_names(self) -> tuple[str, ...]:
        from bot.shell.opened import records
        from casedb import people

        with records() as store, store.reading() as session:
            return tuple(unit.name for unit in people.units(session))

    def read(self, text: str, now: str) -> dict[str, Any]:
        from bot.dialogue.reminding.when import parse

        at = read_instant(now) if now else self._clock.now()
        meant = parse(text, now=at, calendar=self._calendar, units=self._units)
        due = meant.due.astimezone(_beijing()).isoformat() if meant.due else None
        return {
            "due": due,
            "who": meant.who,
            "what": meant.what,
            "repeats": meant.repeats,
            "question": meant.question,
        }


def _beijing() -> Any:
    from bot.settings import BEIJING

    return BEIJING


def read_instant(text: str) -> datetime:
    """An ISO instant; without a zone it is Beijing time."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"“{text}”不是时间，写成 2026-06-01T09:00:00+08:00 这样", param_hint="时间"
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=_beijing())


def due(
    start: Annotated[str, typer.Argument(metavar="起点", help="日期或时刻，如 2026-06-01")] = "",
    rule: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="规则", help="hours N | natural_days N | workdays N | workdays_after N"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    batch: Annotated[Path | None, typer.Option(metavar="IN.jsonl")] = None,
    out: Annotated[Path | None, typer.Option(metavar="OUT.jsonl")] = None,
) -> None:
    """When a limit ends, with each day counted or skipped."""
    from bot.app import kept_calendar
    from bot.settings import read

    calendar = kept_calendar(read()).value
    if batch is not None:
        if out is None:
            raise typer.BadParameter("批量要用 --out 指定结果文件", param_hint="--out")
        with written_whole(out) as file:
            for item in read_json_lines(batch):
                value = _due(text_field(item, "start"), text_field(item, "rule"), calendar)
                put_json_line(file, {"id": text_field(item, "id"), **value})
        note(f"结果已写入 {out}。")
        return
    if not start or not rule:
        raise typer.BadParameter("要写起点和规则，如 2026-06-01 workdays 3", param_hint="规则")
    value = _due(start, " ".join(rule), calendar, strict=True)
    if as_json:
        put_json(value)
        return
    say(value["due"] + ("（暂定：日历没有覆盖到）" if value["provisional"] else ""))
    for day in value["days"]:
        say(f"  {day['date']} {day['reason']}")


def _due(start: str, rule: str, calendar: Any, *, strict: bool = False) -> dict[str, Any]:
    """One count; in a batch a count that is refused has `due` null and says why."""
    from casedb.calendar import counting
    from casedb.errors import CasedbError

    try:
        counted = counting.due(start, rule, calendar)
    except CasedbError as error:
        if strict:
            raise
        return {"due": None, "provisional": True, "days": [], "error": f"{error.what}{error.fix}"}
    return {
        "due": counted.iso,
        "provisional": counted.provisional,
        "days": [
            {"date": day.day.isoformat(), "counted": day.counted, "reason": day.reason}
            for day in counted.days
        ],
    }
