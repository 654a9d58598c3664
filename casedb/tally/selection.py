"""Which cases belong to a period, so that the database answers from its index."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from casedb.models import Case
from casedb.tally.spans import Span

AT = "at"  # the instant by which a case belongs to a period: the call, else the dispatch


def within(span: Span) -> ColumnElement[bool]:
    """The cases of a period: called in it, or dispatched in it where no call time is known."""
    return or_(_called(span), _only_dispatched(span))


def _called(span: Span) -> ColumnElement[bool]:
    return and_(Case.received_at >= span.start, Case.received_at < span.end)


def _only_dispatched(span: Span) -> ColumnElement[bool]:
    return and_(
        Case.received_at.is_(None),
        Case.dispatched_at >= span.start,
        Case.dispatched_at < span.end,
    )


def cases_of(span: Span, columns: tuple[Any, ...], *conditions: ColumnElement[bool]) -> Subquery:
    """The named columns of a period's cases, and `at`; two arms, because each has its own index."""
    called: tuple[InstrumentedAttribute[datetime | None], ...] = (
        Case.received_at,
        Case.dispatched_at,
    )
    arms = [
        select(*columns, instant.label(AT)).where(condition, *conditions)
        for instant, condition in zip(called, (_called(span), _only_dispatched(span)), strict=True)
    ]
    return union_all(*arms).subquery("counted")
