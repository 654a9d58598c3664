"""Who leads on a Beijing day (带班领导): the last one called when nobody else answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from casedb import audit
from casedb.errors import Refused
from casedb.models import LeaderDay
from casedb.people.staff import person
from casedb.records import PersonRecord
from casedb.store import Session
from casedb.vocabulary import Role


def duty_leader(s: Session, on: date) -> PersonRecord | None:
    """Who leads on a day; None when nobody was set, or who was set has left."""
    row = s.get(LeaderDay, on.isoformat())
    found = None if row is None else person(s, row.person_id)
    return found if found is not None and found.active else None


def leader_days(s: Session, first: date, last: date) -> tuple[tuple[date, PersonRecord], ...]:
    """The roster from one day to another, both included; days nobody is set for are left out."""
    rows = s.scalars(
        select(LeaderDay)
        .where(LeaderDay.on >= first.isoformat(), LeaderDay.on <= last.isoformat())
        .order_by(LeaderDay.on)
    )
    return tuple((date.fromisoformat(row.on), person(s, row.person_id)) for row in rows)


def set_duty_leader(
    s: Session, on: date, leader: PersonRecord, *, by: int | None, now: datetime
) -> bool:
    """Set who leads on a day; False when that is known already.

    Raises:
        Refused: the person is no leader, or has left.
    """
    if leader.role is not Role.LEADER or not leader.active:
        raise Refused(
            f"{leader.name}在名册里不是在岗的值班领导。", "请先在人员表里把角色改成“值班领导”。"
        )
    row = s.get(LeaderDay, on.isoformat())
    if row is not None and row.person_id == leader.id:
        return False
    if row is None:
        row = LeaderDay(on=on.isoformat(), person_id=leader.id, set_by=by, set_at=now)
        s.add(row)
    row.person_id, row.set_by, row.set_at = leader.id, by, now
    actor = f"person:{by}" if by else "import"
    audit.record(
        s, at=now, actor=actor, subject=f"leader:{on}", kind="leader_set", detail=leader.name
    )
    return True
