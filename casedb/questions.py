"""Questions asked and how they were answered; hand-offs to the analyst on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casedb import audit
from casedb.errors import NotFound, Refused
from casedb.models import Handoff, Question
from casedb.privacy import mask
from casedb.records import Target
from casedb.store import Session


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A question, masked, and what came of it: outcome answered | refused | handoff."""

    id: int
    at: datetime
    person_id: int | None
    channel: str
    chat: str
    text: str
    outcome: str
    passages: tuple[str, ...]
    answer: str
    support: float
    feedback: str = ""  # up | down
    feedback_reason: str = ""


@dataclass(frozen=True, slots=True)
class HandoffRecord:
    """A question passed to the analyst on duty."""

    id: int
    question_id: int
    question: str
    asked_at: datetime
    asked_by: int | None
    target: Target
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""


def record(
    s: Session,
    *,
    text: str,
    outcome: str,
    at: datetime,
    person_id: int | None = None,
    channel: str = "",
    chat: str = "",
    passages: tuple[str, ...] = (),
    answer: str = "",
    support: float = 0.0,
) -> QuestionRecord:
    """Keep a question, masked; the unanswered ones are the shopping list for knowledge/."""
    row = Question(
        at=at,
        person_id=person_id,
        channel=channel,
        chat=chat,
        text=mask(text)[:2000],
        outcome=outcome,
        passages=list(passages),
        answer=mask(answer)[:4000],
        support=support,
    )
    s.add(row)
    s.flush()
    return _view(row)


def question(s: Session, question_id: int) -> QuestionRecord:
    """One question by its id."""
    return _view(_row(s, question_id))


def unanswered(s: Session, *, since: datetime | None = None) -> tuple[QuestionRecord, ...]:
    """What was handed off or marked unhelpful, newest first."""
    query = select(Question).where((Question.outcome == "handoff") | (Question.feedback == "down"))
    if since is not None:
        query = query.where(Question.at >= since)
    return tuple(_view(row) for row in s.scalars(query.order_by(Question.id.desc())))


def rate(s: Session, question_id: int, feedback: str, *, reason: str = "") -> QuestionRecord:
    """👍 (up) or 👎 (down), with a reason given later perhaps."""
    row = _row(s, question_id)
    row.feedback = feedback
    if reason:
        row.feedback_reason = mask(reason)[:500]
    return _view(row)


def hand_off(s: Session, question_id: int, *, target: Target, now: datetime) -> HandoffRecord:
    """Pass a question to the analyst on duty; asking again gives the same hand-off."""
    _row(s, question_id)
    row = s.scalar(select(Handoff).where(Handoff.question_id == question_id))
    if row is None:
        row = Handoff(
            question_id=question_id,
            asked_at=now,
            channel=target.channel,
            chat=target.chat,
            topic=target.topic,
        )
        s.add(row)
        s.flush()
    return _handoff_view(s, row)


def handoff(s: Session, handoff_id: int) -> HandoffRecord:
    """One hand-off by its id."""
    return _handoff_view(s, _handoff_row(s, handoff_id))


def open_handoffs(s: Session) -> tuple[HandoffRecord, ...]:
    """Hand-offs nobody has answered yet, oldest first."""
    query = select(Handoff).where(Handoff.answered_at.is_(None)).order_by(Handoff.id)
    return tuple(_handoff_view(s, row) for row in s.scalars(query))


def claim_handoff(s: Session, handoff_id: int, *, person_id: int, now: datetime) -> HandoffRecord:
    """An analyst takes it; the first press wins.

    Raises:
        Refused: somebody else has it, or it is answered.
    """
    row = _handoff_row(s, handoff_id)
    if row.answered_at is not None:
        raise Refused(what="这个问题已经答复过了。", fix="不用再处理。")
    if row.claimed_by not in (None, person_id):
        raise Refused(what="这个问题已经有人认领了。", fix="不用再处理，请看别的问题。")
    if row.claimed_by is None:
        row.claimed_by, row.claimed_at = person_id, now
        actor, subject = f"person:{person_id}", f"handoff:{row.id}"
        audit.record(s, at=now, actor=actor, subject=subject, kind="claimed", detail="认领")
    return _handoff_view(s, row)


def answer_handoff(
    s: Session, handoff_id: int, text: str, *, person_id: int, now: datetime
) -> HandoffRecord:
    """The analyst's own answer, masked; it is relayed back by the caller."""
    row = _handoff_row(s, handoff_id)
    if row.answered_at is not None:
        raise Refused(what="这个问题已经答复过了。", fix="不用再处理。")
    row.claimed_by = row.claimed_by or person_id
    row.claimed_at = row.claimed_at or now
    row.answered_at, row.answer = now, mask(text.strip())[:4000]
    actor, subject = f"person:{person_id}", f"handoff:{row.id}"
    audit.record(s, at=now, actor=actor, subject=subject, kind="answered", detail=row.answer)
    return _handoff_view(s, row)


def _row(s: Session, question_id: int) -> Question:
    row = s.get(Question, question_id)
    if row is None:
        raise NotFound(what="没有找到这条提问记录。", fix="请重新提问一次。")
    return row


def _handoff_row(s: Session, handoff_id: int) -> Handoff:
    row = s.get(Handoff, handoff_id)
    if row is None:
        raise NotFound(what="没有找到这条转人工的记录。", fix="请让提问的人重新问一次。")
    return row


def _view(row: Question) -> QuestionRecord:
    return QuestionRecord(
        row.id,
        row.at,
        row.person_id,
        row.channel,
        row.chat,
        row.text,
        row.outcome,
        tuple(row.passages),
        row.answer,
        row.support,
        row.feedback,
        row.feedback_reason,
    )


def _handoff_view(s: Session, row: Handoff) -> HandoffRecord:
    asked = _row(s, row.question_id)
    return HandoffRecord(
        row.id,
        row.question_id,
        asked.text,
        row.asked_at,
        asked.person_id,
        Target(row.channel, row.chat, row.topic),
        row.claimed_by,
        row.claimed_at,
        row.answered_at,
        row.answer,
    )
