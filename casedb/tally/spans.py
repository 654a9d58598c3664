"""Half-open spans of Beijing days: months, cycles, the same span before and a year ago."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from casedb.days import at_beijing
from casedb.errors import CasedbError


@dataclass(frozen=True, slots=True)
class Span:
    """Beijing days [first, after); `after` is not in it.

    `start_day` is set for months and cycles: the day of the month on which each begins, so that
    the one before is again a month or a cycle, however many days it has.
    """

    first: date
    after: date
    name: str = ""
    start_day: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.after <= self.first:
            raise CasedbError(
                f"时段 {self.first} 到 {self.after} 是空的。", "请让结束日晚于开始日。"
            )

    @property
    def start(self) -> datetime:
        """First instant, UTC."""
        return at_beijing(self.first, time.min).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """First instant no longer in it, UTC."""
        return at_beijing(self.after, time.min).astimezone(UTC)

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.after - self.first).days

    def contains(self, instant: datetime) -> bool:
        """Whether an aware instant lies in it."""
        return self.start <= instant < self.end

    def text(self) -> str:
        """As a reader sees it, last day included."""
        last = self.after - timedelta(days=1)
        return f"{self.first:%Y-%m-%d} 至 {last:%Y-%m-%d}"


def month(text: str) -> Span:
    """The natural month "2026-05".

    Raises:
        CasedbError: it is no month.
    """
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CasedbError(f"“{text}”不是月份。", "请写成 2026-05 这样。") from None
    return Span(first, _shifted(first, 1), f"{first:%Y年%m月}", 1)


def cycle(of: date, *, start_day: int) -> Span:
    """The assessment cycle (考核周期) that holds a day: from `start_day` of a month to the day before
    it in the next; in a month too short for it the cycle starts on its last day.

    Raises:
        CasedbError: `start_day` is not 1–31.
    """
    if not 1 <= start_day <= 31:
        raise CasedbError(f"考核周期起始日 {start_day} 不对。", "请写 1 到 31。")
    this = _day_in(of.year, of.month, start_day)
    if of >= this:
        first, following = this, _shifted(date(of.year, of.month, 1), 1)
        after = _day_in(following.year, following.month, start_day)
    else:
        before = _shifted(date(of.year, of.month, 1), -1)
        first, after = _day_in(before.year, before.month, start_day), this
    last = after - timedelta(days=1)
    return Span(first, after, f"{last:%Y年%m月}考核周期", start_day)


def cycle_named(text: str, *, start_day: int) -> Span:
    """The cycle "2026-05": the one whose last day lies in that month.

    Raises:
        CasedbError: it is no month.
    """
    named = month(text)
    within = cycle(named.after - timedelta(days=1), start_day=start_day)
    return within if within.after <= named.after else before(within)


def before(span: Span) -> Span:
    """The period just before: the month before a month, the cycle before a cycle, else as many days."""
    if _is_month(span):
        return month(f"{_shifted(span.first, -1):%Y-%m}")
    if span.start_day is not None:
        return cycle(span.first - timedelta(days=1), start_day=span.start_day)
    return Span(span.first - timedelta(days=span.days), span.first, "上期")


def year_ago(span: Span) -> Span:
    """The same period a year before; 29 February becomes the 28th, but a whole February stays whole."""
    if _is_month(span):
        return month(f"{_year_back(span.first):%Y-%m}")
    if span.start_day is not None:
        return cycle(_year_back(span.after - timedelta(days=1)), start_day=span.start_day)
    last = _year_back(span.after - timedelta(days=1))
    return Span(_year_back(span.first), last + timedelta(days=1), "去年同期")


def _is_month(span: Span) -> bool:
    return span.first.day == 1 and span.after == _shifted(span.first, 1)


def _shifted(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _day_in(year: int, number: int, day: int) -> date:
    return date(year, number, min(day, calendar.monthrange(year, number)[1]))


def _year_back(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
