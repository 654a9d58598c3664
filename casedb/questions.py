"""Questions asked and how they were answered; hand-offs to the analyst on duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casedb import audit
from casedb.cases.drafts import clean
from casedb.errors import CasedbError, NotFound, Refused
from casedb.models import Handoff, Question
from casedb.privacy import mask
from casedb.store import Session

OUTCOMES = ("answered", "refused", "handoff")
FEEDBACK = ("up", "down")


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """One question, masked, with the passages it was answered from."""

    id: int
    at: datetime
    person_id: int | None
    channel: str
    chat: str
    text: str
    outcome: str  # answered | refused | handoff
    passages: tuple[str, ...]
    answer: str
    support: float
    feedback: str = ""  # up | down
    feedback_reason: str = ""


@dataclass(frozen=True, slots=True)
class HandoffRecord:
    """A question waiting for a person, or answered by one."""

    id: int
    question_id: int
    question: str
    asked_by: int | None
    asked_at: datetime
    channel: str
    chat: str
    topic: str
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""

    @property
    def open(self) -> bool:
        """Nobody has answered yet."""
        return self.answered_at is None


def record(
    s: Session,
    *,
    text: str,
    outcome: str,
    now: datetime,
    person_id: int | None = None,
    channel: str = "",
    chat: str = "",
    passages: Sequence[str] = (),
    answer: str = "",
    support: float = 0.0,
) -> QuestionRecord:
    """Keep a question and what was answered; the text is masked on the way in."""
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome {outcome!r}")
    row = Question(
        at=now,
        person_id=person_id,
        channel=channel,
        chat=chat,
        text=mask(clean(text)),
        outcome=outcome,
        passages=list(passages),
        answer=mask(clean(answer)),
        support=support,
        feedback="",
        feedback_reason="",
    )
    s.add(row)
    s.flush()
    return _view(row)


def question(s: Session, question_id: int) -> QuestionRecord:
    """One question by its id."""
    return _view(_row(s, question_id))


def feedback(s: Session, question_id: int, given: str, *, reason: str = "") -> QuestionRecord:
    """A reader found the answer good ("up") or not ("down"); the last word counts."""
    if given not in FEEDBACK:
        raise CasedbError(what="看不懂这个评价。", fix="请按“有用”或“没用”按钮。")
    row = _row(s, question_id)
    row.feedback, row.feedback_reason = given, mask(clean(reason))
    s.flush()
    return _view(row)


def gaps(
    s: Session, *, since: datetime | None = None, limit: int = 200
) -> tuple[QuestionRecord, ...]:
    """The shopping list for knowledge/: not answered, or answered and found wanting; newest first."""
    query = select(Question).where((Question.outcome != "answered") | (Question.feedback == "down"))
    if since is not None:
        query = query.where(Question.at >= since)
    return tuple(_view(row) for row in s.scalars(query.order_by(Question.id.desc()).limit(limit)))


def asked(
    s: Session, *, since: datetime | None = None, limit: int = 200
) -> tuple[QuestionRecord, ...]:
    """Every question, newest first."""
    query = select(Question)
    if since is not None:
        query = query.where(Question.at >= since)
    return tuple(_view(row) for row in s.scalars(query.order_by(Question.id.desc()).limit(limit)))


def hand_off(
    s: Session, question_id: int, *, channel: str, chat: str, topic: str = "", now: datetime
) -> HandoffRecord:
    """Pass a question on to the analyst on duty; asking twice makes one hand-off."""
    row = _row(s, question_id)
    waiting = s.scalar(select(Handoff).where(Handoff.question_id == question_id))
    if waiting is None:
        waiting = Handoff(
            question_id=question_id,
            asked_at=now,
            channel=channel,
            chat=chat,
            topic=topic,
            answer="",
        )
        row.outcome = "handoff"
        s.add(waiting)
        s.flush()
        _note(s, waiting, "handed_off", "转驻场分析人员", actor=_actor(row.person_id), now=now)
    return _handoff_view(s, waiting)


def handoff(s: Session, handoff_id: int) -> HandoffRecord:
    """One hand-off by its id."""
    return _handoff_view(s, _handoff_row(s, handoff_id))


def open_handoffs(s: Session) -> tuple[HandoffRecord, ...]:
    """Hand-offs nobody has answered, oldest first."""
    rows = s.scalars(select(Handoff).where(Handoff.answered_at.is_(None)).order_by(Handoff.id))
    return tuple(_handoff_view(s, row) for row in rows)


def claim(s: Session, handoff_id: int, *, person_id: int, now: datetime) -> HandoffRecord:
    """An analyst takes a question; the first one has it."""
    row = _handoff_row(s, handoff_id)
    if row.answered_at is not None:
        raise Refused(what="这个问题已经答复过了。", fix="不用再处理；有补充请直接发给提问人。")
    if row.claimed_by is not None and row.claimed_by != person_id:
        raise Refused(what="这个问题已经有人在处理。", fix="请处理下一个问题。")
    if row.claimed_by is None:
        row.claimed_by, row.claimed_at = person_id, now
        _note(s, row, "claimed", "认领问题", actor=f"person:{person_id}", now=now)
    return _handoff_view(s, row)


def answer(
    s: Session, handoff_id: int, text: str, *, person_id: int, now: datetime
) -> HandoffRecord:
    """The analyst's answer, masked; whoever relays it finds chat and topic in the record."""
    said = mask(clean(text))
    if not said:
        raise CasedbError(what="答复是空的。", fix="请写上答复内容再发。")
    row = _handoff_row(s, handoff_id)
    if row.answered_at is not None:
        raise Refused(what="这个问题已经答复过了。", fix="有补充请直接发给提问人。")
    if row.claimed_by is not None and row.claimed_by != person_id:
        raise Refused(what="这个问题由别人在处理。", fix="请把意见告诉认领的人。")
    row.claimed_by, row.claimed_at = person_id, row.claimed_at or now
    row.answer, row.answered_at = said, now
    _note(s, row, "answered", "答复转办问题", actor=f"person:{person_id}", now=now)
    return _handoff_view(s, row)


def _view(row: Question) -> QuestionRecord:
    return QuestionRecord(
        id=row.id,
        at=row.at,
        person_id=row.person_id,
        channel=row.channel,
        chat=row.chat,
        text=row.text,
        outcome=row.outcome,
        passages=tuple(map(str, row.passages)),
        answer=row.answer,
        support=row.support,
        feedback=row.feedback,
        feedback_reason=row.feedback_reason,
    )


def _handoff_view(s: Session, row: Handoff) -> HandoffRecord:
    about = _row(s, row.question_id)
    return HandoffRecord(
        id=row.id,
        question_id=row.question_id,
        question=about.text,
        asked_by=about.person_id,
        asked_at=row.asked_at,
        channel=row.channel,
        chat=row.chat,
        topic=row.topic,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        answered_at=row.answered_at,
        answer=row.answer,
    )


def _row(s: Session, question_id: int) -> Question:
    row = s.get(Question, question_id)
    if row is None:
        raise NotFound(what="这个问题没有记录。", fix="请重新提问。")
    return row


def _handoff_row(s: Session, handoff_id: int) -> Handoff:
    row = s.get(Handoff, handoff_id)
    if row is None:
        raise NotFound(what="这个转办问题没有记录。", fix="请看最新的转办列表。")
    return row


def _actor(person_id: int | None) -> str:
    return "schedule" if person_id is None else f"person:{person_id}"


def _note(s: Session, row: Handoff, kind: str, text: str, *, actor: str, now: datetime) -> None:
    audit.record(s, at=now, actor=actor, subject=f"handoff:{row.id}", kind=kind, detail=text)
