"""Who a step of a ladder reaches: persons, their accounts, the unit's groups, and who is next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from casedb import people
from casedb.models import Obligation, Person
from casedb.outgoing.alerts import account_of, desk_people, preferred
from casedb.people.accounts import account_view
from casedb.people.chats import chats
from casedb.people.staff import person_view
from casedb.records import AccountRecord, ChatRecord, PersonRecord
from casedb.rules.ladders import Audience
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


@dataclass(slots=True)
class Directory:
    """Who is who, looked up once per unit of work, in which nobody joins or leaves."""

    s: Session
    on: date  # Beijing
    _persons: dict[tuple[Audience, int | None, int | None], tuple[PersonRecord, ...]] = field(
        default_factory=dict
    )
    _recipients: dict[int, Recipient | None] = field(default_factory=dict)
    _groups: dict[int, tuple[ChatRecord, ...]] = field(default_factory=dict)
    _kept: Sequence[Person] = ()  # so that the session remembers them

    def expect(self, rows: Sequence[Obligation]) -> None:
        """Look up at once the people that these obligations name, with their accounts."""
        named = {row.person_id for row in rows if row.person_id is not None}
        found = select(Person).where(Person.id.in_(named))
        found = found.options(joinedload(Person.unit), selectinload(Person.accounts))
        self._kept = self.s.scalars(found).all() if named else ()
        for row in self._kept:
            account = preferred(map(account_view, row.accounts)) if row.active else None
            self._recipients[row.id] = Recipient(person_view(row), account) if account else None

    def reach(self, row: Obligation, audiences: tuple[Audience, ...]) -> Reached:
        """The reachable people of these audiences; an audience nobody of which can be reached is
        replaced by the next one up (head of unit, desk, leader on duty)."""
        found: dict[int, Recipient] = {}
        missed: list[str] = []
        for audience in audiences:
            for step_up, persons in self._upwards(row, audience):
                reachable = [one for p in persons if (one := self.recipient(p)) is not None]
                if reachable:
                    found.update({one.person.id: one for one in reachable})
                    break
                missed += self._why_missed(row, step_up, persons)
        return Reached(tuple(found.values()), tuple(dict.fromkeys(missed)))

    def _upwards(
        self, row: Obligation, audience: Audience
    ) -> Iterator[tuple[Audience, tuple[PersonRecord, ...]]]:
        """Who is called in turn; the leader of the day comes before all leaders together."""
        for step_up in UPWARDS[UPWARDS.index(audience) :]:
            if step_up is Audience.LEADER and (leads := people.duty_leader(self.s, self.on)):
                yield step_up, (leads,)
            yield step_up, self.persons(row, step_up)

    def recipient(self, person: PersonRecord) -> Recipient | None:
        """A person with a reachable account, None without one or when they left."""
        if person.id not in self._recipients:
            account = account_of(self.s, person.id) if person.active else None
            self._recipients[person.id] = Recipient(person, account) if account else None
        return self._recipients[person.id]

    def responsible(self, row: Obligation) -> PersonRecord | None:
        """Who has to act: the person named while on duty, else whoever heads the unit."""
        if row.person_id is not None:
            person = people.person(self.s, row.person_id)
            return person if person.active else None
        return None if row.unit_id is None else people.head_of(self.s, row.unit_id)

    def persons(self, row: Obligation, audience: Audience) -> tuple[PersonRecord, ...]:
        """Who an audience is for this obligation, reachable or not."""
        key = (audience, row.unit_id, row.person_id)
        if key not in self._persons:
            self._persons[key] = self._look_up(row, audience)
        return self._persons[key]

    def groups(self, row: Obligation) -> tuple[ChatRecord, ...]:
        """The groups bound to the unit."""
        if row.unit_id is None:
            return ()
        if row.unit_id not in self._groups:
            bound = chats(self.s, purpose=ChatPurpose.UNIT, unit_id=row.unit_id)
            self._groups[row.unit_id] = bound
        return self._groups[row.unit_id]

    def _look_up(self, row: Obligation, audience: Audience) -> tuple[PersonRecord, ...]:
        if audience is Audience.RESPONSIBLE:
            one = self.responsible(row)
            if one is None and row.person_id is None:
                return self._members(row)
            return _some(one)
        if audience is Audience.HEAD:
            return _some(None if row.unit_id is None else people.head_of(self.s, row.unit_id))
        if audience is Audience.DESK:
            return desk_people(self.s)
        return people.people(self.s, roles=(Role.LEADER,))

    def _members(self, row: Obligation) -> tuple[PersonRecord, ...]:
        # A unit without a head: its section or community workers, so that somebody hears of it.
        if row.unit_id is None:
            return ()
        return people.people(self.s, unit_id=row.unit_id, roles=(Role.SECTION, Role.COMMUNITY))

    def _why_missed(
        self, row: Obligation, audience: Audience, persons: tuple[PersonRecord, ...]
    ) -> list[str]:
        if persons:
            return [f"{one.unit_name}{one.name}没有可用的聊天账号" for one in persons]
        if audience is Audience.RESPONSIBLE and row.person_id is not None:
            return [f"承办人{people.person(self.s, row.person_id).name}已离岗"]
        if audience is Audience.RESPONSIBLE and row.unit_id is None:
            return ["没有承办人，承办单位也没有登记"]
        if audience is Audience.HEAD and row.unit_id is not None:
            return [f"{people.unit(self.s, row.unit_id).name}没有登记负责人"]
        return []


def _some(person: PersonRecord | None) -> tuple[PersonRecord, ...]:
    return () if person is None else (person,)
