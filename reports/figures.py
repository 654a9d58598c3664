"""Counts, shares and rates of a period: one definition each, used by message, sheet, page and paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

from casedb.invented import PREFIXES
from casedb.rules.rate_rules import RateRules
from casedb.tally.facts import CaseFacts
from casedb.tally.spans import Span
from casedb.vocabulary import RevisitAnswer, SideWay

BEIJING = ZoneInfo("Asia/Shanghai")
NOT_SAID = "未注明"
EXCLUDED_WAYS = frozenset({SideWay.UNREASONABLE_ASKED, SideWay.ASSESSMENT_APPEALED})
GROUP = 3  # callers of one day that make a group appeal
REACHED = frozenset({RevisitAnswer.YES, RevisitAnswer.MOSTLY, RevisitAnswer.NO})


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a table: how many cases, and which part of all (0–1)."""

    name: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """How one unit handled its cases of the period."""

    unit: str
    total: int
    closed: int
    late: int  # closed after the deadline, or open and past it
    on_time_rate: float | None
    has_no: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Revisit answers to one of the three questions."""

    yes: int = 0
    mostly: int = 0
    no: int = 0
    not_reached: int = 0

    def rate(self, weight: float, *, count_not_reached: bool) -> float | None:
        """(yes + weight x mostly) / answers; None when nobody was asked.

        With weight 0.6 the published example of Xining's Chengzhong district (614 satisfied,
        34 mostly, 22 not, of 670) gives 94.69 %.
        """
        asked = self.yes + self.mostly + self.no + (self.not_reached if count_not_reached else 0)
        return (self.yes + weight * self.mostly) / asked if asked else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything counted of one period. Rates are 0–1 or None where nothing was to be measured.

    on_time_rate: closed cases with a deadline that were closed by it, of all closed with a deadline.
    has_no (涉否): cases with at least one "no" (working definition, to be confirmed).
    repeats: cases that repeat an earlier one; group_appeals (群体性诉求): cases of one community and
    third-level topic that three callers or more named on one Beijing day (working definition).
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
    by_community: tuple[Share, ...]
    by_unit: tuple[UnitFigures, ...]
    by_hour: tuple[int, ...]  # 24 counts, Beijing time of the call
    by_day: tuple[int, ...]
    on_time_rate: float | None
    response_rate: float | None
    resolution_rate: float | None
    satisfaction_rate: float | None
    revisited: int
    has_no: int
    repeats: int
    group_appeals: int
    excluded: int
    hours_to_accept: float | None
    hours_to_contact: float | None
    hours_to_close: float | None
    missing: tuple[tuple[str, int], ...]  # data quality: field -> cases without it
    has_no_orders: tuple[str, ...] = field(default=())
    invented: int = 0  # cases that nobody called about; the papers say so

    def per_10_000(self, residents: int) -> float:
        """Cases for every 10,000 residents (字面口径, no public definition was found)."""
        return self.total / residents * 10_000


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


def figures(cases: Iterable[CaseFacts], span: Span, rules: RateRules, *, now: datetime) -> Figures:
    """Count one period's cases in a single pass."""
    counting = _Counting(span, rules, now)
    for case in cases:
        counting.add(case)
    return counting.done()


class _Counting:
    """Adds cases up, one at a time; memory grows with the kinds of values, not with the cases."""

    def __init__(self, span: Span, rules: RateRules, now: datetime) -> None:
        self.span, self.rules, self.now = span, rules, now
        self.names: dict[str, Counter[str]] = {
            name: Counter() for name in ("kind", "source", "topic_1", "topic_2", "topic_3", "community")
        }  # fmt: skip
        self.units: dict[str, Counter[str]] = {}
        self.answers: dict[str, Counter[RevisitAnswer]] = {
            name: Counter() for name in ("responded", "resolved", "satisfied")
        }
        self.hours = [0] * 24
        self.days = [0] * span.days
        self.spent: dict[str, list[float]] = {"accept": [], "contact": [], "close": []}
        self.sums: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()
        self.places: dict[tuple[str, str, date], set[str]] = {}
        self.place_counts: Counter[tuple[str, str, date]] = Counter()
        self.no_orders: list[str] = []

    def add(self, case: CaseFacts) -> None:
        self.sums["total"] += 1
        self.sums["invented"] += case.order_no.startswith(PREFIXES)
        for name, counter in self.names.items():
            counter[str(getattr(case, name)) or NOT_SAID] += 1
        self._when(case)
        self._handled(case)
        self._answered(case)
        self._place(case)
        for name in ("community", "topic_1", "unit", "due_at", "first_contact_at"):
            self.missing[name] += not getattr(case, name)

    def _when(self, case: CaseFacts) -> None:
        if case.at is None:
            return
        local = case.at.astimezone(BEIJING)
        self.hours[local.hour] += 1
        day = (local.date() - self.span.first).days
        if 0 <= day < len(self.days):
            self.days[day] += 1

    def _handled(self, case: CaseFacts) -> None:
        unit = self.units.setdefault(case.unit or case.community or NOT_SAID, Counter())
        unit["total"] += 1
        if case.closed_at:
            unit["closed"] += 1
            self.sums["closed"] += 1
        if case.due_at:
            late = (case.closed_at or self.now) > case.due_at
            unit["late"] += late
            if case.closed_at:
                unit["timed"] += 1
                unit["on_time"] += not late
        self._span("accept", case.dispatched_at, case.accepted_at)
        self._span("contact", case.dispatched_at, case.first_contact_at)
        self._span("close", case.dispatched_at, case.closed_at)

    def _span(self, name: str, start: datetime | None, end: datetime | None) -> None:
        if start and end and end >= start:
            self.spent[name].append((end - start).total_seconds() / 3600)

    def _answered(self, case: CaseFacts) -> None:
        excluded = case.side_way in EXCLUDED_WAYS
        self.sums["excluded"] += excluded
        given = {name: getattr(case, name) for name in self.answers}
        if any(answer in REACHED for answer in given.values()):
            self.sums["revisited"] += 1
        if excluded and not self.rules.count_excluded:
            return
        for name, answer in given.items():
            if answer is not None:
                self.answers[name][answer] += 1
        if RevisitAnswer.NO in given.values():
            self.sums["has_no"] += 1
            self.no_orders.append(case.order_no)
            self.units[case.unit or case.community or NOT_SAID]["has_no"] += 1

    def _place(self, case: CaseFacts) -> None:
        self.sums["repeats"] += bool(case.repeat_of)
        if case.community and case.topic_3 and case.caller_hash and case.at:
            place = (case.community, case.topic_3, case.at.astimezone(BEIJING).date())
            self.places.setdefault(place, set()).add(case.caller_hash)
            self.place_counts[place] += 1

    def done(self) -> Figures:
        total = self.sums["total"]
        timed = sum(unit["timed"] for unit in self.units.values())
        on_time = sum(unit["on_time"] for unit in self.units.values())
        groups = [place for place, callers in self.places.items() if len(callers) >= GROUP]
        return Figures(
            span=self.span,
            total=total,
            closed=self.sums["closed"],
            by_kind=_shares(self.names["kind"], total),
            by_source=_shares(self.names["source"], total),
            by_topic=_shares(self.names["topic_1"], total),
            by_topic_2=_shares(self.names["topic_2"], total),
            by_topic_3=_shares(self.names["topic_3"], total),
            by_community=_shares(self.names["community"], total),
            by_unit=self._by_unit(),
            by_hour=tuple(self.hours),
            by_day=tuple(self.days),
            on_time_rate=on_time / timed if timed else None,
            response_rate=self._rate("responded", 1.0),
            resolution_rate=self._rate("resolved", self.rules.mostly_resolved),
            satisfaction_rate=self._rate("satisfied", self.rules.mostly_satisfied),
            revisited=self.sums["revisited"],
            has_no=self.sums["has_no"],
            repeats=self.sums["repeats"],
            group_appeals=sum(self.place_counts[place] for place in groups),
            excluded=self.sums["excluded"],
            hours_to_accept=_median(self.spent["accept"]),
            hours_to_contact=_median(self.spent["contact"]),
            hours_to_close=_median(self.spent["close"]),
            missing=tuple(self.missing.items()),
            has_no_orders=tuple(self.no_orders),
            invented=self.sums["invented"],
        )

    def _by_unit(self) -> tuple[UnitFigures, ...]:
        ordered = sorted(self.units.items(), key=lambda item: (-item[1]["total"], item[0]))
        return tuple(
            UnitFigures(
                unit=name,
                total=count["total"],
                closed=count["closed"],
                late=count["late"],
                on_time_rate=count["on_time"] / count["timed"] if count["timed"] else None,
                has_no=count["has_no"],
            )
            for name, count in ordered
        )

    def _rate(self, name: str, weight: float) -> float | None:
        return answers_of(self.answers[name]).rate(
            weight, count_not_reached=self.rules.count_not_reached
        )


def answers_of(counts: Counter[RevisitAnswer]) -> Answers:
    """Counted answers as a value."""
    return Answers(
        yes=counts[RevisitAnswer.YES],
        mostly=counts[RevisitAnswer.MOSTLY],
        no=counts[RevisitAnswer.NO],
        not_reached=counts[RevisitAnswer.NOT_REACHED],
    )


def _shares(counts: Counter[str], total: int) -> tuple[Share, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Share(name, count, count / total) for name, count in ordered)


def _median(values: list[float]) -> float | None:
    return median(values) if values else None
