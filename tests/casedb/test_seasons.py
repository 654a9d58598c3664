"""Seasons: which days belong to them, and what is said about a broken file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedb.rules import RuleBroken
from casedb.rules.seasons import load_seasons

RULES = Path(__file__).resolve().parents[2] / "knowledge" / "rules"
SEASONS = load_seasons(RULES)
BY_ID = {one.id: one for one in SEASONS.seasons}


@pytest.mark.parametrize(
    ("season", "day", "inside"),
    [
        ("heating", date(2026, 11, 14), False),
        ("heating", date(2026, 11, 15), True),
        ("heating", date(2027, 1, 1), True),
        ("heating", date(2027, 3, 15), True),
        ("heating", date(2027, 3, 16), False),
        ("rain", date(2026, 9, 30), True),
        ("rain", date(2026, 10, 1), False),
        ("wages", date(2026, 12, 20), True),  # 48 days before 2027-02-06
        ("wages", date(2026, 2, 11), False),  # 6 days before 2026-02-17
        ("spring_festival", date(2026, 2, 23), True),
        ("spring_festival", date(2026, 2, 24), False),
    ],
)
def test_a_day_lies_in_a_season(season: str, day: date, inside: bool) -> None:
    assert SEASONS.holds(BY_ID[season], day) is inside


@given(st.dates(date(2012, 1, 1), date(2029, 12, 1)), st.integers(1, 40))
def test_the_share_of_a_stretch_is_what_a_slow_count_finds(first: date, days: int) -> None:
    for one in SEASONS.seasons:
        inside = 0
        for step in range(days):
            inside += SEASONS.holds(one, first + timedelta(days=step))
        assert SEASONS.share(one, first, first + timedelta(days=days)) == inside / days


def test_a_season_speaks_of_topics_by_its_words() -> None:
    assert BY_ID["heating"].concerns("公共服务·供热")
    assert not BY_ID["heating"].concerns("交通管理·停车")
    assert SEASONS.note  # unconfirmed multipliers are shown as samples


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[season]]\nid = "a"\nfrom = "02-30"\nto = "03-01"\n', "起止不对"),
        ('[[season]]\nid = "a"\nfrom = "02-01"\n', "起止不对"),
        ('[[season]]\nid = "a"\nbefore_festival = [7, 60]\n', "起止不对"),
        ('[[season]]\nid = "a"\nfrom = "02-01"\nto = "03-01"\nlift = 0\n', "lift"),
        ('[[season]]\nid = "a"\nfrom = "02-01"\nto = "03-01"\ntopics = "热"\n', "topics"),
        ('[festival]\nspring = ["2027"]\n', "festival.spring"),
    ],
)
def test_a_broken_season_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "seasons.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleBroken, match=named):
        load_seasons(tmp_path)
