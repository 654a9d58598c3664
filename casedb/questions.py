"""Questions asked and how they were answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casedb.cases.drafts import clean
from casedb.errors import CasedbError, NotFound
from casedb.models import Question
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
    case_id: int | None = None  # the case it was asked about


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
    case_id: int | None = None,
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
        case_id=case_id,
    )
    s.add(row)
    s.flush()
    return view(row)


def question(s: Session, question_id: int) -> QuestionRecord:
    """One question by its id."""
    return view(question_row(s, question_id))


def feedback(s: Session, question_id: int, given: str, *, reason: str = "") -> QuestionRecord:
    """A reader found the answer good ("up") or not ("down"); the last word counts."""
    if given not in FEEDBACK:
        raise CasedbError(what="看不懂这个评价。", fix="请按“有用”或“没用”按钮。")
    row = question_row(s, question_id)
    row.feedback, row.feedback_reason = given, mask(clean(reason))
    s.flush()
    return view(row)


def gaps(
    s: Session, *, since: datetime | None = None, limit: int = 200
) -> tuple[QuestionRecord, ...]:
    """The shopping list for knowledge/: not answered, or answered and found wanting; newest first."""
    query = select(Question).where((Question.outcome != "answered") | (Question.feedback == "down"))
    if since is not None:
        query = query.where(Question.at >= since)
    return tuple(view(row) for row in s.scalars(query.order_by(Question.id.desc()).limit(limit)))


def asked(
    s: Session, *, since: datetime | None = None, limit: int = 200
) -> tuple[QuestionRecord, ...]:
    """Every question, newest first."""
    query = select(Question)
    if since is not None:
        query = query.where(Question.at >= since)
    return tuple(view(row) for row in s.scalars(query.order_by(Question.id.desc()).limit(limit)))


def view(row: Question) -> QuestionRecord:
    """The question as other packages see it."""
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
        case_id=row.case_id,
    )


def question_row(s: Session, question_id: int) -> Question:
    """The stored question.

    Raises:
        NotFound: no such question.
    """
    row = s.get(Question, question_id)
    if row is None:
        raise NotFound(what="这个问题没有记录。", fix="请重新提问。")
    return row
