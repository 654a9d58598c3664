"""zhiban report: hot topics and repeats."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BotError
from bot.settings import BEIJING
from bot.shell.output import note, put_json, say

if TYPE_CHECKING:
    from casedb.tally.spans import Span
    from reports.hot import HotReport


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to `zhiban report`."""
    app.command("hot", help="热点和一人多诉：从诉求内容里归并，docx 和 xlsx。")(hot)


def hot(
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="从哪天")] = "",
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="到哪天（含）")] = "",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="写到哪个文件夹")] = None,
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="不看案件库，只看这张表里的诉求")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出同样的数字")] = False,
) -> None:
    """Group the texts and say what is hot; without dates the last 30 days, or the whole sheet."""
    from bot.shell.opened import rooms
    from reports.hot import as_json as hot_json
    from reports.hot import paragraphs, write

    with rooms(with_index=False) as opened:
        now = opened.clock.now()
        span = _span(first, last, now.astimezone(BEIJING).date(), whole=sheet is not None)
        report = _of_sheet(opened, sheet, span) if sheet else _of_cases(opened, span)
    if out is not None:
        docx, xlsx = write(report, out, made_at=now)
        note(f"报告已写入 {docx}、{xlsx}。")
    if as_json:
        put_json(hot_json(report))
    elif out is None:
        for line in paragraphs(report):
            say(line)


def _of_sheet(opened: object, sheet: Path, span: Span | None) -> HotReport:
    from bot.hot import of_sheet
    from bot.rooms import Rooms

    assert isinstance(opened, Rooms)
    if not sheet.is_file():
        raise BotError(f"找不到文件 {sheet}。", "请检查路径。")
    return of_sheet(opened.settings, sheet, span)


def _of_cases(opened: object, span: Span | None) -> HotReport:
    from bot.hot import of_cases
    from bot.rooms import Rooms
    from bot.shell.progress import Steps

    assert isinstance(opened, Rooms) and span is not None
    with opened.store.reading() as session:
        return of_cases(opened.settings, session, span, most=None, progress=Steps())


def _span(first: str, last: str, today: date, *, whole: bool) -> Span | None:
    """The period asked for; a single end given is completed by 30 days."""
    from casedb.tally.spans import Span

    if not first and not last and whole:
        return None
    end = _day("--to", last) if last else today
    start = _day("--from", first) if first else end - timedelta(days=29)
    if start > today:
        raise BotError(f"{start} 还没有到。", "请选一个已经开始的时段。")
    if start > end:
        raise BotError(f"--from {start} 晚于 --to {end}。", "请把两个日期对调。")
    return Span(start, end + timedelta(days=1))


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BotError(f"{name} 的“{text}”不是日期。", "请写成 2026-05-31 这样。") from None
