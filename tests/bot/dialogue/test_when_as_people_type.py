"""Reminders as clerks and community workers type them: spoken_times.txt, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.dialogue.reminding.timewords import festivals
from bot.dialogue.reminding.when import parse
from casedb.beijing import BEIJING
from casedb.calendar.workdays import WorkCalendar

ROOT = Path(__file__).resolve().parents[3]
CALENDAR = WorkCalendar.load(ROOT / "knowledge" / "calendar")
UNITS = (
    "接诉即办专班",
    "民生保障办公室",
    "城市管理办公室",
    "平安建设办公室",
    "社区建设办公室",
    "综合行政执法队",
    "甲一社区",
    "甲二社区",
    "甲三社区",
)


def spoken() -> Iterator[tuple[datetime, list[str]]]:
    now = datetime(2026, 1, 1, tzinfo=BEIJING)
    for line in (Path(__file__).parent / "spoken_times.txt").read_text("utf-8").splitlines():
        if line.startswith("现在 "):
            now = datetime.fromisoformat(line[3:]).replace(tzinfo=BEIJING)
        elif line and not line.startswith("#"):
            yield now, [part.strip() for part in line.split("|")]


@pytest.mark.parametrize(("now", "line"), spoken(), ids=lambda part: str(part)[:40])
def test_a_sentence_means_what_its_speaker_meant(now: datetime, line: list[str]) -> None:
    text, due, who, what, repeats = (*line, "", "", "", "")[:5]
    answer = parse(text, now=now, calendar=CALENDAR, units=UNITS)
    if due == "?":
        assert answer.due is None, answer
        assert answer.question
        return
    assert answer.due, answer.question
    assert answer.due.strftime("%Y-%m-%d %H:%M") == due
    assert (answer.who, answer.what, answer.repeats or "") == (who, what, repeats)


def test_a_shortened_name_that_fits_two_units_is_none_of_them() -> None:
    now = datetime(2026, 5, 6, 14, 20, tzinfo=BEIJING)
    two = (*UNITS, "城市管理监察办公室")
    assert parse("提醒城管办明天9点交表", now=now, calendar=CALENDAR, units=two).who == "城管办"


def test_solar_terms_agree_with_a_calendar_library() -> None:
    library = pytest.importorskip("chinese_calendar")
    for year in range(2025, 2061):
        known = {
            (name, day)
            for day, name in library.get_solar_terms(
                datetime(year, 1, 1, tzinfo=BEIJING).date(),
                datetime(year, 12, 31, tzinfo=BEIJING).date(),
            )
        }
        for name in festivals.TERMS:
            assert any(day == festivals.falls_on(name, year) for said, day in known if said == name)
