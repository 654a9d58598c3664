"""Rule and calendar files that people edit: what is wrong is named with file, line and entry."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from casedb.calendar.calendar_file import accept, read_calendar, to_ics, to_toml
from casedb.calendar.workdays import WorkCalendar, year_of
from casedb.rules import RuleBroken, load_rules, read_ledger, toml_file
from casedb.rules.dated import UNCONFIRMED
from casedb.rules.ladders import QuietHours, read_ladders, read_quiet
from casedb.rules.limits import read_limits
from casedb.vocabulary import ObligationKind, Urgency
from tests.casedb.office import CALENDAR, ROOT, RULES, at

LIMIT = """
[[limit]]
id = "accept"
starts = "dispatched_at"
rule = "hours 2"
version = "1"
effective_from = 2026-01-01
effective_to = 2026-05-31

[[limit]]
id = "accept"
starts = "dispatched_at"
rule = "hours 4"
version = "2"
effective_from = 2026-06-01
"""
LADDER = """
[[ladder]]
id = "deadline"
kind = "deadline"
effective_from = 2026-01-01
step = [{ at = "-24h", to = ["responsible"] }]
unanswered = [{ after = "30m", to = ["head"] }]
"""


def limits(text: str) -> object:
    return read_limits(toml_file.parse(text, "time_limits.toml"))


def ladders(text: str) -> object:
    return read_ladders(toml_file.parse(text, "ladders.toml"))


def test_the_version_in_force_on_a_day_is_taken() -> None:
    found = read_limits(toml_file.parse(LIMIT, "x.toml"))
    assert [one.rule.n for one in found if one.valid.holds(date(2026, 5, 31))] == [2]
    assert [one.rule.n for one in found if one.valid.holds(date(2026, 6, 1))] == [4]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("2026-05-31", "2026-05-30"), "空档"),
        (("2026-05-31", "2026-06-01"), "重叠"),
        (("effective_to = 2026-05-31", ""), "重叠"),
        (("effective_to = 2026-05-31", "effective_to = 2025-05-31"), "早于"),
        (('starts = "dispatched_at"', 'starts = "someday"'), "someday"),
        (('rule = "hours 4"', 'rule = "hours zero"'), "hours zero"),
        (("effective_from = 2026-06-01", 'effective_from = "soon"'), "生效日期"),
        (('id = "accept"\nstarts = "dispatched_at"\nrule = "hours 4"', 'rule = "hours 4"'), "id"),
    ],
)
def test_what_is_wrong_with_a_limit_is_named_with_file_and_line(
    change: tuple[str, str], told: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        limits(LIMIT.replace(*change))
    assert told in broken.value.what
    assert "time_limits.toml 第 " in broken.value.what


def test_a_hole_names_the_line_of_the_later_version_and_both_days() -> None:
    with pytest.raises(RuleBroken) as broken:
        limits(LIMIT.replace("2026-05-31", "2026-05-20"))
    assert "第 10 行" in broken.value.what
    assert "2026-05-20" in broken.value.what and "2026-05-21" in broken.value.fix


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('to = ["head"]', 'to = ["boss"]'), "boss"),
        (('to = ["responsible"]', "to = []"), "角色"),
        (("-24h", "tomorrow"), "tomorrow"),
        (('kind = "deadline"', 'kind = "party"'), "party"),
        (('after = "30m"', 'after = "-30m"'), "-30m"),
        (("effective_from = 2026-01-01", ""), "生效日期"),
        (('step = [{ at = "-24h", to = ["responsible"] }]', "step = []"), "提醒"),
    ],
)
def test_a_broken_ladder_names_the_entry(change: tuple[str, str], told: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        ladders(LADDER.replace(*change))
    assert told in broken.value.what and "deadline" in broken.value.what


def test_text_that_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(RuleBroken, match=r"x\.toml 第 2 行"):
        toml_file.parse("a = 1\nb = = 2\n", "x.toml")


def test_a_file_that_is_not_there_or_not_utf8_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="打不开"):
        load_rules(tmp_path)
    (tmp_path / "ladders.toml").write_bytes("名 = 1".encode("gb18030"))
    with pytest.raises(RuleBroken, match="UTF-8"):
        load_rules(tmp_path)


def test_the_shipped_rules_hold_every_kind_and_say_who_confirmed_them() -> None:
    on = date(2026, 6, 1)
    for kind in ObligationKind:
        assert RULES.ladder(kind.value, on) is not None, kind
    for name in ("accept", "first_contact", "materials"):
        limit = RULES.limit(name, on)
        assert limit is not None and limit.valid.note == UNCONFIRMED
    for urgency in Urgency:
        assert RULES.limit("feedback", on, urgency) is not None
    retrospective = RULES.limit("retrospective", on)
    assert retrospective is not None and retrospective.valid.note == ""
    assert [one.at for one in RULES.ledger.editions] == [time(8, 30), time(17, 40)]


@pytest.mark.parametrize(
    "text",
    ['[[edition]]\nid = "a"\nat = "8点"', '[[edition]]\nat = "08:30"', "",
     '[[edition]]\nid="a"\nat="08:30"\n[lights]\nred_hours = 9\nyellow_hours = 3'],
)  # fmt: skip
def test_broken_ledger_times_are_named(text: str) -> None:
    with pytest.raises(RuleBroken, match=r"ledger\.toml"):
        read_ledger(toml_file.parse(text, "ledger.toml"))


def test_quiet_hours_pass_midnight() -> None:
    quiet = read_quiet(toml_file.parse('[quiet]\nfrom = "22:00"\nto = "07:00"', "x.toml"))
    assert quiet.until(at("2026-06-01 23:00")) == at("2026-06-02 07:00")
    assert quiet.until(at("2026-06-02 06:59")) == at("2026-06-02 07:00")
    assert quiet.until(at("2026-06-02 07:00")) == at("2026-06-02 07:00")
    assert quiet.since(at("2026-06-02 01:00")) == at("2026-06-01 22:00")
    noon = QuietHours(time(12, 0), time(14, 0))
    assert noon.until(at("2026-06-01 12:30")) == at("2026-06-01 14:00")
    assert noon.until(at("2026-06-01 23:00")) == at("2026-06-01 23:00")


YEAR = """
year = 2027
version = "2027-1"
source = "某通知"
[[holiday]]
name = "元旦"
from = 2027-01-01
to = 2027-01-03
makeup = [2027-01-09]
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("to = 2027-01-03", "to = 2026-12-30"), "止日早于"),
        (("makeup = [2027-01-09]", "makeup = [2027-01-08]"), "不是 2027 年的周末"),
        (("makeup = [2027-01-09]", "makeup = [2027-01-02]"), "又是放假日"),
        (("from = 2027-01-01", "from = 2025-01-01"), "不在 2027 年"),
        (("year = 2027", ""), "年份"),
        (("[[holiday]]", 'status = "guessed"\n[[holiday]]'), "guessed"),
        (("makeup = [2027-01-09]", "makeup = [9]"), "不是日期"),
    ],
)
def test_an_impossible_year_is_refused_and_the_entry_named(
    change: tuple[str, str], told: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        read_calendar(YEAR.replace(*change).encode(), "2027.toml")
    assert told in broken.value.what and "2027.toml" in broken.value.what


def test_a_new_year_sent_in_chat_ends_what_was_provisional(tmp_path: Path) -> None:
    from casedb.deadlines import due

    assert due("2026-12-31", "workdays_after 3", CALENDAR).provisional
    accept(YEAR.encode(), "放假安排.toml", tmp_path)
    newer = WorkCalendar.load(ROOT / "knowledge" / "calendar", tmp_path)
    counted = due("2026-12-31", "workdays_after 3", newer)
    assert not counted.provisional
    assert counted.due.date() == date(2027, 1, 6)
    assert newer.coverage_ends == date(2027, 12, 31)


def test_statutory_days_never_replace_a_published_year(tmp_path: Path) -> None:
    accept(YEAR.encode(), "a.toml", tmp_path)
    less = YEAR.replace('version = "2027-1"', 'version = "2027-0"\nstatus = "statutory"')
    with pytest.raises(RuleBroken, match="正式"):
        accept(less.encode(), "b.toml", tmp_path)
    assert year_of(toml_file.read(tmp_path / "2027.toml")).version == "2027-1"


def test_a_calendar_goes_out_as_ics_and_comes_back_the_same(tmp_path: Path) -> None:
    only = WorkCalendar([CALENDAR.years[2026]])
    content = to_ics(only, stamped_at=datetime(2026, 1, 1, tzinfo=UTC))
    back = WorkCalendar([read_calendar(content, "2026.ics")])
    assert back.years[2026].published
    day = date(2026, 1, 1)
    while day.year == 2026:
        assert back.is_workday(day) == only.is_workday(day), day
        day += timedelta(days=1)
    assert [one.name for one in back.holidays()] == [one.name for one in only.holidays()]


def test_an_ics_of_feasts_without_worked_weekends_stays_provisional() -> None:
    ics = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY:元旦假期\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    year = read_calendar(ics.encode(), "feasts.ics")
    assert (year.year, year.published) == (2027, False)
    assert [one.name for one in year.holidays] == ["元旦"]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.ics"), (b"BEGIN:VCALENDAR\r\n", "a.ics"), (b"\xff\xfe\x00", "a.ics"),
     (b"PK\x03\x04rubbish", "2027.toml"), (b"x" * 1_000_001, "a.ics")],
)  # fmt: skip
def test_a_file_that_is_no_calendar_is_refused_in_a_sentence(content: bytes, name: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        read_calendar(content, name)
    assert broken.value.what and broken.value.fix


def test_a_year_written_as_toml_reads_back_equal() -> None:
    for year in CALENDAR.years.values():
        assert year_of(toml_file.parse(to_toml(year), "x.toml")) == year
