"""Chapter of the monthly report: effect of measures, last cycle's looked at again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.analysis.assessing import causes_of
from bot.rooms import Rooms
from casedb.assessment import points
from casedb.assessment.records import CycleRecord
from casedb.tally.spans import Span
from reports.papers import Section
from reports.retrospective.effect import effect
from reports.retrospective.findings import measure


def section(rooms: Rooms, span: Span, now: datetime, folder: Path) -> Section | None:
    """The chapter for a period; None while no cycle of it, or before it, was imported."""
    causes = causes_of(rooms, now)
    with rooms.store.reading() as s:
        cycle = _cycle_of(points.cycles(s), span)
        if cycle is None:
            return None
        report = measure(s, cycle, causes)
    return effect(report, now=now)


def _cycle_of(known: tuple[CycleRecord, ...], span: Span) -> CycleRecord | None:
    """The cycle that shares most days with the period, else the latest one before its end."""

    def shared(one: CycleRecord) -> int:
        return (min(one.after_on, span.after) - max(one.first_on, span.first)).days

    touching = [one for one in known if shared(one) > 0]
    if touching:
        return max(touching, key=lambda one: (shared(one), one.after_on))
    earlier = [one for one in known if one.after_on <= span.after]
    return max(earlier, key=lambda one: one.after_on, default=None)
