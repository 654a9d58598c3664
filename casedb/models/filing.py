"""Frozen daily ledgers and the record of whom they were filed with (报备)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casedb.base import Base


class Snapshot(Base):
    """One Beijing day's ledger, frozen; `content` is its canonical JSON."""

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("on_date", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    on_date: Mapped[date]
    edition: Mapped[str] = mapped_column(String(20), default="morning")
    frozen_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]


class Filing(Base):
    """A snapshot that reached a chat: when, where, which message ids."""

    __tablename__ = "filings"
    __table_args__ = (UniqueConstraint("snapshot_id", "channel", "chat", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    filed_at: Mapped[datetime]
    message_ids: Mapped[list[Any]] = mapped_column(default=list)
