"""What comes again: 每天, 每个工作日, 每周一, 每月18号, 每年."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.dialogue.reminding.timewords.marks import (
    ONE_DAY,
    WEEK,
    WEEKDAYS,
    AskMark,
    Days,
    Frame,
    Mark,
    N,
    RepeatMark,
    add_months,
    month_days,
    whole,
)

_EACH = r"(?:每逢|每到|每一?个?|逢)"
_WORKDAYS = re.compile(
    rf"{_EACH}工作日(?:每天|都)?|工作日(?:的?每天|每日|天天)|每天\(?工作日\)?"
    rf"|(?<![个第非\d一二两三四五六七八九十几半首末后前本])工作日(?=的?(?:早|上午|中午|下午|晚|傍晚|上班|下班|都|{N}(?:点|:)))"
    rf"|每?{WEEK}[一1](?:到|至|-|—|~)(?:{WEEK})?[五5](?:的?(?:每天|每日|天天|每个?工作日))?"
)
_DAILY = re.compile(r"每一?(?:天|日(?!常|报))|天天|日日|每(?=[早晚晨夜]|上午|下午|中午|凌晨|傍晚)")
_WEEKEND = re.compile(rf"每个?{WEEK}末")
_WEEKLY = re.compile(rf"{_EACH}{WEEK}(?:的?{WEEK})?(?P<d>[一二三四五六日天1-7])?")
_MONTHLY = re.compile(
    rf"每一?个?月(?:份)?的?(?:(?P<last>底|末|最后一天|月底|月末)|(?P<first>初|月初|第一天)"
    rf"|(?P<d>{N})(?:[日号](?!院|楼|线)))?"
)
_MONTHLY_WORKDAY = re.compile(
    rf"每一?个?月的?(?:第?{N}个?|最后一?个?|首个|倒数第{N}个)(?:工作日|{WEEK}[一二三四五六日天末])"
)
_YEARLY = re.compile(r"每一?年的?")
_OTHER = re.compile(
    rf"每隔?(?:{N}|半)个?(?:天|日|周|星期|礼拜|个?月|小时|钟头|分钟|年|工作日)|每个?(?:小时|钟头|分钟)|隔(?:天|日|周|月|一天)"
    rf"|每个?季度?|每半[年月]|每旬|双周|单周|每?两周一次|一周[两三四]次|(?:每|一)[天日周月][两二三四五2-5]次|每天早[、和]?中?[、和]?晚|每个?(?:上|下)半年"
)
_MORE_DAYS = re.compile(
    rf"(?:[、，,和及跟与或到至~-]?(?:每?{WEEK})?[一二三四五六日天](?![个天件号点月年种份周]))+"
)
_MORE_DATES = re.compile(rf"(?:[、，,和及跟与或]{N}[日号])+")
ONE_AT_A_TIME = (
    "一条提醒只能有一个重复的日子，请分成几条说，例如：每周一上午9点……；每周三上午9点……。"
)


def match(text: str, at: int) -> Mark | None:
    """The repetition that begins at `at`."""
    if found := _MONTHLY_WORKDAY.match(text, at) or _OTHER.match(text, at):
        return AskMark(
            at,
            found.end(),
            f"暂时不会按“{found[0]}”重复；可以每天、每个工作日、每周几、每月几号或每年几月几日，请选一种。",
            firm=True,
        )
    if found := _WORKDAYS.match(text, at):
        return RepeatMark(at, found.end(), "workdays", _workdays)
    if found := _WEEKEND.match(text, at):
        return RepeatMark(at, found.end(), "weekly", _weekly(5))
    if found := _WEEKLY.match(text, at):
        return _week(text, at, found)
    if found := _MONTHLY.match(text, at):
        if found["d"] and (more := _MORE_DATES.match(text, found.end())):
            return AskMark(at, more.end(), ONE_AT_A_TIME, firm=True)
        return _month(at, found)
    if found := _YEARLY.match(text, at):
        return RepeatMark(at, found.end(), "yearly")
    if found := _DAILY.match(text, at):
        return RepeatMark(at, found.end(), "daily", every_day)
    return None


def _week(text: str, at: int, found: re.Match[str]) -> Mark:
    if found["d"] is None:
        return RepeatMark(at, found.end(), "weekly")
    more = _MORE_DAYS.match(text, found.end())
    if more:
        return AskMark(at, more.end(), ONE_AT_A_TIME, firm=True)
    return RepeatMark(at, found.end(), "weekly", _weekly(_weekday(found["d"])))


def _weekday(text: str) -> int:
    return int(text) - 1 if text.isdigit() else WEEKDAYS[text]


def _month(at: int, found: re.Match[str]) -> Mark:
    if found["last"]:
        return RepeatMark(at, found.end(), "monthly", monthly(31, clip=True))
    if found["first"]:
        return RepeatMark(at, found.end(), "monthly", monthly(1))
    if found["d"] is None:
        return RepeatMark(at, found.end(), "monthly")
    day = whole(found["d"])
    if not 1 <= day <= 31:
        return AskMark(at, found.end(), f"没有{day}号，请再说每月几号。", firm=True)
    return RepeatMark(at, found.end(), "monthly", monthly(day))


def every_day(frame: Frame) -> Iterator[date]:
    """Today, tomorrow, …"""
    for offset in range(3):
        yield frame.today + offset * ONE_DAY


def _workdays(frame: Frame) -> Iterator[date]:
    for offset in range(30):
        day = frame.today + offset * ONE_DAY
        if frame.calendar.is_workday(day):
            yield day


def _weekly(weekday: int) -> Days:
    def days(frame: Frame) -> Iterator[date]:
        first = frame.today + ((weekday - frame.today.weekday()) % 7) * ONE_DAY
        yield first
        yield first + 7 * ONE_DAY

    return days


def monthly(day: int, *, clip: bool = False) -> Days:
    """The `day`-th of each month; months without it are passed over, or clipped to their last."""

    def days(frame: Frame) -> Iterator[date]:
        first = frame.today.replace(day=1)
        for ahead in range(13):
            month = add_months(first, ahead)
            length = month_days(month.year, month.month)
            if day <= length or clip:
                yield month.replace(day=min(day, length))

    return days
