"""zhiban report monthly and comprehensive: the public-sentiment report of a month, cycle or any period."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.output import note, put_json, say

if TYPE_CHECKING:
    from bot.rooms import Rooms
    from casedb.tally.spans import Span

Out = Annotated[Path | None, typer.Option(metavar="DIR", help="写到哪个文件夹")]
AsJson = Annotated[bool, typer.Option("--json", help="输出同样的数字")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to `zhiban report`."""
    app.command("monthly", help="月度民情分析：docx、xlsx 和一页图。")(monthly)
    app.command("comprehensive", help="任意时段的综合分析报告：docx、xlsx 和一页图。")(
        comprehensive
    )


def monthly(
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="哪个自然月")] = "",
    cycle: Annotated[
        str, typer.Option(metavar="YYYY-MM", help="哪个考核周期（按结束日所在的月）")
    ] = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Measure the month or the cycle; nothing half-written when something is wrong."""
    from bot.analysis.reporting import MONTHLY, rate_rules
    from bot.errors import BotError
    from bot.shell.opened import rooms
    from casedb.tally.spans import cycle_named
    from casedb.tally.spans import month as month_named

    if bool(month) == bool(cycle):
        raise BotError("要写明一个时段。", "请写 --month 2026-05，或 --cycle 2026-05，只写一个。")
    with rooms(with_index=False) as opened:
        if month:
            span = month_named(month)
        else:
            span = cycle_named(cycle, start_day=rate_rules(opened).start_day)
        _report(opened, span, out, title=MONTHLY, as_json=as_json)


def comprehensive(
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="第一天")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="最后一天，含当天")],
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """The same over any days."""
    from bot.analysis.reporting import OVERALL
    from bot.shell.opened import rooms

    span = span_between(first, last)
    with rooms(with_index=False) as opened:
        _report(opened, span, out, title=OVERALL, as_json=as_json)


def _report(opened: Rooms, span: Span, out: Path | None, *, title: str, as_json: bool) -> None:
    from bot.analysis.reporting import made, measured
    from bot.shell.report_json import report_json

    if out is not None:
        done = made(opened, span, out, title=title)
        report = done.report
        note(f"报告已写入 {done.files.docx}、{done.files.xlsx}、{done.files.picture}。")
    else:
        report = measured(opened, span)
    name = span.name or span.text()
    if as_json:
        put_json(report_json(report))
    elif out is None:
        say(f"{name}共 {report.now.total} 件；加 --out 文件夹 写出报告，加 --json 看全部数字。")
    if not report.now.total:
        note(f"{name}没有诉求记录；如果应当有工单，请先导入工单表。")


def span_between(first: str, last: str) -> Span:
    """The days from `first` to `last`, both included.

    Raises:
        BotError: one of them is no date, or the end lies before the beginning.
    """
    from bot.errors import BotError
    from casedb.tally.spans import Span

    days = []
    for text in (first, last):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            raise BotError(f"“{text}”不是日期。", "请写成 2026-05-01 这样。") from None
    if days[1] < days[0]:
        raise BotError(f"结束日 {last} 早于开始日 {first}。", "请把两个日期换过来。")
    return Span(days[0], days[1] + timedelta(days=1))
