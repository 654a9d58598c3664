"""zhiban report forecast: the next period's volume and topics, with intervals and past errors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.shell.output import note, put_json, say


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to `zhiban report`."""
    app.command("forecast", help="下期预测：件数、分类和点位，附区间和回测成绩。")(forecast)


def forecast(
    month: Annotated[
        str, typer.Option(metavar="YYYY-MM", help="预测哪个月；不写就是最近完整月份的下一个月")
    ] = "",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="写到哪个文件夹")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出同样的数字")] = False,
) -> None:
    """Forecast from the records; nothing half-written when something is wrong."""
    from bot.shell.opened import rooms
    from casedb.rules.seasons import load_seasons
    from casedb.tally.spans import month as span_of
    from reports.forecast.paper import foresee, sentences, write

    with rooms(with_index=False) as opened:
        now = opened.clock.now()
        target = span_of(month) if month else None
        seasons = load_seasons(opened.settings.rules_dir)
        with opened.store.reading() as session:
            found = foresee(session, target, seasons, now=now)
    if out is not None:
        written = write(found, out, made_at=now)
        note(f"预测已写入 {written.docx}、{written.xlsx}。")
    if as_json:
        put_json(forecast_json(found))
    elif out is None:
        for line in sentences(found):
            say(line)


def forecast_json(found: Any) -> dict[str, Any]:
    """The forecast as figures; rates are fractions 0–1, counts may have decimals."""
    made = found.forecast
    return {
        "period": {
            "name": made.target.name,
            "first": made.target.first.isoformat(),
            "after": made.target.after.isoformat(),
        },
        "history": {
            "months": len(made.months),
            "first": made.months[0].first.isoformat(),
            "after": made.months[-1].after.isoformat(),
        },
        "ahead": made.ahead,
        "fallback": made.fallback,
        "short_history": made.short,
        "interval": float(_interval()),
        "total": _line(made.total),
        "topics": [{"topic": one.topic, **_line(one)} for one in made.topics],
        "cells": [
            {"topic": one.topic, "community": one.community, **_line(one)} for one in made.cells
        ],
        "backtest": [_score(one) for one in made.scores],
        "beats_naive": made.beats_naive,
        "seasons": list(made.seasons),
        "actual": found.came,
        "rules": made.rules_note,
    }


def _interval() -> float:
    from reports.forecast.backtest import COVERED

    return COVERED


def _line(one: Any) -> dict[str, float]:
    return {
        "expected": round(one.expected, 2),
        "low": round(one.low, 2),
        "high": round(one.high, 2),
        "naive": round(one.naive, 2),
        "average": round(one.average, 2),
    }


def _score(one: Any) -> dict[str, Any]:
    return {
        "grain": one.grain,
        "origins": one.origins,
        "mase": round(one.mase, 4),
        "mase_naive": round(one.mase_naive, 4),
        "mase_average": round(one.mase_average, 4),
        "coverage": round(one.coverage, 4),
        "top5_hits": None if one.hits is None else round(one.hits, 4),
        "top5_hits_naive": None if one.hits_naive is None else round(one.hits_naive, 4),
    }
