"""The few columns of a case that figures are made of, streamed so that a million fit in little memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from casedb.models import Case
from casedb.store import Session
from casedb.tally.selection import within
from casedb.tally.spans import Span
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, SideWay

CHUNK = 5000


class CaseFacts(NamedTuple):
    """One case as figures see it. Instants are UTC; `None` where the sheet said nothing."""

    order_no: str
    source: str
    kind: AppealKind
    topic_1: str
    topic_2: str
    topic_3: str
    community: str
    unit: str
    stage: CaseStage
    side_way: SideWay
    received_at: datetime | None
    dispatched_at: datetime | None
    accepted_at: datetime | None
    first_contact_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    responded: RevisitAnswer | None
    resolved: RevisitAnswer | None
    satisfied: RevisitAnswer | None
    repeat_of: str
    caller_hash: str

    @property
    def at(self) -> datetime | None:
        """The instant by which a case belongs to a period: the call, else the dispatch."""
        return self.received_at or self.dispatched_at


COLUMNS = (
    Case.order_no, Case.source, Case.kind, Case.topic_1, Case.topic_2, Case.topic_3,
    Case.community, Case.handling_unit, Case.stage, Case.side_way, Case.received_at,
    Case.dispatched_at, Case.accepted_at, Case.first_contact_at, Case.due_at, Case.closed_at,
    Case.responded, Case.resolved, Case.satisfied, Case.repeat_of, Case.caller_hash,
)  # fmt: skip


def facts(s: Session, span: Span) -> Iterator[CaseFacts]:
    """Every case of a period, streamed."""
    query = select(*COLUMNS).where(within(span)).execution_options(yield_per=CHUNK)
    for row in s.execute(query):
        yield CaseFacts._make(row)


def first_day(s: Session) -> datetime | None:
    """The earliest call or dispatch in the records: how far history reaches back."""
    # One by one: a database takes a single minimum from its index, two at once by reading all rows.
    earliest = [
        s.scalar(select(func.min(column))) for column in (Case.received_at, Case.dispatched_at)
    ]
    known = [at for at in earliest if at is not None]
    return min(known) if known else None
