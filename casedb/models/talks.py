"""Questions asked, hand-offs to the analyst on duty, step-by-step talks, messages of the chat page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casedb.base import Base


class Question(Base):
    """A question and what was answered; the unanswered ones are the shopping list for knowledge/."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(String(20), default="")
    chat: Mapped[str] = mapped_column(String(80), default="")
    text: Mapped[str] = mapped_column(doc="masked")
    outcome: Mapped[str] = mapped_column(String(20), index=True)  # answered | refused | handoff
    passages: Mapped[list[Any]] = mapped_column(default=list, doc="ids of the passages shown")
    answer: Mapped[str] = mapped_column(default="")
    support: Mapped[float] = mapped_column(default=0.0)
    feedback: Mapped[str] = mapped_column(String(10), default="")  # up | down
    feedback_reason: Mapped[str] = mapped_column(default="")
    case_id: Mapped[int | None] = mapped_column(index=True, doc="the case it was asked about")


class Handoff(Base):
    """A question passed to the analyst on duty and the answer relayed back."""

    __tablename__ = "handoffs"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    asked_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(40), default="")
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    claimed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", doc="masked")
    context: Mapped[list[Any]] = mapped_column(default=list, doc="masked turns before")
    told: Mapped[list[Any]] = mapped_column(default=list, doc="ids of the persons asked")
    next_at: Mapped[datetime | None] = mapped_column(
        index=True, doc="when the next on the roster is asked, None: nobody is left"
    )


class Thread(Base):
    """Where a speaker stands in a talk of several steps (/new …) and the last turns, per chat and person."""

    __tablename__ = "threads"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)  # channel:chat:topic:speaker
    flow: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    turns: Mapped[list[Any]] = mapped_column(default=list, doc="last masked turns")
    updated_at: Mapped[datetime]


class PageMessage(Base):
    """A message shown on the chat page (channel "web"), kept so that a reload shows the talk."""

    __tablename__ = "page_messages"
    __table_args__ = (Index("ix_page_messages_chat", "chat", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    chat: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(80))  # "bot" or the person's name
    text: Mapped[str]
    buttons: Mapped[list[Any]] = mapped_column(default=list)
    files: Mapped[list[Any]] = mapped_column(default=list)
    edited_at: Mapped[datetime | None]
