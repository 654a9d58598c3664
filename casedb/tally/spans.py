"""Half-open spans of Beijing days: months, cycles, the same span before and a year ago."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from casedb.days import at_beijing
from casedb.errors import CasedbError


@dataclass(frozen=True, slots=True)
class Span:
    """Beijing days [first, after); `after` is not in it."""

    first: date
    after: date
    name: str = ""

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
    return Span(first, _shifted(first, 1), f"{first:%Y年%m月}")


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
    return Span(first, after, f"{last:%Y年%m月}考核周期")


def before(span: Span) -> Span:
    """The period just before: the month before a natural month, else as many days before."""
    if _is_month(span):
        first = _shifted(span.first, -1)
        return Span(first, span.first, f"{first:%Y年%m月}")
    return Span(span.first - timedelta(days=span.days), span.first, "上期")


def year_ago(span: Span) -> Span:
    """The same period a year before; 29 February becomes the 28th."""
    first, after = _year_back(span.first), _year_back(span.after)
    return Span(first, after, f"{first:%Y年%m月}" if _is_month(span) else "去年同期")


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
