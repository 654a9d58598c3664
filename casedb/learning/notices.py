"""Old askers who can be told that their question has a basis now, once for each question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from casedb.models import AnswerNotice, GapQuestion, Question
from casedb.questions import QuestionRecord, view
from casedb.store import Session


def waiting(s: Session, *, since: datetime) -> tuple[QuestionRecord, ...]:
    """Questions of known askers that were not answered, or not well, and nobody was told since."""
    rows = s.scalars(
        select(Question)
        .outerjoin(AnswerNotice, AnswerNotice.question_id == Question.id)
        .where(
            AnswerNotice.question_id.is_(None),
            Question.person_id.is_not(None),
            Question.at >= since,
            or_(Question.outcome == "handoff", Question.feedback == "down"),
        )
        .order_by(Question.id)
    )
    return tuple(view(row) for row in rows)


def told(s: Session, question_ids: Sequence[int], *, now: datetime) -> None:
    """The askers of these questions hear of it, once."""
    s.add_all([AnswerNotice(question_id=one, at=now) for one in question_ids])
    s.flush()


def gaps_answered(s: Session) -> tuple[int, ...]:
    """Gaps of whose unanswered questions at least half, and the last one, have a basis now."""
    rows = s.execute(
        select(GapQuestion.gap_id, AnswerNotice.question_id)
        .outerjoin(AnswerNotice, AnswerNotice.question_id == GapQuestion.question_id)
        .where(GapQuestion.why != "reasked")
        .order_by(GapQuestion.question_id)
    )
    known: dict[int, list[bool]] = defaultdict(list)
    for gap_id, noticed in rows:
        known[gap_id].append(noticed is not None)
    return tuple(
        gap_id for gap_id, each in known.items() if each[-1] and 2 * sum(each) >= len(each)
    )
