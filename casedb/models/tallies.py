"""Cases counted by month: kept by triggers of the database, so that no write can forget it."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from casedb.base import Base


class CaseCount(Base):
    """How many cases of one Beijing month share these values; derived from `cases`, never written.

    `month` is that of the call, else of the dispatch ("2026-05"; "" when neither is known).
    """

    __tablename__ = "case_counts"
    __table_args__ = {"info": {"derived": True}}  # noqa: RUF012

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    topic_1: Mapped[str] = mapped_column(String(80), primary_key=True)
    topic_2: Mapped[str] = mapped_column(String(80), primary_key=True)
    topic_3: Mapped[str] = mapped_column(String(80), primary_key=True)
    community: Mapped[str] = mapped_column(String(80), primary_key=True)
    handling_unit: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    stage: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int]
