"""Exclusion requests, the materials handed in for them, reviews and their findings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casedb.base import Base, stored_by_value
from casedb.exclusion.states import Decision, ExclusionFlow, ExclusionState


class ExclusionRequest(Base):
    """A case is to be left out of the assessment (剔除申请); rounds of review hang on it."""

    __tablename__ = "exclusion_requests"
    __table_args__ = (Index("ix_exclusion_requests_state_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    flow: Mapped[ExclusionFlow] = mapped_column(stored_by_value(ExclusionFlow))
    category: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(default="", doc="masked")
    state: Mapped[ExclusionState] = mapped_column(
        stored_by_value(ExclusionState), default=ExclusionState.COLLECTING
    )
    wanted: Mapped[list[Any]] = mapped_column(default=list, doc="papers asked for, in words")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(doc="materials or corrections by then")
    round: Mapped[int] = mapped_column(default=0, doc="reviews made so far")
    first_reviewed_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    rechecks: Mapped[int] = mapped_column(default=0, doc="times the client looked at it")
    rechecked_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(default="", doc="the client's words, masked")


class Material(Base):
    """One file handed in (剔除材料); the file itself lies below the data dir under its hash."""

    __tablename__ = "materials"
    __table_args__ = (UniqueConstraint("request_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("exclusion_requests.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200), doc="as handed in; never used as a path")
    path: Mapped[str] = mapped_column(String(300), doc="relative to the data dir")
    size: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20), default="")
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(String(20), default="")
    received_at: Mapped[datetime]
    round: Mapped[int] = mapped_column(default=1, doc="the review it was handed in for")
    replaced: Mapped[bool] = mapped_column(default=False, doc="a later file of the same name came")
    perceptual_hashes: Mapped[list[Any]] = mapped_column(default=list)


class Review(Base):
    """One round of review (审核); with `issued_at` the written opinion went out."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("request_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("exclusion_requests.id"), index=True)
    round: Mapped[int]
    number: Mapped[str] = mapped_column(String(40), unique=True, doc="审核意见编号")
    rules_version: Mapped[str] = mapped_column(String(40))
    reviewed_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    issued_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    opinion_path: Mapped[str] = mapped_column(String(300), default="")


class Finding(Base):
    """What one rule found in a review, and what a person decided about it. Texts are masked."""

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(60), index=True)
    file: Mapped[str] = mapped_column(String(200), default="")
    page: Mapped[int | None]
    says: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    cure: Mapped[str] = mapped_column(default="")
    decision: Mapped[Decision] = mapped_column(stored_by_value(Decision), default=Decision.OPEN)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
