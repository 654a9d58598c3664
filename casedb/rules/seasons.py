"""Seasons that move the number of appeals: knowledge/rules/seasons.toml, dated and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from casedb.rules import toml_file
from casedb.rules.dated import UNCONFIRMED
from casedb.rules.toml_file import TomlFile

MOST_LIFT = 50.0
_DAY = re.compile(r"(\d{2})-(\d{2})")

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Season:
    """A stretch of days that comes every year.

    Either `first`–`last` (month, day; may run over the new year), or `before_festival`: from so
    many days before the Spring Festival to so many (negative: after it). `topics` are words of
    topic names it is expected to move, `lift` how many times as much before any data are seen.
    """

    id: str
    name: str
    first: MonthDay | None
    last: MonthDay | None
    before_festival: tuple[int, int] | None
    topics: tuple[str, ...]
    lift: float

    def concerns(self, topic: str) -> bool:
        """Whether a topic's name speaks of it."""
        return any(word in topic for word in self.topics)


@dataclass(frozen=True, slots=True)
class Seasons:
    """Every season and the dates of the Spring Festival (春节); `note` while unconfirmed."""

    seasons: tuple[Season, ...]
    spring: tuple[date, ...]
    version: str = ""
    source: str = ""
    note: str = UNCONFIRMED

    def holds(self, season: Season, day: date) -> bool:
        """Whether a Beijing day lies in a season."""
        if season.before_festival is not None:
            earliest, latest = season.before_festival
            return any(latest <= (festival - day).days <= earliest for festival in self.spring)
        if season.first is None or season.last is None:
            return False
        at = (day.month, day.day)
        if season.first <= season.last:
            return season.first <= at <= season.last
        return at >= season.first or at <= season.last

    def share(self, season: Season, first: date, after: date) -> float:
        """Which part (0–1) of the Beijing days [first, after) lies in a season."""
        days = (after - first).days
        inside = sum(self.holds(season, first + timedelta(days=step)) for step in range(days))
        return inside / days if days else 0.0


def load_seasons(folder: Path) -> Seasons:
    """Read `seasons.toml`.

    Raises:
        RuleBroken: the file is missing or an entry is impossible; file and entry are named.

    Source: swift-response regulation art. 25 (2) asks units to foresee seasonal problems; heating
    15 November to 15 March and rain June to September are public, the rest is a sample.
    """
    file = toml_file.read(folder / "seasons.toml")
    festival = file.content.get("festival", {}).get("spring", [])
    if not isinstance(festival, list) or not all(type(one) is date for one in festival):
        raise file.broken("festival.spring", "要是一组日期", "例如 spring = [2027-02-06]。")
    found = tuple(_season(file, line, entry) for line, entry in file.tables("season"))
    if len({one.id for one in found}) != len(found):
        raise file.broken("season", "有两段的 id 相同", "请让每一段的 id 不同。")
    return Seasons(
        seasons=found,
        spring=tuple(sorted(festival)),
        version=str(file.content.get("version", "")),
        source=str(file.content.get("source", "")),
        note="" if file.content.get("confirmed_by") else UNCONFIRMED,
    )


def _season(file: TomlFile, line: int, entry: dict[str, Any]) -> Season:
    name = str(entry.get("id", ""))
    days = entry.get("before_festival")
    first, last = _month_day(entry.get("from")), _month_day(entry.get("to"))
    festival = _festival(days)
    if not name or (festival is None) == (first is None or last is None):
        raise file.broken(
            name or "season", "起止不对", '请写 from = "11-15" 和 to = "03-15"，'
            "或者 before_festival = [60, 7]。", line=line,
        )  # fmt: skip
    lift, topics = entry.get("lift", 1.0), entry.get("topics", [])
    if isinstance(lift, bool) or not isinstance(lift, int | float) or not 0 < lift <= MOST_LIFT:
        raise file.broken(name, "lift 要大于 0、不超过 50", "例如 lift = 2.0。", line=line)
    if not isinstance(topics, list) or not all(isinstance(one, str) and one for one in topics):
        raise file.broken(name, "topics 要是一组文字", '例如 topics = ["供暖"]。', line=line)
    return Season(
        name, str(entry.get("name", name)), first, last, festival, tuple(topics), float(lift)
    )


def _festival(days: object) -> tuple[int, int] | None:
    if not isinstance(days, list) or len(days) != 2 or not all(type(one) is int for one in days):
        return None
    earliest, latest = days
    return (earliest, latest) if latest <= earliest else None


def _month_day(text: object) -> MonthDay | None:
    found = _DAY.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        date(2000, int(found[1]), int(found[2]))
    except ValueError:
        return None
    return int(found[1]), int(found[2])
