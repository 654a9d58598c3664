"""The append-only chain of events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casedb.base import Base


class Event(Base):
    """One deed, chained to the one before by its hash. Written by `casedb.audit.record` only."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_subject", "subject", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80), doc='"person:3", "schedule", "import"')
    subject: Mapped[str] = mapped_column(String(80), doc='"case:12", "obligation:8", "chat:2"')
    kind: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="masked")
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
