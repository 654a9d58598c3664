"""Counts, shares and rates of a period: one definition each, used by message, sheet, page and paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casedb.rules.rate_rules import RateRules
from casedb.tally.counts import AnswerTally, Counted, Tally, UnitTally
from casedb.tally.groups import GroupPlace
from casedb.tally.marks import Mark
from casedb.tally.spans import Span
from casedb.tally.spent import Spent, Step

MISSING_MARKS = (
    Mark.NO_COMMUNITY, Mark.NO_TOPIC, Mark.NO_UNIT, Mark.NO_DEADLINE, Mark.NO_CONTACT_TIME,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a table: how many cases, and which part of all (0–1)."""

    name: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class CommunityFigures:
    """One community's cases; `per_10_000` is None where its residents are not known."""

    name: str
    count: int
    share: float
    residents: int | None
    per_10_000: float | None


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """How one unit handled its cases of the period."""

    unit: str
    total: int
    closed: int
    late: int  # closed after the deadline, or open and past it
    on_time_rate: float | None
    has_no: int
    repeats: int
    hours_to_close: float | None  # median


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How long one step of handling took, in hours."""

    step: Step
    cases: int
    median: float | None
    ninth: float | None  # nine of ten took no longer


@dataclass(frozen=True, slots=True)
class Answers:
    """Revisit answers to one of the three questions."""

    yes: int = 0
    mostly: int = 0
    no: int = 0
    not_reached: int = 0

    def asked(self, *, count_not_reached: bool) -> int:
        """The denominator."""
        return self.yes + self.mostly + self.no + (self.not_reached if count_not_reached else 0)

    def rate(self, weight: float, *, count_not_reached: bool) -> float | None:
        """(yes + weight x mostly) / answers; None when nobody was asked.

        With weight 0.6 the published example of Xining's Chengzhong district (614 satisfied,
        34 mostly, 22 not, of 670) gives 94.69 %.
        """
        asked = self.asked(count_not_reached=count_not_reached)
        return (self.yes + weight * self.mostly) / asked if asked else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything counted of one period. Rates are 0–1 or None where nothing was to be measured.

    on_time_rate: closed cases with a deadline that were closed by it, of all closed with a deadline.
    has_no (涉否): cases with at least one "no" (working definition, to be confirmed).
    repeats: cases that repeat an earlier one; group_appeals (群体性诉求): cases of one community and
    third-level topic that three callers or more named on one Beijing day (working definition).
    per_10_000: cases for every 10,000 residents (字面口径, no public definition was found).
    hours_*: medians in hours.
    """

    span: Span
    total: int
    closed: int
    by_kind: tuple[Share, ...]
    by_source: tuple[Share, ...]
    by_topic: tuple[Share, ...]
    by_topic_2: tuple[Share, ...]
    by_topic_3: tuple[Share, ...]
    by_community: tuple[CommunityFigures, ...]
    by_unit: tuple[UnitFigures, ...]
    by_hour: tuple[int, ...]  # 24 counts, Beijing time of the call
    by_day: tuple[int, ...]
    steps: tuple[StepFigures, ...]
    responded: Answers
    resolved: Answers
    satisfied: Answers
    on_time_rate: float | None
    response_rate: float | None
    resolution_rate: float | None
    satisfaction_rate: float | None
    timed: int
    on_time: int
    late: int
    not_contacted: int
    revisited: int
    has_no: int
    repeats: int
    group_appeals: int
    groups: tuple[GroupPlace, ...]  # most callers first
    excluded: int
    residents: int | None
    per_10_000: float | None
    missing: tuple[tuple[Mark, int], ...]  # data quality: what is not filled in -> cases
    not_registered: int  # cases whose unit is not in the register of units
    renamed: tuple[tuple[str, str], ...]  # former names met in the sheets -> today's
    invented: int = 0  # cases that nobody called about; the papers say so

    def hours(self, step: Step) -> float | None:
        """Median hours of a step."""
        return next(one.median for one in self.steps if one.step is step)


@dataclass(frozen=True, slots=True)
class Change:
    """A period against another; `share` is None when the other had no cases."""

    other: Span
    known: bool  # False when the records do not reach back so far
    total: int
    difference: int
    share: float | None


def change(now: Figures, then: Figures, *, known: bool = True) -> Change:
    """How the volume moved against another period."""
    difference = now.total - then.total
    share = difference / then.total if then.total else None
    return Change(then.span, known, then.total, difference, share)


def figures(tally: Tally, rules: RateRules) -> Figures:
    """Shares and rates of a counted period (`casedb.tally.counts.count`)."""
    total = tally.of(Mark.TOTAL)
    responded, resolved, satisfied = (_answers(one) for one in tally.answers)
    return Figures(
        span=tally.span,
        total=total,
        closed=tally.of(Mark.CLOSED),
        by_kind=_shares(tally.kinds, total),
        by_source=_shares(tally.sources, total),
        by_topic=_shares(tally.topics_1, total),
        by_topic_2=_shares(tally.topics_2, total),
        by_topic_3=_shares(tally.topics_3, total),
        by_community=_communities(tally, total),
        by_unit=tuple(_unit(one) for one in tally.units),
        by_hour=tally.hours,
        by_day=tally.days,
        steps=tuple(_step(one) for one in tally.spent),
        responded=responded,
        resolved=resolved,
        satisfied=satisfied,
        on_time_rate=_ratio(tally.of(Mark.ON_TIME), tally.of(Mark.TIMED)),
        response_rate=responded.rate(1.0, count_not_reached=rules.count_not_reached),
        resolution_rate=resolved.rate(
            rules.mostly_resolved, count_not_reached=rules.count_not_reached
        ),
        satisfaction_rate=satisfied.rate(
            rules.mostly_satisfied, count_not_reached=rules.count_not_reached
        ),
        timed=tally.of(Mark.TIMED),
        on_time=tally.of(Mark.ON_TIME),
        late=tally.of(Mark.LATE),
        not_contacted=tally.of(Mark.NOT_CONTACTED),
        revisited=tally.of(Mark.REVISITED),
        has_no=tally.of(Mark.HAS_NO),
        repeats=tally.of(Mark.REPEATS),
        group_appeals=sum(place.cases for place in tally.groups),
        groups=tally.groups,
        excluded=tally.of(Mark.EXCLUDED),
        residents=tally.street_residents,
        per_10_000=per_10_000(total, tally.street_residents),
        missing=tuple((mark, tally.of(mark)) for mark in MISSING_MARKS),
        not_registered=tally.of(Mark.NOT_REGISTERED),
        renamed=tally.renamed,
        invented=tally.of(Mark.INVENTED),
    )


def per_10_000(cases: int, residents: int | None) -> float | None:
    """Cases for every 10,000 residents; None where these are not known."""
    return cases * 10_000 / residents if residents else None


def _communities(tally: Tally, total: int) -> tuple[CommunityFigures, ...]:
    residents = {one.name: one.count for one in tally.residents}
    return tuple(
        CommunityFigures(
            name=one.name,
            count=one.count,
            share=one.count / total,
            residents=residents.get(one.name),
            per_10_000=per_10_000(one.count, residents.get(one.name)),
        )
        for one in tally.communities
    )


def _unit(one: UnitTally) -> UnitFigures:
    return UnitFigures(
        unit=one.unit,
        total=one.of(Mark.TOTAL),
        closed=one.of(Mark.CLOSED),
        late=one.of(Mark.LATE),
        on_time_rate=_ratio(one.of(Mark.ON_TIME), one.of(Mark.TIMED)),
        has_no=one.of(Mark.HAS_NO),
        repeats=one.of(Mark.REPEATS),
        hours_to_close=_hours(one.minutes_to_close),
    )


def _step(one: Spent) -> StepFigures:
    return StepFigures(one.step, one.cases, _hours(one.median), _hours(one.ninth))


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else minutes / 60


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _answers(one: AnswerTally) -> Answers:
    return Answers(one.yes, one.mostly, one.no, one.not_reached)


def _shares(counted: Sequence[Counted], total: int) -> tuple[Share, ...]:
    return tuple(Share(one.name, one.count, one.count / total) for one in counted)
