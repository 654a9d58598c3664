"""The functions that change a case; each writes an event. Looking up is gathered here too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import insert

from casedb import audit
from casedb.beijing import spoken
from casedb.case_book import (
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
from casedb.drafts import checked_order_no, clean, prepare, stage_of
from casedb.errors import CasedbError, ChangedMeanwhile, Refused
from casedb.models import Case, PersonalData
from casedb.privacy import mask
from casedb.records import CaseDraft, CaseRecord
from casedb.repeats import earlier_case
from casedb.responsible import responsible_unit
from casedb.retention import PersonalView, erase_personal, reveal
from casedb.staff import person, unit
from casedb.stages import SIDE_WAY_NAMES, STAGE_NAMES, refusal, side_way_refusal
from casedb.store import Session
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, SideWay, Urgency

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
ANSWER_NAMES = {
    RevisitAnswer.YES: "是",
    RevisitAnswer.MOSTLY: "基本是",
    RevisitAnswer.NO: "否",
    RevisitAnswer.NOT_REACHED: "未接通",
}


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
    _note(s, row, "recorded", "登记工单", actor=actor, now=now)
    return case_view(row)


def accept(
    s: Session, case_id: int, *, actor: str, now: datetime, version: int | None = None
) -> CaseRecord:
    """The handling unit accepts (签收) a case; it is then being handled."""

    def change(row: Case) -> str:
        _refuse_closed(row)
        if row.accepted_at is not None:
            raise Refused(
                what=f"工单已于 {spoken(row.accepted_at)} 签收。", fix="不用再签收，请接着办理。"
            )
        row.accepted_at = now
        if row.stage in {CaseStage.RECEIVED, CaseStage.DISPATCHED}:
            row.stage = CaseStage.HANDLING
        return "签收"

    return _changed(s, case_id, "accepted", change, actor=actor, now=now, version=version)


def first_contact(
    s: Session, case_id: int, *, actor: str, now: datetime, version: int | None = None
) -> CaseRecord:
    """The complainant was contacted for the first time (首次联系)."""

    def change(row: Case) -> str:
        _refuse_closed(row)
        if row.first_contact_at is not None:
            raise Refused(
                what=f"首次联系已登记为 {spoken(row.first_contact_at)}。",
                fix="首次联系只记一次；后来的联系请写进办理情况。",
            )
        row.first_contact_at = now
        return "首次联系诉求人"

    return _changed(s, case_id, "first_contact", change, actor=actor, now=now, version=version)


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
        return _with_note(f"{STAGE_NAMES[before]} → {STAGE_NAMES[stage]}", note)

    return _changed(s, case_id, "advanced", change, actor=actor, now=now, version=version)


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
        return _with_note("结案", reply)

    return _changed(s, case_id, "closed", change, actor=actor, now=now, version=version)


def reassign(
    s: Session,
    case_id: int,
    unit_id: int,
    *,
    actor: str,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> CaseRecord:
    """Give a case to another unit (改派); it has to accept anew."""
    to = unit(s, unit_id)

    def change(row: Case) -> str:
        _refuse_closed(row)
        if row.handling_unit_id == unit_id:
            raise Refused(what=f"工单已经在{to.name}。", fix="请换一个单位。")
        before = row.handling_unit or "未定"
        row.handling_unit_id, row.handling_unit, row.handler_id = unit_id, to.name, None
        row.accepted_at, row.stage = None, CaseStage.DISPATCHED
        return _with_note(f"改派：{before} → {to.name}", note)

    return _changed(s, case_id, "reassigned", change, actor=actor, now=now, version=version)


def assign(
    s: Session,
    case_id: int,
    person_id: int,
    *,
    actor: str,
    now: datetime,
    version: int | None = None,
) -> CaseRecord:
    """Name the person who handles a case (承办人)."""
    who = person(s, person_id)

    def change(row: Case) -> str:
        _refuse_closed(row)
        row.handler_id = who.id
        return f"承办人改为 {who.unit_name}人员 {who.id} 号"

    return _changed(s, case_id, "assigned", change, actor=actor, now=now, version=version)


def extend(
    s: Session,
    case_id: int,
    due_at: datetime,
    *,
    actor: str,
    now: datetime,
    reason: str,
    version: int | None = None,
) -> CaseRecord:
    """Put off the deadline; the reason is written down.

    Source: 北京市接诉即办工作条例 art. 15 (an extension needs a reason).
    """
    if not reason.strip():
        raise Refused(what="延期没有写理由。", fix="请写明延期理由（接诉即办工作条例第十五条）。")

    def change(row: Case) -> str:
        _refuse_closed(row)
        if row.due_at is not None and due_at <= row.due_at:
            raise Refused(
                what=f"新的时限不晚于现在的时限 {spoken(row.due_at)}。", fix="请写一个更晚的时间。"
            )
        if due_at <= now:
            raise Refused(what="新的时限已经过去了。", fix="请写一个将来的时间。")
        before = spoken(row.due_at) if row.due_at else "未定"
        row.due_at, row.due_source = due_at, "延期"
        if row.side_way is SideWay.EXTENSION_ASKED:
            row.side_way = SideWay.NONE
        return _with_note(f"延期：{before} → {spoken(due_at)}", reason)

    return _changed(s, case_id, "extended", change, actor=actor, now=now, version=version)


def side_way(
    s: Session,
    case_id: int,
    way: SideWay,
    *,
    actor: str,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> CaseRecord:
    """Put a case on a side way (派单异议, 疑难挂账 …) or, with NONE, back on the main road."""

    def change(row: Case) -> str:
        why_not = side_way_refusal(row.stage, way)
        if why_not:
            raise Refused(what=f"{why_not}。", fix="请先看工单现在的节点。")
        row.side_way = way
        said = "回到正常办理" if way is SideWay.NONE else f"标记“{SIDE_WAY_NAMES[way]}”"
        return _with_note(said, note)

    return _changed(s, case_id, "side_way", change, actor=actor, now=now, version=version)


def revisit(
    s: Session,
    case_id: int,
    *,
    responded: RevisitAnswer | None = None,
    resolved: RevisitAnswer | None = None,
    satisfied: RevisitAnswer | None = None,
    actor: str,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> CaseRecord:
    """Record what the revisit (回访) answered to the three questions; None leaves one as it is.

    Source: 北京市接诉即办工作条例 art. 23.
    """
    answers = {"响应": responded, "解决": resolved, "满意": satisfied}
    if all(answer is None for answer in answers.values()):
        raise CasedbError(what="回访没有写任何结果。", fix="请写明是否响应、是否解决、是否满意。")

    def change(row: Case) -> str:
        row.revisited_at = now
        row.responded = responded or row.responded
        row.resolved = resolved or row.resolved
        row.satisfied = satisfied or row.satisfied
        said = "，".join(f"{name}：{ANSWER_NAMES[one]}" for name, one in answers.items() if one)
        return _with_note(f"回访（{said}）", note)

    return _changed(s, case_id, "revisited", change, actor=actor, now=now, version=version)


def set_urgency(
    s: Session, case_id: int, urgency: Urgency, *, actor: str, now: datetime
) -> CaseRecord:
    """Class the case; a default for its time limit, the order's own 办理时限 still wins."""

    def change(row: Case) -> str:
        row.urgency = urgency
        return f"时限类别：{urgency.value}"

    return _changed(s, case_id, "urgency", change, actor=actor, now=now)


def note(s: Session, case_id: int, text: str, *, actor: str, now: datetime) -> CaseRecord:
    """Write down how handling goes (办理情况), masked; nothing else changes."""
    row = row_of(s, case_id)
    _note(s, row, "note", mask(clean(text)), actor=actor, now=now)
    return case_view(row)


def _changed(
    s: Session,
    case_id: int,
    kind: str,
    change: Callable[[Case], str],
    *,
    actor: str,
    now: datetime,
    version: int | None = None,
) -> CaseRecord:
    """Apply one change to the row as it is now, and write the event it returns the words for."""
    row = row_of(s, case_id)
    s.refresh(row)
    if version is not None and row.version != version:
        raise ChangedMeanwhile(
            what=f"工单 {row.order_no} 刚刚被别人改过，你的改动没有保存。",
            fix="请重新打开这件工单看一眼，再改一次。",
        )
    said = change(row)
    s.flush()
    _note(s, row, kind, said, actor=actor, now=now)
    return case_view(row)


def _note(s: Session, row: Case, kind: str, text: str, *, actor: str, now: datetime) -> None:
    audit.record(s, at=now, actor=actor, subject=f"case:{row.id}", kind=kind, detail=text)


def _refuse_closed(row: Case) -> None:
    if row.stage is CaseStage.CLOSED:
        when = f"已于 {spoken(row.closed_at)} 结案" if row.closed_at else "已结案"
        raise Refused(
            what=f"工单 {row.order_no} {when}。", fix="要重新办理，请先把它退回办理节点。"
        )


def _with_note(said: str, note: str) -> str:
    return f"{said}：{clean(note)}" if note.strip() else said
