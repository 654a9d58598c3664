"""Looking cases up: by number, by its tail, by what a list asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from casedb import audit
from casedb.errors import NotFound
from casedb.models import Case
from casedb.records import CaseRecord, EventRecord
from casedb.store import Session
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, SideWay

SHORTEST_TAIL = 4


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list of cases asks for; what is left out does not narrow it.

    Instants are aware; `*_from` is inclusive, `*_to` exclusive. `overdue_at` keeps open cases
    whose deadline has passed at that instant. `words` must all stand in number, title or appeal.
    """

    unit_id: int | None = None
    community: str = ""
    stages: tuple[CaseStage, ...] = ()
    side_ways: tuple[SideWay, ...] = ()
    kind: AppealKind | None = None
    topic: str = ""  # any of the three levels
    open_only: bool = False
    has_no: bool = False
    repeated: bool = False
    overdue_at: datetime | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    dispatched_from: datetime | None = None
    dispatched_to: datetime | None = None
    closed_from: datetime | None = None
    closed_to: datetime | None = None
    words: str = ""
    limit: int | None = None
    offset: int = 0


def find(s: Session, order_no: str) -> CaseRecord | None:
    """The case with this order number (工单编号), None when there is none."""
    row = s.scalar(select(Case).where(Case.order_no == order_no.strip()))
    return None if row is None else case_view(row)


def find_by_tail(s: Session, tail: str) -> tuple[CaseRecord, ...]:
    """Cases whose order number ends with `tail` (at least four characters), newest first."""
    tail = tail.strip()
    if len(tail) < SHORTEST_TAIL:
        return ()
    pattern = tail.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = s.scalars(
        select(Case).where(Case.order_no.like(f"%{pattern}", escape="\\")).order_by(Case.id.desc())
    )
    return tuple(case_view(row) for row in rows)


def case(s: Session, case_id: int) -> CaseRecord:
    """One case by its id."""
    return case_view(row_of(s, case_id))


def open_cases(s: Session) -> tuple[CaseRecord, ...]:
    """Every case that is not closed, the most urgent first."""
    return list_cases(s, CaseFilter(open_only=True))


def list_cases(s: Session, wanted: CaseFilter) -> tuple[CaseRecord, ...]:
    """The cases a filter lets through: earliest deadline first, without deadline last."""
    query = _narrowed(select(Case), wanted)
    query = query.order_by(Case.due_at.is_(None), Case.due_at, Case.id)
    if wanted.limit is not None:
        query = query.limit(wanted.limit)
    return tuple(case_view(row) for row in s.scalars(query.offset(wanted.offset or None)))


def count_cases(s: Session, wanted: CaseFilter) -> int:
    """How many cases a filter lets through, limit and offset aside."""
    return s.scalar(_narrowed(select(func.count(Case.id)), wanted)) or 0


def events(s: Session, case_id: int) -> tuple[EventRecord, ...]:
    """What happened to a case, oldest first."""
    return audit.events_of(s, f"case:{case_id}")


def row_of(s: Session, case_id: int) -> Case:
    """The row itself, for the functions in casedb that change it."""
    row = s.get(Case, case_id)
    if row is None:
        raise NotFound(what="没有找到这件工单。", fix="请核对工单编号，或先导入工单。")
    return row


def _narrowed(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    for condition in (*_state_conditions(wanted), *_time_conditions(wanted)):
        query = query.where(condition)
    return query


def _state_conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.unit_id is not None:
        conditions.append(Case.handling_unit_id == wanted.unit_id)
    if wanted.community:
        conditions.append(Case.community == wanted.community)
    if wanted.stages:
        conditions.append(Case.stage.in_(wanted.stages))
    if wanted.side_ways:
        conditions.append(Case.side_way.in_(wanted.side_ways))
    if wanted.kind is not None:
        conditions.append(Case.kind == wanted.kind)
    if wanted.topic:
        levels = (Case.topic_1, Case.topic_2, Case.topic_3)
        conditions.append(or_(*(level == wanted.topic for level in levels)))
    if wanted.has_no:
        answers = (Case.responded, Case.resolved, Case.satisfied)
        conditions.append(or_(*(answer == RevisitAnswer.NO for answer in answers)))
    if wanted.repeated:
        conditions.append(Case.repeat_of != "")
    for word in wanted.words.split():
        places = (Case.order_no, Case.title, Case.appeal)
        conditions.append(or_(*(place.contains(word, autoescape=True) for place in places)))
    return conditions


def _time_conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.open_only or wanted.overdue_at is not None:
        conditions.append(Case.stage != CaseStage.CLOSED)
    if wanted.overdue_at is not None:
        conditions.append(Case.due_at < wanted.overdue_at)
    for name in ("due", "received", "dispatched", "closed"):
        column = getattr(Case, f"{name}_at")
        earliest, latest = getattr(wanted, f"{name}_from"), getattr(wanted, f"{name}_to")
        if earliest is not None:
            conditions.append(column >= earliest)
        if latest is not None:
            conditions.append(column < latest)
    return conditions


def case_view(row: Case) -> CaseRecord:
    """A case as other packages see it."""
    return CaseRecord(
        id=row.id,
        order_no=row.order_no,
        source=row.source,
        kind=row.kind,
        title=row.title,
        appeal=row.appeal,
        topic_path=(row.topic_1, row.topic_2, row.topic_3),
        community=row.community,
        handling_unit_id=row.handling_unit_id,
        handling_unit=row.handling_unit,
        supporting_units=row.supporting_units,
        handler_id=row.handler_id,
        stage=row.stage,
        side_way=row.side_way,
        urgency=row.urgency,
        received_at=row.received_at,
        dispatched_at=row.dispatched_at,
        accepted_at=row.accepted_at,
        first_contact_at=row.first_contact_at,
        due_at=row.due_at,
        due_source=row.due_source,
        reply=row.reply,
        closed_at=row.closed_at,
        revisited_at=row.revisited_at,
        responded=row.responded,
        resolved=row.resolved,
        satisfied=row.satisfied,
        complainant_masked=row.complainant_masked,
        phone_masked=row.phone_masked,
        address_masked=row.address_masked,
        repeat_of=row.repeat_of,
        remark=row.remark,
        extra=tuple((str(key), str(value)) for key, value in row.extra.items()),
        version=row.version,
    )
