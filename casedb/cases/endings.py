"""How cases ended: what the revisit answered, how long it took, who solved it; for likeness and risk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from casedb.models import Case
from casedb.store import Session
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, SideWay

ASKED_AT_ONCE = 500
REPLY_LENGTH = 400
ANSWERED = (RevisitAnswer.YES, RevisitAnswer.MOSTLY, RevisitAnswer.NO)


class Ending(NamedTuple):
    """One case with what came of it; texts are masked, instants UTC."""

    id: int
    order_no: str
    title: str
    kind: AppealKind
    topic_1: str
    topic_2: str
    community: str
    unit_id: int | None
    unit: str
    stage: CaseStage
    side_way: SideWay
    received_at: datetime | None
    dispatched_at: datetime | None
    accepted_at: datetime | None
    first_contact_at: datetime | None
    due_at: datetime | None
    original_due_at: datetime | None
    closed_at: datetime | None
    responded: RevisitAnswer | None
    resolved: RevisitAnswer | None
    satisfied: RevisitAnswer | None
    repeat_of: str
    reply: str

    @property
    def answered(self) -> bool:
        """Whether the complainant was reached at the revisit and answered anything."""
        return any(one in ANSWERED for one in (self.responded, self.resolved, self.satisfied))

    @property
    def has_no(self) -> bool:
        """涉否: at least one answer is a no (working definition, 推断, to be confirmed)."""
        return RevisitAnswer.NO in (self.responded, self.resolved, self.satisfied)

    @property
    def solved(self) -> bool:
        """Answered, and nothing in it is a no."""
        return self.answered and not self.has_no


_COLUMNS = tuple(getattr(Case, name) for name in (
    "id", "order_no", "title", "kind", "topic_1", "topic_2", "community", "handling_unit_id",
    "handling_unit", "stage", "side_way", "received_at", "dispatched_at", "accepted_at",
    "first_contact_at", "due_at", "original_due_at", "closed_at", "responded", "resolved",
    "satisfied", "repeat_of", "reply",
))  # fmt: skip


def endings(s: Session, ids: Sequence[int]) -> dict[int, Ending]:
    """These cases by id."""
    found = {}
    for at in range(0, len(ids), ASKED_AT_ONCE):
        some = list(ids[at : at + ASKED_AT_ONCE])
        for row in s.execute(select(*_COLUMNS).where(Case.id.in_(some))):
            found[row[0]] = Ending._make(row)
    return found


def newest_answered(s: Session, *, limit: int) -> list[Ending]:
    """The newest cases whose complainant answered at the revisit, the oldest of them first."""
    answers = (Case.responded, Case.resolved, Case.satisfied)
    query = (
        select(*_COLUMNS)
        .where(or_(*(answer.in_(ANSWERED) for answer in answers)))
        .order_by(Case.id.desc())
        .limit(limit)
        .execution_options(yield_per=2000)
    )
    return [Ending._make(row)._replace(reply="") for row in s.execute(query)][::-1]
