"""Cases counted, or a rate measured, by none, one or two dimensions; counted by the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select

from casedb.models import Case
from casedb.rules.rate_rules import RateRules
from casedb.store import Session
from casedb.tally.dimensions import (
    COLUMNS,
    HOURLY,
    MONTHLY,
    NAMED,
    TIMES,
    Dimension,
    in_order,
    part_of_time,
)
from casedb.tally.grouping import Table, grouped, parts
from casedb.tally.hours import BEIJING_HOURS, hour_of, read_hour
from casedb.tally.measures import COUNT, Measure, worth
from casedb.tally.names import NOT_SAID, Names, names_of
from casedb.tally.selection import AT, cases_of
from casedb.tally.spans import Span, month
from casedb.tally.words import Filter, Meaning, meant, together

__all__ = ["NOT_SAID", "Cell", "Dimension", "Pivot", "Scope", "pivot"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; row and column are "" where the pivot has no such dimension.

    part: cases counted, or what the rate counts; whole: what the rate is of, else all cases.
    """

    row: str
    column: str
    part: float
    whole: int

    @property
    def count(self) -> int:
        """Cases counted."""
        return round(self.part)


@dataclass(frozen=True, slots=True)
class Pivot:
    """A counted table; cells without cases are left out."""

    span: Span
    rows: Dimension | None
    columns: Dimension | None
    measure: Measure
    filters: tuple[Filter, ...]
    cells: tuple[Cell, ...]

    @property
    def part(self) -> float:
        """Sum of all cells' parts."""
        return sum(cell.part for cell in self.cells)

    @property
    def whole(self) -> int:
        """Sum of all cells' wholes."""
        return sum(cell.whole for cell in self.cells)

    @property
    def total(self) -> int:
        """Cases counted."""
        return round(self.part)

    @property
    def rate(self) -> float | None:
        """Of all cells together, 0–1; None where nothing was to be measured."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases are looked at: words they must mean, and units the asker may see (None: all)."""

    words: tuple[str, ...] = ()
    units: tuple[str, ...] | None = None


ALL = Scope()


def pivot(
    s: Session,
    span: Span,
    *,
    rows: Dimension | None,
    columns: Dimension | None = None,
    measure: Measure = COUNT,
    scope: Scope = ALL,
    rules: RateRules | None = None,
    now: datetime | None = None,
) -> Pivot:
    """Count the cases of a period, or measure a rate over them.

    Args:
        rules: how rates are counted; needed with a measure other than COUNT, as is `now`.
        now: aware instant; open cases past their deadline at `now` are late.
    """
    names = names_of(s)
    filters = meant(s, scope.words, names)
    counting = _Counting(s, names, filters, scope.units, measure, rules or RateRules(), now)
    sums: dict[tuple[str, str], tuple[float, int]] = {}
    for row, column, part, whole in counting.cells(span, rows, columns):
        before = sums.get((row, column), (0, 0))
        sums[row, column] = (before[0] + part, before[1] + whole)
    cells = [Cell(row, column, part, whole) for (row, column), (part, whole) in sums.items()]
    return Pivot(span, rows, columns, measure, filters, tuple(sorted(cells, key=_order(rows))))


def _order(rows: Dimension | None) -> Any:
    """Times in their order; else most first."""
    if rows in TIMES:
        return lambda cell: (in_order(cell.row), in_order(cell.column))
    return lambda cell: (-cell.part, cell.row, cell.column)


Found = Iterator[tuple[str, str, float, int]]


@dataclass(frozen=True, slots=True)
class _Counting:
    """What is counted and over which cases, whatever the dimensions."""

    s: Session
    names: Names
    filters: tuple[Filter, ...]
    units: tuple[str, ...] | None
    measure: Measure
    rules: RateRules
    now: datetime | None

    def cells(self, span: Span, rows: Dimension | None, columns: Dimension | None) -> Found:
        """(row, column, part, whole), not yet added up."""
        dimensions = (rows, columns)
        for piece in _months(span) if MONTHLY.intersection(dimensions) else (span,):
            noon = datetime.combine(piece.first, time(12))
            fixed = {one: part_of_time(one, noon) for one in MONTHLY}
            for values, part, whole in self._piece(piece, dimensions):
                row, column = (
                    "" if one is None else self._shown(one, fixed.get(one) or values[one])
                    for one in dimensions
                )
                yield row, column, part, whole

    def _piece(
        self, span: Span, dimensions: tuple[Dimension | None, ...]
    ) -> Iterator[tuple[dict[Dimension, str], float, int]]:
        wanted = tuple(one for one in dimensions if one in COLUMNS)
        hourly = [one for one in dimensions if one in HOURLY]
        kept = all(one.meaning is not Meaning.TITLE for one in self.filters)
        if kept and not hourly and self.measure == COUNT:
            columns = tuple(COLUMNS[one] for one in wanted) or ("stage",)
            for values, cases in grouped(self.s, span, columns, self._conditions).items():
                yield dict(zip(wanted, values, strict=False)), cases, cases
            return
        for row in self._read(span, tuple(COLUMNS[one] for one in wanted), timed=bool(hourly)):
            said = dict(zip(wanted, (str(value or "") for value in row[:-3]), strict=True))
            if hourly:
                local = read_hour(row[-3]) + timedelta(hours=BEIJING_HOURS)
                said |= {one: part_of_time(one, local) for one in hourly}
            yield said, row[-2] or 0, row[-1] or 0

    def _read(self, span: Span, columns: tuple[str, ...], *, timed: bool) -> Iterator[Any]:
        part, whole = worth(self.s, self.measure, self.rules, self._now)
        chosen = cases_of(
            span,
            (*(getattr(Case, name) for name in columns), part.label("part"), whole.label("whole")),
            *self._conditions(Case),
        )
        keys: list[ColumnElement[Any]] = [chosen.c[name] for name in columns]
        hour = hour_of(self.s, chosen.c[AT]) if timed else literal_column("''")
        query = select(*keys, hour, func.sum(chosen.c.part), func.sum(chosen.c.whole))
        yield from self.s.execute(query.group_by(*keys, *([hour] if timed else [])))

    def _conditions(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        found = list(together(self.filters, table))
        if self.units is not None:
            own = [name for unit in self.units for name in self.names.every(unit)]
            found.append(table.handling_unit.in_(own))
        return tuple(found)

    @property
    def _now(self) -> datetime:
        if self.now is None and self.measure != COUNT:
            raise ValueError("a measure needs `now`")
        return self.now or datetime.max.replace(tzinfo=UTC)

    def _shown(self, dimension: Dimension, value: str) -> str:
        return (self.names.present(value) if dimension in NAMED else value) or NOT_SAID


def _months(span: Span) -> Iterator[Span]:
    """The months of a span in their order, the first and the last perhaps in part."""
    whole, rest = parts(span)
    if not whole and rest:
        yield from _cut(span)
        return
    yield from sorted([*map(month, whole), *rest], key=lambda one: one.first)


def _cut(span: Span) -> Iterator[Span]:
    """A span without a whole month, at the turn of the month."""
    turn = month(f"{span.first:%Y-%m}").after
    if turn >= span.after:
        yield span
        return
    yield Span(span.first, turn)
    yield Span(turn, span.after)
