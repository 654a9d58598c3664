"""One period counted by the database: everything that figures are made of, in a few passes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select, true

from casedb.models import Case
from casedb.rules.rate_rules import RateRules
from casedb.store import Session
from casedb.tally.grouping import grouped
from casedb.tally.groups import GroupPlace, group_places
from casedb.tally.hours import BEIJING_HOURS, utc_hours
from casedb.tally.marks import ANSWERS, EXCLUDED_WAYS, Mark, condition
from casedb.tally.names import NOT_SAID, Names, names_of
from casedb.tally.selection import cases_of
from casedb.tally.spans import Span
from casedb.tally.spent import Spent, spent
from casedb.vocabulary import RevisitAnswer

VALUES = ("kind", "source", "topic_1", "topic_2", "topic_3", "community")
UNIT_MARKS = (
    Mark.TOTAL, Mark.CLOSED, Mark.TIMED, Mark.ON_TIME, Mark.LATE, Mark.REVISITED,
    Mark.HAS_NO, Mark.REPEATS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """A value and how many cases have it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class UnitTally:
    """One unit's cases: the marks of `UNIT_MARKS` in their order, and median minutes to close."""

    unit: str
    marks: tuple[int, ...]
    minutes_to_close: int | None

    def of(self, mark: Mark) -> int:
        """How many of its cases have a mark."""
        return self.marks[UNIT_MARKS.index(mark)]


@dataclass(frozen=True, slots=True)
class AnswerTally:
    """Revisit answers to one of the three questions."""

    yes: int = 0
    mostly: int = 0
    no: int = 0
    not_reached: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """A period counted; names are those of today (former names of units are merged).

    hours: cases by Beijing hour of the call, 24 counts; days: by Beijing day of the span.
    answers: to 响应, 解决, 满意. marks: every `Mark` with its count.
    """

    span: Span
    kinds: tuple[Counted, ...]
    sources: tuple[Counted, ...]
    topics_1: tuple[Counted, ...]
    topics_2: tuple[Counted, ...]
    topics_3: tuple[Counted, ...]
    communities: tuple[Counted, ...]
    units: tuple[UnitTally, ...]
    answers: tuple[AnswerTally, AnswerTally, AnswerTally]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    spent: tuple[Spent, ...]
    marks: tuple[tuple[Mark, int], ...]
    groups: tuple[GroupPlace, ...]
    residents: tuple[Counted, ...]  # of each unit whose population is known
    street_residents: int | None
    renamed: tuple[tuple[str, str], ...]  # former name -> present name, both met in the period

    def of(self, mark: Mark) -> int:
        """How many cases have a mark."""
        return dict(self.marks)[mark]


def count(s: Session, span: Span, rules: RateRules, *, now: datetime) -> Tally:
    """Count a period.

    Args:
        now: aware instant; open cases past their deadline at `now` are late.
    """
    names = names_of(s)
    values = _values(s, span, names)
    handled = _Handled(names)
    handled.read(s, span, rules, now)
    hours, days = _when(s, span)
    steps, minutes = spent(s, span, names)
    return Tally(
        span=span,
        kinds=values[0],
        sources=values[1],
        topics_1=values[2],
        topics_2=values[3],
        topics_3=values[4],
        communities=values[5],
        units=handled.units(dict(minutes)),
        answers=handled.answered(),
        hours=hours,
        days=days,
        spent=steps,
        marks=tuple(handled.marks.items()),
        groups=group_places(s, span),
        residents=tuple(Counted(name, people) for name, people in names.residents),
        street_residents=names.street_residents,
        renamed=names.merged(handled.met),
    )


def _values(s: Session, span: Span, names: Names) -> tuple[tuple[Counted, ...], ...]:
    """Each column of `VALUES` counted for itself."""
    sums: tuple[Counter[str], ...] = tuple(Counter() for _ in VALUES)
    for values, cases in grouped(s, span, VALUES).items():
        for counter, value in zip(sums, values, strict=True):
            counter[value or NOT_SAID] += cases
    communities: Counter[str] = Counter()
    for name, cases in sums[-1].items():
        communities[names.present(name)] += cases
    return tuple(ordered(counter) for counter in (*sums[:-1], communities))


def ordered(counts: Counter[str]) -> tuple[Counted, ...]:
    """Most first, equal ones by name."""
    pairs = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Counted(name, cases) for name, cases in pairs)


class _Handled:
    """Marks and answers, read in one pass over the period and added up by unit."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.met: set[str] = set()
        self.marks: Counter[Mark] = Counter(dict.fromkeys(Mark, 0))
        self._units: dict[str, Counter[Mark]] = {}
        self._answers = tuple(Counter[RevisitAnswer | None]() for _ in ANSWERS)

    def read(self, s: Session, span: Span, rules: RateRules, now: datetime) -> None:
        assessed = true() if rules.count_excluded else ~Case.side_way.in_(EXCLUDED_WAYS)
        keys: tuple[Any, ...] = (
            Case.handling_unit,
            *ANSWERS,
            case((assessed, 1), else_=0).label("assessed"),
        )
        flags = [case((condition(mark, rules, now), 1), else_=0).label(mark.name) for mark in Mark]
        chosen = cases_of(span, (*keys, *flags))
        wanted = [chosen.c[key.key] for key in keys[:-1]] + [chosen.c.assessed]
        sums = [func.sum(chosen.c[mark.name]) for mark in Mark]
        for row in s.execute(select(*wanted, *sums).group_by(*wanted)):
            self._add(row)

    def _add(self, row: Any) -> None:
        name, answers, assessed = row[0], row[1:4], row[4]
        self.met.add(name)
        unit = self._units.setdefault(self.names.present(name) or NOT_SAID, Counter())
        for mark, value in zip(Mark, row[5:], strict=True):
            self.marks[mark] += int(value)
            unit[mark] += int(value)
        if assessed:
            for counter, answer in zip(self._answers, answers, strict=True):
                counter[answer] += int(row[5])

    def units(self, minutes: dict[str, int | None]) -> tuple[UnitTally, ...]:
        most_first = sorted(self._units.items(), key=lambda pair: (-pair[1][Mark.TOTAL], pair[0]))
        return tuple(
            UnitTally(name, tuple(marks[one] for one in UNIT_MARKS), minutes.get(name))
            for name, marks in most_first
        )

    def answered(self) -> tuple[AnswerTally, AnswerTally, AnswerTally]:
        first, second, third = (_answers(counter) for counter in self._answers)
        return first, second, third


def _answers(counts: Counter[RevisitAnswer | None]) -> AnswerTally:
    return AnswerTally(
        yes=counts[RevisitAnswer.YES],
        mostly=counts[RevisitAnswer.MOSTLY],
        no=counts[RevisitAnswer.NO],
        not_reached=counts[RevisitAnswer.NOT_REACHED],
    )


def _when(s: Session, span: Span) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Cases by Beijing hour and by day: the database counts hours of UTC, Beijing is whole hours off."""
    hours, days = [0] * 24, [0] * span.days
    for hour, cases in utc_hours(s, span):
        local = hour + timedelta(hours=BEIJING_HOURS)
        hours[local.hour] += cases
        days[(local.date() - span.first).days] += cases
    return tuple(hours), tuple(days)
