"""Three working days for the retrospective: an obligation with reminders that an "I got it" does not end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casedb import audit, people
from casedb.calendar.workdays import WorkCalendar
from casedb.days import beijing_day, exact_text
from casedb.deadlines import retrospective_due
from casedb.errors import CasedbError, Refused
from casedb.models import AssessmentCycle, Obligation
from casedb.obligations import standing
from casedb.obligations.reminders import Standing, first_look, step_times
from casedb.obligations.steps import standing_of
from casedb.obligations.views import obligation_row
from casedb.outgoing.alerts import account_of
from casedb.records import PersonRecord
from casedb.rules import RuleBook
from casedb.store import Session
from casedb.vocabulary import ObligationKind, ObligationState, Role, UnitKind

# What is still owed after somebody pressed 「已收到」: the next step of the ladder speaks again.
OWED_AFTER_ACK = (ObligationKind.RETROSPECTIVE, ObligationKind.MEASURE)
OVERSEERS = (Role.ADMIN, Role.DESK, Role.ANALYST)


def start(
    s: Session,
    cycle: AssessmentCycle,
    *,
    actor: str,
    now: datetime,
    rules: RuleBook,
    calendar: WorkCalendar,
) -> datetime | None:
    """Owe the retrospective of a cycle; once. Returns its last moment (UTC), None when it cannot be
    counted. A cycle whose time had passed at its import gets no reminders.

    Raises:
        CasedbError: no ladder for the retrospective is in force.

    Source: service contract, article 2 item 5 (三个工作日内); Civil Code, article 201.
    """
    deadline = retrospective_due(cycle.issued_on, rules, calendar)
    if deadline.due is None:
        return cycle.due_at
    unchanged = cycle.due_at is not None and cycle.due_at == deadline.due
    if unchanged or cycle.handed_in_at is not None:
        return cycle.due_at
    cycle.due_at = deadline.due
    if cycle.obligation_id is not None:
        before = obligation_row(s, cycle.obligation_id)
        why = "下发日期有变更"
        standing.change(s, before, ObligationState.CANCELLED, now=now, actor=actor, why=why)
    if deadline.due <= now:
        return deadline.due
    ladder = rules.ladder("retrospective", beijing_day(now))
    if ladder is None:
        raise CasedbError("没有“retrospective”催办阶梯。", "请在 ladders.toml 里补上再试。")
    owner = _responsible(s, actor)
    row = Obligation(
        key=f"retrospective:{cycle.id}:{deadline.due:%Y%m%dT%H%M}",
        kind=ObligationKind.RETROSPECTIVE,
        text=f"{cycle.name}复盘报告",
        due_at=deadline.due,
        person_id=None if owner is None else owner.id,
        unit_id=_desk_unit(s),
        created_at=now,
        ladder=ladder.id,
        ladder_version=ladder.valid.version,
        next_at=first_look(Standing(deadline.due, now), ladder, rules.quiet),
    )
    s.add(row)
    s.flush()
    cycle.obligation_id = row.id
    said = f"{exact_text(deadline.due)} 前提交{cycle.name}复盘报告"
    audit.record(
        s, at=now, actor=actor, subject=f"obligation:{row.id}", kind="created", detail=said
    )
    return deadline.due


def _responsible(s: Session, actor: str) -> PersonRecord | None:
    """Whoever imported it while on the desk or an analyst, else the first analyst who can be told."""
    kind, _, number = actor.partition(":")
    if kind == "person" and number.isdigit():
        person = people.person(s, int(number))
        if person.role in OVERSEERS:
            return person
    for role in (Role.ANALYST, Role.DESK):
        for person in people.people(s, roles=(role,)):
            if person.active and account_of(s, person.id) is not None:
                return person
    return None


def _desk_unit(s: Session) -> int | None:
    return next((one.id for one in people.units(s) if one.kind is UnitKind.DESK), None)


def handed_in(s: Session, cycle_id: int, *, by: PersonRecord, now: datetime) -> AssessmentCycle:
    """The retrospective was handed in: the countdown ends.

    Raises:
        Refused: not for this person to say.
    """
    if by.role not in OVERSEERS:
        raise Refused("复盘报告由专班或驻场分析人员登记提交。", "请让他们来登记。")
    cycle = s.get_one(AssessmentCycle, cycle_id)
    if cycle.handed_in_at is not None:
        return cycle
    cycle.handed_in_at = now
    actor = f"person:{by.id}"
    if cycle.obligation_id is not None:
        row = obligation_row(s, cycle.obligation_id)
        why = f"{by.name}登记复盘报告已提交"
        if row.state is not ObligationState.CANCELLED:
            standing.change(s, row, ObligationState.DONE, now=now, actor=actor, why=why)
    said = f"{cycle.name}复盘报告已提交"
    audit.record(s, at=now, actor=actor, subject=f"cycle:{cycle.id}", kind="handed_in", detail=said)
    return cycle


def wake_acknowledged(s: Session, *, now: datetime, rules: RuleBook) -> int:
    """Remind again of what was acknowledged but is not done, when the next step's time has come.

    「已收到」 under these says that the reminder was read, not that the report was handed in or the
    measure taken. Returns how many speak again.
    """
    rows = s.scalars(
        select(Obligation).where(
            Obligation.kind.in_(OWED_AFTER_ACK),
            Obligation.state == ObligationState.ACKNOWLEDGED,
        )
    ).all()
    woken = 0
    for row in rows:
        ladder = rules.ladder(row.ladder, beijing_day(row.created_at))
        if ladder is None or row.acknowledged_at is None:
            continue
        times = step_times(standing_of(row), ladder, rules.quiet)[row.step :]
        if not any(row.acknowledged_at < at <= now for at, _ in times):
            continue
        row.snoozed_until, row.waiting_since, row.next_at = None, None, now
        standing.change(
            s, row, ObligationState.DUE, now=now, actor="schedule", why="已确认但还没有完成"
        )
        woken += 1
    return woken
