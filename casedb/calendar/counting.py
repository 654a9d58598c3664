"""Pure: counts a rule from a start, day by day, and keeps why each day counted or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casedb.calendar.workdays import ONE_DAY, WorkCalendar
from casedb.days import at_beijing, day_text, local
from casedb.errors import CasedbError
from casedb.rules.limits import Rule, RuleKind, parse_rule

FIRST_YEAR, LAST_YEAR = 1990, 2199


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of a count: whether it counts, as the how-manieth, and why."""

    day: date
    counted: bool
    number: int  # 0 when not counted
    reason: str

    @property
    def text(self) -> str:
        """The line as it is shown."""
        mark = f"第 {self.number} 天" if self.counted else "不计"
        return f"{day_text(self.day)} {mark}：{self.reason}"


@dataclass(frozen=True, slots=True)
class DueTime:
    """When a rule runs out: `due` in Beijing time (+08:00).

    `provisional` is set when the count went through days whose make-up days are unpublished.
    """

    start: datetime
    rule: Rule
    due: datetime
    provisional: bool
    days: tuple[DayLine, ...]
    calendar_version: str

    @property
    def iso(self) -> str:
        """The due time as ISO 8601 with +08:00, to the second."""
        return self.due.isoformat(timespec="seconds")


def count(start: datetime | date, rule: Rule, calendar: WorkCalendar) -> DueTime:
    """Count a rule from a start.

    Hours run exactly from the instant; a bare date starts at 00:00. Natural days: the start day is
    not counted. Working days as the rule says. Day rules end at `rule.ends` Beijing time of the
    last day. A naive instant is Beijing time.

    Raises:
        CalendarMissing: a working-day count runs into a year without a table.
        CasedbError: the start lies outside 1990–2199.

    Source: Civil Code, articles 201 (first day) and 203 (end of the last day).
    """
    moment = local(start) if isinstance(start, datetime) else at_beijing(start)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise CasedbError(f"起算时间 {moment.date()} 不合理。", "请核对年份。")
    if rule.kind is RuleKind.HOURS:
        due = moment + timedelta(hours=rule.n)
        return DueTime(moment, rule, due, provisional=False, days=(), calendar_version="")
    if rule.kind is RuleKind.NATURAL_DAYS:
        return _natural(moment, rule)
    return _working(moment, rule, calendar)


def _natural(moment: datetime, rule: Rule) -> DueTime:
    first = moment.date()
    lines = [DayLine(first, counted=False, number=0, reason="起算日，不计入")]
    lines += [
        DayLine(first + timedelta(days=number), counted=True, number=number, reason="自然日")
        for number in range(1, rule.n + 1)
    ]
    due = at_beijing(lines[-1].day, rule.ends)
    return DueTime(moment, rule, due, provisional=False, days=tuple(lines), calendar_version="")


def _working(moment: datetime, rule: Rule, calendar: WorkCalendar) -> DueTime:
    day, number, lines, versions = moment.date(), 0, [], dict[str, None]()
    provisional = False
    if rule.kind is RuleKind.WORKDAYS_AFTER:
        lines.append(DayLine(day, counted=False, number=0, reason="起算日，不计入"))
        day += ONE_DAY
    while number < rule.n:
        counted = calendar.is_workday(day)
        number += counted
        lines.append(DayLine(day, counted, number if counted else 0, calendar.reason(day)))
        provisional = provisional or calendar.provisional(day)
        versions[calendar.version_on(day)] = None
        day += ONE_DAY
    due = at_beijing(lines[-1].day, rule.ends)
    return DueTime(moment, rule, due, provisional, tuple(lines), "+".join(versions))


def parse_start(text: str) -> datetime | date:
    """Read a date or an instant; without a zone it is Beijing time.

    Raises:
        CasedbError: not a date, or a day that does not exist.
    """
    cleaned = re.sub(r"[年/.](?=\d)", "-", text.strip().rstrip("日号"), count=2)
    cleaned = re.sub(r"月(?=\d)", "-", re.sub(r"(?<=\d)[日号]\s*", " ", cleaned))
    cleaned = re.sub(r"(?<!\d)(\d)(?=[-: T]|$)", r"0\1", cleaned)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cleaned):
            return date.fromisoformat(cleaned)
        if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", cleaned):
            return local(datetime.fromisoformat(cleaned))
    except (ValueError, OverflowError):
        pass
    raise CasedbError(
        f"起算时间“{text[:60]}”读不懂，或没有这一天。",
        "请写成 2026-06-01 或 2026-06-01T09:30(没有时区按北京时间)。",
    )


def due(start_text: str, rule_text: str, calendar: WorkCalendar) -> DueTime:
    """`zhiban due START RULE`: count any rule from a date or an instant.

    Raises:
        CasedbError: the start or the rule cannot be read.
        CalendarMissing: the count runs past the calendar.
    """
    return count(parse_start(start_text), parse_rule(rule_text), calendar)
