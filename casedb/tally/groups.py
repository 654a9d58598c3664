"""Group appeals (群体性诉求): several callers of one community about one thing on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from casedb.models import Case
from casedb.store import Session
from casedb.tally.selection import AT, cases_of
from casedb.tally.spans import Span

CALLERS = 3  # of one day that make a group appeal; a working definition


@dataclass(frozen=True, slots=True)
class GroupPlace:
    """One community, third-level topic and Beijing day with enough callers."""

    community: str
    topic_3: str
    on: date
    callers: int
    cases: int


def group_places(s: Session, span: Span) -> tuple[GroupPlace, ...]:
    """Every group appeal of a period, most callers first."""
    chosen = cases_of(
        span,
        (Case.community, Case.topic_3, Case.caller_hash),
        Case.community != "",
        Case.topic_3 != "",
        Case.caller_hash != "",
    )
    day = beijing_day(s, chosen.c[AT])
    callers = func.count(func.distinct(chosen.c.caller_hash))
    query = (
        select(chosen.c.community, chosen.c.topic_3, day, callers, func.count())
        .group_by(chosen.c.community, chosen.c.topic_3, day)
        .having(callers >= CALLERS)
    )
    places = [
        GroupPlace(row[0], row[1], date.fromisoformat(str(row[2])), row[3], row[4])
        for row in s.execute(query)
    ]
    return tuple(sorted(places, key=lambda one: (-one.callers, one.on, one.community)))


def beijing_day(s: Session, at: ColumnElement[Any]) -> ColumnElement[Any]:
    """The Beijing date of an instant, in the words of the database."""
    if s.get_bind().dialect.name == "sqlite":
        return func.date(at, "+8 hours")
    return func.date(func.timezone("Asia/Shanghai", at))
