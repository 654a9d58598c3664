"""What the grammar finds in a sentence: marks with a place, and the frame that gives them meaning."""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from indexer import numerals

N = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十廿卅百]+)"
WEEK = r"(?:周|星期|礼拜)"
WEEKDAYS = {c: i for i, c in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": 5}
ONE_DAY = timedelta(days=1)
MORNING = time(9, 0)  # a date without a clock


class Workdays(Protocol):
    """As much of the working calendar as time words need."""

    def is_workday(self, day: date) -> bool:
        """Whether people work that day; raises CalendarMissing past the table."""
        ...

    def provisional(self, day: date) -> bool:
        """Whether the make-up days of that day's year are not published yet."""
        ...


class AskBack(Exception):
    """The sentence names no instant; `question` is what to ask the speaker."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the speaker stands: `now` on a Beijing clock, and the working calendar."""

    now: datetime
    calendar: Workdays

    @property
    def today(self) -> date:
        """The speaker's Beijing date."""
        return self.now.date()


Days = Callable[[Frame], Iterator[date]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the sentence that speaks of time."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DayMark(Mark):
    """A day; `days` yields the readings in order, the first that is not past is meant."""

    days: Days
    festival: bool = False
    weekday: int | None = None
    loose_weekday: bool = False  # 周三 without this/next: may be pinned by a neighbour
    of_month: int = 0  # 18号: its number, for 三个月后的18号
    week: bool = False  # 三周后, 下周: a weekday beside it is taken within that week
    today: bool = False
    described: bool = False  # 5月份的报告: may only describe the task
    bound: bool = True  # says the year or 今/明/下 itself


@dataclass(frozen=True, slots=True)
class ClockMark(Mark):
    """A time of day; readings in order (day shift, time)."""

    times: tuple[tuple[int, time], ...]
    now: bool = False  # 明天这个时候


@dataclass(frozen=True, slots=True)
class PartMark(Mark):
    """上午, 今晚 without an hour, or right before one."""

    part: str


@dataclass(frozen=True, slots=True)
class SpanMark(Mark):
    """半小时后, 三天内, 5个工作日后: counted from now, or from a day said before it."""

    seconds: float = 0.0
    days: int = 0
    weeks: int = 0
    months: int = 0
    workdays: int = 0


@dataclass(frozen=True, slots=True)
class AheadMark(Mark):
    """提前半小时, 前一天: so much before the instant named elsewhere."""

    seconds: float = 0.0
    days: int = 0
    months: int = 0
    workdays: int = 0


@dataclass(frozen=True, slots=True)
class RepeatMark(Mark):
    """每天, 每周一, 每月18号. `days` yields the days on which it falls due."""

    repeats: str
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class AskMark(Mark):
    """Understood, but not an instant; wins over everything in its cluster, and when `firm` over
    every other time in the sentence."""

    question: str
    firm: bool = False


def number(text: str) -> float | None:
    """Value of an Arabic or Chinese number, 廿 and 卅 included."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "." in text:
        return float(text)
    return numerals.parse(text)


def whole(text: str) -> int:
    """Value of a whole number that the grammar has already recognised."""
    return int(number(text) or 0)


def month_days(year: int, month: int) -> int:
    """Days in a month."""
    return months.monthrange(year, month)[1]


def add_months(day: date, count: int) -> date:
    """The same day so many months on; the last of the month where it does not exist."""
    index = day.year * 12 + day.month - 1 + count
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, month_days(year, month)))


def valid_day(year: int, month: int, day: int) -> date:
    """That date.

    Raises:
        AskBack: there is no such date.
    """
    if not 1 <= month <= 12:
        raise AskBack(f"一年没有{month}月，请再说一个日期，例如：6月18日上午9点。")
    if not 1 <= day <= month_days(year, month):
        raise AskBack(f"{year}年{month}月没有{day}日，请再说一个日期，例如：{month}月15日上午9点。")
    if not 1 < year < 9000:
        raise AskBack("这个年份不对，请再说一个日期，例如：2026年6月18日上午9点。")
    return date(year, month, day)


def same(day: Callable[[Frame], date]) -> Days:
    """A reading that leaves no choice."""

    def one(frame: Frame) -> Iterator[date]:
        yield day(frame)

    return one


def shifted(count: int) -> Days:
    """So many days from today."""
    return same(lambda frame: frame.today + count * ONE_DAY)


def known(frame: Frame, day: date) -> None:
    """Whether people work that day is published.

    Raises:
        AskBack: its year's make-up days are not.
    """
    if frame.calendar.provisional(day):
        raise AskBack(
            f"{day.year}年的调休还没有公布，数不准工作日。请直接说几月几日几点，"
            "例如：1月5日上午9点。"
        )


def workdays_after(frame: Frame, day: date, count: int) -> date:
    """The count-th working day after `day`; negative counts go back."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= frame.calendar.is_workday(day)
        known(frame, day)
    return day


def holiday_end(frame: Frame, day: date, step: int = 1) -> date:
    """The last day off in the run of days off that `day` stands in; the first with step -1.

    Raises:
        AskBack: the make-up days of that year are not published.
    """
    known(frame, day)
    while not frame.calendar.is_workday(day + step * ONE_DAY):
        day += step * ONE_DAY
    return day
