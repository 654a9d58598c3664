"""A details sheet into the records: its cycle, its lost points, and the countdown that starts with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from casedb import audit
from casedb.assessment import countdown
from casedb.assessment.causes import Causes
from casedb.assessment.details import Details, month_named, read_details
from casedb.assessment.matching import Found
from casedb.assessment.profiles import DetailsProfile
from casedb.assessment.records import DetailsResult
from casedb.assessment.states import Rate
from casedb.assessment.writing import Writing
from casedb.calendar.workdays import WorkCalendar
from casedb.days import beijing_day
from casedb.errors import CasedbError, Refused
from casedb.intake.sheetfile import read_tables
from casedb.models import AssessmentCycle
from casedb.rules import RuleBook
from casedb.rules.rate_rules import RateRules
from casedb.store import Session
from casedb.tally import spans

MOST_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class Office:
    """The rules an import goes by."""

    profiles: tuple[DetailsProfile, ...]
    rates: RateRules
    causes: Causes
    rules: RuleBook
    calendar: WorkCalendar


def import_details(
    s: Session,
    path: Path,
    name: str,
    *,
    office: Office,
    actor: str,
    now: datetime,
    cycle: str = "",
    issued: date | None = None,
    dry_run: bool = False,
) -> DetailsResult:
    """Read a details sheet and keep every lost point, matched to a case of ours or not.

    All rows or none. The same sheet again changes nothing; a corrected one changes what differs
    and leaves confirmed causes and the countdown alone.

    Args:
        cycle: its name or month (2026-05); from the title rows or names when left out.
        issued: day of issue (下发日), from which three working days count; from the title rows, else
            the day of the import.
        now: aware instant of the import.

    Raises:
        BadSheet: the file is no details sheet.
        CasedbError: which cycle it is cannot be told, or its days are impossible.
        Refused: the cycle, or the day of issue, lies in the future.
    """
    read = read_details(read_tables(path, name), name, profiles=office.profiles, rules=office.rates)
    span = _span(cycle, read, office.rates)
    points = sum(len(one.lost) for one in read.rows)
    if read.errors:
        return DetailsResult(span.name, len(read.rows), points, 0, 0, 0, errors=read.errors)
    today = beijing_day(now)
    if span.first > today:
        raise Refused(f"{span.name}还没有到。", "请核对考核明细的周期；这次一行都没有入库。")
    issued_on = issued or read.title.issued or today
    if issued_on > today:
        raise Refused(f"下发日期 {issued_on} 还没有到。", "请核对下发日期；这次一行都没有入库。")
    found = Found(s, span)
    found.look_up(read.rows)
    row = _cycle_row(s, span, read, name, issued_on, actor, now, stated=issued is not None)
    written = Writing(s, row, found, office.causes)
    for one in read.rows:
        written.take(one)
    missing = written.left()
    result = DetailsResult(
        cycle=row.name,
        rows=len(read.rows),
        lost=points,
        created=written.count["created"],
        updated=written.count["updated"],
        unchanged=written.count["unchanged"],
        unmatched=tuple(written.unmatched),
        warnings=(*read.warnings, *found.warnings, *written.warnings, *missing)[:MOST_WARNINGS],
    )
    if dry_run:
        s.rollback()
        return result
    due_at = countdown.start(
        s, row, actor=actor, now=now, rules=office.rules, calendar=office.calendar
    )
    if result.created or result.updated:
        said = f"导入考核明细：失分 {points} 项，新增 {result.created}，更新 {result.updated}"
        audit.record(
            s, at=now, actor=actor, subject=f"cycle:{row.id}", kind="imported", detail=said
        )
    return _with_cycle(result, row.id, due_at)


def _with_cycle(result: DetailsResult, cycle_id: int, due_at: datetime | None) -> DetailsResult:
    return DetailsResult(
        result.cycle, result.rows, result.lost, result.created, result.updated, result.unchanged,
        result.unmatched, result.errors, result.warnings, due_at, cycle_id,
    )  # fmt: skip


def _span(cycle: str, read: Details, rates: RateRules) -> spans.Span:
    """The cycle's days: those printed in the title, else those of its month by the rules."""
    title, wanted = read.title, cycle.strip()
    named = month_named(wanted)
    month = named or ("" if wanted else title.month)
    if title.first and title.last:
        if named and f"{title.last:%Y-%m}" != named:
            raise CasedbError(
                f"要导入的是 {named}，表头写的却是 {title.first} 至 {title.last}。",
                "请核对是不是发错了表；这次一行都没有入库。",
            )
        after = title.last + timedelta(days=1)
        name = wanted if wanted and not named else f"{title.last:%Y年%m月}考核周期"
        return spans.Span(title.first, after, name[:80])
    if not month:
        raise CasedbError(
            f"看不出“{wanted}”是哪几天。" if wanted else "看不出这张考核明细是哪个考核周期的。",
            "请写明月份，例如 2026-05；这次一行都没有入库。",
        )
    # A cycle bears the name of the month it ends in.
    return spans.cycle(spans.month(month).first, start_day=rates.start_day)


def _cycle_row(
    s: Session,
    span: spans.Span,
    read: Details,
    name: str,
    issued_on: date,
    actor: str,
    now: datetime,
    *,
    stated: bool,
) -> AssessmentCycle:
    answers: dict[Rate, list[float]] = defaultdict(lambda: [0, 0.0])
    for one in read.rows:
        for rate, share in one.asked:
            answers[rate][0] += 1
            answers[rate][1] += share
    told = {rate.value: [int(n), round(kept, 6)] for rate, (n, kept) in answers.items()}
    row = s.scalar(select(AssessmentCycle).where(AssessmentCycle.name == span.name))
    if row is None:
        row = AssessmentCycle(
            name=span.name, first_on=span.first, after_on=span.after, issued_on=issued_on,
            imported_at=now, imported_by=actor, source=name[:200], listed=len(read.rows),
            answers=told,
        )  # fmt: skip
        s.add(row)
        s.flush()
        return row
    if (row.first_on, row.after_on) != (span.first, span.after):
        raise CasedbError(
            f"{row.name}已经按 {row.first_on} 至 {row.after_on - timedelta(days=1)} 导入过，"
            f"这张表写的是 {span.text()}。",
            "请核对表头里的起止日期；这次一行都没有入库。",
        )
    if stated:
        row.issued_on = issued_on
    row.listed, row.answers = len(read.rows), told
    return row
