"""Chapter of the monthly report: the next period's forecast with its score."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.rooms import Rooms
from casedb.rules.seasons import load_seasons
from casedb.tally.spans import Span, month
from reports.forecast import paper as forecast_report
from reports.papers import Section


def section(rooms: Rooms, span: Span, now: datetime, folder: Path) -> Section | None:
    """The month after a period, foreseen from the months before it. Pictures go below `folder`."""
    target = month(f"{span.after:%Y-%m}")
    seasons = load_seasons(rooms.settings.rules_dir)
    with rooms.store.reading() as s:
        found = forecast_report.foresee(s, target, seasons, now=now)
    return forecast_report.section(found, folder)
