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
    hour = hour_of(s, chosen.c[AT])
    return [
        (read_hour(row[0]), row[1]) for row in s.execute(select(hour, func.count()).group_by(hour))
    ]


def hour_of(s: Session, at: ColumnElement[Any]) -> ColumnElement[Any]:
    """The UTC hour of an instant, in the words of the database; `read_hour` reads it."""
    if s.get_bind().dialect.name == "sqlite":
        return func.substr(at, 1, 13)
    return func.date_trunc("hour", at)


def read_hour(value: Any) -> datetime:
    """An hour as the database wrote it."""
    hour = datetime.fromisoformat(value) if isinstance(value, str) else value
    return hour.replace(tzinfo=UTC) if hour.tzinfo is None else hour.astimezone(UTC)
