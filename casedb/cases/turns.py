"""Turns beside the main road of a case: hand-over, extension, side ways, revisit, class of limit."""

from __future__ import annotations

from datetime import datetime

from casedb.beijing import spoken
from casedb.cases.change import changed, refuse_closed, with_note
from casedb.cases.stages import SIDE_WAY_NAMES, side_way_refusal
from casedb.errors import CasedbError, Refused
from casedb.models import Case
from casedb.people.staff import person, unit
from casedb.records import CaseRecord
from casedb.store import Session
from casedb.vocabulary import CaseStage, RevisitAnswer, SideWay, Urgency

ANSWER_NAMES = {
    RevisitAnswer.YES: "是",
    RevisitAnswer.MOSTLY: "基本是",
    RevisitAnswer.NO: "否",
    RevisitAnswer.NOT_REACHED: "未接通",
}


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
        refuse_closed(row)
        if row.handling_unit_id == unit_id:
            raise Refused(what=f"工单已经在{to.name}。", fix="请换一个单位。")
        before = row.handling_unit or "未定"
        row.handling_unit_id, row.handling_unit, row.handler_id = unit_id, to.name, None
        row.accepted_at, row.stage = None, CaseStage.DISPATCHED
        return with_note(f"改派：{before} → {to.name}", note)

    return changed(s, case_id, "reassigned", change, actor=actor, now=now, version=version)


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
        refuse_closed(row)
        row.handler_id = who.id
        return f"承办人改为 {who.unit_name}人员 {who.id} 号"

    return changed(s, case_id, "assigned", change, actor=actor, now=now, version=version)


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
        refuse_closed(row)
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
        return with_note(f"延期：{before} → {spoken(due_at)}", reason)

    return changed(s, case_id, "extended", change, actor=actor, now=now, version=version)


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
        return with_note(said, note)

    return changed(s, case_id, "side_way", change, actor=actor, now=now, version=version)


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
        return with_note(f"回访（{said}）", note)

    return changed(s, case_id, "revisited", change, actor=actor, now=now, version=version)


def set_urgency(
    s: Session, case_id: int, urgency: Urgency, *, actor: str, now: datetime
) -> CaseRecord:
    """Class the case; a default for its time limit, the order's own 办理时限 still wins."""

    def change(row: Case) -> str:
        row.urgency = urgency
        return f"时限类别：{urgency.value}"

    return changed(s, case_id, "urgency", change, actor=actor, now=now)
