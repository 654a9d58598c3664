"""Assessment cycles, points lost in them, and the measures that follow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casedb.assessment.states import MeasureState, Rate
from casedb.base import Base, stored_by_value


class AssessmentCycle(Base):
    """One assessment cycle (考核周期), Beijing days [first_on, after_on), with its details imported."""

    __tablename__ = "assessment_cycles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    first_on: Mapped[date]
    after_on: Mapped[date]
    issued_on: Mapped[date] = mapped_column(doc="考核明细下发日; the countdown starts here")
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(80), doc='"person:3", "import"')
    source: Mapped[str] = mapped_column(String(200), doc="name of the file")
    listed: Mapped[int] = mapped_column(doc="rows of the details, lost or not")
    answers: Mapped[dict[str, Any]] = mapped_column(
        default=dict, doc="rate -> [rows asked, points kept]"
    )
    due_at: Mapped[datetime | None] = mapped_column(doc="last moment for the retrospective")
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligations.id"))
    handed_in_at: Mapped[datetime | None] = mapped_column(doc="the retrospective was handed in")


class LostPoint(Base):
    """A point lost (失分点): one row of the details on one rate.

    Tied to its case by the order number, so that a case imported later is found as well.
    """

    __tablename__ = "lost_points"
    __table_args__ = (
        UniqueConstraint("cycle_id", "key"),
        Index("ix_lost_points_order_no", "order_no"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("assessment_cycles.id"), index=True)
    key: Mapped[str] = mapped_column(String(120), doc="order number or hash of the row, and rate")
    row: Mapped[int] = mapped_column(doc="in the sheet, 1 = first")
    order_no: Mapped[str] = mapped_column(String(64), doc="as the records have it, else as printed")
    rate: Mapped[Rate] = mapped_column(stored_by_value(Rate))
    lost: Mapped[float] = mapped_column(doc="0–1: part of the point that is lost")
    points: Mapped[float | None] = mapped_column(doc="失分值 as printed, parted among its rates")
    answer: Mapped[str] = mapped_column(String(80), default="", doc="the cell as printed")
    node: Mapped[str] = mapped_column(String(40), default="", doc="失分环节 as printed")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    unit: Mapped[str] = mapped_column(String(200), default="", doc="as printed")
    community: Mapped[str] = mapped_column(String(80), default="")
    topic: Mapped[str] = mapped_column(String(200), default="")
    said: Mapped[str] = mapped_column(default="", doc="失分原因 as printed, masked")
    proposed: Mapped[str] = mapped_column(String(40), default="", doc="cause, by the machine")
    proposed_why: Mapped[str] = mapped_column(default="", doc="masked")
    cause: Mapped[str] = mapped_column(String(40), default="", doc="cause, confirmed by a person")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]


class Measure(Base):
    """A measure (改进措施) against a cause: owner, due time, acceptance; an obligation reminds of it."""

    __tablename__ = "measures"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("assessment_cycles.id"), index=True)
    cause: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(doc="masked")
    acceptance: Mapped[str] = mapped_column(default="", doc="验收标准, masked")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    due_at: Mapped[datetime]
    state: Mapped[MeasureState] = mapped_column(
        stored_by_value(MeasureState), default=MeasureState.OPEN
    )
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_note: Mapped[str] = mapped_column(default="", doc="masked")
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    accepted_at: Mapped[datetime | None]
    returned: Mapped[int] = mapped_column(default=0, doc="times the acceptance was refused")
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligations.id"))
