"""Tells the desk what the machine cannot mend by itself: what happened and what to do, once per key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from casedb import audit, people
from casedb.outgoing.outbox_rows import Buttons, put
from casedb.people.accounts import accounts
from casedb.records import AccountRecord, PersonRecord, Target
from casedb.store import Session
from casedb.vocabulary import Role

CHANNEL_ORDER = ("telegram", "web")


def account_of(s: Session, person_id: int) -> AccountRecord | None:
    """The account private messages go to: the reachable one, Telegram before the page."""
    return preferred(accounts(s, person_id))


def preferred(known: Iterable[AccountRecord]) -> AccountRecord | None:
    """Which of a person's accounts private messages go to; None when none can be reached."""
    return min((one for one in known if one.reachable), key=_preference, default=None)


def _preference(account: AccountRecord) -> tuple[int, str]:
    known = account.channel in CHANNEL_ORDER
    place = CHANNEL_ORDER.index(account.channel) if known else len(CHANNEL_ORDER)
    return place, account.channel


def private_target(account: AccountRecord) -> Target:
    """Where a private message to an account goes."""
    return Target(account.channel, account.private_chat)


def desk_people(s: Session) -> tuple[PersonRecord, ...]:
    """Who answers for the desk: its own people, the administrators only when there are none."""
    every = tuple(one for one in people.desk(s) if one.active)
    return tuple(one for one in every if one.role is Role.DESK) or every


def alert_desk(s: Session, *, key: str, text: str, now: datetime, buttons: Buttons = ()) -> bool:
    """Queue an alert for everybody at the desk; False when this key was told before.

    Where nobody at the desk has an account the alert is kept as an event, so that it is not lost.
    """
    told, heard = False, False
    for person in desk_people(s):
        account = account_of(s, person.id)
        if account is None:
            continue
        heard = True
        told |= put(
            s,
            key=f"{key}:p{person.id}",
            target=private_target(account),
            text=text,
            now=now,
            buttons=buttons,
            person_id=person.id,
            step="alert",
        )
    if told or (not heard and not audit.events_of(s, f"alert:{key}"[:80])):
        audit.record(
            s, at=now, actor="schedule", subject=f"alert:{key}"[:80], kind="alerted", detail=text
        )
        return True
    return told
