"""Past cases like this one, within the reader's reach: how they ended, and who solved them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from bot.advice.records import Likeness, Past, UnitRecordOf
from bot.analysis.case_texts import similar_texts, take_new
from bot.settings import Settings
from casedb.cases.endings import Ending, endings
from casedb.records import CaseRecord
from casedb.store import Session
from casedb.vocabulary import CaseStage
from indexer.similar import Reach, embedded_text

LOOKED_AT = 200
ALIKE = 0.55  # similarity from which a case counts as the like
SHOWN = 4
UNITS_SHOWN = 3
FEWEST_OF_UNIT = 2  # answered cases
DRAWN = 10  # cases of usual outcome added to each unit before they are ranked
SAME_TEXT = 0.995  # of these only one is shown


def likeness(settings: Settings, s: Session, case: CaseRecord, *, reach: Reach | None) -> Likeness:
    """The like of a case; the case itself is never among them."""
    take_new(settings, s)
    text = embedded_text(case.title, case.appeal)
    found = similar_texts(settings).search(text, top=LOOKED_AT, reach=reach)
    near = {one.number: one.similarity for one in found if one.similarity >= ALIKE}
    near.pop(case.id, None)
    known = endings(s, list(near))
    past = [Past(known[number], share) for number, share in near.items() if number in known]
    return counted(past)


def counted(past: Sequence[Past]) -> Likeness:
    """Sum them up; the nearest closed ones with an answer are shown first."""
    every = [one.ending for one in past]
    answered = [one for one in every if one.answered]
    return Likeness(
        shown=_shown(past),
        found=len(every),
        closed=sum(one.stage is CaseStage.CLOSED for one in every),
        answered=len(answered),
        noes=sum(one.has_no for one in answered),
        days=_days(every),
        units=_units(answered),
    )


def _shown(past: Sequence[Past]) -> tuple[Past, ...]:
    """The nearest, those that tell how it ended first, no two with the same title and end."""
    order = sorted(past, key=lambda one: (not one.ending.answered, -one.similarity))
    kept: list[Past] = []
    seen = set()
    for one in order:
        key = (one.ending.title, one.ending.unit, one.ending.has_no)
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return tuple(kept[:SHOWN])


def _merit(one: UnitRecordOf, usual: float) -> float:
    """Share solved, drawn to the usual one where a unit has few cases."""
    return (one.solved + DRAWN * usual) / (one.answered + DRAWN)


def _days(every: Sequence[Ending]) -> float | None:
    spans = [
        (one.closed_at - one.dispatched_at).total_seconds() / 86400
        for one in every
        if one.closed_at is not None and one.dispatched_at is not None
    ]
    return median(spans) if spans else None


def _units(answered: Sequence[Ending]) -> tuple[UnitRecordOf, ...]:
    """Units by the cases they solved; a unit with a single one proves nothing."""
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in answered:
        tally[one.unit or one.community or "未注明"][0] += 1
        tally[one.unit or one.community or "未注明"][1] += one.solved
    named = [UnitRecordOf(unit, *counts) for unit, counts in tally.items()]
    named = [one for one in named if one.answered >= FEWEST_OF_UNIT]
    share = sum(one.solved for one in answered) / max(1, len(answered))
    order = sorted(named, key=lambda one: (-_merit(one, share), one.unit))
    return tuple(order[:UNITS_SHOWN])
