"""The analyst's own duty: handed-in materials are to be reviewed in time, urged by the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from casedb import audit
from casedb.calendar.workdays import WorkCalendar
from casedb.days import beijing_day, exact_text
from casedb.deadlines import review_due
from casedb.exclusion.requests import row_of
from casedb.models import Case, ExclusionRequest, Obligation
from casedb.obligations import standing
from casedb.obligations.reminders import Standing, first_look
from casedb.rules import RuleBook
from casedb.store import Session
from casedb.vocabulary import ObligationKind, ObligationState

NO_RULE = timedelta(days=1)
LADDER = "review"


def owe_review(
    s: Session,
    request_id: int,
    *,
    reviewer_id: int | None,
    actor: str,
    now: datetime,
    rules: RuleBook,
    calendar: WorkCalendar,
) -> bool:
    """An analyst owes the review of a request whose materials are there; one duty for each round.

    `reviewer_id` None leaves it to the desk, by the ladder. False when it is owed already or no
    ladder for reviews is in force.
    """
    row = row_of(s, request_id)
    ladder = rules.ladder(LADDER, beijing_day(now))
    if ladder is None or _open_duty(s, row) is not None:
        return False
    due_at = review_due(now, rules, calendar).due or now + NO_RULE
    case = s.get_one(Case, row.case_id)
    duty = Obligation(
        key=f"{_key(row)}{1 + len(_duties(s, row))}",
        kind=ObligationKind.REVIEW,
        text=f"审核工单 {case.order_no} 的剔除材料",
        due_at=due_at,
        case_id=row.case_id,
        unit_id=None,
        person_id=reviewer_id,
        created_at=now,
        ladder=ladder.id,
        ladder_version=ladder.valid.version,
        next_at=first_look(Standing(due_at, now), ladder, rules.quiet),
    )
    s.add(duty)
    s.flush()
    said = f"{exact_text(due_at)} 前审完"
    audit.record(s, at=now, actor=actor, subject=f"obligation:{duty.id}", kind="owed", detail=said)
    return True


def settle_review(
    s: Session, request_id: int, *, actor: str, now: datetime, why: str, done: bool = True
) -> bool:
    """The opinion went out (or the request was withdrawn): the duty ends with its reminders."""
    duty = _open_duty(s, row_of(s, request_id))
    if duty is None:
        return False
    state = ObligationState.DONE if done else ObligationState.CANCELLED
    standing.change(s, duty, state, now=now, actor=actor, why=why)
    return True


def _open_duty(s: Session, row: ExclusionRequest) -> Obligation | None:
    over = (ObligationState.DONE, ObligationState.CANCELLED)
    return next((one for one in _duties(s, row) if one.state not in over), None)


def _duties(s: Session, row: ExclusionRequest) -> Sequence[Obligation]:
    return s.scalars(
        select(Obligation).where(
            Obligation.case_id == row.case_id,
            Obligation.kind == ObligationKind.REVIEW,
            Obligation.key.startswith(_key(row)),
        )
    ).all()


def _key(row: ExclusionRequest) -> str:
    return f"case:{row.case_id}:review:{row.id}:"
