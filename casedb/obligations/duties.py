"""Obligations that follow from cases: made for open ones, ended when they no longer hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from casedb import audit
from casedb.audit import Deed
from casedb.calendar.workdays import WorkCalendar
from casedb.days import beijing_day
from casedb.deadlines import count
from casedb.errors import CasedbError
from casedb.models import Case, Obligation, Unit
from casedb.obligations import standing
from casedb.obligations.reminders import Standing, first_look
from casedb.outgoing.alerts import alert_desk
from casedb.rules import RuleBook
from casedb.store import Session
from casedb.vocabulary import CaseStage, ObligationKind, ObligationState

PAST_AT_ENTRY = "入库时时限已过"
NO_RULE = "当时没有生效的规则，算不出时限"
NO_LADDER = "没有生效的催办阶梯"
URGENT_WITHIN = timedelta(hours=24)
NAMED = 10
BATCH = 500


def ensure_for_cases(
    s: Session, *, now: datetime, rules: RuleBook, calendar: WorkCalendar, limit: int = BATCH
) -> int:
    """Make the missing obligations of open cases and end those that no longer hold.

    A case whose deadline had passed before it was recorded gets no ladder; the desk is told once
    which orders those are. Returns how many obligations were made or ended; call again while it
    is at least `limit`.
    """
    changed = _end_stale(s, now, limit)
    made: list[Obligation] = []
    for kind, case in _wanting(s, limit):
        made.append(_duty(s, kind, case, now=now, rules=rules, calendar=calendar))
    s.add_all(made)
    s.flush()
    audit.record_many(s, [_deed(one, now) for one in made])
    _tell_of_past(s, made, now)
    for name in sorted({one.kind.value for one in made if one.outcome == NO_LADDER}):
        text = f"⚠️ 没有生效的“{name}”催办阶梯，相关工单不会催办。\n请在 ladders.toml 里补上。"
        alert_desk(s, key=f"alert:no-ladder:{name}:{beijing_day(now)}", text=text, now=now)
    return changed + len(made)


def _end_stale(s: Session, now: datetime, limit: int) -> int:
    kinds = Obligation.kind
    settled: ColumnElement[bool] = or_(
        Case.stage == CaseStage.CLOSED,
        Obligation.unit_id.is_distinct_from(Case.handling_unit_id),
        and_(kinds == ObligationKind.ACCEPT, Case.accepted_at.is_not(None)),
        and_(kinds == ObligationKind.FIRST_CONTACT, Case.first_contact_at.is_not(None)),
        and_(
            kinds == ObligationKind.DEADLINE,
            Case.due_at.is_not(None),
            Case.due_at != Obligation.due_at,
        ),
    )
    rows = s.execute(
        select(Obligation, Case)
        .join(Case, Case.id == Obligation.case_id)
        .where(
            Obligation.state.in_(standing.ACTIVE),
            kinds.in_(
                [ObligationKind.ACCEPT, ObligationKind.FIRST_CONTACT, ObligationKind.DEADLINE]
            ),
            settled,
        )
        .limit(limit)
    ).all()
    for row, case in rows:
        why = standing.untrue(row, case)
        moved = "变更" in why
        state = ObligationState.CANCELLED if moved else ObligationState.DONE
        standing.change(s, row, state, now=now, actor="schedule", why=why)
    return len(rows)


def _wanting(s: Session, limit: int) -> list[tuple[ObligationKind, Case]]:
    """Open cases that lack an obligation, with its kind."""
    open_case = Case.stage != CaseStage.CLOSED
    wants = {
        ObligationKind.ACCEPT: (Case.accepted_at.is_(None), Case.dispatched_at.is_not(None)),
        ObligationKind.FIRST_CONTACT: (
            Case.first_contact_at.is_(None),
            Case.dispatched_at.is_not(None),
        ),
        ObligationKind.DEADLINE: (or_(Case.due_at.is_not(None), Case.urgency.is_not(None)),),
    }
    found: list[tuple[ObligationKind, Case]] = []
    for kind, conditions in wants.items():
        query = (
            select(Case)
            .where(open_case, *conditions, ~_has_duty(kind))
            .order_by(Case.id)
            .limit(limit)
        )
        found += [(kind, case) for case in s.scalars(query)]
    return found


def _has_duty(kind: ObligationKind) -> ColumnElement[bool]:
    same_due: Sequence[ColumnElement[bool]] = ()
    if kind is ObligationKind.DEADLINE:
        same_due = (or_(Case.due_at.is_(None), Obligation.due_at == Case.due_at),)
    return (
        exists()
        .where(
            Obligation.case_id == Case.id,
            Obligation.kind == kind,
            Obligation.unit_id.is_not_distinct_from(Case.handling_unit_id),
            *same_due,
        )
        .correlate(Case)
    )


def _duty(
    s: Session,
    kind: ObligationKind,
    case: Case,
    *,
    now: datetime,
    rules: RuleBook,
    calendar: WorkCalendar,
) -> Obligation:
    """The obligation; one that cannot be reminded of is kept as cancelled, with the reason, so
    that the case is not looked at again at every tick."""
    counted = _due_at(kind, case, rules, calendar)
    due_at = counted or case.dispatched_at or case.received_at or case.recorded_at
    ladder = rules.ladder(kind.value, beijing_day(now))
    why_not = "" if due_at > case.recorded_at else PAST_AT_ENTRY
    if ladder is None or counted is None:
        why_not = NO_LADDER if ladder is None else NO_RULE
    urgent = _urgent(case, rules)
    return Obligation(
        key=f"case:{case.id}:{kind}:{due_at:%Y%m%dT%H%M%SZ}:u{case.handling_unit_id or 0}",
        kind=kind,
        state=ObligationState.CANCELLED if why_not else ObligationState.DUE,
        outcome=why_not,
        due_at=due_at,
        case_id=case.id,
        unit_id=case.handling_unit_id,
        person_id=case.handler_id or _head_id(s, case.handling_unit_id),
        # Known since the case is: a late start of ours is told as late.
        created_at=min(case.recorded_at, now),
        ladder=kind.value,
        ladder_version=ladder.valid.version if ladder else "",
        urgent=urgent,
        next_at=None
        if why_not or ladder is None
        else first_look(
            Standing(due_at, min(case.recorded_at, now), urgent=urgent), ladder, rules.quiet
        ),
    )


def _head_id(s: Session, unit_id: int | None) -> int | None:
    unit = None if unit_id is None else s.get(Unit, unit_id)
    return None if unit is None else unit.head_id


def _due_at(
    kind: ObligationKind, case: Case, rules: RuleBook, calendar: WorkCalendar
) -> datetime | None:
    if kind is ObligationKind.DEADLINE and case.due_at is not None:
        return case.due_at
    start = case.dispatched_at or case.received_at
    if start is None:
        return None
    on = beijing_day(start)
    if kind is ObligationKind.DEADLINE:
        limit = rules.limit("feedback", on, case.urgency)
    else:
        limit = rules.limit(kind.value, on)
    try:
        return None if limit is None else count(start, limit.rule, calendar).due
    except CasedbError:
        return None  # `cases why` says that and why it cannot be computed.


def _urgent(case: Case, rules: RuleBook) -> bool:
    """Quiet hours do not hold urgent orders: by their class, else by the time they were given."""
    if case.urgency is not None:
        return case.urgency in rules.quiet.urgent
    given = case.due_at
    return (
        given is not None
        and case.dispatched_at is not None
        and given - case.dispatched_at <= URGENT_WITHIN
    )


def _deed(row: Obligation, now: datetime) -> Deed:
    subject = f"obligation:{row.id}"
    return Deed(now, "schedule", subject, "created", row.outcome or f"{row.kind} {row.due_at}")


def _tell_of_past(s: Session, made: list[Obligation], now: datetime) -> None:
    past = [
        one for one in made if one.outcome == PAST_AT_ENTRY and one.kind is ObligationKind.DEADLINE
    ]
    if not past:
        return
    orders = [case.order_no for one in past if (case := standing.case_of(s, one)) is not None]
    named = "、".join(f"…{order[-6:]}" for order in orders[:NAMED])
    more = f"等 {len(orders)} 件" if len(orders) > NAMED else f"共 {len(orders)} 件"
    text = (
        f"📌 这些工单入库时办理时限已过：{named}，{more}。\n"
        "请核对办理时限，已办结的请补办结时间；它们不再逐级催办，列在台账的“逾期”里。"
    )
    digest = hashlib.sha256("|".join(orders).encode()).hexdigest()[:16]
    alert_desk(s, key=f"alert:past:{digest}", text=text, now=now)
