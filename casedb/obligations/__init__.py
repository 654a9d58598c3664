"""Obligations (reminders that must be acknowledged): asked for, looked up, taken back."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import or_, select

from casedb import audit
from casedb.days import beijing_day, moment_text
from casedb.errors import CasedbError, Refused
from casedb.models import Obligation
from casedb.obligations import standing
from casedb.obligations.answers import acknowledge, acknowledge_all, cannot, hand_over, snooze
from casedb.obligations.duties import ensure_for_cases
from casedb.obligations.leaving import Left, leave
from casedb.obligations.recurrence import REPEATS, series
from casedb.obligations.reminders import Standing, first_look
from casedb.obligations.steps import due_steps
from casedb.obligations.views import obligation_row, view
from casedb.privacy import mask
from casedb.records import ObligationRecord, PersonRecord
from casedb.rules import RuleBook
from casedb.store import Session
from casedb.vocabulary import ObligationKind, ObligationState, Role

__all__ = [
    "Left",
    "acknowledge",
    "acknowledge_all",
    "ask",
    "cancel",
    "cannot",
    "done",
    "due_steps",
    "ensure_for_cases",
    "get",
    "hand_over",
    "leave",
    "listing",
    "of_case",
    "snooze",
]


def ask(
    s: Session,
    *,
    text: str,
    due_at: datetime,
    by: PersonRecord,
    now: datetime,
    rules: RuleBook,
    person_id: int | None = None,
    unit_id: int | None = None,
    repeats: str = "",
    kind: ObligationKind = ObligationKind.PERSONAL,
    case_id: int | None = None,
    chat: str = "",
    key: str = "",
    ladder: str = "",
) -> ObligationRecord:
    """Somebody asks for a reminder: of themselves, of a colleague, or of a unit.

    Args:
        due_at: aware instant at which to remind (for other kinds: by when it has to be done).
        person_id: who is to act; the asker when neither person nor unit is given.
        repeats: "" or daily, workdays, weekly, monthly, yearly (at the same Beijing time).
        key: the same key again gives the reminder made before.

    Raises:
        Refused: the time has passed.
        CasedbError: no text, or an unknown repetition or ladder.
    """
    said = mask(text.strip())
    if not said:
        raise CasedbError("没有写提醒什么。", "请写成：提醒我 明天上午9点 交剔除材料。")
    if due_at <= now:
        raise Refused(f"{moment_text(due_at)} 已经过了。", "请换一个以后的时间。")
    if repeats and repeats not in REPEATS:
        raise CasedbError(f"不认识重复方式“{repeats}”。", "请选每天、工作日、每周、每月或每年。")
    digest = hashlib.sha256(f"{by.id}|{said}|{due_at}|{now}|{unit_id}".encode()).hexdigest()[:20]
    wanted_key = key or f"ask:{by.id}:{digest}"
    known = s.scalar(select(Obligation).where(Obligation.key == wanted_key))
    if known is not None:
        return view(s, known)
    row = Obligation(
        key=wanted_key,
        kind=kind,
        text=said,
        due_at=due_at,
        case_id=case_id,
        unit_id=unit_id,
        person_id=person_id if person_id or unit_id else by.id,
        created_by=by.id,
        created_at=now,
        repeats=repeats,
        chat=chat,
    )
    _on_ladder(row, ladder or _default_ladder(row), rules, now)
    s.add(row)
    s.flush()
    audit.record(
        s,
        at=now,
        actor=f"person:{by.id}",
        subject=f"obligation:{row.id}",
        kind="created",
        detail=f"{moment_text(due_at)} {said}",
    )
    return view(s, row)


def _default_ladder(row: Obligation) -> str:
    if row.kind is not ObligationKind.PERSONAL:
        return row.kind.value
    return "unit" if row.unit_id is not None else "personal"


def _on_ladder(row: Obligation, name: str, rules: RuleBook, now: datetime) -> None:
    ladder = rules.ladder(name, beijing_day(now))
    if ladder is None:
        raise CasedbError(f"没有名为“{name}”的催办阶梯。", "请在 ladders.toml 里补上再试。")
    row.ladder, row.ladder_version = ladder.id, ladder.valid.version
    row.next_at = first_look(Standing(row.due_at, now), ladder, rules.quiet)


def cancel(s: Session, obligation_id: int, *, by: PersonRecord, now: datetime) -> ObligationRecord:
    """Take a reminder back; a repeating one with all its repetitions.

    Raises:
        Refused: neither the asker nor the desk.
    """
    row = obligation_row(s, obligation_id)
    if by.id != row.created_by and by.role not in (Role.ADMIN, Role.DESK):
        raise Refused("只有设提醒的人和专班能取消它。", "请找发起人或专班取消。")
    rows = [row]
    if row.repeats:
        rows += s.scalars(
            select(Obligation).where(
                Obligation.key.startswith(series(row.key), autoescape=True),
                Obligation.state.in_(standing.ACTIVE),
                Obligation.id != row.id,
            )
        ).all()
    for one in rows:
        if one.state in standing.ACTIVE:
            standing.change(
                s,
                one,
                ObligationState.CANCELLED,
                now=now,
                actor=f"person:{by.id}",
                why=f"{by.name}取消",
            )
    return view(s, row)


def done(s: Session, obligation_id: int, *, actor: str, now: datetime, why: str) -> None:
    """What was owed is done (materials handed in, review finished): the ladder ends."""
    row = obligation_row(s, obligation_id)
    if row.state is not ObligationState.CANCELLED:
        standing.change(s, row, ObligationState.DONE, now=now, actor=actor, why=why)


def get(s: Session, obligation_id: int) -> ObligationRecord:
    """One obligation by its id."""
    return view(s, obligation_row(s, obligation_id))


def listing(s: Session, person: PersonRecord) -> tuple[ObligationRecord, ...]:
    """What a person has to do or asked for and is not over yet, next first."""
    rows = s.scalars(
        select(Obligation)
        .where(
            Obligation.state.in_(standing.ACTIVE),
            or_(Obligation.person_id == person.id, Obligation.created_by == person.id),
        )
        .order_by(Obligation.due_at, Obligation.id)
    )
    return tuple(view(s, row) for row in rows)


def of_case(s: Session, case_id: int) -> tuple[ObligationRecord, ...]:
    """Every obligation of a case, over or not, in order of due time."""
    rows = s.scalars(
        select(Obligation)
        .where(Obligation.case_id == case_id)
        .order_by(Obligation.due_at, Obligation.id)
    )
    return tuple(view(s, row) for row in rows)
