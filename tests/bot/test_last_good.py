"""A broken rule file: named to the desk, and the house goes on by the last one that made sense."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.app import kept_calendar, open_rooms
from bot.settings import ROOT, Settings
from casedb.outgoing import outbox
from casedb.records import OutboxMessage
from casedb.rules import RuleBroken


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    knowledge = tmp_path / "knowledge"
    for name in ("rules", "calendar"):
        shutil.copytree(ROOT / "knowledge" / name, knowledge / name)
    data = tmp_path / "var"
    return Settings(
        data_dir=data,
        database_url=f"sqlite:///{data / 'a.db'}",
        secret_key="k" * 40,
        knowledge_dir=knowledge,
        demo=True,
    )


def broken_by(settings: Settings, file: str, old: str, new: str) -> None:
    path = settings.rules_dir / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def alerts(settings: Settings) -> list[OutboxMessage]:
    """Start once and take out what the desk is told."""
    rooms = open_rooms(settings, with_index=False)
    try:
        assert len(rooms.rules.ladders) > 3 and rooms.rules.limits
        with rooms.store.session() as s:
            taken = outbox.claim(s, owner="test", now=rooms.clock.now(), limit=50)
        return [one for one in taken if "规则文件" in one.text]
    finally:
        rooms.store.close()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("ladders.toml", '"responsible"', '"boss"', "boss"),
        ("time_limits.toml", "effective_to = 2025-06-22", "effective_to = 2025-06-20", "空档"),
        ("time_limits.toml", "effective_to = 2025-06-22", "effective_to = 2025-06-29", "重叠"),
        ("ledger.toml", '"08:30"', '"8点半"', "08:30"),
        ("ladders.toml", "[quiet]", "[quiet", "TOML"),
        ("../calendar/2026.toml", "to = 2026-01-03", "to = 2025-01-03", "元旦"),
        ("../calendar/2026.toml", "makeup = [2026-01-04]", "makeup = [2026-01-", "TOML"),
    ],
)
def test_the_house_goes_on_and_the_desk_hears_what_to_mend(
    settings: Settings, file: str, old: str, new: str, said: str
) -> None:
    assert alerts(settings) == []
    broken_by(settings, file, old, new)
    (told,) = alerts(settings)
    assert Path(file).name in told.text and said in told.text and "上一次读得懂" in told.text
    assert alerts(settings) == []  # once for one fault
    broken_by(settings, file, new, old)
    assert alerts(settings) == []


def test_broken_from_the_first_start_it_is_refused_with_the_entry_named(settings: Settings) -> None:
    broken_by(settings, "ladders.toml", '"responsible"', '"boss"')
    with pytest.raises(RuleBroken, match=r"ladders.toml.*boss"):
        open_rooms(settings, with_index=False)


def test_a_year_an_administrator_sent_is_kept_as_it_was_when_its_file_breaks(
    settings: Settings,
) -> None:
    sent = settings.data_dir / "calendar"
    sent.mkdir(parents=True)
    next_year = sent / "2027.toml"
    next_year.write_text(
        'year = 2027\nstatus = "published"\nversion = "1"\nsource = "虚构的通知"\n', "utf-8"
    )
    assert kept_calendar(settings).value.coverage_ends == date(2027, 12, 31)
    next_year.write_text("year = [", "utf-8")
    again = kept_calendar(settings)
    assert again.value.coverage_ends == date(2027, 12, 31)
    assert "2027.toml" in again.problem


def test_a_calendar_broken_from_the_first_start_is_refused(settings: Settings) -> None:
    broken_by(settings, "../calendar/2026.toml", "to = 2026-01-03", "to = 2025-01-03")
    with pytest.raises(RuleBroken, match=r"2026.toml.*元旦"):
        kept_calendar(settings)
