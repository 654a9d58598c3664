"""The functions that change a case; each writes an event. Looking up is gathered here too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from casedb.beijing import spoken
from casedb.cases.case_book import (
    CaseFilter,
    case,
    case_view,
    count_cases,
    events,
    find,
    find_by_tail,
    list_cases,
    open_cases,
    row_of,
)
from casedb.cases.change import changed, refuse_closed, with_note, write_event
from casedb.cases.drafts import checked_order_no, clean, prepare, stage_of
from casedb.cases.repeats import earlier_case
from casedb.cases.retention import PersonalView, erase_personal, reveal
from casedb.cases.stages import STAGE_NAMES, refusal
from casedb.cases.turns import assign, extend, reassign, revisit, set_urgency, side_way
from casedb.errors import Refused
from casedb.models import Case, PersonalData
from casedb.people.responsible import responsible_unit
from casedb.privacy import mask
from casedb.records import CaseDraft, CaseRecord
from casedb.store import Session
from casedb.vocabulary import AppealKind, CaseStage, SideWay

__all__ = [
    "CaseFilter",
    "PersonalView",
    "accept",
    "advance",
    "assign",
    "case",
    "close",
    "count_cases",
    "erase_personal",
    "events",
    "extend",
    "find",
    "find_by_tail",
    "first_contact",
    "list_cases",
    "note",
    "open_cases",
    "reassign",
    "record",
    "reveal",
    "revisit",
    "set_urgency",
    "side_way",
]


def record(s: Session, draft: CaseDraft, *, actor: str, now: datetime) -> CaseRecord:
    """Record a new case; its texts are masked, its personal data sealed apart.

    Raises:
        Refused: there is a case with this order number already.
        CasedbError: no usable order number.
    """
    order_no = checked_order_no(draft.order_no)
    if find(s, order_no) is not None:
        raise Refused(
            what=f"工单 {order_no} 已经登记过了。",
            fix="请用 /case 查看它；要改内容请导入新表或逐项修改。",
        )
    ready = prepare(draft, s.box)
    found = responsible_unit(s, ready.columns)
    row = Case(
        order_no=order_no,
        recorded_at=now,
        stage=stage_of(ready.columns),
        handling_unit_id=found.unit_id,
        content_hash=ready.content_hash,
        imported=ready.cells,
        **({"kind": AppealKind.OTHER} | ready.columns),
    )
    row.repeat_of = earlier_case(s, row.caller_hash or "", topic=row.topic_1 or "")
    s.add(row)
    s.flush()
    s.execute(insert(PersonalData).values(case_id=row.id, **ready.sealed))
    write_event(s, row, "recorded", "登记工单", actor=actor, now=now)
    return case_view(row)


def accept(
    s: Session, case_id: int, *, actor: str, now: datetime, version: int | None = None
) -> CaseRecord:
    """The handling unit accepts (签收) a case; it is then being handled."""

    def change(row: Case) -> str:
        refuse_closed(row)
        if row.accepted_at is not None:
            raise Refused(
                what=f"工单已于 {spoken(row.accepted_at)} 签收。", fix="不用再签收，请接着办理。"
            )
        row.accepted_at = now
        if row.stage in {CaseStage.RECEIVED, CaseStage.DISPATCHED}:
            row.stage = CaseStage.HANDLING
        return "签收"

    return changed(s, case_id, "accepted", change, actor=actor, now=now, version=version)


def first_contact(
    s: Session, case_id: int, *, actor: str, now: datetime, version: int | None = None
) -> CaseRecord:
    """The complainant was contacted for the first time (首次联系)."""

    def change(row: Case) -> str:
        refuse_closed(row)
        if row.first_contact_at is not None:
            raise Refused(
                what=f"首次联系已登记为 {spoken(row.first_contact_at)}。",
                fix="首次联系只记一次；后来的联系请写进办理情况。",
            )
        row.first_contact_at = now
        return "首次联系诉求人"

    return changed(s, case_id, "first_contact", change, actor=actor, now=now, version=version)


def advance(
    s: Session,
    case_id: int,
    stage: CaseStage,
    *,
    actor: str,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> CaseRecord:
    """Move a case to another stage where the road allows it; ways back need a reason in `note`."""

    def change(row: Case) -> str:
        why_not = refusal(row.stage, stage, reason_given=bool(note.strip()))
        if why_not:
            raise Refused(what=f"{why_not}。", fix="请换一个节点，或补上原因再试。")
        before, row.stage = row.stage, stage
        if stage is CaseStage.CLOSED:
            row.closed_at = now
        elif before is CaseStage.CLOSED:
            row.closed_at, row.side_way = None, SideWay.REHANDLING
        if stage is CaseStage.HANDLING and row.accepted_at is None:
            row.accepted_at = now
        if stage is CaseStage.DISPATCHED and row.dispatched_at is None:
            row.dispatched_at = now
        return with_note(f"{STAGE_NAMES[before]} → {STAGE_NAMES[stage]}", note)

    return changed(s, case_id, "advanced", change, actor=actor, now=now, version=version)


def close(
    s: Session,
    case_id: int,
    *,
    actor: str,
    now: datetime,
    reply: str = "",
    version: int | None = None,
) -> CaseRecord:
    """Close (结案) a case; `reply` becomes its 回复内容, masked."""

    def change(row: Case) -> str:
        why_not = refusal(row.stage, CaseStage.CLOSED, reason_given=True)
        if why_not:
            raise Refused(what=f"{why_not}。", fix="请先把前面的节点办完，再结案。")
        row.stage, row.closed_at = CaseStage.CLOSED, now
        row.reply = mask(clean(reply)) or row.reply
        return with_note("结案", reply)

    return changed(s, case_id, "closed", change, actor=actor, now=now, version=version)


def note(s: Session, case_id: int, text: str, *, actor: str, now: datetime) -> CaseRecord:
    """Write down how handling goes (办理情况), masked; nothing else changes."""
    row = row_of(s, case_id)
    write_event(s, row, "note", mask(clean(text)), actor=actor, now=now)
    return case_view(row)
