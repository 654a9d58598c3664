"""Obligations (reminders that must be acknowledged) and the outbox of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casedb.base import Base, stored_by_value
from casedb.vocabulary import ObligationKind, ObligationState, OutboxState


class Obligation(Base):
    """Somebody has to do something by `due_at`; a ladder of messages hangs on it."""

    __tablename__ = "obligations"
    __table_args__ = (Index("ix_obligations_state_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[ObligationKind] = mapped_column(stored_by_value(ObligationKind))
    state: Mapped[ObligationState] = mapped_column(
        stored_by_value(ObligationState), default=ObligationState.DUE
    )
    text: Mapped[str] = mapped_column(default="", doc="masked")
    due_at: Mapped[datetime]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    ladder: Mapped[str] = mapped_column(String(40), default="")
    ladder_version: Mapped[str] = mapped_column(String(40), default="")
    repeats: Mapped[str] = mapped_column(String(20), default="")
    chat: Mapped[str] = mapped_column(String(160), default="", doc="where it was asked for")
    urgent: Mapped[bool] = mapped_column(default=False, doc="quiet hours do not hold it")
    step: Mapped[int] = mapped_column(default=0, doc="steps of the ladder passed")
    rung: Mapped[int] = mapped_column(default=0, doc="persons higher up called already")
    waiting_since: Mapped[datetime | None] = mapped_column(doc="an answer is awaited since")
    next_at: Mapped[datetime | None] = mapped_column(
        index=True, doc="when to look at it again, None: never"
    )
    snoozed_until: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    acknowledged_at: Mapped[datetime | None]
    acknowledged_on: Mapped[str] = mapped_column(String(20), default="")
    outcome: Mapped[str] = mapped_column(default="", doc='"cannot do, because …", masked')


class Outbox(Base):
    """One message waiting to go; `key` is unique, so a restart can never queue it twice."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_time", "state", "not_before"),
        Index("ix_outbox_lease", "state", "lease_until"),
        Index("ix_outbox_chat", "channel", "chat", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligations.id"), index=True)
    step: Mapped[str] = mapped_column(String(40), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(40), default="")
    is_group: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str]
    buttons: Mapped[list[Any]] = mapped_column(default=list)
    files: Mapped[list[Any]] = mapped_column(default=list)
    resend_when_unsure: Mapped[bool] = mapped_column(default=True)
    wanted_at: Mapped[datetime] = mapped_column(doc="when it should have gone")
    not_before: Mapped[datetime]
    carried_by: Mapped[int | None] = mapped_column(
        ForeignKey("outbox.id"), index=True, doc="the digest it went out with"
    )
    state: Mapped[OutboxState] = mapped_column(
        stored_by_value(OutboxState), default=OutboxState.WAITING
    )
    lease_owner: Mapped[str] = mapped_column(String(80), default="")
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(doc="set just before the last try")
    unsure: Mapped[int] = mapped_column(default=0, doc="tries whose answer was cut off")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    message_ids: Mapped[list[Any]] = mapped_column(default=list)
    error: Mapped[str] = mapped_column(default="")
