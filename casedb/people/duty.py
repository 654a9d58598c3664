"""Who answers on a day (值班名单), where the desk has set it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from casedb import audit
from casedb.models import DutyDay
from casedb.people.staff import person
from casedb.records import PersonRecord
from casedb.store import Session


def duty(s: Session, on: date) -> tuple[PersonRecord, ...]:
    """The people set for a Beijing day, in order; empty when nothing was set."""
    row = s.get(DutyDay, on.isoformat())
    found = (person(s, int(one)) for one in row.people) if row else ()
    return tuple(one for one in found if one.active)


def set_duty(s: Session, on: date, persons: Sequence[int], *, by: int, now: datetime) -> None:
    """Set who answers on a Beijing day; nobody takes the day back to the daily turns."""
    row = s.get(DutyDay, on.isoformat())
    if row is None:
        row = DutyDay(on=on.isoformat(), people=[], set_by=by, set_at=now)
        s.add(row)
    row.people, row.set_by, row.set_at = list(dict.fromkeys(persons)), by, now
    names = "、".join(person(s, one).name for one in row.people) or "按日轮换"
    audit.record(
        s, at=now, actor=f"person:{by}", subject=f"duty:{on}", kind="duty_set", detail=names
    )
