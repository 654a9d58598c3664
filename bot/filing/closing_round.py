"""The state of collecting exclusion materials (结案作业表): told to the desk and to each unit's group daily."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.rooms import Rooms
from casedb import people
from casedb.closing import sheet as closing_sheet
from casedb.closing.records import HANDED_IN
from casedb.closing.text import desk_text, group_text, urge_button
from casedb.days import at_beijing, beijing_day
from casedb.outgoing import outbox
from casedb.outgoing.alerts import account_of, desk_people, private_target
from casedb.records import ClosingLine, Target
from casedb.store import Session
from casedb.vocabulary import ChatPurpose

BACK, AHEAD = timedelta(days=60), timedelta(days=14)  # the window of due times that is looked at


def window(now: datetime) -> tuple[datetime, datetime]:
    """Which due times the sheet of today holds: what is late, and what falls due soon."""
    return now - BACK, now + AHEAD


def lines_now(s: Session, now: datetime, unit_id: int | None = None) -> tuple[ClosingLine, ...]:
    """The sheet of today, of all units or one."""
    begins, ends = window(now)
    return closing_sheet.sheet(s, begins=begins, ends=ends, now=now, unit_id=unit_id)


def tell_closing(rooms: Rooms, now: datetime) -> int:
    """Queue the state of today for the desk and the groups of units that still owe something.

    Keyed by day and receiver; nothing goes out on a day on which nothing is owed.
    """
    on = beijing_day(now)
    due = at_beijing(on, rooms.rules.ledger.closing_at)
    if now < due:
        return 0
    key = f"closing:{on.isoformat()}"
    with rooms.store.reading() as s:
        lines = [line for line in lines_now(s, now) if line.state != HANDED_IN]
    if not lines:
        return 0
    queued = 0
    with rooms.store.session() as s:
        for person in desk_people(s):
            account = account_of(s, person.id)
            if account is not None:
                late = any(line.late for line in lines)
                queued += outbox.put(
                    s, key=f"{key}:p{person.id}", target=private_target(account),
                    text=desk_text(lines), buttons=urge_button() if late else (), now=now,
                    wanted_at=due, person_id=person.id, step="closing",
                )  # fmt: skip
        for group in people.chats(s, purpose=ChatPurpose.UNIT):
            own = [line for line in lines if line.unit_id == group.unit_id]
            if own:
                target = Target(group.channel, group.external_id, group.topic_id, is_group=True)
                queued += outbox.put(
                    s, key=f"{key}:c{group.id}", target=target, text=group_text(own, own[0].unit),
                    now=now, wanted_at=due, step="closing",
                )  # fmt: skip
    return queued
