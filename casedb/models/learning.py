"""How the knowledge grows: gaps, drafts, what changed in the papers, who has learnt which lesson."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casedb.base import Base


class Gap(Base):
    """A gap (知识缺口): questions of one kind that the knowledge does not answer well."""

    __tablename__ = "gaps"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), doc="masked")
    state: Mapped[str] = mapped_column(String(20), index=True)  # open | assigned | filled | dropped
    made_at: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    due_at: Mapped[datetime | None]
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    obligation_id: Mapped[int | None] = mapped_column(ForeignKey("obligations.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class GapQuestion(Base):
    """Why a question is in a gap; a question is in one gap only."""

    __tablename__ = "gap_questions"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gaps.id"), index=True)
    why: Mapped[str] = mapped_column(String(20))  # unanswered | down | reasked


class Draft(Base):
    """A paper somebody has written in the unit; nobody can find it before it is published."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120), unique=True)
    text: Mapped[str] = mapped_column(doc="the body in the format of knowledge/, no front matter")
    source: Mapped[str] = mapped_column(default="", doc="basis named by the author")
    state: Mapped[str] = mapped_column(String(20), index=True)  # draft | published | withdrawn
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    handoff_id: Mapped[int | None] = mapped_column(ForeignKey("handoffs.id"), index=True)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime | None]


class PassageMark(Base):
    """A passage as the index held it at the last look; what differs at the next is a change."""

    __tablename__ = "passage_marks"

    passage_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    path: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200), doc="article or heading")
    digest: Mapped[str] = mapped_column(String(64))
    standing: Mapped[str] = mapped_column(String(20))


class PaperChange(Base):
    """One paper that changed at one look: which passages, and what was done about old answers."""

    __tablename__ = "paper_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(300))
    what: Mapped[str] = mapped_column(String(20))  # changed | removed | superseded | in_force
    passages: Mapped[list[Any]] = mapped_column(default=list, doc="[id, article or heading] each")
    state: Mapped[str] = mapped_column(String(20), index=True)  # open | corrected | settled
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None]


class AnswerNotice(Base):
    """An asker was told that there is a basis now; once for each question."""

    __tablename__ = "answer_notices"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    at: Mapped[datetime]


class DutyDay(Base):
    """Who answers on a Beijing day, in order, where the desk has set it by hand."""

    __tablename__ = "duty_days"

    on: Mapped[str] = mapped_column(String(10), primary_key=True, doc="ISO date, Beijing")
    people: Mapped[list[Any]] = mapped_column(default=list, doc="ids in order")
    set_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime]


class LessonAnswer(Base):
    """One answer somebody gave in the quiz of a lesson; the newest of an item counts."""

    __tablename__ = "lesson_answers"
    __table_args__ = (Index("ix_lesson_answers_person_lesson", "person_id", "lesson"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    lesson: Mapped[str] = mapped_column(String(120), doc="title of the paper")
    item: Mapped[int] = mapped_column(doc="0: the practice, from 1: the quiz")
    chosen: Mapped[str] = mapped_column(String(20))
    right: Mapped[bool]
    at: Mapped[datetime]


class LessonSuggestion(Base):
    """The lesson suggested in a week, and why."""

    __tablename__ = "lesson_suggestions"

    week: Mapped[str] = mapped_column(String(10), primary_key=True)  # 2026-W23, Beijing
    lesson: Mapped[str] = mapped_column(String(120))
    why: Mapped[str]
    at: Mapped[datetime]
