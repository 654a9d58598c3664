"""Who was answered from a paper that has changed, and which open cases cite it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from casedb.learning.changes import ChangeRecord
from casedb.models import Case, Event, Question
from casedb.questions import QuestionRecord, view
from casedb.store import Session
from casedb.vocabulary import CaseStage

LOOK_BACK = timedelta(days=180)  # answers older than that are not taken back
MOST_CASES = 5000  # open cases whose notes are read
AT_ONCE = 500
PREFIXES = ("北京市", "中华人民共和国")  # what people leave out of a title


@dataclass(frozen=True, slots=True)
class CitingCase:
    """An open case that cites what has changed, in its texts or by a question asked about it."""

    case_id: int
    order_no: str
    unit: str


@dataclass(frozen=True, slots=True)
class Affected:
    """What one change concerns: answers given before it (oldest first), open cases."""

    answers: tuple[QuestionRecord, ...] = ()
    cases: tuple[CitingCase, ...] = ()

    def __bool__(self) -> bool:
        """Whether it concerns anybody."""
        return bool(self.answers or self.cases)


def affected(s: Session, every: Sequence[ChangeRecord]) -> Mapping[int, Affected]:
    """For each change, by its number, what it concerns; the records are read once for all."""
    answers = _answers(s, every)
    texts = _texts_of_open_cases(s) if every else {}
    found = {}
    for one in every:
        given = answers.get(one.id, ())
        asked = {answer.case_id for answer in given if answer.case_id is not None}
        citing = {number for number, text in texts.items() if _cites(text, one)} | asked
        found[one.id] = Affected(tuple(given), _open_cases(s, citing))
    return found


def _answers(s: Session, every: Sequence[ChangeRecord]) -> dict[int, list[QuestionRecord]]:
    if not every:
        return {}
    owners: dict[str, list[ChangeRecord]] = defaultdict(list)
    for one in every:
        for passage_id, _ in one.passages:
            owners[passage_id].append(one)
    since = min(one.at for one in every) - LOOK_BACK
    rows = s.execute(
        select(Question.id, Question.at, Question.passages)
        .where(Question.outcome == "answered", Question.at >= since)
        .order_by(Question.id)
    )
    hits: dict[int, list[int]] = defaultdict(list)
    for number, at, passages in rows:
        concerned = {one.id: one for cited in passages for one in owners.get(str(cited), ())}
        for one in concerned.values():
            if one.at - LOOK_BACK <= at < one.at:
                hits[one.id].append(number)
    known = _questions(s, sorted({number for each in hits.values() for number in each}))
    return {change_id: [known[number] for number in each] for change_id, each in hits.items()}


def _questions(s: Session, ids: Sequence[int]) -> dict[int, QuestionRecord]:
    found: dict[int, QuestionRecord] = {}
    for at in range(0, len(ids), AT_ONCE):
        rows = s.scalars(select(Question).where(Question.id.in_(ids[at : at + AT_ONCE])))
        found |= {row.id: view(row) for row in rows}
    return found


def _texts_of_open_cases(s: Session) -> dict[int, str]:
    """Reply, remark and notes of open cases that name any paper."""
    rows = s.execute(
        select(Case.id, Case.reply, Case.remark)
        .where(Case.stage != CaseStage.CLOSED)
        .order_by(Case.id.desc())
        .limit(MOST_CASES)
    )
    texts = {number: f"{reply}\n{remark}" for number, reply, remark in rows}
    ids = list(texts)
    for at in range(0, len(ids), AT_ONCE):
        subjects = [f"case:{number}" for number in ids[at : at + AT_ONCE]]
        notes = s.execute(select(Event.subject, Event.detail).where(Event.subject.in_(subjects)))
        for subject, detail in notes:
            if "《" in (said := str(detail)):
                texts[int(subject.removeprefix("case:"))] += f"\n{said}"
    return {number: text for number, text in texts.items() if "《" in text}


def _cites(text: str, one: ChangeRecord) -> bool:
    """Whether the paper is named, and a changed article with it; no article at all counts too."""
    names = {f"《{one.title.removeprefix(prefix)}》" for prefix in ("", *PREFIXES)}
    if not any(name in text for name in names):
        return False
    articles = [place for _, place in one.passages if place.startswith("第")]
    return not articles or "条" not in text or any(article in text for article in articles)


def _open_cases(s: Session, ids: set[int]) -> tuple[CitingCase, ...]:
    rows = s.scalars(
        select(Case)
        .where(Case.id.in_(sorted(ids)), Case.stage != CaseStage.CLOSED)
        .order_by(Case.id)
    )
    return tuple(CitingCase(row.id, row.order_no, row.handling_unit) for row in rows)
