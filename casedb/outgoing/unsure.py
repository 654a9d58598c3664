"""Messages whose answer was cut after they may have arrived: marked, and decided by a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casedb import audit
from casedb.ledger.filing import filed
from casedb.models import Outbox
from casedb.outgoing.alerts import alert_desk
from casedb.outgoing.outbox_rows import Buttons, back, row_of, target_of, view
from casedb.records import OutboxMessage, OutgoingButton, PersonRecord
from casedb.store import Session
from casedb.vocabulary import OutboxState


def uncertain(s: Session, message_id: int, *, error: str, now: datetime) -> None:
    """The answer was cut after the message may have arrived.

    A reminder goes again, marked; a ledger never by itself: the desk is asked.
    """
    row = row_of(s, message_id)
    row.unsure += 1
    if row.resend_when_unsure:
        back(row, now, error)
        return
    row.state, row.error, row.lease_owner, row.lease_until = (
        OutboxState.UNCERTAIN,
        error[:400],
        "",
        None,
    )
    audit.record(
        s,
        at=now,
        actor="schedule",
        subject=f"outbox:{row.id}",
        kind="uncertain",
        detail=error[:200],
    )
    first_line = row.text.strip().splitlines()[0] if row.text.strip() else row.key
    text = (
        f"❓ 这条消息发出后没有等到回音，不知道对方收到没有：{first_line[:60]}\n"
        "为免重复没有自动再发。请到群里看一眼，再选一项。"
    )
    alert_desk(
        s,
        key=f"alert:unsure:{row.id}:{row.unsure}",
        text=text,
        now=now,
        buttons=_unsure_buttons(row.id),
    )


def _unsure_buttons(message_id: int) -> Buttons:
    return (
        (
            OutgoingButton("群里已有，不再发", f"settled:{message_id}"),
            OutgoingButton("没收到，再发一次", f"resend:{message_id}"),
        ),
    )


def resend(s: Session, message_id: int, *, by: PersonRecord, now: datetime) -> bool:
    """The desk looked: it did not arrive, send it again. False when it was decided already."""
    row = row_of(s, message_id)
    if row.state not in (OutboxState.UNCERTAIN, OutboxState.FAILED):
        return False
    row.unsure = 0
    back(row, now, "")
    _decided(s, row, "resent", f"{by.name}决定再发一次", by, now)
    return True


def settle(s: Session, message_id: int, *, by: PersonRecord, now: datetime) -> bool:
    """The desk looked: it did arrive. False when it was decided already."""
    row = row_of(s, message_id)
    if row.state is not OutboxState.UNCERTAIN:
        return False
    row.state, row.sent_at = OutboxState.SENT, row.tried_at or now
    filed(s, row.step, target_of(row), "", (), row.sent_at)
    _decided(s, row, "settled", f"{by.name}确认对方已收到", by, now)
    return True


def _decided(
    s: Session, row: Outbox, kind: str, text: str, by: PersonRecord, now: datetime
) -> None:
    audit.record(
        s, at=now, actor=f"person:{by.id}", subject=f"outbox:{row.id}", kind=kind, detail=text
    )


def unsure_messages(s: Session) -> tuple[OutboxMessage, ...]:
    """What the desk still has to decide on."""
    rows = s.scalars(
        select(Outbox).where(Outbox.state == OutboxState.UNCERTAIN).order_by(Outbox.id)
    )
    return tuple(view(row) for row in rows)
