"""Chapter of the monthly report: hot topics and repeats found in the texts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.hot import of_cases
from bot.rooms import Rooms
from casedb.tally.spans import Span
from reports.hot import chapter
from reports.papers import Section


def section(rooms: Rooms, span: Span, now: datetime, folder: Path) -> Section | None:
    """The chapter for a period; None while there is nothing to say. Pictures go below `folder`."""
    with rooms.store.reading() as s:
        report = of_cases(rooms.settings, s, span)
    return chapter(report, folder) if report.total else None
