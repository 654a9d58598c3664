"""Who a step of a ladder reaches: persons, their accounts, the unit's groups, and who is next."""

from __future__ import annotations

from dataclasses import dataclass

from casedb import people
from casedb.alerts import account_of, desk_people
from casedb.chats import chats
from casedb.ladders import Audience
from casedb.models import Obligation
from casedb.records import AccountRecord, ChatRecord, PersonRecord
from casedb.store import Session
from casedb.vocabulary import ChatPurpose, Role

UPWARDS = (Audience.RESPONSIBLE, Audience.HEAD, Audience.DESK, Audience.LEADER)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person and the account a private message goes to."""

    person: PersonRecord
    account: AccountRecord


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a call reaches; `missed` says who should have been told and why that is impossible."""

    recipients: tuple[Recipient, ...]
    missed: tuple[str, ...]


def reach(s: Session, row: Obligation, audiences: tuple[Audience, ...]) -> Reached:
    """The reachable people of these audiences; an audience nobody of which can be reached is
    replaced by the next one up (head of unit, desk, leader on duty)."""
    found: dict[int, Recipient] = {}
    missed: list[str] = []
    for audience in audiences:
        for step_up in UPWARDS[UPWARDS.index(audience) :]:
            persons = _persons(s, row, step_up)
            reachable = [one for person in persons if (one := recipient(s, person)) is not None]
            if reachable:
                found.update({one.person.id: one for one in reachable})
                break
            missed += _why_missed(s, row, step_up, persons)
    return Reached(tuple(found.values()), tuple(dict.fromkeys(missed)))


def recipient(s: Session, person: PersonRecord) -> Recipient | None:
    """A person with a reachable account, None without one or when they left."""
    account = account_of(s, person.id) if person.active else None
    return None if account is None else Recipient(person, account)


def responsible(s: Session, row: Obligation) -> PersonRecord | None:
    """Who has to act: the person named while on duty, else whoever heads the unit."""
    if row.person_id is not None:
        person = people.person(s, row.person_id)
        return person if person.active else None
    return None if row.unit_id is None else people.head_of(s, row.unit_id)


def _persons(s: Session, row: Obligation, audience: Audience) -> tuple[PersonRecord, ...]:
    if audience is Audience.RESPONSIBLE:
        one = responsible(s, row)
        return _members(s, row) if one is None and row.person_id is None else _some(one)
    if audience is Audience.HEAD:
        return _some(None if row.unit_id is None else people.head_of(s, row.unit_id))
    if audience is Audience.DESK:
        return desk_people(s)
    return people.people(s, roles=(Role.LEADER,))


def _members(s: Session, row: Obligation) -> tuple[PersonRecord, ...]:
    # A unit without a head: its section or community workers, so that somebody hears of it.
    if row.unit_id is None:
        return ()
    return people.people(s, unit_id=row.unit_id, roles=(Role.SECTION, Role.COMMUNITY))


def _some(person: PersonRecord | None) -> tuple[PersonRecord, ...]:
    return () if person is None else (person,)


def _why_missed(
    s: Session, row: Obligation, audience: Audience, persons: tuple[PersonRecord, ...]
) -> list[str]:
    if persons:
        return [f"{one.unit_name}{one.name}没有可用的聊天账号" for one in persons]
    if audience is Audience.RESPONSIBLE and row.person_id is not None:
        return [f"承办人{people.person(s, row.person_id).name}已离岗"]
    if audience is Audience.RESPONSIBLE and row.unit_id is None:
        return ["没有承办人，承办单位也没有登记"]
    if audience is Audience.HEAD and row.unit_id is not None:
        return [f"{people.unit(s, row.unit_id).name}没有登记负责人"]
    return []


def unit_groups(s: Session, row: Obligation) -> tuple[ChatRecord, ...]:
    """The groups bound to the unit."""
    if row.unit_id is None:
        return ()
    return chats(s, purpose=ChatPurpose.UNIT, unit_id=row.unit_id)
