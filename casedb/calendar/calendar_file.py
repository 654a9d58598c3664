"""Calendar files people send: a year's table as .toml or .ics in, the calendar as .ics out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from casedb.calendar.workdays import (
    PUBLISHED,
    STATUTORY,
    CalendarYear,
    Holiday,
    WorkCalendar,
    year_of,
)
from casedb.days import local
from casedb.rules import toml_file
from casedb.rules.toml_file import RuleBroken

WORK_WORDS = ("补班", "上班", "（班）", "(班)", "调休班")
REST_WORDS = ("休", "放假", "假期")
FEWEST_DAYS_OFF = 11  # a published year has 13 statutory days; fewer than this is only a part
LARGEST = 1_000_000


def read_calendar(content: bytes, name: str) -> CalendarYear:
    """A year's table as somebody sent it.

    Args:
        name: the file's name; .ics is read as iCalendar, anything else as our TOML.

    Raises:
        RuleBroken: unreadable, or an impossible table; what to mend is said.
    """
    if len(content) > LARGEST:
        raise RuleBroken(f"日历文件 {name} 太大。", "请只发一年的节假日表。")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise RuleBroken(f"日历文件 {name} 不是 UTF-8 编码。", "请另存为 UTF-8 后再发。") from wrong
    if name.lower().endswith((".ics", ".ical")) or "BEGIN:VCALENDAR" in text[:200]:
        return _from_ics(text, name)
    return year_of(toml_file.parse(text, name))


def accept(content: bytes, name: str, folder: Path) -> CalendarYear:
    """Keep a year's table that an administrator sent, for `WorkCalendar.load(…, folder)`.

    A table with statutory days only never replaces a published one.

    Raises:
        RuleBroken: nothing was kept; what to mend is said.
    """
    year = read_calendar(content, name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{year.year}.toml"
    known = year_of(toml_file.read(path)) if path.exists() else None
    if known is not None and known.published and not year.published:
        raise RuleBroken(
            f"{year.year} 年已有正式的日历，发来的只有法定节日。",
            "请发国务院办公厅公布的完整安排。",
        )
    fresh = path.with_suffix(".new")
    fresh.write_text(to_toml(year), encoding="utf-8")
    fresh.replace(path)
    return year


def to_toml(year: CalendarYear) -> str:
    """A year's table as the TOML we read."""
    lines = [
        f"year = {year.year}",
        f'status = "{PUBLISHED if year.published else STATUTORY}"',
        f'version = "{_plain(year.version)}"',
        f'source = "{_plain(year.source)}"',
    ]
    for holiday in year.holidays:
        lines += ["", "[[holiday]]", f'name = "{_plain(holiday.name)}"']
        lines += [f"from = {holiday.first}", f"to = {holiday.last}"]
        if holiday.makeup:
            lines.append(f"makeup = [{', '.join(map(str, holiday.makeup))}]")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return re.sub(r'[\x00-\x1f"\\]', " ", text).strip()


def to_ics(calendar: WorkCalendar, *, stamped_at: datetime) -> bytes:
    """The calendar as iCalendar (RFC 5545): days off as （休）, make-up days as （班）."""
    import icalendar

    book = icalendar.Calendar()
    book.add("prodid", "-//zhiban//workdays//ZH")
    book.add("version", "2.0")
    book.add("x-wr-calname", f"工作日历 {calendar.version}")
    for holiday in calendar.holidays():
        spans = [(holiday.first, holiday.last, "休")]
        spans += [(day, day, "班") for day in holiday.makeup]
        for first, last, mark in spans:
            event = icalendar.Event()
            event.add("uid", f"{first.isoformat()}-{'off' if mark == '休' else 'work'}@zhiban")
            event.add("dtstamp", stamped_at)
            event.add("dtstart", first)
            event.add("dtend", last + timedelta(days=1))
            event.add("summary", f"{holiday.name}（{mark}）")
            event.add(
                "x-apple-special-day", "WORK-HOLIDAY" if mark == "休" else "ALTERNATE-WORKDAY"
            )
            book.add_component(event)
    return bytes(book.to_ical())


def _from_ics(text: str, name: str) -> CalendarYear:
    off, work = _ics_days(text, name)
    years = Counter(day.year for day in [*off, *work])
    if not off:
        raise RuleBroken(
            f"日历文件 {name} 里没有放假日。",
            "请在事件标题里写明“休”或“放假”，上班的周末写“班”或“补班”。",
        )
    year = years.most_common(1)[0][0]
    off = {day: title for day, title in off.items() if _near(day, year)}
    work = {day: title for day, title in work.items() if _near(day, year)}
    table = CalendarYear(
        year=year,
        version=f"{year}-ics",
        source=f"导入自 {name}",
        # Only the notice that is published has make-up days; without them it is a list of feasts.
        published=bool(work) and len(off) >= FEWEST_DAYS_OFF,
        holidays=tuple(_holidays(off, work)),
    )
    return year_of(toml_file.parse(to_toml(table), name))


def _near(day: date, year: int) -> bool:
    return day.year == year or (day.year == year - 1 and day.month == 12)


def _ics_days(text: str, name: str) -> tuple[dict[date, str], dict[date, str]]:
    import icalendar

    try:
        book = icalendar.Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError) as wrong:
        raise RuleBroken(f"日历文件 {name} 不是正确的 .ics。", "请重新导出后再发。") from wrong
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    for event in book.walk("VEVENT"):
        title = str(event.get("summary", "")).strip()
        special = str(event.get("x-apple-special-day", "")).upper()
        kind = _kind(title, special)
        for day in _days(event, name):
            if kind == "work":
                work[day] = title
            elif kind == "off":
                off[day] = title
    return {day: title for day, title in off.items() if day not in work}, work


def _kind(title: str, special: str) -> str:
    if special == "ALTERNATE-WORKDAY" or any(word in title for word in WORK_WORDS):
        return "work"
    if special == "WORK-HOLIDAY" or any(word in title for word in REST_WORDS):
        return "off"
    return ""


def _days(event: Any, name: str) -> Iterator[date]:
    start = event.get("dtstart")
    if start is None:
        return
    first = _day(start.dt)
    end = event.get("dtend")
    last = first if end is None else max(first, _last(end.dt, first))
    if (last - first).days > 31:
        raise RuleBroken(f"日历文件 {name} 里 {first} 的假期超过一个月。", "请核对起止日期。")
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _day(value: date) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def _last(end: date, first: date) -> date:
    # DTEND is exclusive (RFC 5545 3.6.1).
    last = (
        _day(end - timedelta(seconds=1)) if isinstance(end, datetime) else end - timedelta(days=1)
    )
    return max(first, last)


def _holidays(off: dict[date, str], work: dict[date, str]) -> Iterator[Holiday]:
    """Days in a row under one name make one holiday; make-up days go to the nearest one."""
    runs: list[list[date]] = []
    for day in sorted(off):
        joined = runs and day - runs[-1][-1] == timedelta(days=1)
        if joined and _name(off[day]) == _name(off[runs[-1][0]]):
            runs[-1].append(day)
        else:
            runs.append([day])
    owed: dict[int, list[date]] = {}
    for day in sorted(work):
        place = min(range(len(runs)), key=lambda index: _distance(day, work[day], runs[index], off))
        owed.setdefault(place, []).append(day)
    for index, run in enumerate(runs):
        yield Holiday(_name(off[run[0]]), run[0], run[-1], tuple(owed.get(index, ())))


def _distance(day: date, title: str, run: list[date], off: dict[date, str]) -> tuple[bool, int]:
    apart = min(abs((day - run[0]).days), abs((day - run[-1]).days))
    return _name(title) != _name(off[run[0]]), apart


def _name(title: str) -> str:
    name = re.sub(r"[（(].*?[）)]", "", title)
    name = re.sub(r"(假期|放假|休息|休|补班|上班|调休|班|第\d+天/共\d+天)+", "", name).strip()
    return name or "节假日"
