"""A figure opened down to its cases: the order numbers behind a cell, by the same definitions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, select

from casedb.models import Case
from casedb.rules.rate_rules import RateRules
from casedb.store import Session
from casedb.tally.dimensions import COLUMNS, NAMED, TIMES, WEEKDAYS, Dimension
from casedb.tally.groups import group_places
from casedb.tally.measures import COUNT, Measure, behind
from casedb.tally.names import NOT_SAID, Names, names_of
from casedb.tally.pivot import ALL, Scope
from casedb.tally.selection import AT, cases_of
from casedb.tally.spans import Span
from casedb.tally.words import meant, together
from casedb.vocabulary import CaseStage

LIMIT = 50


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """One case behind a figure; nothing personal."""

    order_no: str
    at: datetime | None
    title: str
    community: str
    unit: str
    stage: CaseStage


@dataclass(frozen=True, slots=True)
class Opened:
    """The cases behind a figure, newest first; `total` counts also those beyond the limit."""

    total: int
    cases: tuple[OpenedCase, ...]


Place = tuple[Dimension, str]


def opened(
    s: Session,
    span: Span,
    *,
    places: tuple[Place, ...] = (),
    measure: Measure = COUNT,
    scope: Scope = ALL,
    rules: RateRules | None = None,
    now: datetime,
    limit: int = LIMIT,
) -> Opened:
    """The cases of one cell of a pivot; of a good rate (满意率 …) those that it misses.

    Args:
        places: the cell: a dimension and its value, as the pivot names it.
    """
    names = names_of(s)
    conditions: list[ColumnElement[bool]] = [behind(measure, rules or RateRules(), now)]
    conditions += together(meant(s, scope.words, names), Case)
    if scope.units is not None:
        own = [name for unit in scope.units for name in names.every(unit)]
        conditions.append(Case.handling_unit.in_(own))
    conditions += [_valued(names, *place) for place in places if place[0] not in TIMES]
    for dimension, value in places:
        span = _narrowed(span, dimension, value)
    return _opened(s, span, tuple(conditions), tuple(p for p in places if p[0] in TIMES), limit)


def opened_groups(s: Session, span: Span, *, limit: int = LIMIT) -> Opened:
    """The cases of the group appeals (群体性诉求) of a period."""
    places = {(one.community, one.topic_3, one.on): one.cases for one in group_places(s, span)}
    found: list[OpenedCase] = []
    for community, topic_3, day in sorted(places, key=lambda one: one[2], reverse=True):
        same = (Case.community == community, Case.topic_3 == topic_3, Case.caller_hash != "")
        found += _opened(s, Span(day, day + timedelta(days=1)), same, (), limit).cases
        if len(found) >= limit:
            break
    return Opened(sum(places.values()), tuple(found[:limit]))


def _opened(
    s: Session,
    span: Span,
    conditions: tuple[ColumnElement[bool], ...],
    times: tuple[Place, ...],
    limit: int,
) -> Opened:
    columns = (
        Case.id, Case.order_no, Case.title, Case.community, Case.handling_unit, Case.stage,
    )  # fmt: skip
    chosen = cases_of(span, columns, *conditions)
    timed = [_timed(s, chosen.c[AT], *one) for one in times]
    total = s.scalar(select(func.count()).select_from(chosen).where(*timed)) or 0
    query = select(chosen).where(*timed).order_by(chosen.c[AT].desc(), chosen.c.id.desc())
    return Opened(total, tuple(_case(row) for row in s.execute(query.limit(limit))))


def _case(row: Any) -> OpenedCase:
    return OpenedCase(row.order_no, row.at, row.title, row.community, row.handling_unit, row.stage)


def _valued(names: Names, dimension: Dimension, value: str) -> ColumnElement[bool]:
    column = getattr(Case, COLUMNS[dimension])
    if dimension in NAMED and value != NOT_SAID:
        return column.in_(names.every(value))
    return column == ("" if value == NOT_SAID else value)


def _narrowed(span: Span, dimension: Dimension, value: str) -> Span:
    """A quarter, month, week or day as a shorter span; anything else as it is."""
    if dimension is Dimension.QUARTER:
        year, quarter = (int(one) for one in re.findall(r"\d+", value))
        first = date(year, 3 * quarter - 2, 1)
        return _within(span, first, (first + timedelta(days=95)).replace(day=1))
    if dimension is Dimension.WEEK:
        monday = date.fromisoformat(value.split()[0])
        return _within(span, monday, monday + timedelta(days=7))
    if dimension is Dimension.DAY:
        day = date.fromisoformat(value)
        return _within(span, day, day + timedelta(days=1))
    if dimension is Dimension.MONTH:
        first = date.fromisoformat(f"{value}-01")
        return _within(span, first, (first + timedelta(days=32)).replace(day=1))
    return span


def _within(span: Span, first: date, after: date) -> Span:
    return Span(max(span.first, first), min(span.after, after))


def _timed(s: Session, at: ColumnElement[Any], dimension: Dimension, value: str) -> Any:
    """A part of the Beijing day or week, in the words of the database."""
    if dimension is Dimension.HOUR:
        return _local(s, at, "%H", "hour") == int(value.split()[0])
    if dimension is Dimension.WEEKDAY:
        # Both databases count Sunday as 0.
        return _local(s, at, "%w", "dow") == (WEEKDAYS.index(value) + 1) % 7
    return at.is_not(None)


def _local(s: Session, at: ColumnElement[Any], mark: str, field: str) -> ColumnElement[int]:
    if s.get_bind().dialect.name == "sqlite":
        return cast(func.strftime(mark, at, "+8 hours"), Integer)
    return cast(func.extract(field, func.timezone("Asia/Shanghai", at)), Integer)
