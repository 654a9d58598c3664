"""Cycles and their lost points: looked up with their cases, and the cause a person confirms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from casedb import audit
from casedb.assessment.causes import Causes
from casedb.assessment.details import month_named
from casedb.assessment.records import CycleRecord, KeptRate, LostPointRecord
from casedb.assessment.states import RATE_NAMES
from casedb.cases.case_book import case_view
from casedb.errors import CasedbError, NotFound, Refused
from casedb.models import AssessmentCycle, Case, LostPoint, Person, Unit
from casedb.records import CaseRecord, PersonRecord
from casedb.store import Session
from casedb.tally.names import names_of
from casedb.vocabulary import Role

DECIDERS = (Role.ADMIN, Role.DESK, Role.ANALYST)
BATCH = 500


def cycles(s: Session) -> tuple[CycleRecord, ...]:
    """Every cycle whose details were imported, the latest first."""
    rows = s.scalars(select(AssessmentCycle).order_by(AssessmentCycle.after_on.desc()))
    return tuple(cycle_view(row) for row in rows)


def cycle(s: Session, cycle_id: int) -> CycleRecord:
    """One cycle by its id."""
    row = s.get(AssessmentCycle, cycle_id)
    if row is None:
        raise NotFound("没有这个考核周期。", "请先导入考核明细。")
    return cycle_view(row)


def cycle_named(s: Session, text: str) -> CycleRecord:
    """The cycle that a name means: the name itself, its month (2026-05), or "" for the latest.

    Raises:
        NotFound: none was imported under it; says which there are.
    """
    known = cycles(s)
    wanted = text.strip()
    if not known:
        raise NotFound(
            "还没有导入过考核明细。", "请先用 zhiban assessment import 导入，或在聊天里发来明细表。"
        )
    if not wanted:
        return known[0]
    month = month_named(wanted)
    for one in known:
        last = one.after_on - timedelta(days=1)
        if wanted == one.name or (month and month == f"{last:%Y-%m}"):
            return one
    fitting = [one for one in known if wanted in one.name]
    if len(fitting) == 1:
        return fitting[0]
    names = "、".join(one.name for one in known[:6])
    raise NotFound(
        f"没有叫“{wanted}”的考核周期。", f"已导入的有：{names}；其他周期请先导入考核明细。"
    )


def cycle_before(s: Session, wanted: CycleRecord) -> CycleRecord | None:
    """The cycle imported before this one, None when it is the first."""
    earlier = [one for one in cycles(s) if one.after_on <= wanted.first_on]
    return earlier[0] if earlier else None


def cycle_view(row: AssessmentCycle) -> CycleRecord:
    """The cycle as other packages see it."""
    rates = [
        KeptRate(rate, int(row.answers[rate.value][0]), float(row.answers[rate.value][1]))
        for rate in RATE_NAMES
        if rate.value in row.answers
    ]
    return CycleRecord(
        row.id, row.name, row.first_on, row.after_on, row.issued_on, row.imported_at, row.source,
        row.listed, tuple(rates), row.due_at, row.obligation_id, row.handed_in_at,
    )  # fmt: skip


def lost_points(s: Session, cycle_id: int) -> tuple[LostPointRecord, ...]:
    """Every lost point of a cycle in the order of its sheet, each with its case where we have it.

    Units stand under today's name, whatever the sheet or the case called them.
    """
    rows = s.scalars(
        select(LostPoint)
        .where(LostPoint.cycle_id == cycle_id)
        .order_by(LostPoint.row, LostPoint.id)
    ).all()
    return _views(s, rows)


def lost_point(s: Session, point_id: int) -> LostPointRecord:
    """One lost point by its id."""
    row = s.get(LostPoint, point_id)
    if row is None:
        raise NotFound("没有这一项失分。", "请重新打开失分清单。")
    return _views(s, [row])[0]


def _views(s: Session, rows: Sequence[LostPoint]) -> tuple[LostPointRecord, ...]:
    cases = _cases(s, sorted({row.order_no for row in rows if row.order_no}))
    names = names_of(s)
    present = dict(s.execute(select(Unit.id, Unit.name)).tuples().all())
    persons = dict(s.execute(select(Person.id, Person.name)).tuples().all())
    found = []
    for row in rows:
        case = cases.get(row.order_no)
        # What the sheet left open is taken from the case, which may have come later.
        unit_id = row.unit_id or (case.handling_unit_id if case and not row.unit else None)
        printed = row.unit or (case.handling_unit if case else "")
        found.append(
            LostPointRecord(
                id=row.id,
                cycle_id=row.cycle_id,
                row=row.row,
                order_no=row.order_no,
                rate=row.rate,
                lost=row.lost,
                points=row.points,
                answer=row.answer,
                node=row.node,
                unit=present.get(unit_id, "") if unit_id else names.present(printed),
                community=names.present(row.community or (case.community if case else "")),
                topic=row.topic or (_topic(case) if case else ""),
                said=row.said,
                proposed=row.proposed,
                proposed_why=row.proposed_why,
                cause=row.cause,
                decided_by=persons.get(row.decided_by, "") if row.decided_by else "",
                case=case,
            )
        )
    return tuple(found)


def _topic(case: CaseRecord) -> str:
    return "·".join(part for part in case.topic_path[:2] if part)


def _cases(s: Session, numbers: Sequence[str]) -> dict[str, CaseRecord]:
    found = {}
    for start in range(0, len(numbers), BATCH):
        some = numbers[start : start + BATCH]
        for row in s.scalars(select(Case).where(Case.order_no.in_(some))):
            found[row.order_no] = case_view(row)
    return found


def confirm(
    s: Session, point_id: int, code: str, *, causes: Causes, by: PersonRecord, now: datetime
) -> LostPointRecord:
    """A person decides the cause of a lost point; a later decision replaces an earlier one.

    Raises:
        CasedbError: the code is no cause in force.
        Refused: not for this person to decide.
    """
    if by.role not in DECIDERS:
        raise Refused("失分原因由专班或驻场分析人员确认。", "请把意见告诉他们。")
    wanted = causes.named(code)
    if wanted is None:
        names = "、".join(one.name for one in causes.causes)
        raise CasedbError(f"没有“{code}”这个失分原因。", f"请从这些里选：{names}。")
    row = s.get(LostPoint, point_id)
    if row is None:
        raise NotFound("没有这一项失分。", "请重新打开失分清单。")
    if row.cause == wanted.id:
        return lost_point(s, point_id)
    row.cause, row.decided_by, row.decided_at = wanted.id, by.id, now
    said = f"…{row.order_no[-6:]} {RATE_NAMES[row.rate]}的失分原因定为“{wanted.name}”"
    audit.record(
        s, at=now, actor=f"person:{by.id}", subject=f"cycle:{row.cycle_id}", kind="cause_confirmed",
        detail=said,
    )  # fmt: skip
    s.flush()
    return lost_point(s, point_id)


def next_undecided(s: Session, cycle_id: int, *, after: int = 0) -> LostPointRecord | None:
    """The first lost point after `after` (an id) whose cause nobody has confirmed yet."""
    row = s.scalar(
        select(LostPoint)
        .where(LostPoint.cycle_id == cycle_id, LostPoint.cause == "", LostPoint.id > after)
        .order_by(LostPoint.id)
        .limit(1)
    )
    return None if row is None else _views(s, [row])[0]


def weight(point: LostPointRecord) -> float:
    """How much a lost point counts: the points printed, else the part of the rate that is lost."""
    return point.points if point.points is not None else point.lost
