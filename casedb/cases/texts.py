"""The masked texts of cases, streamed: what topics, likeness and hot topics are found in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from casedb.models import Case
from casedb.store import Session

CHUNK = 2000
LONGEST = 1500  # characters of an appeal; what it is about is said before that
ASKED_AT_ONCE = 500


class CaseText(NamedTuple):
    """One case as text: masked, with what tells caller, place and time. `at` is UTC."""

    id: int
    version: int
    order_no: str
    title: str
    appeal: str
    topic_path: tuple[str, str, str]
    community: str
    address: str  # masked
    unit_id: int | None
    unit: str
    caller: str  # keyed hash, "" when unknown
    at: datetime | None


_COLUMNS = (
    Case.id, Case.version, Case.order_no, Case.title, func.substr(Case.appeal, 1, LONGEST),
    Case.topic_1, Case.topic_2, Case.topic_3, Case.community, Case.address_masked,
    Case.handling_unit_id, Case.handling_unit, Case.caller_hash,
    func.coalesce(Case.received_at, Case.dispatched_at, Case.recorded_at),
)  # fmt: skip


def texts_after(s: Session, case_id: int, *, limit: int | None = None) -> Iterator[CaseText]:
    """The cases recorded after this one, in the order of their recording."""
    query = select(*_COLUMNS).where(Case.id > case_id).order_by(Case.id)
    if limit is not None:
        query = query.limit(limit)
    for row in s.execute(query.execution_options(yield_per=CHUNK)):
        yield _text(row)


def texts_of(s: Session, ids: Sequence[int]) -> dict[int, CaseText]:
    """These cases by id; one that is gone is left out."""
    found = {}
    for at in range(0, len(ids), ASKED_AT_ONCE):
        some = list(ids[at : at + ASKED_AT_ONCE])
        for row in s.execute(select(*_COLUMNS).where(Case.id.in_(some))):
            found[row[0]] = _text(row)
    return found


def versions(s: Session) -> Iterator[tuple[int, int]]:
    """Id and version of every case: what has changed since it was looked at."""
    query = select(Case.id, Case.version).order_by(Case.id).execution_options(yield_per=CHUNK)
    for row in s.execute(query):
        yield row[0], row[1]


def last_id(s: Session) -> int:
    """The id of the newest case, 0 when there are none."""
    return s.scalar(select(func.max(Case.id))) or 0


def labelled(s: Session, *, limit: int) -> list[CaseText]:
    """The newest cases whose topic is known, the oldest of them first."""
    query = select(*_COLUMNS).where(Case.topic_1 != "").order_by(Case.id.desc()).limit(limit)
    rows = s.execute(query.execution_options(yield_per=CHUNK))
    return [_text(row) for row in rows][::-1]


def without_topic(s: Session, *, limit: int) -> list[CaseText]:
    """The newest cases nobody has given a topic yet."""
    query = select(*_COLUMNS).where(Case.topic_1 == "").order_by(Case.id.desc()).limit(limit)
    return [_text(row) for row in s.execute(query)]


def count_without_topic(s: Session) -> int:
    """How many cases have no topic."""
    return s.scalar(select(func.count(Case.id)).where(Case.topic_1 == "")) or 0


def topics_in_use(s: Session) -> tuple[tuple[str, str, str], ...]:
    """Every topic that the records use."""
    levels = (Case.topic_1, Case.topic_2, Case.topic_3)
    rows = s.execute(select(*levels).where(Case.topic_1 != "").distinct().order_by(*levels))
    return tuple((row[0], row[1], row[2]) for row in rows)


def _text(row: Sequence[object]) -> CaseText:
    number, version, order_no, title, appeal, one, two, three, *rest = row
    return CaseText._make((number, version, order_no, title, appeal, (one, two, three), *rest))
