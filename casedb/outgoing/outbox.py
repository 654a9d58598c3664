"""Messages waiting to go, one per key; claimed with a lease."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from casedb import audit
from casedb.models import Obligation, Outbox
from casedb.obligations import standing
from casedb.outgoing.alerts import alert_desk
from casedb.outgoing.claims import begin, claim, expire, release
from casedb.outgoing.marks import Arrival, arrived
from casedb.outgoing.outbox_rows import back, known, put, row_of, view
from casedb.outgoing.unsure import resend, settle, uncertain, unsure_messages
from casedb.records import OutboxMessage
from casedb.store import Session
from casedb.vocabulary import OutboxState

__all__ = [
    "begin",
    "cancel",
    "claim",
    "expire",
    "fail",
    "known",
    "message",
    "pending_count",
    "put",
    "release",
    "resend",
    "retry",
    "sent",
    "settle",
    "uncertain",
    "unsure_messages",
]


def sent(s: Session, message_id: int, *, message_ids: tuple[str, ...], now: datetime) -> None:
    """The channel took the message. What it reminds of now awaits an answer; a ledger is filed."""
    arrived(s, [Arrival(message_id, message_ids, now)])


def retry(s: Session, message_id: int, *, at: datetime, error: str) -> None:
    """The channel said wait (429, 5xx, unreachable): try again at `at`. Nothing was sent."""
    back(row_of(s, message_id), at, error)


def fail(s: Session, message_id: int, *, error: str, now: datetime) -> None:
    """Give a message up (chat gone, text refused for good): the desk is told.

    What it reminded of is looked at again at once and goes to the next account or person.
    """
    row = row_of(s, message_id)
    row.state, row.error, row.lease_owner, row.lease_until = (
        OutboxState.FAILED,
        error[:400],
        "",
        None,
    )
    for obligation_id in standing.obligations_in(s, message_id):
        duty = s.get(Obligation, obligation_id)
        if duty is not None and duty.state in standing.ACTIVE:
            duty.next_at = now
    where = "群" if row.is_group else "私聊"
    text = (
        f"⚠️ 有消息发不出去：{row.channel} {where} {row.chat}（{error[:80] or '原因不明'}）。\n"
        "请确认机器人仍在群里、对方没有屏蔽它；提醒已转给下一位。"
    )
    audit.record(
        s, at=now, actor="schedule", subject=f"outbox:{row.id}", kind="failed", detail=error[:200]
    )
    if row.step != "alert":  # an alert that cannot be told must not breed alerts
        alert_desk(s, key=f"alert:gone:{row.channel}:{row.chat}:{now:%Y%m%d}", text=text, now=now)


def cancel(s: Session, *, key: str, why: str) -> bool:
    """Take back a message that has not gone yet; False when it has, or never was."""
    row = s.scalar(select(Outbox).where(Outbox.key == key, Outbox.state == OutboxState.WAITING))
    if row is None:
        return False
    row.state, row.error = OutboxState.CANCELLED, why[:200]
    return True


def message(s: Session, message_id: int) -> OutboxMessage:
    """One message by its id."""
    return view(row_of(s, message_id))


def pending_count(s: Session) -> int:
    """How many messages wait or are being sent."""
    states = [OutboxState.WAITING, OutboxState.SENDING]
    return s.scalar(select(func.count()).where(Outbox.state.in_(states))) or 0
