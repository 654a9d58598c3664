"""Counts of cases by one or two dimensions, counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from casedb.models import Case
from casedb.store import Session
from casedb.tally.facts import within
from casedb.tally.spans import Span

NOT_SAID = "未注明"


class Dimension(StrEnum):
    """By what cases can be counted."""

    KIND = "诉求性质"
    SOURCE = "来源"
    TOPIC = "一级分类"
    TOPIC_2 = "二级分类"
    TOPIC_3 = "三级分类"
    COMMUNITY = "社区"
    UNIT = "承办单位"
    STAGE = "阶段"


_COLUMNS: dict[Dimension, InstrumentedAttribute[Any]] = {
    Dimension.KIND: Case.kind,
    Dimension.SOURCE: Case.source,
    Dimension.TOPIC: Case.topic_1,
    Dimension.TOPIC_2: Case.topic_2,
    Dimension.TOPIC_3: Case.topic_3,
    Dimension.COMMUNITY: Case.community,
    Dimension.UNIT: Case.handling_unit,
    Dimension.STAGE: Case.stage,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One counted cell; `column` is "" in a pivot of one dimension."""

    row: str
    column: str
    count: int


@dataclass(frozen=True, slots=True)
class Pivot:
    """A counted table; cells without cases are left out."""

    span: Span
    rows: Dimension
    columns: Dimension | None
    words: tuple[str, ...]
    cells: tuple[Cell, ...]
    total: int


def pivot(
    s: Session,
    span: Span,
    *,
    rows: Dimension,
    columns: Dimension | None = None,
    words: tuple[str, ...] = (),
    units: tuple[str, ...] | None = None,
) -> Pivot:
    """Count the cases of a period.

    Args:
        words: only cases whose topic (any level) or title holds every word.
        units: only cases of these handling units; None for all (what the asker may see).
    """
    wanted = [_COLUMNS[rows]] + ([_COLUMNS[columns]] if columns else [])
    conditions: list[ColumnElement[bool]] = [within(span)]
    conditions += [_holds(word) for word in words]
    if units is not None:
        conditions.append(Case.handling_unit.in_(units))
    query = select(*wanted, func.count()).where(*conditions).group_by(*wanted)
    cells = tuple(
        Cell(_text(row[0]), _text(row[1]) if columns else "", row[-1]) for row in s.execute(query)
    )
    ordered = tuple(sorted(cells, key=lambda cell: (-cell.count, cell.row, cell.column)))
    return Pivot(span, rows, columns, words, ordered, sum(cell.count for cell in ordered))


def order_numbers(
    s: Session,
    span: Span,
    *,
    rows: Dimension,
    row: str,
    words: tuple[str, ...] = (),
    limit: int = 50,
) -> tuple[str, ...]:
    """The order numbers behind one row of a pivot, newest first."""
    value = "" if row == NOT_SAID else row
    query = (
        select(Case.order_no)
        .where(within(span), _COLUMNS[rows] == value, *[_holds(word) for word in words])
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(limit)
    )
    return tuple(s.scalars(query))


def _holds(word: str) -> ColumnElement[bool]:
    columns = (Case.topic_1, Case.topic_2, Case.topic_3, Case.title)
    return or_(*(column.contains(word, autoescape=True) for column in columns))


def _text(value: object) -> str:
    return str(value) if value else NOT_SAID
