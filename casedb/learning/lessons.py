"""Who has done which lesson, how the quiz went, which lesson was suggested in a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from casedb.models import Case, LessonAnswer, LessonSuggestion
from casedb.store import Session
from casedb.vocabulary import RevisitAnswer

PRACTICE_ITEM = 0


@dataclass(frozen=True, slots=True)
class LessonResult:
    """How far somebody has come with a lesson; of each item the newest answer counts."""

    lesson: str
    answered: int  # quiz items
    right: int
    practised: bool
    last_at: datetime


def answered(
    s: Session,
    *,
    person_id: int,
    lesson: str,
    item: int,
    chosen: str,
    right: bool,
    now: datetime,
) -> None:
    """Keep one answer; item 0 is the practice."""
    s.add(
        LessonAnswer(
            person_id=person_id, lesson=lesson, item=item, chosen=chosen, right=right, at=now
        )
    )
    s.flush()


def results(s: Session) -> Mapping[int, Mapping[str, LessonResult]]:
    """Person -> lesson -> result, of everybody who has begun."""
    newest: dict[tuple[int, str], dict[int, LessonAnswer]] = defaultdict(dict)
    for row in s.scalars(select(LessonAnswer).order_by(LessonAnswer.id)):
        newest[row.person_id, row.lesson][row.item] = row
    found: dict[int, dict[str, LessonResult]] = defaultdict(dict)
    for (person_id, lesson), items in newest.items():
        quiz = [row for item, row in items.items() if item != PRACTICE_ITEM]
        found[person_id][lesson] = LessonResult(
            lesson=lesson,
            answered=len(quiz),
            right=sum(row.right for row in quiz),
            practised=PRACTICE_ITEM in items,
            last_at=max(row.at for row in items.values()),
        )
    return found


def results_of(s: Session, person_id: int) -> Mapping[str, LessonResult]:
    """Lesson -> result of one person."""
    return results(s).get(person_id, {})


def suggested(s: Session, week: str) -> str:
    """The lesson suggested in this week (2026-W23), "" when none was."""
    row = s.get(LessonSuggestion, week)
    return row.lesson if row else ""


def suggested_since(s: Session, since: datetime) -> frozenset[str]:
    """Lessons suggested lately."""
    rows = s.scalars(select(LessonSuggestion.lesson).where(LessonSuggestion.at >= since))
    return frozenset(rows)


def suggest(s: Session, week: str, lesson: str, why: str, *, now: datetime) -> None:
    """Keep the suggestion of a week."""
    s.add(LessonSuggestion(week=week, lesson=lesson, why=why, at=now))
    s.flush()


def lost_of_late(s: Session, *, now: datetime, span: timedelta) -> tuple[str, ...]:
    """What the cases were about in which a revisit answered no, topic and title, masked."""
    no = RevisitAnswer.NO
    rows = s.execute(
        select(Case.topic_1, Case.topic_2, Case.title)
        .where(
            Case.revisited_at >= now - span,
            or_(Case.responded == no, Case.resolved == no, Case.satisfied == no),
        )
        .order_by(Case.id.desc())
        .limit(500)
    )
    return tuple(" ".join(part for part in row if part) for row in rows)
