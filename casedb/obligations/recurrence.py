"""Repeating reminders: when the next one is, and its row."""

from __future__ import annotations

import calendar as months
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from casedb import audit
from casedb.calendar.workdays import WorkCalendar
from casedb.days import at_beijing, beijing_day, local
from casedb.models import Obligation
from casedb.obligations import standing
from casedb.obligations.reminders import Standing, first_look
from casedb.rules import RuleBook
from casedb.rules.ladders import QuietHours
from casedb.store import Session
from casedb.vocabulary import ObligationState

REPEATS = ("daily", "workdays", "weekly", "monthly", "yearly")
DAYS_AHEAD = 400


def next_due(first: datetime, repeats: str, after: datetime, calendar: WorkCalendar) -> datetime:
    """The first repetition of `first` later than `after`, at the same Beijing time of day.

    Monthly on the 29th to 31st falls on the last day of shorter months; yearly on 29 February
    falls on 28 February of common years.

    Raises:
        CalendarMissing: working days run past the calendar.
        ValueError: an unknown kind of repetition.
    """
    clock, start = local(first).time(), beijing_day(first)
    day = max(start, beijing_day(after))
    for _ in range(DAYS_AHEAD):
        if _falls_on(start, day, repeats, calendar):
            due = at_beijing(day, clock)
            if due > after and due > first:
                return due.astimezone(UTC)
        day += timedelta(days=1)
    raise ValueError(f"unknown repetition: {repeats!r}")


def _falls_on(start: date, day: date, repeats: str, calendar: WorkCalendar) -> bool:
    last = months.monthrange(day.year, day.month)[1]
    on_day = day.day == min(start.day, last)
    return {
        "daily": lambda: True,
        "workdays": lambda: calendar.is_workday(day),
        "weekly": lambda: day.weekday() == start.weekday(),
        "monthly": lambda: on_day,
        "yearly": lambda: on_day and day.month == start.month,
    }.get(repeats, lambda: False)()


def series(key: str) -> str:
    """The part of the key that all repetitions of a reminder share."""
    return key.split("@", 1)[0]


def renew(
    s: Session, row: Obligation, *, now: datetime, rules: RuleBook, calendar: WorkCalendar
) -> None:
    """A repetition has spoken: make the next one, and let the one before it rest.

    Repetitions missed during an outage are skipped; the one that spoke late said so.

    Raises:
        CalendarMissing: the next working day lies past the calendar.
    """
    base = series(row.key)
    _retire_earlier(s, base, row, now)
    first = s.scalar(select(Obligation.due_at).where(Obligation.key == base)) or row.due_at
    due_at = next_due(first, row.repeats, max(now, row.due_at), calendar)
    key = f"{base}@{due_at:%Y%m%dT%H%M%SZ}"
    if s.scalar(select(Obligation.id).where(Obligation.key == key)) is not None:
        return
    ladder = rules.ladder(row.ladder, beijing_day(now))
    fresh = Obligation(
        key=key,
        kind=row.kind,
        text=row.text,
        due_at=due_at,
        case_id=row.case_id,
        unit_id=row.unit_id,
        person_id=row.person_id,
        created_by=row.created_by,
        created_at=now,
        ladder=row.ladder,
        ladder_version=ladder.valid.version if ladder else "",
        repeats=row.repeats,
        chat=row.chat,
        urgent=row.urgent,
        next_at=_look_at(due_at, now, rules, row.ladder, rules.quiet),
    )
    s.add(fresh)
    s.flush()
    audit.record(
        s,
        at=now,
        actor="schedule",
        subject=f"obligation:{fresh.id}",
        kind="created",
        detail="重复提醒的下一次",
    )


def _look_at(
    due_at: datetime, now: datetime, rules: RuleBook, name: str, quiet: QuietHours
) -> datetime:
    ladder = rules.ladder(name, beijing_day(now))
    return due_at if ladder is None else first_look(Standing(due_at, now), ladder, quiet)


def _retire_earlier(s: Session, base: str, row: Obligation, now: datetime) -> None:
    earlier = s.scalars(
        select(Obligation).where(
            Obligation.key.startswith(base, autoescape=True),
            Obligation.due_at < row.due_at,
            Obligation.state.in_(standing.ACTIVE),
        )
    ).all()
    for one in earlier:
        if series(one.key) == base:
            standing.change(
                s,
                one,
                ObligationState.CANCELLED,
                now=now,
                actor="schedule",
                why="由新一次提醒代替",
            )
