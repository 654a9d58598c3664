"""The part of the desk's page that shows how exclusion goes: the same figures as /exclusions in chat."""

from __future__ import annotations

from typing import Any

from bot.dialogue.materials.exclusion_figures import month_of
from bot.materials.reviewing import open_exclusion_rules
from bot.rooms import Rooms
from casedb.beijing import beijing
from casedb.errors import CasedbError
from casedb.exclusion.figures import ExclusionFigures, ExclusionLine, figures
from casedb.exclusion.figures_text import trainings


def shown(rooms: Rooms, month: str) -> dict[str, Any]:
    """Figures of a Beijing month for the template; of the current one where `month` is none."""
    now, wrong = rooms.clock.now(), ""
    try:
        begins, ends, period = month_of(month, now)
    except CasedbError as refused:
        wrong = str(refused)
        begins, ends, period = month_of("", now)
    with rooms.store.reading() as s:
        found = figures(s, begins=begins, ends=ends, now=now)
    names = {
        one.id: f"{one.id} {one.name}" for one in open_exclusion_rules(rooms.settings).categories
    }
    return {
        "month": f"{beijing(begins):%Y-%m}",
        "period": period,
        "wrong": wrong,
        "asked": found.whole.asked,
        "tables": _tables(found, names),
        "faults": found.faults,
        "trainings": trainings(found.faults),
    }


def _tables(found: ExclusionFigures, names: dict[str, str]) -> list[tuple[str, list[list[str]]]]:
    units = [_cells(one, one.name) for one in (*found.by_unit, found.whole)]
    kinds = [_cells(one, names.get(one.name, one.name)) for one in found.by_category]
    return [("单位", units), ("类别", kinds)]


def _cells(one: ExclusionLine, name: str) -> list[str]:
    rate = one.first_pass_rate
    return [
        name,
        str(one.asked),
        "尚无复核" if rate is None else f"{rate:.0%}（{one.passed_at_first}/{one.rechecked}）",
        "—" if one.rounds is None else f"{one.rounds:.1f}",
        "—" if one.days is None else f"{one.days:.1f}",
        str(one.overdue),
    ]
