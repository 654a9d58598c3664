"""knowledge/rules/*.toml -> frozen, dated rule sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from casedb.rules import toml_file
from casedb.rules.dated import UNCONFIRMED
from casedb.rules.ladders import Ladder, QuietHours, ladder_on, read_ladders, read_quiet
from casedb.rules.limits import Limit, limit_on, parse_clock, read_limits
from casedb.rules.toml_file import RuleBroken, TomlFile
from casedb.vocabulary import Urgency

__all__ = ["Edition", "LedgerTimes", "Lights", "RuleBook", "RuleBroken", "load_rules"]


RECEIVERS = ("groups", "leader", "units")  # 台账群、带班领导、各单位群


@dataclass(frozen=True, slots=True)
class Edition:
    """A daily ledger that goes out at a fixed Beijing time."""

    id: str
    name: str
    at: time
    to: tuple[str, ...] = ("groups",)  # of RECEIVERS


@dataclass(frozen=True, slots=True)
class Lights:
    """How many hours before the due time a case turns red or yellow (风险灯)."""

    red_hours: int = 4
    yellow_hours: int = 72


@dataclass(frozen=True, slots=True)
class LedgerTimes:
    """When ledgers go out and how the risk light is set; `note` is shown while unconfirmed."""

    editions: tuple[Edition, ...] = (Edition("morning", "早台账", time(8, 30)),)
    lights: Lights = Lights()
    closing_at: time = time(9, 5)  # the state of collecting materials, every day something is owed
    filing_day: int = 1  # the filing record of the month before: on this day of the month
    filing_at: time = time(9, 10)
    version: str = ""
    source: str = ""
    note: str = UNCONFIRMED

    def edition(self, name: str) -> Edition | None:
        """The edition of that id."""
        return next((one for one in self.editions if one.id == name), None)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule of process control, as of the files' present text."""

    limits: tuple[Limit, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    quiet: QuietHours = field(default_factory=QuietHours)
    ledger: LedgerTimes = field(default_factory=LedgerTimes)

    def limit(self, name: str, on: date, urgency: Urgency | None = None) -> Limit | None:
        """The time limit in force on a Beijing day; None when there is none."""
        return limit_on(self.limits, name, on, urgency)

    def ladder(self, name: str, on: date) -> Ladder | None:
        """The ladder in force on a Beijing day; None when there is none."""
        return ladder_on(self.ladders, name, on)


def load_rules(folder: Path) -> RuleBook:
    """Read `time_limits.toml`, `ladders.toml` and `ledger.toml` of a folder.

    Raises:
        RuleBroken: a file is missing or an entry is impossible; file, line and entry are named.
    """
    ladders = toml_file.read(folder / "ladders.toml")
    return RuleBook(
        limits=read_limits(toml_file.read(folder / "time_limits.toml")),
        ladders=read_ladders(ladders),
        quiet=read_quiet(ladders),
        ledger=read_ledger(toml_file.read(folder / "ledger.toml")),
    )


def read_ledger(file: TomlFile) -> LedgerTimes:
    """Ledger times and lights, checked.

    Raises:
        RuleBroken: naming the file and the entry.
    """
    editions: list[Edition] = []
    for line, entry in file.tables("edition"):
        name, at = str(entry.get("id", "")), parse_clock(entry.get("at", ""))
        if not name or at is None or name in {one.id for one in editions}:
            raise file.broken(
                name or "edition", "缺 id、时刻不对或 id 重复", '请写成 at = "08:30"。', line=line
            )
        editions.append(
            Edition(name, str(entry.get("name", name)), at, _receivers(file, line, entry))
        )
    lights = file.content.get("lights", {})
    red, yellow = lights.get("red_hours", 4), lights.get("yellow_hours", 72)
    if type(red) is not int or type(yellow) is not int or not 0 <= red <= yellow:
        raise file.broken("lights", "小时数不对", "请让 0 ≤ red_hours ≤ yellow_hours，且为整数。")
    if not editions:
        raise file.broken("edition", "一期台账都没有", "请至少写一个 [[edition]]。")
    closing_at = _clock(file, "closing", "09:05")
    filing_day = file.content.get("filing", {}).get("day", 1)
    if type(filing_day) is not int or not 1 <= filing_day <= 28:
        raise file.broken("filing", "day 不是 1 到 28 的整数", "请写成 day = 1。")
    return LedgerTimes(
        editions=tuple(editions),
        lights=Lights(red, yellow),
        closing_at=closing_at,
        filing_day=filing_day,
        filing_at=_clock(file, "filing", "09:10"),
        version=str(file.content.get("version", "")),
        source=str(file.content.get("source", "")),
        note="" if file.content.get("confirmed_by") else UNCONFIRMED,
    )


def _receivers(file: TomlFile, line: int, entry: dict[str, Any]) -> tuple[str, ...]:
    to = entry.get("to", ["groups"])
    if not isinstance(to, list) or not to or not set(to) <= set(RECEIVERS):
        known = "、".join(RECEIVERS)
        name = str(entry.get("id", "edition"))
        raise file.broken(name, "to 里有不认识的接收方", f"请从 {known} 里选。", line=line)
    return tuple(dict.fromkeys(map(str, to)))


def _clock(file: TomlFile, table: str, usual: str) -> time:
    at = parse_clock(file.content.get(table, {}).get("at", usual))
    if at is None:
        raise file.broken(table, "at 不是时刻", f'请写成 at = "{usual}"。')
    return at
