"""Chapters of the monthly report that need more than one period: each file here writes one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.chapters import forecast, hot_topics, measures
from bot.rooms import Rooms
from casedb.errors import CasedbError
from casedb.tally.spans import Span
from reports.monthly.paper import Chapters
from reports.papers import Section

Writes = Callable[[Rooms, Span, datetime, Path], Section | None]


def chapters(rooms: Rooms, span: Span, *, now: datetime, folder: Path) -> Chapters:
    """Every chapter for a period; pictures are drawn below `folder`.

    A chapter that cannot be written says why in its place; the rest of the report stands.
    """
    return Chapters(
        hot_topics=_written(hot_topics.section, rooms, span, now, folder),
        forecast=_written(forecast.section, rooms, span, now, folder),
        measures=_written(measures.section, rooms, span, now, folder),
    )


def _written(
    writes: Writes, rooms: Rooms, span: Span, now: datetime, folder: Path
) -> Section | None:
    try:
        return writes(rooms, span, now, folder)
    except CasedbError as wrong:
        return Section("", (f"{wrong.what}{wrong.fix}",))
