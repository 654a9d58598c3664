"""Chapter of the monthly report: the next period's forecast with its score."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.rooms import Rooms
from casedb.tally.spans import Span
from reports.papers import Section


def section(rooms: Rooms, span: Span, now: datetime, folder: Path) -> Section | None:
    """The chapter for a period; None while there is nothing to say. Pictures go below `folder`."""
    return None
