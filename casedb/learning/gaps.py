"""Gaps (知识缺口): which questions belong to one, who fills it by when, and how it ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from casedb import audit, obligations, people
from casedb.errors import NotFound
from casedb.models import Gap, GapQuestion, Question
from casedb.privacy import mask
from casedb.questions import QuestionRecord, view
from casedb.records import PersonRecord
from casedb.rules import RuleBook
from casedb.store import Session

UNANSWERED, DOWN, REASKED = "unanswered", "down", "reasked"
OPEN, ASSIGNED, FILLED, DROPPED = "open", "assigned", "filled", "dropped"
LIVE = (OPEN, ASSIGNED)
LADDER = "gap"
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class GapRecord:
    """One gap. `examples` are masked questions in different words, the newest first."""

    id: int
    name: str
    state: str  # open | assigned | filled | dropped
    made_at: datetime
    last_at: datetime
    count: int
    askers: int
    whys: Mapping[str, int]  # unanswered, down, reasked -> how many questions
    examples: tuple[str, ...]
    questions: tuple[int, ...]
    owner_id: int | None = None
    owner: str = ""
    due_at: datetime | None = None


def loose(s: Session, *, since: datetime) -> tuple[tuple[QuestionRecord, str], ...]:
    """Questions without an answer, or with one found wanting, that are in no gap yet, oldest first.

    Requests that the rules forbid are no gap.
    """
    rows = s.scalars(
        select(Question)
        .outerjoin(GapQuestion, GapQuestion.question_id == Question.id)
        .where(
            GapQuestion.question_id.is_(None),
            Question.at >= since,
            or_(Question.outcome == "handoff", Question.feedback == "down"),
        )
        .order_by(Question.id)
    )
    return tuple((view(row), DOWN if row.feedback == "down" else UNANSWERED) for row in rows)


def asked_by_persons(s: Session, *, since: datetime) -> tuple[QuestionRecord, ...]:
    """Questions that were answered or not, person by person, oldest first; thanked ones left out."""
    rows = s.scalars(
        select(Question)
        .where(
            Question.at >= since,
            Question.person_id.is_not(None),
            Question.outcome != "refused",
            Question.feedback != "up",
        )
        .order_by(Question.person_id, Question.id)
    )
    return tuple(view(row) for row in rows)


def in_gaps(s: Session) -> frozenset[int]:
    """Ids of the questions that are in a gap."""
    return frozenset(s.scalars(select(GapQuestion.question_id)))


def texts(s: Session) -> tuple[tuple[int, str], ...]:
    """(gap, question) of every question in a gap, dropped gaps too: what was dropped stays so."""
    rows = s.execute(
        select(GapQuestion.gap_id, Question.text)
        .join(Question, Question.id == GapQuestion.question_id)
        .order_by(Question.id)
    )
    return tuple((gap_id, text) for gap_id, text in rows)


def make(s: Session, name: str, *, now: datetime) -> int:
    """A new gap; its name is masked."""
    row = Gap(name=mask(name)[:200], state=OPEN, made_at=now)
    s.add(row)
    s.flush()
    return row.id


def put(s: Session, gap_id: int, questions: Iterable[tuple[int, str]], *, now: datetime) -> None:
    """Add (question, why) to a gap; one that was filled is open again."""
    for question_id, why in questions:
        s.add(GapQuestion(question_id=question_id, gap_id=gap_id, why=why))
    row = _row(s, gap_id)
    if row.state == FILLED:
        row.state, row.closed_at, row.closed_by = OPEN, None, None
        _note(s, row, "reopened", "又有人问", actor="schedule", now=now)
    s.flush()


def gap(s: Session, gap_id: int) -> GapRecord:
    """One gap by its number."""
    return _views(s, [_row(s, gap_id)])[0]


def listing(s: Session, states: Sequence[str] = LIVE) -> tuple[GapRecord, ...]:
    """Gaps in these states, the most asked first."""
    rows = s.scalars(select(Gap).where(Gap.state.in_(states))).all()
    found = [one for one in _views(s, rows) if one.count]
    return tuple(sorted(found, key=lambda one: (-one.count, -one.last_at.timestamp())))


def assign(
    s: Session,
    gap_id: int,
    owner: PersonRecord,
    *,
    due_at: datetime,
    by: PersonRecord,
    now: datetime,
    rules: RuleBook,
) -> GapRecord:
    """Somebody is to fill it by `due_at` and is reminded of it; whoever had it before is not."""
    row = _row(s, gap_id)
    _end_duty(s, row, actor=f"person:{by.id}", now=now, why="已改派")
    duty = obligations.ask(
        s,
        text=f"补知识缺口 {gap_id} 号：{row.name[:60]}",
        due_at=due_at,
        by=by,
        now=now,
        rules=rules,
        person_id=owner.id,
        key=f"gap:{gap_id}:{owner.id}:{due_at:%Y%m%d%H%M}:{now:%Y%m%d%H%M%S}",
        ladder=LADDER,
    )
    row.state, row.owner_id, row.due_at = ASSIGNED, owner.id, due_at
    row.assigned_by, row.obligation_id = by.id, duty.id
    _note(s, row, "assigned", f"由{owner.name}补", actor=f"person:{by.id}", now=now)
    return gap(s, gap_id)


def close(
    s: Session, gap_id: int, state: str, *, now: datetime, by: int | None = None
) -> GapRecord:
    """Filled or dropped; the reminder ends with it. Without `by` the index showed that it is filled."""
    row = _row(s, gap_id)
    actor = f"person:{by}" if by else "schedule"
    _end_duty(s, row, actor=actor, now=now, why="缺口已处理")
    row.state, row.closed_at, row.closed_by = state, now, by
    _note(s, row, state, "", actor=actor, now=now)
    return gap(s, gap_id)


def rename(s: Session, gap_id: int, name: str, *, by: int, now: datetime) -> GapRecord:
    """Give it a better name."""
    row = _row(s, gap_id)
    row.name = mask(name.strip())[:200] or row.name
    _note(s, row, "renamed", row.name, actor=f"person:{by}", now=now)
    return gap(s, gap_id)


def of_question(s: Session, question_id: int) -> int | None:
    """The gap a question is in."""
    return s.scalar(select(GapQuestion.gap_id).where(GapQuestion.question_id == question_id))


def _end_duty(s: Session, row: Gap, *, actor: str, now: datetime, why: str) -> None:
    if row.obligation_id is not None:
        obligations.done(s, row.obligation_id, actor=actor, now=now, why=why)
        row.obligation_id = None


def _views(s: Session, rows: Sequence[Gap]) -> tuple[GapRecord, ...]:
    members: dict[int, list[tuple[Question, str]]] = defaultdict(list)
    found = s.execute(
        select(GapQuestion.gap_id, Question, GapQuestion.why)
        .join(Question, Question.id == GapQuestion.question_id)
        .where(GapQuestion.gap_id.in_([row.id for row in rows]))
        .order_by(Question.id.desc())
    )
    for gap_id, question, why in found:
        members[gap_id].append((question, why))
    return tuple(_view(s, row, members[row.id]) for row in rows)


def _view(s: Session, row: Gap, members: Sequence[tuple[Question, str]]) -> GapRecord:
    said = dict.fromkeys(question.text for question, _ in members)
    return GapRecord(
        id=row.id,
        name=row.name,
        state=row.state,
        made_at=row.made_at,
        last_at=max((question.at for question, _ in members), default=row.made_at),
        count=len(members),
        askers=len({question.person_id for question, _ in members}),
        whys=Counter(why for _, why in members),
        examples=tuple(said)[:EXAMPLES],
        questions=tuple(question.id for question, _ in members),
        owner_id=row.owner_id,
        owner=people.person(s, row.owner_id).name if row.owner_id else "",
        due_at=row.due_at,
    )


def _row(s: Session, gap_id: int) -> Gap:
    row = s.get(Gap, gap_id)
    if row is None:
        raise NotFound(what=f"没有第 {gap_id} 号知识缺口。", fix="请发 /gaps 看现有的缺口。")
    return row


def _note(s: Session, row: Gap, kind: str, detail: str, *, actor: str, now: datetime) -> None:
    audit.record(s, at=now, actor=actor, subject=f"gap:{row.id}", kind=kind, detail=detail)
