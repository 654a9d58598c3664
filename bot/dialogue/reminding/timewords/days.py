"""Days by name and number: 明天, 下周三, 6月1日, 月底, 本月最后一个工作日."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.dialogue.reminding.timewords import festivals, months
from bot.dialogue.reminding.timewords.marks import (
    ONE_DAY,
    WEEK,
    WEEKDAYS,
    AskMark,
    DayMark,
    Days,
    Frame,
    Mark,
    holiday_end,
    same,
    shifted,
    whole,
    workdays_after,
)

_NEAR = {
    "大前天|大前日": -3,
    "前天|前日": -2,
    "昨天|昨日|昨儿|昨(?=[早晚晨夜])": -1,
    "今天|今日|今儿个?|当天|当日|今(?=[早晚晨夜])": 0,
    "明天|明日|明儿个?|次日|第二天|翌日|隔天|明(?=[早晚晨夜])": 1,
    "大后天|大后日": 3,
    "大大后天": 4,
    "后天|后日|后儿个?|后(?=[晚](?:上|\\d|[一二两三四五六七八九十]))": 2,
}
_NEAR_RE = [
    (re.compile(words), shift) for words, shift in sorted(_NEAR.items(), key=lambda x: -len(x[0]))
]
_TONIGHT = re.compile(r"当晚")
_WEEKDAY = re.compile(
    rf"(?P<ref>上上个?|下下下个?|下下个?|上个?|本|这个?|下个?|当)?{WEEK}(?:的?{WEEK})?(?P<d>[一二三四五六日天末]|[1-7](?![\d个天日周月年:]))"
)
_WEEK_ONLY = re.compile(
    rf"(?P<ref>上上个?|下下个?|上个?|本|这个?|下个?|当){WEEK}(?:之内|以内|内|里|底)?"
)
_HOLIDAY_AT_MOST = 12 * ONE_DAY  # 国庆后第一个工作日 said within the holiday
# 下周三四: two days; 周三四点 is an hour.
_AND_ANOTHER = re.compile(
    rf"(?:[、和跟与]?{WEEK}?[二三四五六日天](?=$|[\x00，,都上下早晚中])|(?:或者?|还是|和|、){WEEK}[一二三四五六日天])"
)
_NEXT_WORKDAY = re.compile(r"(?:下一?个?|次一?个?|最近的?一?个?|第二个)工作日")
_FESTIVAL = re.compile(
    rf"(?:(?P<y>今年|明年|后年|去年|前年|\d{{4}}年)的?)?(?P<name>{'|'.join(festivals.NAMES)})(?P<rest>节)?"
    rf"(?:(?P<off>小?长假|黄金周|假期|放假|假日)(?:期间)?)?(?:的?(?P<edge>最后一天|首日|末日|第{months.N}天)|期间|当天|当日|那天)?"
)
_MOON_DAY = "[初十廿卅一二三四五六七八九0-9]+"
_MOON = re.compile(
    rf"(?:农历|阴历|旧历)(?:闰?[正冬腊一二三四五六七八九十0-9]+月)?(?:{_MOON_DAY})?[日号]?"
    rf"|腊月{_MOON_DAY}|正月(?!十五|初一){_MOON_DAY}|腊八|小年(?!轻)"
)
# 五一社区, 八一小区, 三八人: part of a name or a count, unless the festival is meant.
_DOUBTFUL = {"五一", "六一", "七一", "八一", "十一", "三八", "五四", "新年", "清明"} | {
    *festivals.TERMS
}
_AFTER_DOUBTFUL = re.compile(
    r"节|前|后|之|以|假|期|放|当|那|提醒|小?长假|黄金周|[，,]|上午|下午|早|晚|要|$"
)


def match(text: str, at: int) -> Mark | None:
    """The day that begins at `at`."""
    for reader in (_moon, _festival, _near, _next_workday, _weekday):
        if mark := reader(text, at):
            return mark
    return months.match(text, at) or _week_only(text, at)


def _moon(text: str, at: int) -> Mark | None:
    found = _MOON.match(text, at)
    return found and AskMark(
        at, found.end(), f"不会换算农历“{found[0]}”，请说公历的几月几日，例如：6月19日上午9点。"
    )


def _festival(text: str, at: int) -> Mark | None:
    found = _FESTIVAL.match(text, at)
    if found is None:
        return None
    name = found["name"]
    if name in _DOUBTFUL and not found["rest"]:
        if at and text[at - 1] in "零一二三四五六七八九十百第周期拜0123456789":
            return None
        if not _AFTER_DOUBTFUL.match(text, found.end("name")):
            return None
    year = found["y"]

    def days(frame: Frame) -> Iterator[date]:
        this = frame.today.year
        for one in (months.year_of(year, frame),) if year else (this, this + 1):
            day = festivals.falls_on(name, one)
            if day and (year or frame.today - day <= _HOLIDAY_AT_MOST):
                yield _of_holiday(frame, day, found["off"], found["edge"])

    return DayMark(at, found.end(), days, festival=True)


def _of_holiday(frame: Frame, day: date, off: str | None, edge: str | None) -> date:
    """The festival itself; the first, last or n-th day off where the holiday is meant."""
    if edge in ("最后一天", "末日"):
        return holiday_end(frame, day)
    first = holiday_end(frame, day, -1) if off else day
    return first + (whole(edge[1:-1]) - 1) * ONE_DAY if edge and edge[0] == "第" else first


def _near(text: str, at: int) -> Mark | None:
    if found := _TONIGHT.match(text, at):
        return DayMark(at, at + 1, shifted(0), today=True)
    for pattern, shift in _NEAR_RE:
        if found := pattern.match(text, at):
            if found[0].startswith("前") and at and text[at - 1] in "之以":
                continue
            end = found.end() + len(_within(text, found.end()))
            return DayMark(at, end, shifted(shift), today=shift == 0)
    return None


def _within(text: str, at: int) -> str:
    for word in ("之内", "以内", "内"):
        if text.startswith(word, at) and not text.startswith("内容", at):
            return word
    return ""


def _next_workday(text: str, at: int) -> Mark | None:
    found = _NEXT_WORKDAY.match(text, at)
    return found and DayMark(
        at, found.end(), same(lambda frame: workdays_after(frame, frame.today, 1))
    )


def _weekday(text: str, at: int) -> Mark | None:
    found = _WEEKDAY.match(text, at)
    if found is None:
        return None
    if more := _AND_ANOTHER.match(text, found.end()):
        return AskMark(at, more.end(), "一条提醒只能有一个时间，请分成几条说。", firm=True)
    ref = found["ref"] or ""
    weekday = int(found["d"]) - 1 if found["d"].isdigit() else WEEKDAYS[found["d"]]
    if not ref:
        return DayMark(
            at, found.end(), _coming(weekday), weekday=weekday, loose_weekday=True, bound=False
        )
    weeks = _weeks(ref)
    return DayMark(
        at,
        found.end(),
        same(lambda frame: monday(frame.today) + (7 * weeks + weekday) * ONE_DAY),
        weekday=weekday,
    )


def _weeks(ref: str) -> int:
    return ref.count("下") - ref.count("上")


def monday(day: date) -> date:
    """The Monday of that day's week."""
    return day - day.weekday() * ONE_DAY


def _coming(weekday: int) -> Days:
    def days(frame: Frame) -> Iterator[date]:
        first = frame.today + ((weekday - frame.today.weekday()) % 7) * ONE_DAY
        yield first
        yield first + 7 * ONE_DAY

    return days


def _week_only(text: str, at: int) -> Mark | None:
    """下周: its Monday; 本周内: its Friday, today when that is over."""
    found = _WEEK_ONLY.match(text, at)
    if found is None:
        return None
    weeks = _weeks(found["ref"])
    if found[0].endswith("底") or (weeks and found[0].endswith(("内", "里"))):
        return DayMark(at, found.end(), same(lambda f: monday(f.today) + (7 * weeks + 4) * ONE_DAY))

    def days(frame: Frame) -> Iterator[date]:
        first = monday(frame.today) + 7 * weeks * ONE_DAY
        if weeks:
            yield first
            return
        yield from (day for day in (first + 4 * ONE_DAY, first + 6 * ONE_DAY) if day >= frame.today)

    return DayMark(at, found.end(), days, week=True, described=True)
