"""Cases, and the personal data sealed apart from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casedb.base import Base, stored_by_value
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, SideWay, Urgency


class Case(Base):
    """One hotline work order (工单) as the sub-district handles it.

    The stage is a summary; events are the truth. Change both through
    `casedb.cases`, never by assigning. Every text here is masked.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("length(order_no) > 0", name="order_no_present"),
        Index("ix_cases_open", "stage", "due_at"),
        # Counting by any of these over any span reads the index alone.
        Index(
            "ix_cases_counted",
            "received_at",
            "community",
            "handling_unit",
            "topic_1",
            "topic_2",
            "topic_3",
            "kind",
            "source",
            "stage",
        ),
        # So does every rate and mean time (`casedb.tally.measures`).
        Index(
            "ix_cases_rated",
            "received_at",
            "community",
            "handling_unit",
            "topic_1",
            "topic_2",
            "topic_3",
            "kind",
            "source",
            "side_way",
            "responded",
            "resolved",
            "satisfied",
            "dispatched_at",
            "accepted_at",
            "first_contact_at",
            "due_at",
            "closed_at",
            "repeat_of",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(String(64), unique=True, doc="工单编号, as printed")
    source: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[AppealKind] = mapped_column(stored_by_value(AppealKind), default=AppealKind.OTHER)
    title: Mapped[str] = mapped_column(default="")
    appeal: Mapped[str] = mapped_column(default="", doc="诉求, masked")
    topic_1: Mapped[str] = mapped_column(String(80), default="", index=True)
    topic_2: Mapped[str] = mapped_column(String(80), default="")
    topic_3: Mapped[str] = mapped_column(String(80), default="")
    community: Mapped[str] = mapped_column(String(80), default="", index=True)
    handling_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    handling_unit: Mapped[str] = mapped_column(String(200), default="")
    supporting_units: Mapped[str] = mapped_column(default="")
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    stage: Mapped[CaseStage] = mapped_column(stored_by_value(CaseStage), default=CaseStage.RECEIVED)
    side_way: Mapped[SideWay] = mapped_column(stored_by_value(SideWay), default=SideWay.NONE)
    urgency: Mapped[Urgency | None] = mapped_column(stored_by_value(Urgency))
    received_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    first_contact_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(doc="deadline in force, extension included")
    original_due_at: Mapped[datetime | None] = mapped_column(doc="办理时限 as printed on the order")
    due_source: Mapped[str] = mapped_column(String(80), default="")
    reply: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    revisited_at: Mapped[datetime | None]
    responded: Mapped[RevisitAnswer | None] = mapped_column(stored_by_value(RevisitAnswer))
    resolved: Mapped[RevisitAnswer | None] = mapped_column(stored_by_value(RevisitAnswer))
    satisfied: Mapped[RevisitAnswer | None] = mapped_column(stored_by_value(RevisitAnswer))
    complainant_masked: Mapped[str] = mapped_column(String(40), default="")
    phone_masked: Mapped[str] = mapped_column(String(40), default="")
    address_masked: Mapped[str] = mapped_column(default="")
    caller_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    repeat_of: Mapped[str] = mapped_column(String(64), default="")
    remark: Mapped[str] = mapped_column(default="")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="unknown columns, masked")
    content_hash: Mapped[str] = mapped_column(String(64), default="", doc="of the imported row")
    imported: Mapped[dict[str, Any]] = mapped_column(
        default=dict,
        doc="keyed hash of each cell as last imported; tells what a later sheet changed",
    )
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class PersonalData(Base):
    """Name, phone, address and unmasked texts of a complainant, encrypted field by field.

    Opening a row is an event. Erased as a whole at the end of the contract (个保法 art. 21).
    """

    __tablename__ = "personal_data"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    name: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    phone: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    address: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    texts: Mapped[bytes] = mapped_column(LargeBinary, default=b"", doc="unmasked title and appeal")
