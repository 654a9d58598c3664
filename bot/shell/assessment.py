"""zhiban assessment: import the details sheet, see cycles and measures, confirm causes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.errors import BotError
from bot.shell.output import note, put_json, say

app = typer.Typer(help="考核明细、失分原因和改进措施。", no_args_is_help=True)


@app.command(
    "import", help="导入考核明细（xlsx、csv），失分逐项对应工单，并开始三个工作日的复盘倒计时。"
)
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    cycle: Annotated[
        str, typer.Option(metavar="NAME", help="考核周期，如 2026-05；不写则看表头")
    ] = "",
    issued: Annotated[
        str, typer.Option(metavar="DATE", help="下发日期；不写则看表头，再不行就是今天")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不入库")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> int:
    """All rows or none; exit 1 when a cell cannot be read."""
    from bot.analysis.assessing import office_of
    from bot.shell.opened import rooms
    from casedb.assessment.intake import import_details

    if not file.is_file():
        raise BotError(f"找不到文件 {file}。", "请检查路径。")
    issued_on = _date(issued) if issued else None
    with rooms(with_index=False) as opened:
        now = opened.clock.now()
        with opened.store.session() as s:
            result = import_details(
                s, file, file.name, office=office_of(opened, now), actor="import", now=now,
                cycle=cycle, issued=issued_on, dry_run=dry_run,
            )  # fmt: skip
    if as_json:
        put_json(_result_json(result))
    else:
        _show(result, now, dry_run=dry_run)
    return 1 if result.errors else 0


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BotError(f"“{text}”不是日期。", "请写成 2026-06-01 这样。") from None


def _result_json(result: Any) -> dict[str, Any]:
    return {
        "cycle": result.cycle,
        "rows": result.rows,
        "lost": result.lost,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "unmatched": list(result.unmatched),
        "warnings": list(result.warnings),
        "due": result.due_at.isoformat() if result.due_at else None,
        "errors": [
            {"row": e.row, "column": e.column, "text": e.text, "example": e.example}
            for e in result.errors
        ],
    }


def _show(result: Any, now: Any, *, dry_run: bool) -> None:
    from bot.wording import assessment as wording

    for line in wording.import_lines(result, now, dry_run=dry_run):
        (note if result.errors else say)(line)


@app.command("list", help="已导入的考核周期。")
def list_() -> None:
    """One line a cycle."""
    from bot.shell.opened import records
    from bot.wording import assessment as wording
    from casedb.assessment import points

    with records() as store, store.reading() as s:
        for one in points.cycles(s):
            say(wording.cycle_line(one, points.lost_points(s, one.id)))


@app.command("points", help="一个周期的失分清单和原因。")
def points_(
    cycle: Annotated[str, typer.Option(metavar="NAME", help="考核周期；不写就是最近一期")] = "",
) -> None:
    """One line a lost point, its number first."""
    from bot.analysis.assessing import causes_of
    from bot.shell.opened import rooms
    from bot.wording import assessment as wording
    from casedb.assessment import points

    with rooms(with_index=False) as opened, opened.store.reading() as s:
        causes = causes_of(opened, opened.clock.now())
        for one in points.lost_points(s, points.cycle_named(s, cycle).id):
            say(wording.point_line(one, causes))


@app.command("confirm", help="确认或更正一项失分的原因。")
def confirm(
    number: Annotated[int, typer.Argument(metavar="编号", help="points 列出的编号")],
    cause: Annotated[str, typer.Argument(metavar="原因", help="名称或代码，如 超期办结")],
    by: Annotated[str, typer.Option(metavar="NAME", help="由谁确认（专班或驻场分析人员）")],
) -> None:
    """A person answers for the cause."""
    from bot.analysis.assessing import causes_of
    from bot.shell.opened import rooms
    from bot.wording import assessment as wording
    from casedb import people
    from casedb.assessment import points

    with rooms(with_index=False) as opened, opened.store.session() as s:
        now = opened.clock.now()
        person = people.find_person(s, by)
        if person is None:
            raise BotError(f"没有找到“{by}”。", "请写在册人员的姓名。")
        causes = causes_of(opened, now)
        decided = points.confirm(s, number, cause, causes=causes, by=person, now=now)
        say(wording.point_line(decided, causes))


@app.command("measures", help="没有结束的改进措施。")
def measures() -> None:
    """One line a measure."""
    from bot.shell.opened import rooms
    from bot.wording import assessment as wording
    from casedb.assessment import measures as measuring

    with rooms(with_index=False) as opened, opened.store.reading() as s:
        now = opened.clock.now()
        found = measuring.open_measures(s)
        for one in found:
            say(wording.measure_line(one, now))
    if not found:
        say(wording.NO_MEASURES)
