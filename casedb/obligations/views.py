"""Obligations as other packages see them."""

from __future__ import annotations

from casedb.errors import NotFound
from casedb.models import Case, Obligation, Person, Unit
from casedb.records import ObligationRecord
from casedb.store import Session


def view(s: Session, row: Obligation) -> ObligationRecord:
    """An obligation with the names it refers to."""
    case = None if row.case_id is None else s.get(Case, row.case_id)
    unit = None if row.unit_id is None else s.get(Unit, row.unit_id)
    person = None if row.person_id is None else s.get(Person, row.person_id)
    return ObligationRecord(
        id=row.id,
        key=row.key,
        kind=row.kind,
        state=row.state,
        text=row.text,
        due_at=row.due_at,
        case_id=row.case_id,
        order_no=case.order_no if case else "",
        unit_id=row.unit_id,
        person_id=row.person_id,
        created_by=row.created_by,
        ladder=row.ladder,
        repeats=row.repeats,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        acknowledged_on=row.acknowledged_on,
        next_at=row.next_at,
        outcome=row.outcome,
        unit_name=unit.name if unit else (case.handling_unit if case else ""),
        person_name=person.name if person else "",
    )


def obligation_row(s: Session, obligation_id: int) -> Obligation:
    """The stored obligation.

    Raises:
        NotFound: no such reminder.
    """
    row = s.get(Obligation, obligation_id)
    if row is None:
        raise NotFound(f"没有第 {obligation_id} 号提醒。", "请发“我的提醒”看看现有的提醒。")
    return row
