"""zhiban report retrospective: where points were lost in a cycle, why, and what follows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.shell.output import note, put_json, say


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to `zhiban report`."""
    app.command("retrospective", help="考核复盘：docx、xlsx 和一页图。")(retrospective)


def retrospective(
    cycle: Annotated[
        str, typer.Option(metavar="NAME", help="考核周期，如 2026-05；不写就是最近一期")
    ] = "",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="写到哪个文件夹")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出同样的数字")] = False,
) -> None:
    """Measure a cycle; nothing half-written when something is wrong."""
    from bot.analysis.assessing import causes_of
    from bot.shell.opened import rooms
    from casedb.assessment import points
    from reports.retrospective.findings import measure
    from reports.retrospective.paper import overview_text, write

    with rooms(with_index=False) as opened:
        now = opened.clock.now()
        _refuse_future(cycle, now)
        causes = causes_of(opened, now)
        with opened.store.reading() as s:
            report = measure(s, points.cycle_named(s, cycle), causes)
    if out is not None:
        written = write(report, out, made_at=now)
        note(f"复盘报告已写入 {written.docx}、{written.xlsx}。")
    if as_json:
        put_json(retrospective_json(report, now))
    elif out is None:
        for line in overview_text(report):
            say(line)
        say("加 --out 文件夹 写出报告，加 --json 看全部数字。")


def _refuse_future(cycle: str, now: Any) -> None:
    from bot.errors import BotError
    from casedb.assessment.details import month_named
    from casedb.beijing import beijing

    month = month_named(cycle)
    if month > f"{beijing(now):%Y-%m}":
        raise BotError(f"{month} 还没有到。", "请选一个已经开始、并且导入过考核明细的周期。")


def retrospective_json(report: Any, now: Any) -> dict[str, Any]:
    """The retrospective as figures; shares are fractions 0–1."""
    cycle = report.cycle
    return {
        "cycle": cycle.name,
        "period": {"first": cycle.first_on.isoformat(), "after": cycle.after_on.isoformat()},
        "issued_on": cycle.issued_on.isoformat(),
        "due": cycle.due_at.isoformat() if cycle.due_at else None,
        "handed_in": cycle.handed_in_at.isoformat() if cycle.handed_in_at else None,
        "rows": cycle.listed,
        "lost_cases": report.lost_cases,
        "lost": len(report.points),
        "lost_before": report.items_before,
        "undecided": report.undecided,
        "repeats": report.repeats,
        "rates": {one.rate.value: one.share for one in cycle.rates},
        "by_rate": _parts(report.by_rate),
        "by_cause": [
            {"code": part.name, **entry, "name": report.causes.name(part.name)}
            for part, entry in zip(report.by_cause, _parts(report.by_cause), strict=True)
        ],
        "by_unit": _parts(report.by_unit),
        "by_topic": _parts(report.by_topic),
        "points": [_point(one) for one in report.points],
        "unmatched": [{"row": one.row, "order_no": one.order_no} for one in report.unmatched],
        "typical": [{"order_no": one.case.order_no, "cause": one.cause} for one in report.cards],
        "measures": [_measure(one) for one in report.measures],
        "last_measures": [
            {
                **_measure(one.measure),
                "where": one.where,
                "lost_before": one.before,
                "lost_now": one.now,
                "verdict": one.verdict,
            }
            for one in report.last_measures
        ],
        "rules": report.causes.note,
    }


def _parts(parts: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "items": one.items,
            "weight": round(one.weight, 4),
            "share": round(one.share, 6),
            "items_before": one.items_before,
        }
        for one in parts
    ]


def _point(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "row": one.row,
        "order_no": one.order_no,
        "matched": one.case is not None,
        "rate": one.rate.value,
        "lost": one.lost,
        "points": one.points,
        "node": one.node,
        "unit": one.unit,
        "topic": one.topic,
        "proposed": one.proposed,
        "cause": one.cause,
        "confirmed_by": one.decided_by,
    }


def _measure(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "cause": one.cause,
        "text": one.text,
        "owner": one.owner,
        "unit": one.unit,
        "due": one.due_at.isoformat(),
        "acceptance": one.acceptance,
        "state": one.state.value,
        "done_at": one.done_at.isoformat() if one.done_at else None,
        "accepted_by": one.accepted_by,
    }
