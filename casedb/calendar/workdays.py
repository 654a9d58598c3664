"""Pure: working days, holidays, make-up days; refuses to count past its table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from casedb.days import WEEKDAYS
from casedb.errors import CalendarMissing
from casedb.rules import toml_file
from casedb.rules.toml_file import TomlFile

ONE_DAY = timedelta(days=1)
SATURDAY = 5
WARN_BEFORE = timedelta(days=60)

PUBLISHED = "published"
STATUTORY = "statutory"


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday with the weekend days worked for it (调休上班)."""

    name: str
    first: date
    last: date
    makeup: tuple[date, ...] = ()

    def days(self) -> Iterator[date]:
        """Every day off, first to last."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The table of one year. `published` is false while only the statutory days are known."""

    year: int
    version: str
    source: str
    published: bool
    holidays: tuple[Holiday, ...]


class WorkCalendar:
    """The working calendar (工作日历): one table a year, the last one given for a year wins.

    A year whose table holds statutory days only can be counted, but every such count is
    provisional; a year without any table is never counted.
    """

    def __init__(self, years: Iterable[CalendarYear]) -> None:
        self.years = {one.year: one for one in years}
        self._off: dict[date, str] = {}
        self._makeup: dict[date, str] = {}
        for one in self.years.values():
            for holiday in one.holidays:
                self._off.update(dict.fromkeys(holiday.days(), holiday.name))
                self._makeup.update(dict.fromkeys(holiday.makeup, holiday.name))

    @classmethod
    def load(cls, *folders: Path) -> WorkCalendar:
        """Every `*.toml` of the folders; a later folder's table replaces an earlier one's.

        Raises:
            RuleBroken: a table is impossible; the file and the entry are named.
        """
        paths = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
        return cls(year_of(toml_file.read(path)) for path in paths)

    def covers(self, day: date) -> bool:
        """Whether there is a table for that day's year (published or statutory)."""
        return day.year in self.years

    def provisional(self, day: date) -> bool:
        """Whether what we say of this day may still change: its make-up days are not published."""
        return self.covers(day) and not self.years[day.year].published

    @property
    def coverage_ends(self) -> date | None:
        """Last day of the last published year reached without a gap; None without any."""
        published = {one.year for one in self.years.values() if one.published}
        if not published:
            return None
        year = min(published)
        while year + 1 in published:
            year += 1
        return date(year, 12, 31)

    def ends_soon(self, today: date) -> date | None:
        """The end of coverage when it is 60 days away or less (or past), else None."""
        ends = self.coverage_ends
        return ends if ends is not None and ends - today <= WARN_BEFORE else None

    @property
    def version(self) -> str:
        """The versions of all tables, stored with what was counted by them."""
        return "+".join(self.years[year].version for year in sorted(self.years))

    def version_on(self, day: date) -> str:
        """Version of the table that covers a day, "" without one."""
        return self.years[day.year].version if self.covers(day) else ""

    def is_workday(self, day: date) -> bool:
        """Whether people work that day, make-up days included.

        Raises:
            CalendarMissing: no table for that year.
        """
        self._require(day)
        if day in self._makeup:
            return True
        return day not in self._off and day.weekday() < SATURDAY

    def reason(self, day: date) -> str:
        """Why a day is or is not a working day, in a few Chinese words.

        Raises:
            CalendarMissing: no table for that year.
        """
        self._require(day)
        tail = "(暂定：当年调休尚未公布)" if self.provisional(day) else ""
        if day in self._makeup:
            return f"{self._makeup[day]}调休上班{tail}"
        if day in self._off:
            return f"{self._off[day]}放假{tail}"
        return ("工作日" if day.weekday() < SATURDAY else f"周{WEEKDAYS[day.weekday()]}休息") + tail

    def after(self, day: date, *, workdays: int) -> date:
        """The `workdays`-th working day after `day`; the day itself is not counted.

        Raises:
            CalendarMissing: the count runs into a year without a table.

        Source: Civil Code, article 201 (the first day is not counted).
        """
        left = workdays
        while left > 0:
            day += ONE_DAY
            left -= self.is_workday(day)
        return day

    def holidays(self) -> tuple[Holiday, ...]:
        """All holidays of all years in order."""
        every = (holiday for one in self.years.values() for holiday in one.holidays)
        return tuple(sorted(every, key=lambda holiday: holiday.first))

    def with_year(self, year: CalendarYear) -> WorkCalendar:
        """A new calendar in which that year's table is replaced."""
        return WorkCalendar([*self.years.values(), year])

    def adopt(self, year: CalendarYear) -> None:
        """Count by this table from now on: an administrator sent a new year while we run."""
        fresh = self.with_year(year)
        self.years, self._off, self._makeup = fresh.years, fresh._off, fresh._makeup

    def _require(self, day: date) -> None:
        if not self.covers(day):
            raise CalendarMissing(
                f"没有 {day.year} 年的工作日历，数不到 {day.isoformat()}。",
                f"请管理员在国务院办公厅公布后，把 {day.year} 年的节假日表(.toml 或 .ics)发给机器人。",
            )


def year_of(file: TomlFile) -> CalendarYear:
    """Check one year's table.

    Raises:
        RuleBroken: a field is missing, a day lies outside the year, two holidays overlap, a
            make-up day is not a weekend day or is itself a day off.
    """
    content = file.content
    year, status = content.get("year"), content.get("status", PUBLISHED)
    if not isinstance(year, int) or not 1990 <= year <= 2200:
        raise file.broken("year", "缺少年份或年份不对", "请在开头写 year = 2027 这样的年份。")
    if status not in (PUBLISHED, STATUTORY):
        raise file.broken(
            "status", f"不认识“{status}”", "请写 published(已公布)或 statutory(只有法定节日)。"
        )
    entries = [(line, _holiday(file, line, entry)) for line, entry in file.tables("holiday")]
    _check_days(file, year, entries)
    return CalendarYear(
        year=year,
        version=str(content.get("version", f"{year}-1")),
        source=str(content.get("source", "")),
        published=status == PUBLISHED,
        holidays=tuple(sorted((one for _, one in entries), key=lambda one: one.first)),
    )


def _holiday(file: TomlFile, line: int, entry: dict[str, object]) -> Holiday:
    name, first = str(entry.get("name", "")), entry.get("from")
    last, makeup = entry.get("to", first), entry.get("makeup", [])
    if not name or not _is_day(first) or not _is_day(last) or not isinstance(makeup, list):
        raise file.broken(
            name or "holiday",
            "要有 name、from、to",
            "请写成 from = 2027-01-01 这样的日期。",
            line=line,
        )
    assert isinstance(first, date) and isinstance(last, date)
    if last < first:
        raise file.broken(name, "放假的止日早于起日", "请把 from 和 to 对调或改正。", line=line)
    if not all(_is_day(day) for day in makeup):
        raise file.broken(name, "makeup 里不是日期", "请写成 makeup = [2027-01-03]。", line=line)
    return Holiday(name, first, last, tuple(sorted(makeup)))


def _is_day(value: object) -> bool:
    return type(value) is date


def _belongs(day: date, year: int) -> bool:
    # New Year's holiday may begin, or be made up for, in the last days of December.
    return day.year == year or (day.year == year - 1 and day.month == 12)


def _check_days(file: TomlFile, year: int, entries: list[tuple[int, Holiday]]) -> None:
    off: dict[date, str] = {}
    for line, one in entries:
        for day in one.days():
            if not _belongs(day, year):
                raise file.broken(one.name, f"{day} 不在 {year} 年", "请改正日期。", line=line)
            if day in off:
                problem = f"{day} 与“{off[day]}”重复"
                raise file.broken(one.name, problem, "请让各节日的日期不重叠。", line=line)
            off[day] = one.name
    makeup: set[date] = set()
    for line, one in entries:
        for day in one.makeup:
            if day.weekday() < SATURDAY or not _belongs(day, year):
                problem = f"调休上班日 {day} 不是 {year} 年的周末"
                raise file.broken(one.name, problem, "请核对通知原文里的上班日期。", line=line)
            if day in off or day in makeup:
                problem = f"调休上班日 {day} 又是放假日或重复"
                raise file.broken(one.name, problem, "请核对通知原文里的上班日期。", line=line)
            makeup.add(day)
