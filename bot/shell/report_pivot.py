"""zhiban report pivot and open: counts in plain Chinese, and any figure down to its case numbers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.shell.output import note, put_json, say

if TYPE_CHECKING:
    from bot.rooms import Rooms
    from casedb.rules.rate_rules import RateRules
    from casedb.tally.opening import Opened, Place
    from casedb.tally.pivot import Pivot
    from casedb.tally.spans import Span

GROUP = "群体性诉求"
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to `zhiban report`."""
    app.command("pivot", help="用一句话统计，例如“本月 噪声 按社区”。")(pivot)
    app.command("open", help="把一个数字打开到工单编号。")(open_figure)


def pivot(
    sentence: Annotated[str, typer.Argument(help="例如：上个月各单位按时办结率")],
    as_json: AsJson = False,
) -> None:
    """Count what a sentence asks for."""
    from bot.analysis.reporting import rate_rules
    from bot.dialogue.analysis.pivot_asked import Asked
    from bot.dialogue.analysis.pivot_text import Answer, text_of
    from bot.dialogue.analysis.pivot_words import read
    from bot.errors import BotError
    from bot.shell.opened import rooms
    from bot.wording import counts as wording
    from casedb.beijing import beijing
    from casedb.tally.pivot import Scope
    from casedb.tally.pivot import pivot as counted

    with rooms(with_index=False) as opened:
        now, rules = opened.clock.now(), rate_rules(opened)
        asked = read(sentence, beijing(now).date(), start_day=rules.start_day)
        if not isinstance(asked, Asked):
            raise BotError(f"看不懂“{sentence[:30]}”。", wording.EXAMPLES)
        with opened.store.reading() as session:
            scope = Scope(asked.words)

            def over(span: Span) -> Pivot:
                return counted(
                    session, span, rows=asked.rows, columns=asked.columns,
                    measure=asked.measure, scope=scope, rules=rules, now=now,
                )  # fmt: skip

            table = over(asked.span)
            then = over(asked.against) if asked.against else None
    found = Answer(table, asked, then)
    if as_json:
        put_json({**_pivot_json(table), "against": _pivot_json(then) if then else None})
        return
    if then or not asked.columns:
        say(text_of(found))
        return
    for cell in table.cells:
        say(
            "\t".join(
                [cell.row or "合计", *([cell.column] if table.columns else []), _value(table, cell)]
            )
        )
    if not table.cells:
        note("没有工单。")


def _value(table: Pivot, cell: Any) -> str:
    if not (table.measure.is_rate or table.measure.is_mean):
        return f"{cell.count}"
    if not cell.whole:
        return "—"
    value = cell.part / cell.whole
    return f"{value:.2%}" if table.measure.is_rate else f"{value:.1f} 小时"


def _pivot_json(table: Pivot) -> dict[str, Any]:
    return {
        "first": table.span.first.isoformat(),
        "after": table.span.after.isoformat(),
        "rows": table.rows,
        "columns": table.columns,
        "measure": table.measure.name,
        "words": {one.word: str(one.meaning) for one in table.filters},
        "total": None if table.measure.is_rate or table.measure.is_mean else table.total,
        "rate": table.rate if table.measure.is_rate else None,
        "mean_hours": table.rate if table.measure.is_mean else None,
        "cells": [
            {"row": one.row, "column": one.column, "part": one.part, "whole": one.whole}
            for one in table.cells
        ],
    }


def open_figure(
    figure: Annotated[
        str, typer.Argument(help="件数、逾期数、涉否数、重复诉求、群体性诉求、满意率……")
    ] = "件数",
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="哪个自然月")] = "",
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="第一天")] = "",
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="最后一天，含当天")] = "",
    where: Annotated[
        list[str] | None, typer.Option(metavar="项=值", help="例如 承办单位=甲一社区，可写多次")
    ] = None,
    word: Annotated[list[str] | None, typer.Option(help="只要含这个词的，可写多次")] = None,
    limit: Annotated[int, typer.Option(help="最多列多少件")] = 1000,
    out: Annotated[Path | None, typer.Option(metavar="FILE.xlsx", help="写成 xlsx")] = None,
    as_json: AsJson = False,
) -> None:
    """The order numbers behind one figure of a report; of a good rate, those that it misses."""
    from bot.analysis.reporting import rate_rules
    from bot.shell.opened import rooms

    span = _span(month, first, last)
    places = tuple(_place(text) for text in where or ())
    with rooms(with_index=False) as opened:
        now = opened.clock.now()
        found = _found(
            opened, figure, span, places, tuple(word or ()), rate_rules(opened), now, limit
        )
    if out is not None:
        _write(found, out, now)
        note(f"{found.total} 件，已写入 {out}。")
    if as_json:
        put_json({"total": found.total, "order_nos": [one.order_no for one in found.cases]})
    elif out is None:
        for one in found.cases:
            say("\t".join([one.order_no, one.unit, one.community, one.title]))
        note(f"共 {found.total} 件。")


def _found(
    opened: Rooms,
    figure: str,
    span: Span,
    places: tuple[Place, ...],
    words: tuple[str, ...],
    rules: RateRules,
    now: datetime,
    limit: int,
) -> Opened:
    from bot.errors import BotError
    from casedb.tally.measures import BY_NAME
    from casedb.tally.opening import opened as cases
    from casedb.tally.opening import opened_groups
    from casedb.tally.pivot import Scope

    with opened.store.reading() as session:
        if figure == GROUP:
            return opened_groups(session, span, limit=limit)
        if figure not in BY_NAME:
            raise BotError(f"没有“{figure}”这个数字。", f"可以写：{'、'.join([*BY_NAME, GROUP])}。")
        return cases(
            session, span, places=places, measure=BY_NAME[figure], scope=Scope(words),
            rules=rules, now=now, limit=limit,
        )  # fmt: skip


def _span(month: str, first: str, last: str) -> Span:
    from bot.errors import BotError
    from bot.shell.report_monthly import span_between
    from casedb.tally.spans import month as month_named

    if month and not (first or last):
        return month_named(month)
    if first and last and not month:
        return span_between(first, last)
    raise BotError(
        "要写明一个时段。", "请写 --month 2026-05，或 --from 2026-05-01 --to 2026-05-15。"
    )


def _place(text: str) -> Place:
    from bot.errors import BotError
    from casedb.tally.dimensions import Dimension

    name, sign, value = text.partition("=")
    if not sign or name not in list(Dimension):
        raise BotError(
            f"看不懂“{text}”。", f"请写成 承办单位=甲一社区；可用的项：{'、'.join(Dimension)}。"
        )
    return Dimension(name), value


def _write(found: Opened, out: Path, now: datetime) -> None:
    from reports.sheets import STAGE_WORDS, beijing_text, table_xlsx

    rows = [
        (one.order_no, beijing_text(one.at), one.unit, one.community, one.title,
         STAGE_WORDS.get(one.stage, str(one.stage)))
        for one in found.cases
    ]  # fmt: skip
    headings = ("工单编号", "时间", "承办单位", "社区", "标题", "状态")
    table_xlsx(out, sheets=[("工单", headings, rows)], saved_at=now)
