"""zhiban report monthly: the public-sentiment report of a month."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.shell.output import note, put_json, say


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to `zhiban report`."""
    app.command("monthly", help="月度民情分析：docx、xlsx 和一页图。")(monthly)


def monthly(
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="哪个月")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="写到哪个文件夹")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出同样的数字")] = False,
) -> None:
    """Measure the month; nothing half-written when something is wrong."""
    from bot.chapters import chapters
    from bot.shell.opened import rooms
    from casedb.rules.rate_rules import load_rate_rules
    from casedb.tally.spans import month as span_of
    from reports.monthly import measure, write

    with rooms(with_index=False) as opened:
        now = opened.clock.now()
        span = span_of(month)
        _refuse_future(span, now)
        rules = load_rate_rules(opened.settings.rules_dir)
        with opened.store.reading() as session:
            report = measure(session, span, rules, now=now)
        if out is not None:
            written = write(
                report,
                out,
                made_at=now,
                chapters=lambda folder: chapters(opened, span, now=now, folder=folder),
            )
    if out is not None:
        note(f"报告已写入 {written.docx}、{written.xlsx}。")
    if as_json:
        put_json(monthly_json(report))
    elif out is None:
        say(
            f"{span.name}共 {report.now.total} 件；加 --out 文件夹 写出报告，加 --json 看全部数字。"
        )


def _refuse_future(span: Any, now: Any) -> None:
    from bot.errors import BotError

    if span.start > now:
        raise BotError(f"{span.name}还没有到。", "请选一个已经开始的月份。")


def monthly_json(report: Any) -> dict[str, Any]:
    """The keys of COMMANDS.md; rates are fractions 0–1 or null."""
    now = report.now
    return {
        "period": {
            "name": now.span.name,
            "first": now.span.first.isoformat(),
            "after": now.span.after.isoformat(),
        },
        "total": now.total,
        "closed": now.closed,
        "by_kind": _counts(now.by_kind),
        "by_source": _counts(now.by_source),
        "by_topic": _counts(now.by_topic),
        "by_topic_2": _counts(now.by_topic_2),
        "by_topic_3": _counts(now.by_topic_3),
        "by_community": _counts(now.by_community),
        "by_unit": {
            one.unit: {
                "total": one.total,
                "closed": one.closed,
                "late": one.late,
                "on_time_rate": one.on_time_rate,
                "has_no": one.has_no,
            }
            for one in now.by_unit
        },
        "by_hour": list(now.by_hour),
        "on_time_rate": now.on_time_rate,
        "response_rate": now.response_rate,
        "resolution_rate": now.resolution_rate,
        "satisfaction_rate": now.satisfaction_rate,
        "revisited": now.revisited,
        "has_no": now.has_no,
        "repeats": now.repeats,
        "group_appeals": now.group_appeals,
        "excluded": now.excluded,
        "vs_last_period": _change_json(report.last_period),
        "vs_last_year": _change_json(report.last_year),
        "invented": now.invented,
        "rules": report.rules.note,
    }


def _counts(shares: Any) -> dict[str, int]:
    return {one.name: one.count for one in shares}


def _change_json(other: Any) -> dict[str, Any]:
    return {
        "first": other.other.first.isoformat(),
        "after": other.other.after.isoformat(),
        "known": other.known,
        "total": other.total if other.known else None,
        "difference": other.difference if other.known else None,
        "share": other.share if other.known else None,
    }
