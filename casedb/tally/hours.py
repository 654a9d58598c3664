"""Cases by the hour they came in: counted in UTC, shown in Beijing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from casedb.store import Session
from casedb.tally.selection import AT, cases_of
from casedb.tally.spans import Span

BEIJING_HOURS = 8  # no summer time since 1991


def utc_hours(
    s: Session, span: Span, *conditions: ColumnElement[bool]
) -> list[tuple[datetime, int]]:
    """Each hour of a period with how many cases came in it."""
    chosen = cases_of(span, (), *conditions)
    hour = _hour(s, chosen.c[AT])
    return [(_read(row[0]), row[1]) for row in s.execute(select(hour, func.count()).group_by(hour))]


def _hour(s: Session, at: ColumnElement[Any]) -> ColumnElement[Any]:
    if s.get_bind().dialect.name == "sqlite":
        return func.substr(at, 1, 13)
    return func.date_trunc("hour", at)


def _read(value: Any) -> datetime:
    hour = datetime.fromisoformat(value) if isinstance(value, str) else value
    return hour.replace(tzinfo=UTC) if hour.tzinfo is None else hour.astimezone(UTC)
