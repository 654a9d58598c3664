"""Counting time limits: against an independent day-by-day count, and against the published year."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedb.beijing import BEIJING
from casedb.calendar.workdays import WorkCalendar
from casedb.deadlines import due, parse_start
from casedb.errors import CalendarMissing, CasedbError
from casedb.rules.limits import parse_rule
from tests.casedb.office import CALENDAR, ROOT

# Written out by hand from the notice, and nothing else: what the slow count below believes.
OFF_2026 = {
    *(date(2026, 1, day) for day in (1, 2, 3)),
    *(date(2026, 2, day) for day in range(15, 24)),
    *(date(2026, 4, day) for day in (4, 5, 6)),
    *(date(2026, 5, day) for day in (1, 2, 3, 4, 5)),
    *(date(2026, 6, day) for day in (19, 20, 21)),
    *(date(2026, 9, day) for day in (25, 26, 27)),
    *(date(2026, 10, day) for day in range(1, 8)),
}
WORKED_2026 = {date(2026, *day) for day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))}


def works(day: date) -> bool:
    """The slow twin of `WorkCalendar.is_workday` for 2026."""
    if day in WORKED_2026:
        return True
    return day not in OFF_2026 and day.isoweekday() <= 5


def last_day_slowly(start: date, kind: str, n: int) -> date:
    """Walk the days one by one, with nothing shared with the program."""
    if kind == "natural_days":
        return date.fromordinal(start.toordinal() + n)
    day = start.toordinal() + (1 if kind == "workdays_after" else 0)
    seen = 0
    while True:
        seen += works(date.fromordinal(day))
        if seen == n:
            return date.fromordinal(day)
        day += 1


@given(
    st.dates(date(2026, 1, 1), date(2026, 10, 31)),
    st.sampled_from(["natural_days", "workdays", "workdays_after"]),
    st.integers(1, 30),
)
@settings(max_examples=300, deadline=None)
def test_every_day_rule_ends_where_a_walk_over_the_days_ends(
    start: date, kind: str, n: int
) -> None:
    counted = due(start.isoformat(), f"{kind} {n}", CALENDAR)
    assert counted.due.date() == last_day_slowly(start, kind, n)
    assert counted.due.strftime("%H:%M:%S%z") == "23:59:59+0800"
    assert sum(line.counted for line in counted.days) == n
    assert not counted.provisional


@given(
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-10-31")),
    st.integers(-12 * 60, 14 * 60),
    st.integers(1, 20),
)
@settings(max_examples=200, deadline=None)
def test_the_zone_an_instant_is_written_in_does_not_matter(
    local: datetime, offset: int, n: int
) -> None:
    instant = local.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    here = instant.astimezone(BEIJING)
    for rule in (f"hours {n}", f"natural_days {n}", f"workdays_after {n}"):
        assert (
            due(instant.isoformat(), rule, CALENDAR).iso
            == due(here.isoformat(), rule, CALENDAR).iso
        )
    exact = due(instant.isoformat(), f"hours {n}", CALENDAR).due
    assert exact - instant == timedelta(hours=n)


@pytest.mark.parametrize(
    ("start", "rule", "ends"),
    [
        ("2026-06-01", "workdays_after 3", "2026-06-04"),  # Monday: Tue, Wed, Thu
        ("2026-06-05", "workdays_after 3", "2026-06-10"),  # Friday: the weekend does not count
        ("2026-09-29", "workdays_after 3", "2026-10-09"),  # 30 Sep, then 8 and 9 October
        ("2026-09-19", "workdays 1", "2026-09-20"),  # Saturday; the Sunday is worked
        ("2026-09-20", "workdays 1", "2026-09-20"),  # a worked Sunday counts as the first day
        ("2026-09-20", "workdays_after 1", "2026-09-21"),
        ("2026-02-13", "workdays_after 2", "2026-02-24"),  # worked Saturday, then the festival
        ("2026-05-08", "workdays_after 1", "2026-05-09"),
        ("2026-02-28", "natural_days 1", "2026-03-01"),
        ("2026-06-01T23:59:59+08:00", "natural_days 7", "2026-06-08"),
        ("2026-06-01T16:00:00Z", "natural_days 7", "2026-06-09"),  # already Tuesday in Beijing
    ],
)
def test_counts_around_weekends_feasts_and_worked_weekends(
    start: str, rule: str, ends: str
) -> None:
    assert due(start, rule, CALENDAR).due.date().isoformat() == ends


def test_hours_run_through_the_night_and_a_bare_date_begins_at_midnight() -> None:
    assert due("2026-06-01T23:30", "hours 2", CALENDAR).iso == "2026-06-02T01:30:00+08:00"
    assert due("2026-06-01", "hours 24", CALENDAR).iso == "2026-06-02T00:00:00+08:00"


def test_counting_into_a_year_without_make_up_days_is_marked_provisional() -> None:
    counted = due("2026-12-30", "workdays_after 3", CALENDAR)
    assert counted.provisional
    assert any("暂定" in line.reason for line in counted.days)
    assert counted.calendar_version == "2026-1+2027-0"
    assert not due("2026-12-30", "workdays_after 1", CALENDAR).provisional
    assert not due("2026-12-30", "natural_days 30", CALENDAR).provisional


def test_counting_past_every_table_is_refused_and_names_the_year() -> None:
    with pytest.raises(CalendarMissing, match="2028"):
        due("2027-12-30", "workdays_after 5", CALENDAR)
    with pytest.raises(CalendarMissing, match="2025"):
        due("2025-12-30", "workdays 1", CALENDAR)


@pytest.mark.parametrize(
    "rule",
    ["", "hours", "hours 0", "hours -1", "workdays 0", "days 3", "workdays 3.5", "workdays 三",
     "workdays 99999999999999999999999999", "natural_days 100000", "hours 1e3", "workdays 3 4"],
)  # fmt: skip
def test_a_rule_that_is_none_is_refused_in_a_sentence(rule: str) -> None:
    with pytest.raises(CasedbError) as refusal:
        due("2026-06-01", rule, CALENDAR)
    assert refusal.value.what and refusal.value.fix


@pytest.mark.parametrize(
    "start",
    ["", "明天", "2026-02-30", "2026-13-01", "06-01", "2026-06-01T25:00", "20260601", "1800-01-01",
     "9999-12-31", "2026-06-01T", "2026-06-01 09"],
)  # fmt: skip
def test_a_start_that_is_none_is_refused_in_a_sentence(start: str) -> None:
    with pytest.raises(CasedbError):
        due(start, "natural_days 3", CALENDAR)


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_at_all_gives_a_due_time_or_a_sentence(start: str, rule: str) -> None:
    for begin, text in ((start, "hours 1"), ("2026-06-01", rule), (start, rule)):
        try:
            due(begin, text, CALENDAR)
        except CasedbError as refusal:
            assert refusal.what and refusal.fix


@pytest.mark.parametrize(
    "written",
    ["2026-06-01 09:30", "2026-06-01T09:30", "2026-06-01T09:30:00", "2026-06-01T09:30:00+08:00",
     "2026-06-01T01:30:00Z", "2026/6/1 9:30", "2026年6月1日 9:30", " 2026-06-01T01:30+00:00 "],
)  # fmt: skip
def test_one_instant_may_be_written_in_many_ways(written: str) -> None:
    parsed = parse_start(written)
    assert isinstance(parsed, datetime)
    assert parsed.astimezone(UTC) == datetime(2026, 6, 1, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_machines_zone_does_not_matter(zone: str) -> None:
    code = (
        "from pathlib import Path; from casedb.deadlines import due;"
        "from casedb.calendar.workdays import WorkCalendar;"
        "calendar = WorkCalendar.load(Path('knowledge/calendar'));"
        "print(due('2026-06-01T23:30', 'workdays_after 3', calendar).iso,"
        " due('2026-06-01', 'hours 5', calendar).iso)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["2026-06-04T23:59:59+08:00", "2026-06-01T05:00:00+08:00"]


def test_two_libraries_agree_with_every_day_of_2026() -> None:
    chinese_calendar = pytest.importorskip("chinese_calendar")
    holidays = pytest.importorskip("holidays")
    theirs = holidays.China(years=2026)
    day = date(2026, 1, 1)
    while day.year == 2026:
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day
        assert CALENDAR.is_workday(day) == theirs.is_working_day(day), day
        day += timedelta(days=1)


def test_the_statutory_days_of_2027_agree_with_the_library() -> None:
    holidays = pytest.importorskip("holidays")
    theirs = holidays.China(years=2027)
    statutory = {day for day, name in theirs.items() if day.year == 2027 and "observed" not in name}
    ours = {day for one in CALENDAR.years[2027].holidays for day in one.days()}
    assert ours == statutory


def test_the_end_of_coverage_is_announced_sixty_days_before() -> None:
    assert CALENDAR.coverage_ends == date(2026, 12, 31)
    assert CALENDAR.ends_soon(date(2026, 10, 31)) is None
    assert CALENDAR.ends_soon(date(2026, 11, 1)) == date(2026, 12, 31)
    assert CALENDAR.ends_soon(date(2027, 3, 1)) == date(2026, 12, 31)
    assert WorkCalendar([]).coverage_ends is None


@given(st.integers(1, 60))
def test_workdays_grow_with_the_number(n: int) -> None:
    fewer, more = (due("2026-01-05", f"workdays {k}", CALENDAR).due for k in (n, n + 1))
    assert fewer < more
    assert parse_rule(f"workdays {n}").n == n
