"""The closing sheet (结案作业表): whose exclusion materials are due when, who owes what, urging."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from casedb import audit
from casedb.calendar.workdays import WorkCalendar
from casedb.closing.records import HANDED_IN
from casedb.days import beijing_day, exact_text
from casedb.deadlines import ASKS_EXCLUSION, materials_due
from casedb.errors import CasedbError, Refused
from casedb.models import Case, Obligation, Person, Unit
from casedb.obligations import standing
from casedb.obligations.reminders import Standing, first_look
from casedb.obligations.views import obligation_row
from casedb.records import ClosingLine, PersonRecord
from casedb.rules import RuleBook
from casedb.store import Session
from casedb.vocabulary import ObligationKind, ObligationState, RevisitAnswer, Role

USUAL_ITEMS = ("剔除申请说明", "办理过程佐证材料")
MOST_ITEMS = 20
OVERSEERS = (Role.ADMIN, Role.DESK, Role.ANALYST)


def owe(
    s: Session,
    case_id: int,
    *,
    items: Sequence[str],
    due_at: datetime,
    actor: str,
    now: datetime,
    rules: RuleBook,
) -> ClosingLine:
    """A unit owes materials for a case by `due_at` (UTC); asked again it replaces time and items.

    Raises:
        Refused: the time has passed already.
        CasedbError: no ladder for materials is in force.
    """
    if due_at <= now:
        raise Refused(f"材料截止时间 {exact_text(due_at)} 已经过了。", "请核对结案作业表里的时间。")
    case = s.get_one(Case, case_id)
    ladder = rules.ladder("materials", beijing_day(now))
    if ladder is None:
        raise CasedbError("没有“materials”催收阶梯。", "请在 ladders.toml 里补上再试。")
    row = _row_of(s, case_id)
    wanted = tuple(dict.fromkeys(item.strip() for item in items if item.strip()))[:MOST_ITEMS]
    text = _joined(wanted or USUAL_ITEMS)
    if row is not None and (row.due_at, row.text) == (due_at, text):
        return line_of(s, row, now)
    if row is not None:
        why = "结案作业表有变更"
        standing.change(s, row, ObligationState.CANCELLED, now=now, actor=actor, why=why)
    fresh = Obligation(
        # A new row for a new time, so that its reminders have keys of their own.
        key=f"case:{case_id}:materials:{1 + (row.id if row is not None else 0)}",
        kind=ObligationKind.MATERIALS,
        text=text,
        due_at=due_at,
        case_id=case_id,
        unit_id=case.handling_unit_id,
        person_id=case.handler_id,
        created_at=now,
        ladder=ladder.id,
        ladder_version=ladder.valid.version,
        next_at=first_look(Standing(due_at, now), ladder, rules.quiet),
    )
    s.add(fresh)
    s.flush()
    _note(s, fresh, "owed", f"{exact_text(due_at)} 前提交：{text}", actor, now)
    return line_of(s, fresh, now)


def known_line(s: Session, case_id: int, now: datetime) -> ClosingLine | None:
    """What is owed for a case at present; None when nothing ever was."""
    row = _row_of(s, case_id)
    return None if row is None else line_of(s, row, now)


def generate(
    s: Session,
    *,
    begins: datetime,
    ends: datetime,
    actor: str,
    now: datetime,
    rules: RuleBook,
    calendar: WorkCalendar,
) -> tuple[ClosingLine, ...]:
    """Make the lines of closed cases whose materials fall due in [begins, ends).

    Cases that ask for exclusion or appeal the assessment, and those with a no at the revisit
    (涉否, 推断). Due time by the rule `materials`; a time from an imported sheet stays. Cases whose
    time has passed are left out. Returns the whole sheet of the window.
    """
    no = RevisitAnswer.NO
    rows = s.scalars(
        select(Case).where(
            Case.closed_at.is_not(None),
            Case.closed_at >= begins - timedelta(days=60),
            Case.closed_at < ends,
            Case.side_way.in_(ASKS_EXCLUSION)
            | (Case.responded == no)
            | (Case.resolved == no)
            | (Case.satisfied == no),
        )
    ).all()
    for case in rows:
        assert case.closed_at is not None
        due = materials_due(case.closed_at, rules, calendar).due
        if due is None or not max(begins, now) < due < ends or _row_of(s, case.id) is not None:
            continue
        owe(s, case.id, items=(), due_at=due, actor=actor, now=now, rules=rules)
    return sheet(s, begins=begins, ends=ends, now=now)


def sheet(
    s: Session,
    *,
    begins: datetime,
    ends: datetime,
    now: datetime,
    unit_id: int | None = None,
) -> tuple[ClosingLine, ...]:
    """The closing sheet of a window of due times, of all units or one, the most pressing first."""
    query = select(Obligation).where(
        Obligation.kind == ObligationKind.MATERIALS,
        Obligation.state != ObligationState.CANCELLED,
        Obligation.due_at >= begins,
        Obligation.due_at < ends,
    )
    if unit_id is not None:
        query = query.where(Obligation.unit_id == unit_id)
    rows = s.scalars(query.order_by(Obligation.due_at, Obligation.id))
    return tuple(line_of(s, row, now) for row in rows if row.case_id is not None)


def handed_in(
    s: Session, case_id: int, *, actor: str, now: datetime, items: Sequence[str] = ()
) -> ClosingLine | None:
    """Materials came in: all of them, or the items named; None when nothing was owed.

    When nothing is left the obligation is done and its ladder ends in the same transaction.
    """
    row = _row_of(s, case_id)
    if row is None or row.state is ObligationState.DONE:
        return None if row is None else line_of(s, row, now)
    came = {item.strip() for item in items}
    left = [item for item in _parted(row.text) if came and item not in came]
    _note(s, row, "handed_in", f"已交：{_joined(items) or row.text}", actor, now)
    if left:
        row.text = _joined(left)
    else:
        standing.change(s, row, ObligationState.DONE, now=now, actor=actor, why="材料交齐")
    return line_of(s, row, now)


def urge_late(
    s: Session, *, by: PersonRecord, now: datetime, begins: datetime, ends: datetime
) -> int:
    """One tap: everybody whose materials of the window are late is reminded again now.

    Each person gets one message whatever the number of cases. Returns how many cases are urged.

    Raises:
        Refused: not for the desk's people to decide.
    """
    if by.role not in OVERSEERS:
        raise Refused("只有专班能一键催交。", "请让专班来按。")
    urged = 0
    for line in sheet(s, begins=begins, ends=ends, now=now):
        row = obligation_row(s, line.obligation_id)
        if not line.late:
            continue
        # An acknowledgement says that the reminder was read, not that the papers came.
        row.snoozed_until, row.next_at, row.waiting_since = now, now, None
        why = f"{by.name}一键催交"
        standing.change(s, row, ObligationState.DUE, now=now, actor=f"person:{by.id}", why=why)
        urged += 1
    return urged


def line_of(s: Session, row: Obligation, now: datetime) -> ClosingLine:
    """One line as it is shown."""
    case = s.get_one(Case, row.case_id)
    unit = None if row.unit_id is None else s.get(Unit, row.unit_id)
    person = None if row.person_id is None else s.get(Person, row.person_id)
    late = row.due_at < now and row.state is not ObligationState.DONE
    return ClosingLine(
        obligation_id=row.id,
        case_id=case.id,
        order_no=case.order_no,
        unit_id=row.unit_id,
        unit=unit.name if unit else case.handling_unit,
        person=person.name if person else "",
        items=_parted(row.text),
        due_at=row.due_at,
        state=_state(row, late=late),
        late=late,
    )


def _state(row: Obligation, *, late: bool) -> str:
    if row.state is ObligationState.DONE:
        return HANDED_IN
    if late:
        return "逾期"
    return "已确认" if row.state is ObligationState.ACKNOWLEDGED else "待交"


def _row_of(s: Session, case_id: int) -> Obligation | None:
    return s.scalar(
        select(Obligation)
        .where(
            Obligation.case_id == case_id,
            Obligation.kind == ObligationKind.MATERIALS,
            Obligation.state != ObligationState.CANCELLED,
        )
        .order_by(Obligation.id.desc())
        .limit(1)
    )


def _joined(items: Sequence[str]) -> str:
    return "、".join(items)


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[、,，;；\n]+", text) if part.strip())


def _note(s: Session, row: Obligation, kind: str, text: str, actor: str, now: datetime) -> None:
    audit.record(s, at=now, actor=actor, subject=f"obligation:{row.id}", kind=kind, detail=text)
