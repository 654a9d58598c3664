"""Pure: where points were lost in a cycle, why, which measures follow, and what the last ones did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from casedb.assessment import measures as measuring
from casedb.assessment import points as recorded
from casedb.assessment.causes import Causes
from casedb.assessment.records import CycleRecord, LostPointRecord, MeasureRecord
from casedb.assessment.states import RATE_NAMES, MeasureState
from casedb.invented import PREFIXES
from casedb.records import CaseRecord
from casedb.store import Session
from casedb.vocabulary import SideWay

NOT_SAID = "未注明"
CARDS = 3
ASKED_OUT = (SideWay.UNREASONABLE_ASKED, SideWay.ASSESSMENT_APPEALED)


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause, unit, topic or rate lost: items, weight, its share of all (0–1), and before.

    Weight is the points printed in the details where every row has them, else the part of the rate.
    `items_before` is None where no earlier cycle is known.
    """

    name: str
    items: int
    weight: float
    share: float
    items_before: int | None = None
    weight_before: float = 0.0


@dataclass(frozen=True, slots=True)
class Card:
    """A model case (典型案例): process → where points were lost → comment → lesson; all masked."""

    case: CaseRecord
    points: tuple[LostPointRecord, ...]
    cause: str  # code


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A measure of an earlier cycle, looked at again.

    `before` and `now` are items lost for its cause (in its unit, where that lost any); None where
    the measure names no cause.
    """

    measure: MeasureRecord
    before: int | None
    now: int | None
    where: str  # "" for all units together

    @property
    def finished(self) -> bool:
        """Whether it was done, accepted or not."""
        return self.measure.state in (MeasureState.DONE, MeasureState.ACCEPTED)

    @property
    def verdict(self) -> str:
        """What happened, in words."""
        did = "已完成" if self.finished else "未完成"
        if self.before is None or self.now is None:
            return f"{did}，没有写针对的原因，无法比较"
        if self.now < self.before:
            return f"{did}，同一原因失分减少"
        return f"{did}，同一原因失分{'持平' if self.now == self.before else '增加'}"


@dataclass(frozen=True, slots=True)
class Retrospective:
    """All that a retrospective (复盘报告) says."""

    cycle: CycleRecord
    before: CycleRecord | None
    points: tuple[LostPointRecord, ...]
    by_points: bool  # weights are printed points, not parts of a rate
    by_rate: tuple[Part, ...]
    by_cause: tuple[Part, ...]  # named by code
    by_unit: tuple[Part, ...]
    by_topic: tuple[Part, ...]
    cards: tuple[Card, ...]
    measures: tuple[MeasureRecord, ...]
    last_measures: tuple[LookedAt, ...]
    causes: Causes
    items_before: int | None

    @property
    def unmatched(self) -> tuple[LostPointRecord, ...]:
        """Points whose case is not in the records."""
        return tuple(one for one in self.points if one.case is None)

    @property
    def undecided(self) -> int:
        """Points whose cause nobody has confirmed."""
        return sum(not one.cause for one in self.points)

    @property
    def lost_cases(self) -> int:
        """How many different cases lost something."""
        return len({one.order_no or f"row {one.row}" for one in self.points})

    @property
    def repeats(self) -> int:
        """How many of the cases with a loss repeat an earlier one."""
        return len({p.order_no for p in self.points if p.case is not None and p.case.repeat_of})

    @property
    def invented(self) -> bool:
        """Whether invented cases are among them; the paper says so."""
        return any(one.order_no.startswith(PREFIXES) for one in self.points)

    @property
    def excluded(self) -> int:
        """How many of the cases with a loss are on the way to be left out (已申请剔除)."""
        return len({p.order_no for p in self.points if p.case and p.case.side_way in ASKED_OUT})


def measure(s: Session, cycle: CycleRecord, causes: Causes) -> Retrospective:
    """Read and measure a cycle; pure but for reading."""
    before = recorded.cycle_before(s, cycle)
    now = recorded.lost_points(s, cycle.id)
    then = recorded.lost_points(s, before.id) if before else ()
    earlier = _earlier_measures(s, before, cycle)
    by_points = bool(now) and all(one.points is not None for one in now)

    def parts(key: Callable[[LostPointRecord], str]) -> tuple[Part, ...]:
        return parted(now, then if before else None, key, by_points=by_points)

    return Retrospective(
        cycle=cycle,
        before=before,
        points=now,
        by_points=by_points,
        by_rate=parts(lambda one: RATE_NAMES[one.rate]),
        by_cause=parts(lambda one: one.code),
        by_unit=parts(lambda one: one.unit or NOT_SAID),
        by_topic=parts(lambda one: one.topic or NOT_SAID),
        cards=cards(now),
        measures=measuring.measures_of(s, cycle.id),
        last_measures=tuple(look_at(one, then, now) for one in earlier),
        causes=causes,
        items_before=len(then) if before else None,
    )


def _earlier_measures(
    s: Session, before: CycleRecord | None, cycle: CycleRecord
) -> tuple[MeasureRecord, ...]:
    """Those of the cycle before, and any older one that is still open."""
    last = measuring.measures_of(s, before.id) if before else ()
    known = {one.id for one in last}
    open_ones = measuring.open_measures(s, states=(MeasureState.OPEN,))
    older = {one.id for one in recorded.cycles(s) if one.after_on <= cycle.first_on}
    return (*last, *(m for m in open_ones if m.cycle_id in older and m.id not in known))


def parted(
    now: Sequence[LostPointRecord],
    then: Sequence[LostPointRecord] | None,
    key: Callable[[LostPointRecord], str],
    *,
    by_points: bool,
) -> tuple[Part, ...]:
    """Losses by a key, the heaviest first; what only the earlier cycle lost stands at the end."""
    items: dict[str, int] = defaultdict(int)
    weights: dict[str, float] = defaultdict(float)
    earlier: dict[str, int] = defaultdict(int)
    weights_before: dict[str, float] = defaultdict(float)
    for one in now:
        items[key(one)] += 1
        weights[key(one)] += (one.points or 0.0) if by_points else one.lost
    for one in then or ():
        earlier[key(one)] += 1
        weights_before[key(one)] += (one.points or 0.0) if by_points else one.lost
    whole = sum(weights.values())
    found = [
        Part(
            name=name,
            items=items.get(name, 0),
            weight=weights.get(name, 0.0),
            share=weights.get(name, 0.0) / whole if whole else 0.0,
            items_before=None if then is None else earlier.get(name, 0),
            weight_before=weights_before.get(name, 0.0),
        )
        for name in {**items, **earlier}
    ]
    return tuple(sorted(found, key=lambda part: (-part.weight, -part.items, part.name)))


def cards(points: Sequence[LostPointRecord]) -> tuple[Card, ...]:
    """Two or three cases that show the most: of different causes first, the heaviest loss first."""
    by_case: dict[str, list[LostPointRecord]] = defaultdict(list)
    for one in points:
        if one.case is not None:
            by_case[one.order_no].append(one)
    ranked = sorted(by_case.values(), key=lambda some: (-_telling(some), some[0].row))
    chosen: list[list[LostPointRecord]] = []
    for wanted_new in (True, False):
        for some in ranked:
            seen = {one[0].code for one in chosen}
            if (
                len(chosen) < CARDS
                and some not in chosen
                and (_main(some) not in seen) >= wanted_new
            ):
                chosen.append(some)
    found = []
    for some in chosen:
        assert some[0].case is not None
        found.append(Card(some[0].case, tuple(some), _main(some)))
    return tuple(found)


def _main(some: Sequence[LostPointRecord]) -> str:
    """The cause of the heaviest loss of a case; a confirmed one goes before a proposal."""
    return max(some, key=lambda one: (bool(one.cause), one.lost)).code


def _telling(some: Sequence[LostPointRecord]) -> float:
    """How much a case has to tell: what it lost, and how much of its way is written down."""
    case = some[0].case
    assert case is not None
    told = (case.dispatched_at, case.first_contact_at, case.closed_at, case.revisited_at)
    return sum(one.lost for one in some) + 0.1 * sum(at is not None for at in told)


def look_at(
    one: MeasureRecord, then: Sequence[LostPointRecord], now: Sequence[LostPointRecord]
) -> LookedAt:
    """A measure against what its cause lost before and now: in its unit where that lost any."""
    if not one.cause:
        return LookedAt(one, None, None, "")

    def count(points: Sequence[LostPointRecord], unit: str) -> int:
        return sum(p.code == one.cause and (not unit or p.unit == unit) for p in points)

    where = one.unit if one.unit and count(then, one.unit) + count(now, one.unit) else ""
    return LookedAt(one, count(then, where), count(now, where), where)
