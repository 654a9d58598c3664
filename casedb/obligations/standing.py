"""Where an obligation stands: every change of its state is one event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update

from casedb import audit
from casedb.models import Case, Obligation, Outbox
from casedb.store import Session
from casedb.vocabulary import CaseStage, ObligationKind, ObligationState, OutboxState

ACTIVE = (
    ObligationState.DUE,
    ObligationState.SENT,
    ObligationState.DELIVERED,
    ObligationState.ESCALATED,
)

STATE_WORDS = {
    ObligationState.DUE: "待提醒",
    ObligationState.SENT: "已发出",
    ObligationState.DELIVERED: "已送达",
    ObligationState.ACKNOWLEDGED: "已确认",
    ObligationState.ESCALATED: "已上报",
    ObligationState.DONE: "已完成",
    ObligationState.CANCELLED: "已取消",
}


def change(
    s: Session, row: Obligation, state: ObligationState, *, now: datetime, actor: str, why: str
) -> None:
    """Set a state and write the event. An unchanged state writes nothing."""
    if row.state is state:
        return
    row.state = state
    if state not in ACTIVE:
        row.next_at = None
        cancel_waiting(s, [row.id], why)
    text = f"{STATE_WORDS[state]}：{why}" if why else STATE_WORDS[state]
    audit.record(
        s, at=now, actor=actor, subject=f"obligation:{row.id}", kind=state.value, detail=text
    )


def cancel_waiting(s: Session, obligation_ids: Iterable[int], why: str) -> None:
    """Take back every message of these obligations that has not been handed to a channel yet."""
    s.flush()
    s.execute(
        update(Outbox)
        .where(
            Outbox.obligation_id.in_(list(obligation_ids)),
            Outbox.state.in_([OutboxState.WAITING, OutboxState.CARRIED]),
            Outbox.sent_at.is_(None),
        )
        .values(state=OutboxState.CANCELLED, error=why[:200])
        .execution_options(synchronize_session="fetch")
    )


def untrue(row: Obligation, case: Case | None) -> str:
    """Why a reminder no longer holds, "" while it does."""
    if row.state not in ACTIVE:
        return f"这项提醒{STATE_WORDS[row.state]}"
    if case is None:
        return ""
    if row.kind in (
        ObligationKind.ACCEPT,
        ObligationKind.FIRST_CONTACT,
        ObligationKind.DEADLINE,
    ):
        return _settled(row, case)
    return ""


def _settled(row: Obligation, case: Case) -> str:
    if case.stage is CaseStage.CLOSED:
        return "工单已办结"
    if row.unit_id != case.handling_unit_id:
        return "承办单位已变更"
    if row.kind is ObligationKind.ACCEPT and case.accepted_at is not None:
        return "工单已签收"
    if row.kind is ObligationKind.FIRST_CONTACT and case.first_contact_at is not None:
        return "已经首次联系"
    if row.kind is ObligationKind.DEADLINE and case.due_at not in (None, row.due_at):
        return "办理时限已变更"
    return ""


def case_of(s: Session, row: Obligation) -> Case | None:
    """The case an obligation is about."""
    return None if row.case_id is None else s.get(Case, row.case_id)


def delivered(s: Session, row: Obligation, *, now: datetime) -> None:
    """A message of the obligation arrived: from now on an answer is awaited."""
    if row.state not in ACTIVE:
        return
    if row.waiting_since is None:
        row.waiting_since, row.next_at = now, now
    if row.state in (ObligationState.DUE, ObligationState.SENT):
        change(s, row, ObligationState.DELIVERED, now=now, actor="schedule", why="")


def obligations_in(s: Session, message_id: int) -> tuple[int, ...]:
    """Every obligation a message speaks of: its own, or those of the digest it is."""
    rows = s.execute(
        select(Outbox.obligation_id).where(
            (Outbox.id == message_id) | (Outbox.carried_by == message_id),
            Outbox.obligation_id.is_not(None),
            Outbox.state != OutboxState.CANCELLED,
        )
    )
    return tuple(dict.fromkeys(one for (one,) in rows if one is not None))
