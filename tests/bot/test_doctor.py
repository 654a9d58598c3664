"""zhiban doctor names every broken rule file at once, whatever it is for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.shell.doctor import Check, checks


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    knowledge = tmp_path / "knowledge"
    for name in ("rules", "calendar"):
        shutil.copytree(ROOT / "knowledge" / name, knowledge / name)
    monkeypatch.setenv("ZHIBAN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ZHIBAN_KNOWLEDGE_DIR", str(knowledge))
    monkeypatch.setenv("ZHIBAN_SECRET_KEY", "k" * 40)
    monkeypatch.delenv("ZHIBAN_TELEGRAM_TOKEN", raising=False)
    return knowledge / "rules"


def about_rules() -> list[Check]:
    return [one for one in checks() if one.name == "规则"]


def test_rules_that_can_be_read_are_one_good_line(rules: Path) -> None:
    (only,) = about_rules()
    assert not only.fix and "读取正常" in only.finding


def test_every_broken_file_is_named_and_each_once(rules: Path) -> None:
    for name in ("ladders.toml", "exclusion.toml", "synonyms.toml", "profiles/standard.toml"):
        path = rules / name
        path.write_text(path.read_text(encoding="utf-8") + "\n[[broken\n", encoding="utf-8")
    found = about_rules()
    assert all(one.fix for one in found)
    for name in ("ladders.toml", "exclusion.toml", "synonyms.toml", "standard.toml"):
        assert [name in one.finding for one in found].count(True) == 1


def test_a_hole_in_the_dates_is_named_beside_a_file_that_is_no_toml(rules: Path) -> None:
    limits = rules / "time_limits.toml"
    text = limits.read_text(encoding="utf-8")
    assert "effective_to = 2025-06-22" in text
    limits.write_text(
        text.replace("effective_to = 2025-06-22", "effective_to = 2025-06-20", 1), "utf-8"
    )
    (rules / "topics.toml").write_text("[[broken\n", encoding="utf-8")
    said = " ".join(one.finding for one in about_rules())
    assert "空档" in said and "topics.toml" in said
