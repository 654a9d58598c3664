"""A period in plain Chinese: 本月, 上个月, 今年, 近三个月, 第二季度, 5月1日到5月15日, 上个考核周期."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from casedb.errors import CasedbError
from casedb.tally.spans import Span, before, cycle, month

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_NUMBER = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})"
_YEAR = r"(?:(\d{4})年|(今年|去年|前年|本年))"


@dataclass(frozen=True, slots=True)
class Period:
    """A span and where in the sentence it was said."""

    span: Span
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Day:
    """What "now" means for a sentence."""

    today: date
    start_day: int


def period_in(text: str, today: date, *, start_day: int = 1) -> Period | None:
    """The first period that a sentence names, or None.

    Args:
        today: Beijing date of the speaker.
        start_day: of the assessment cycle (考核周期).

    Raises:
        CasedbError: a date that does not exist, or an end before its beginning.
    """
    for pattern, read in _PATTERNS:
        if found := re.search(pattern, text):
            try:
                return Period(read(found, _Day(today, start_day)), found.start(), found.end())
            except (ValueError, OverflowError):
                raise CasedbError(
                    f"“{found[0]}”不是一个时段。", "请写成 5月1日到5月15日 或 2026年5月 这样。"
                ) from None
    return None


def number(text: str) -> int:
    """三 → 3, 十二 → 12, 二十 → 20, 7 → 7."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _year(said: str | None, word: str | None, day: _Day) -> int | None:
    if said:
        return int(said)
    return {"今年": day.today.year, "本年": day.today.year, "去年": day.today.year - 1,
            "前年": day.today.year - 2}[word] if word else None  # fmt: skip


def _month_of(year: int | None, value: int, day: _Day) -> Span:
    """A month without a year is the latest one that has begun."""
    return month(f"{year or day.today.year - (value > day.today.month):04d}-{value:02d}")


def _months(found: re.Match[str], day: _Day) -> Span:
    first = _month_of(_year(found[1], found[2], day), number(found[3]), day)
    year = _year(found[4], found[5], day) or first.first.year
    last = month(f"{year:04d}-{number(found[6]):02d}")
    return Span(first.first, last.after, found[0])


def _days(found: re.Match[str], day: _Day) -> Span:
    year = _year(found[1], found[2], day)
    first_month = number(found[3])
    year = year or day.today.year - (
        (first_month, int(found[4])) > (day.today.month, day.today.day)
    )
    first = date(year, first_month, int(found[4]))
    last = date(year, number(found[5]) if found[5] else first_month, int(found[6] or found[4]))
    return Span(first, last + timedelta(days=1), found[0])


def _iso_days(found: re.Match[str], _day: _Day) -> Span:
    first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])
    return Span(first, last + timedelta(days=1), found[0])


def _single_month(found: re.Match[str], day: _Day) -> Span:
    return _month_of(_year(found[1], found[2], day), number(found[3]), day)


def _quarter(found: re.Match[str], day: _Day) -> Span:
    year = _year(found[1], found[2], day) or day.today.year
    return _quarter_of(year, number(found[3]))


def _quarter_of(year: int, quarter: int) -> Span:
    first = date(year, 3 * quarter - 2, 1)
    after = (first + timedelta(days=95)).replace(day=1)
    return Span(first, after, f"{year}年第{quarter}季度")


def _this_quarter(found: re.Match[str], day: _Day) -> Span:
    this = _quarter_of(day.today.year, (day.today.month + 2) // 3)
    if not found[0].startswith("上"):
        return this
    earlier = this.first - timedelta(days=1)
    return _quarter_of(earlier.year, (earlier.month + 2) // 3)


def _half(found: re.Match[str], day: _Day) -> Span:
    year = _year(found[1], found[2], day) or day.today.year
    first, after = (date(year, 1, 1), date(year, 7, 1)) if found[3] == "上" else (
        date(year, 7, 1), date(year + 1, 1, 1))  # fmt: skip
    return Span(first, after, f"{year}年{found[3]}半年")


def _last(found: re.Match[str], day: _Day) -> Span:
    """近三个月: from the same day three months ago to today."""
    count, unit = number(found[1]), found[2]
    after = day.today + timedelta(days=1)
    if unit in ("天", "日"):
        first = after - timedelta(days=count)
    elif unit.endswith(("周", "星期")):
        first = after - timedelta(days=7 * count)
    else:
        first = _months_back(after, {"月": 1, "度": 3, "年": 12}[unit[-1]] * count)
    return Span(first, after, found[0])


def _months_back(day: date, months: int) -> date:
    at = day.year * 12 + day.month - 1 - months
    for tried in (day.day, 30, 29, 28):
        try:
            return date(at // 12, at % 12 + 1, min(day.day, tried))
        except ValueError:
            continue
    raise ValueError(months)


def _half_year(found: re.Match[str], day: _Day) -> Span:
    after = day.today + timedelta(days=1)
    return Span(_months_back(after, 6), after, found[0])


def _cycle(found: re.Match[str], day: _Day) -> Span:
    this = cycle(day.today, start_day=day.start_day)
    return before(this) if found[0].startswith("上") else this


def _back(months: int) -> Callable[[re.Match[str], _Day], Span]:
    def read(_found: re.Match[str], day: _Day) -> Span:
        span = month(f"{day.today:%Y-%m}")
        for _ in range(months):
            span = before(span)
        return span

    return read


def _day_back(days: int) -> Callable[[re.Match[str], _Day], Span]:
    def read(_found: re.Match[str], day: _Day) -> Span:
        on = day.today - timedelta(days=days)
        return Span(on, on + timedelta(days=1), f"{on:%Y-%m-%d}")

    return read


def _week(found: re.Match[str], day: _Day) -> Span:
    back = 2 if found[0].startswith("上上") else int(found[0].startswith("上"))
    monday = day.today - timedelta(days=day.today.weekday() + 7 * back)
    return Span(monday, monday + timedelta(days=7), found[0])


def _third(found: re.Match[str], day: _Day) -> Span:
    """上旬, 中旬, 下旬, 上半月, 下半月 of a month; of the present one where none is said."""
    which = found[4]
    if found[3]:
        whole = _month_of(_year(found[1], found[2], day), number(found[3]), day)
    else:
        back = {"上上": 2, "上": 1}.get(re.sub("[一个月的]", "", found[0][: -len(which)]), 0)
        whole = _back(back)(found, day)
    first, last = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "下半": (16, 31),
                   "后半": (16, 31)}.get(which[:2], (1, 15))  # fmt: skip
    start, days = whole.first, whole.days
    return Span(
        start.replace(day=first), start + timedelta(days=min(last, days)), f"{whole.name}{which}"
    )


def _first_quarters(found: re.Match[str], day: _Day) -> Span:
    year = _year(found[1], found[2], day) or day.today.year
    last = _quarter_of(year, number(found[3]))
    return Span(date(year, 1, 1), last.after, f"{year}年前{found[3]}季度")


def _holiday(found: re.Match[str], day: _Day) -> Span:
    """The days of a holiday that stand in the calendar every year; the latest that has begun."""
    month_, last = (10, 7) if found[3] == "国庆" else (5, 5)
    year = _year(found[1], found[2], day)
    year = year or day.today.year - (date(day.today.year, month_, 1) > day.today)
    return Span(date(year, month_, 1), date(year, month_, last + 1), f"{year}年{found[3]}假期")


def _lately(_found: re.Match[str], day: _Day) -> Span:
    return Span(day.today - timedelta(days=29), day.today + timedelta(days=1), "近30天")


def _whole_year(found: re.Match[str], day: _Day) -> Span:
    year = _year(found[1], found[2], day) or day.today.year
    return Span(date(year, 1, 1), date(year + 1, 1, 1), f"{year}年")


_MONTH_SAID = rf"(?:{_YEAR}?的?{_NUMBER}月份?|上上个?月|上一?个?月|本月|这一?个?月|当月)"
_TO = r"\s*(?:到|至|-|~|—|－|～)+\s*"
_PATTERNS: tuple[tuple[str, Callable[[re.Match[str], _Day], Span]], ...] = (
    (rf"(\d{{4}}-\d{{2}}-\d{{2}})(?:{_TO}(\d{{4}}-\d{{2}}-\d{{2}}))?", _iso_days),
    (rf"{_YEAR}?{_NUMBER}月(\d{{1,2}})[日号]?{_TO}(?:{_NUMBER}月)?(\d{{1,2}})[日号]?", _days),
    (rf"{_YEAR}?{_NUMBER}月(\d{{1,2}})[日号]()()", _days),
    (rf"{_MONTH_SAID}的?([上中下]旬|[上下前后]半个?月)", _third),
    (r"()()()([上中下]旬|[上下前后]半个?月)", _third),
    (rf"{_YEAR}?的?(国庆|五一)(?:节|长?假期?|期间|黄金周)*", _holiday),
    (rf"{_YEAR}?的?前([二两三2-3])个?季度", _first_quarters),
    (rf"{_YEAR}?{_NUMBER}月?份?{_TO}{_YEAR}?{_NUMBER}月份?", _months),
    (rf"{_YEAR}?的?第?([一二三四1-4])季度", _quarter),
    (r"(?:本|这个?|当)季度|上一?个?季度", _this_quarter),
    (rf"{_YEAR}?的?([上下])半年", _half),
    (rf"(?:最近|近|过去|前)的?{_NUMBER}个?(天|日|周|星期|月|季度|年)", _last),
    (r"(?:最近|近|过去)半年", _half_year),
    (r"(?:最近|近)一?(?:周|个?星期)()", lambda found, day: Span(
        day.today - timedelta(days=6), day.today + timedelta(days=1), found[0])),
    (r"(?:本|这个?|当前)考核周期|上一?个?考核周期|本周期|上一?个?周期", _cycle),
    (r"(\d{4})()-(\d{1,2})(?!\d)", _single_month),
    (rf"{_YEAR}?的?{_NUMBER}月份?", _single_month),
    (r"上上个?月", _back(2)),
    (r"上一?个?月", _back(1)),
    (r"本月|这一?个?月|当月", _back(0)),
    (r"今天|今日|当天", _day_back(0)),
    (r"昨天|昨日", _day_back(1)),
    (r"前天", _day_back(2)),
    (r"本周|这一?个?(?:周|星期)|上?上一?个?(?:周|星期)", _week),
    (rf"{_YEAR}(?!的?同[期月])度?以?来?", _whole_year),
    (r"最近|近期|近来", _lately),
)  # fmt: skip
