"""How long the steps of handling took: minutes with how often, and the values that split them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from casedb.models import Case
from casedb.store import Session
from casedb.tally.names import NOT_SAID, Names
from casedb.tally.selection import cases_of
from casedb.tally.spans import Span


class Step(StrEnum):
    """A step of handling, from one instant of a case to another."""

    ACCEPT = "派单到签收"
    CONTACT = "派单到首次联系"
    HANDLE = "首次联系到办结"
    CLOSE = "派单到办结"
    REVISIT = "办结到回访"


_ENDS: dict[Step, tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]]] = {
    Step.ACCEPT: (Case.dispatched_at, Case.accepted_at),
    Step.CONTACT: (Case.dispatched_at, Case.first_contact_at),
    Step.HANDLE: (Case.first_contact_at, Case.closed_at),
    Step.CLOSE: (Case.dispatched_at, Case.closed_at),
    Step.REVISIT: (Case.closed_at, Case.revisited_at),
}
_SHIFT = 100_000_000


@dataclass(frozen=True, slots=True)
class Spent:
    """One step: its cases, and full minutes that half and nine tenths of them took at most."""

    step: Step
    cases: int
    median: int | None  # minutes
    ninth: int | None  # minutes, 90th percentile


def spent(
    s: Session, span: Span, names: Names
) -> tuple[tuple[Spent, ...], tuple[tuple[str, int | None], ...]]:
    """Every step over all cases of a period, and the median minutes to close of each unit.

    A step whose end lies before its beginning (a slip of the sheet) does not count.
    """
    steps: dict[Step, Counter[int]] = {step: Counter() for step in Step}
    units: dict[str, Counter[int]] = {}
    for step, unit, minutes, cases in _minutes(s, span):
        steps[step][minutes] += cases
        if step is Step.CLOSE:
            units.setdefault(names.present(unit) or NOT_SAID, Counter())[minutes] += cases
    return (
        tuple(_spent(step, found) for step, found in steps.items()),
        tuple((unit, at_share(found, 0.5)) for unit, found in units.items()),
    )


def _minutes(s: Session, span: Span) -> Iterator[tuple[Step, str, int, int]]:
    """(step, unit, minutes, cases); the wide rows are read once, then grouped step by step."""
    columns = [between(s, *ends).label(step.name) for step, ends in _ENDS.items()]
    chosen = cases_of(span, (Case.handling_unit.label("unit"), *columns))
    read = select(chosen).cte("spent")
    for row in s.execute(union_all(*(_grouped(step, read) for step in Step))):
        yield Step[row[0]], row[1], int(row[2]), row[3]


def _grouped(step: Step, read: CTE) -> Select[Any]:
    minutes = read.c[step.name]
    unit = read.c.unit if step is Step.CLOSE else literal_column("''")
    return (
        select(literal_column(f"'{step.name}'"), unit, minutes, func.count())
        .where(minutes >= 0)
        .group_by(*([unit] if step is Step.CLOSE else []), minutes)
    )


def minutes_of(s: Session, step: Step) -> ColumnElement[int]:
    """Full minutes that a step of a case took; below zero where its sheet slipped, NULL while it lasts."""
    return between(s, *_ENDS[step])


def lasted(step: Step) -> ColumnElement[bool]:
    """The cases whose step is over and ended no earlier than it began."""
    began, ended = _ENDS[step]
    return ended >= began


def between(
    s: Session,
    start: InstrumentedAttribute[Any],
    end: InstrumentedAttribute[Any],
) -> ColumnElement[int]:
    """Full minutes between two instants, by the database's own clock arithmetic."""
    if s.get_bind().dialect.name == "sqlite":
        # Days as a fraction; a tenth of a second is added, lest 60.0 minutes come out as 59.
        days = func.julianday(end) - func.julianday(start)
        # A cast cuts towards zero and floor() is not in every SQLite: shift above zero, cut, shift back.
        return cast(days * 1440 + 1 / 600 + _SHIFT, BigInteger) - _SHIFT
    return cast(func.floor(func.extract("epoch", end - start) / 60), BigInteger)


def _spent(step: Step, found: Counter[int]) -> Spent:
    return Spent(step, found.total(), at_share(found, 0.5), at_share(found, 0.9))


def at_share(found: Counter[int], share: float) -> int | None:
    """The smallest value that at least `share` (0–1) of all do not exceed; None without any."""
    ordered = sorted(found.items())
    wanted = share * found.total()
    seen = 0
    for value, count in ordered:
        seen += count
        if seen >= wanted:
            return value
    return None
