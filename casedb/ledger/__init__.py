"""One frozen snapshot a day: the message, the sheet and the page all read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from casedb import audit, people
from casedb.calendar.workdays import WorkCalendar
from casedb.cases.case_book import case_view
from casedb.closing import sheet as closing_sheet
from casedb.days import at_beijing, day_text, local
from casedb.deadlines import ASKS_EXCLUSION
from casedb.ledger.changes import changes_since
from casedb.ledger.count import (
    HAS_NO_DAYS,
    DayView,
    LedgerRules,
    day_view,
    ledger_cases,
    revisit_figures,
    unit_line,
    unit_lines,
)
from casedb.ledger.filing import filed, filings, first_filed
from casedb.ledger.snapshots import content_hash, opened, sealed_content, snapshot_id
from casedb.models import Case, Obligation, Snapshot
from casedb.records import CaseRecord, LedgerSnapshot
from casedb.rules import RuleBook
from casedb.rules.dated import UNCONFIRMED
from casedb.store import Session
from casedb.vocabulary import CaseStage, ObligationKind, ObligationState

__all__ = ["filed", "filings", "first_filed", "freeze", "load", "measure"]

EARLY = "early"  # asked for before the first edition of the day
OWED_WITHIN = timedelta(days=60)
AFTERWARDS = "afterwards"  # made after the day was over
SETTLED = (ObligationState.DONE, ObligationState.CANCELLED)


def freeze(
    s: Session,
    *,
    on: date,
    now: datetime,
    rules: RuleBook,
    calendar: WorkCalendar,
    edition: str | None = None,
) -> LedgerSnapshot:
    """The ledger (台账) of a Beijing day, frozen at its first asking and the same bytes ever after.

    Today's figures are as of `now`; those of a day that is over as of its last instant, from the
    times in the records (unit, stage ways and owed materials as they are now). What each figure
    counts is said in `casedb.ledger_count.DayView`.

    Args:
        edition: an edition of ledger.toml. None gives the latest ledger there is of that day;
            when there is none it freezes the edition whose time has come last today, "early"
            before the first one's time, "afterwards" for a day that is over.

    Raises:
        CasedbError: the day has not begun.
    """
    view = day_view(on, now)
    known = load(s, on, edition)
    if known is not None and not (edition is None and _newer_edition(known, on, now, rules)):
        return known
    name = edition or _edition_now(on, now, rules)
    snapshot = measure(s, view, rules=rules, calendar=calendar, edition=name, now=now)
    s.add(
        Snapshot(
            name=snapshot.id,
            on_date=on,
            edition=name,
            frozen_at=now,
            content_hash=snapshot.content_hash,
            content=sealed_content(snapshot),
        )
    )
    s.flush()
    audit.record(
        s,
        at=now,
        actor="schedule",
        subject=f"ledger:{snapshot.id}",
        kind="frozen",
        detail=f"{day_text(on)}台账 {snapshot.id}，指纹 {snapshot.content_hash}",
    )
    return snapshot


def load(s: Session, on: date, edition: str | None = None) -> LedgerSnapshot | None:
    """The frozen ledger of a day; without an edition the latest one. None when there is none."""
    query = select(Snapshot).where(Snapshot.on_date == on)
    if edition is not None:
        query = query.where(Snapshot.edition == edition)
    row = s.scalar(query.order_by(Snapshot.frozen_at.desc(), Snapshot.id.desc()).limit(1))
    return None if row is None else opened(row.content, name=row.name, digest=row.content_hash)


def _edition_now(on: date, now: datetime, rules: RuleBook) -> str:
    if local(now).date() != on:
        return AFTERWARDS
    begun = [one for one in rules.ledger.editions if at_beijing(on, one.at) <= now]
    return max(begun, key=lambda one: one.at).id if begun else EARLY


def _newer_edition(known: LedgerSnapshot, on: date, now: datetime, rules: RuleBook) -> bool:
    """Only an "early" ledger gives way to the day's first edition once its time has come."""
    return known.edition == EARLY and _edition_now(on, now, rules) not in (EARLY, AFTERWARDS)


def measure(
    s: Session,
    view: DayView,
    *,
    rules: RuleBook,
    calendar: WorkCalendar,
    edition: str,
    now: datetime,
) -> LedgerSnapshot:
    """Count a day without storing anything."""
    cases = _cases(s, view)
    given = LedgerRules(rules, calendar, _owed(s, view), *_responsible(s))
    total = unit_line(view, "合计", cases, given)
    before = _before(s, view, now)
    bare = LedgerSnapshot(
        on=view.on,
        id="",
        frozen_at=now,
        content_hash="",
        new=total.new,
        open=total.open,
        due_today=total.due_today,
        due_in_3_days=total.due_in_3_days,
        overdue=total.overdue,
        not_contacted=total.not_contacted,
        closed=total.closed,
        has_no=sum(map(view.is_no, cases)),
        repeats=sum(map(view.is_repeat, cases)),
        by_unit=unit_lines(view, cases, given),
        cases=ledger_cases(view, cases, given),
        extra=_extra(s, view, cases),
        edition=edition,
        note=f"涉否、风险灯为{UNCONFIRMED}" if rules.ledger.note else "",
    )
    compared = replace(bare, changes=changes_since(before, bare))
    digest = content_hash(sealed_content(compared))
    return replace(compared, content_hash=digest, id=snapshot_id(view.on, digest))


def _cases(s: Session, view: DayView) -> list[CaseRecord]:
    """Every case the day may show: all open ones, and what was closed or revisited lately."""
    lately = view.as_of - timedelta(days=HAS_NO_DAYS + 1)
    rows = s.scalars(
        select(Case)
        .where(
            or_(
                Case.stage != CaseStage.CLOSED,
                Case.closed_at >= lately,
                Case.revisited_at >= lately,
                Case.dispatched_at >= lately,
            )
        )
        .order_by(Case.order_no)
    )
    return [case for case in map(case_view, rows) if view.known(case)]


def _owed(s: Session, view: DayView) -> dict[int, str]:
    """How the materials of each case on the closing sheet stand."""
    begins, ends = view.as_of - OWED_WITHIN, view.as_of + OWED_WITHIN
    lines = closing_sheet.sheet(s, begins=begins, ends=ends, now=view.as_of)
    return {line.case_id: line.state for line in lines}


def _responsible(s: Session) -> tuple[dict[int, str], dict[int, str]]:
    """Names of the members of staff, and of the heads of units."""
    names = {one.id: one.name for one in people.people(s)}
    heads = {unit.id: names.get(unit.head_id or 0, "") for unit in people.units(s)}
    return names, heads


def _before(s: Session, view: DayView, now: datetime) -> LedgerSnapshot | None:
    """The ledger this one is compared with: the last one of an earlier day."""
    row = s.scalar(
        select(Snapshot)
        .where(Snapshot.on_date < view.on, Snapshot.frozen_at <= now)
        .order_by(Snapshot.on_date.desc(), Snapshot.frozen_at.desc())
        .limit(1)
    )
    return None if row is None else opened(row.content, name=row.name, digest=row.content_hash)


def _extra(s: Session, view: DayView, cases: Sequence[CaseRecord]) -> tuple[tuple[str, int], ...]:
    """Yesterday's flow, revisit results, exclusion state and materials owed."""
    yesterday = view.on - timedelta(days=1)
    day_before = day_view(yesterday, view.as_of)
    owed = s.scalars(
        select(Obligation.due_at).where(
            Obligation.kind == ObligationKind.MATERIALS,
            Obligation.state.not_in(SETTLED),
            Obligation.created_at <= view.as_of,
        )
    ).all()
    asked = [case for case in cases if case.side_way in ASKS_EXCLUSION]
    return (
        ("昨日新增", sum(map(day_before.is_new, cases))),
        ("昨日办结", sum(map(day_before.is_closed_today, cases))),
        *revisit_figures(view, cases),
        ("剔除、申诉进行中", len(asked)),
        ("材料待交", len(owed)),
        ("材料已逾期", sum(due < view.as_of for due in owed)),
    )
