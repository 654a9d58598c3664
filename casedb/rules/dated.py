"""Dated entries of a rule file: which one is in force, and no hole or overlap between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from casedb.rules.toml_file import TomlFile

UNCONFIRMED = "样例规则，未经甲方确认"


@dataclass(frozen=True, slots=True)
class Validity:
    """Since when an entry holds, until when (last day included, None: open), by whose word."""

    version: str
    effective_from: date
    effective_to: date | None
    source: str
    confirmed_by: str

    def holds(self, on: date) -> bool:
        """Whether the entry is in force on a Beijing day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)

    @property
    def note(self) -> str:
        """What has to be shown beside an unconfirmed rule, else ""."""
        return "" if self.confirmed_by else UNCONFIRMED


class Dated(Protocol):
    """An entry with a validity."""

    @property
    def valid(self) -> Validity: ...


Entry = TypeVar("Entry", bound=Dated)


def validity(file: TomlFile, line: int, entry: dict[str, Any]) -> Validity:
    """Read `version, effective_from, effective_to, source, confirmed_by` of one entry.

    Raises:
        RuleBroken: a date is missing, is no date, or ends before it begins.
    """
    name = str(entry.get("id", "")) or "(没有 id)"
    since, until = entry.get("effective_from"), entry.get("effective_to")
    if type(since) is not date or not (until is None or type(until) is date):
        raise file.broken(
            name, "生效日期缺失或不是日期", "请写成 effective_from = 2026-05-01。", line=line
        )
    if until is not None and until < since:
        raise file.broken(name, "失效日早于生效日", "请改正 effective_to。", line=line)
    return Validity(
        version=str(entry.get("version", "1")),
        effective_from=since,
        effective_to=until,
        source=str(entry.get("source", "")),
        confirmed_by=str(entry.get("confirmed_by", "")),
    )


def check_dates(file: TomlFile, name: str, entries: Sequence[tuple[int, Dated]]) -> None:
    """The versions of one entry must follow each other without a hole or an overlap.

    Raises:
        RuleBroken: naming the file, the line and both dates.
    """
    ordered = sorted(entries, key=lambda one: one[1].valid.effective_from)
    for (_, earlier), (line, later) in pairwise(ordered):
        ends, begins = earlier.valid.effective_to, later.valid.effective_from
        if ends is None or ends >= begins:
            until = ends or "长期"
            problem = f"日期重叠：前一版有效至 {until}，后一版自 {begins} 起"
            fix = f"请把前一版的 effective_to 改为 {begins - timedelta(days=1)}。"
            raise file.broken(name, problem, fix, line=line)
        if ends + timedelta(days=1) != begins:
            problem = f"日期有空档：{ends} 之后到 {begins} 之前没有规则"
            fix = f"请把后一版的 effective_from 改为 {ends + timedelta(days=1)}，或补上中间一版。"
            raise file.broken(name, problem, fix, line=line)


def in_force(entries: Iterable[Entry], on: date) -> Entry | None:
    """The entry that holds on a Beijing day."""
    return next((entry for entry in entries if entry.valid.holds(on)), None)
