"""Cases grouped by the values of columns: whole months from their kept counts, the rest from the index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from casedb.models import Case, CaseCount
from casedb.store import Session
from casedb.tally.selection import cases_of
from casedb.tally.spans import Span

KEPT = frozenset(
    ("topic_1", "topic_2", "topic_3", "community", "handling_unit", "kind", "source", "stage")
)
Table = type[Case] | type[CaseCount]
Where = Callable[[Table], tuple[ColumnElement[bool], ...]]
Groups = Counter[tuple[str, ...]]


def anything(_table: Table) -> tuple[ColumnElement[bool], ...]:
    """No condition."""
    return ()


def grouped(s: Session, span: Span, columns: tuple[str, ...], where: Where = anything) -> Groups:
    """How many cases of a period share the values of `columns` (names in `KEPT`)."""
    months, rest = parts(span)
    sums: Groups = Counter()
    if months:
        _add(sums, _of_months(s, months, columns, where))
    for one in rest:
        _add(sums, _of_cases(s, one, columns, where))
    return sums


def parts(span: Span) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    """The whole months within a span ("2026-05"), and the days before and after them."""
    first = span.first if span.first.day == 1 else _next_month(span.first)
    after = span.after.replace(day=1)
    if first >= after:
        return (), (span,)
    months = []
    day = first
    while day < after:
        months.append(f"{day:%Y-%m}")
        day = _next_month(day)
    edges = [(span.first, first), (after, span.after)]
    return tuple(months), tuple(Span(one, other) for one, other in edges if one < other)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _of_months(
    s: Session, months: tuple[str, ...], columns: tuple[str, ...], where: Where
) -> list[Any]:
    wanted = [getattr(CaseCount, name) for name in columns]
    query = select(*wanted, func.sum(CaseCount.count)).where(
        CaseCount.month >= months[0], CaseCount.month <= months[-1], *where(CaseCount)
    )
    return list(s.execute(query.group_by(*wanted)))


def _of_cases(s: Session, span: Span, columns: tuple[str, ...], where: Where) -> list[Any]:
    chosen = cases_of(span, tuple(getattr(Case, name) for name in columns), *where(Case))
    wanted = [chosen.c[name] for name in columns]
    return list(s.execute(select(*wanted, func.count()).group_by(*wanted)))


def _add(sums: Groups, rows: list[Any]) -> None:
    for *values, count in rows:
        sums[tuple(str(value or "") for value in values)] += count
