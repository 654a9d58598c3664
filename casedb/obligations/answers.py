"""What people answer to a reminder: got it, later, hand over, cannot; each stops or moves a ladder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casedb import audit, people
from casedb.days import moment_text
from casedb.errors import CasedbError, Refused
from casedb.models import Obligation, Outbox
from casedb.obligations import standing
from casedb.obligations.views import obligation_row, view
from casedb.outgoing.alerts import alert_desk
from casedb.privacy import mask
from casedb.records import ObligationRecord, PersonRecord
from casedb.store import Session
from casedb.vocabulary import ObligationKind, ObligationState, Role

OVERSEERS = (Role.ADMIN, Role.DESK, Role.ANALYST, Role.LEADER)


def acknowledge(
    s: Session, obligation_id: int, *, by: PersonRecord, channel: str, now: datetime
) -> ObligationRecord:
    """「已收到」: stops the ladder and takes back what is queued, in this same transaction.

    A second press changes nothing: the record says who acknowledged first, and when.

    Raises:
        Refused: the presser has nothing to do with it.
    """
    row = obligation_row(s, obligation_id)
    _may_touch(s, row, by)
    if row.state not in standing.ACTIVE:
        return view(s, row)
    row.acknowledged_by, row.acknowledged_at, row.acknowledged_on = by.id, now, channel
    why = f"{by.unit_name}{by.name}在{channel}上确认"
    standing.change(s, row, ObligationState.ACKNOWLEDGED, now=now, actor=f"person:{by.id}", why=why)
    return view(s, row)


def acknowledge_all(
    s: Session, message_id: int, *, by: PersonRecord, channel: str, now: datetime
) -> tuple[ObligationRecord, ...]:
    """「全部已收到」 under a digest: acknowledges everything that message spoke of."""
    return tuple(
        acknowledge(s, one, by=by, channel=channel, now=now)
        for one in standing.obligations_in(s, message_id)
    )


def _may_touch(s: Session, row: Obligation, by: PersonRecord) -> None:
    if by.id in (row.person_id, row.created_by) or by.role in OVERSEERS:
        return
    if row.unit_id is not None and by.unit_id == row.unit_id:
        return
    told = select(Outbox.id).where(Outbox.obligation_id == row.id, Outbox.person_id == by.id)
    if s.scalar(told.limit(1)) is None:
        raise Refused("这项提醒不归你处理。", "请让承办人、单位负责人或专班来按。")


def _active(s: Session, obligation_id: int, by: PersonRecord) -> Obligation:
    row = obligation_row(s, obligation_id)
    _may_touch(s, row, by)
    if row.state not in standing.ACTIVE:
        words = standing.STATE_WORDS[row.state]
        raise Refused(f"这项提醒{words}，不用再处理。", "发“我的提醒”可以看还有哪些。")
    return row


def snooze(
    s: Session, obligation_id: int, *, until: datetime, by: PersonRecord, now: datetime
) -> ObligationRecord:
    """Be reminded again at `until`; for a case at its due time at the latest.

    Raises:
        Refused: the time has passed, or the reminder is over.
    """
    row = _active(s, obligation_id, by)
    if until <= now:
        raise Refused(f"{moment_text(until)} 已经过了。", "请选一个以后的时间。")
    if row.kind is not ObligationKind.PERSONAL and row.due_at > now:
        until = min(until, row.due_at)
    _again_at(s, row, until, "稍后再提醒")
    _note(s, row, "snoozed", f"{by.name}：{moment_text(until)} 再提醒", by, now)
    return view(s, row)


def hand_over(
    s: Session,
    obligation_id: int,
    *,
    to: PersonRecord,
    by: PersonRecord,
    now: datetime,
    note: str = "",
) -> ObligationRecord:
    """Give it to a colleague, who is told at once.

    Raises:
        Refused: the colleague has left, or the reminder is over.
    """
    row = _active(s, obligation_id, by)
    if not to.active:
        raise Refused(f"{to.name}已离岗。", "请转交给在岗的同事。")
    row.person_id = to.id
    _again_at(s, row, now, "已转交")
    said = mask(note.strip())
    _note(s, row, "handed_over", f"{by.name}转交{to.name}{'：' + said if said else ''}", by, now)
    standing.change(
        s, row, ObligationState.DUE, now=now, actor=f"person:{by.id}", why=f"转交{to.name}"
    )
    return view(s, row)


def _again_at(s: Session, row: Obligation, at: datetime, why: str) -> None:
    standing.cancel_waiting(s, [row.id], why)
    row.snoozed_until, row.next_at, row.waiting_since = at, at, None


def cannot(
    s: Session, obligation_id: int, *, because: str, by: PersonRecord, now: datetime
) -> ObligationRecord:
    """ "Cannot do, because …": goes to the head of the unit at once, and the desk is told why.

    Raises:
        CasedbError: no reason given.
        Refused: the reminder is over.
    """
    row = _active(s, obligation_id, by)
    reason = mask(because.strip())
    if not reason:
        raise CasedbError("没有写办不了的原因。", "请补一句原因，例如：需要区里协调。")
    row.outcome = reason
    head = None if row.unit_id is None else people.head_of(s, row.unit_id)
    if head is not None and head.id != by.id:
        row.person_id = head.id
        _again_at(s, row, now, "办不了，已上报")
    else:
        standing.cancel_waiting(s, [row.id], "办不了，已上报专班")
    why = f"{by.name}办不了：{reason}"
    standing.change(s, row, ObligationState.ESCALATED, now=now, actor=f"person:{by.id}", why=why)
    duty = view(s, row)
    subject = f"工单 {duty.order_no}" if duty.order_no else duty.text
    text = f"🆘 {by.unit_name}{by.name}说办不了：{subject}\n原因：{reason}\n请协调或改派。"
    alert_desk(s, key=f"alert:cannot:{row.id}:{now:%Y%m%dT%H%M%S}", text=text, now=now)
    return duty


def _note(
    s: Session, row: Obligation, kind: str, text: str, by: PersonRecord, now: datetime
) -> None:
    audit.record(
        s, at=now, actor=f"person:{by.id}", subject=f"obligation:{row.id}", kind=kind, detail=text
    )
