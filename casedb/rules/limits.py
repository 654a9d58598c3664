"""Time limits as written in a rule file: how long, from when, who says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from casedb.days import DAY_ENDS
from casedb.errors import CasedbError
from casedb.rules.dated import Validity, check_dates, validity
from casedb.rules.toml_file import TomlFile
from casedb.vocabulary import Urgency

MOST_DAYS = 3660
MOST_HOURS = 24 * MOST_DAYS
STARTS = (
    "received_at",
    "dispatched_at",
    "accepted_at",
    "closed_at",
    "handed_in_at",
    "details_issued_on",
)


class RuleKind(StrEnum):
    """What is counted."""

    HOURS = "hours"  # 小时，精确到秒
    NATURAL_DAYS = "natural_days"  # 自然日，起算日不计入
    WORKDAYS = "workdays"  # 工作日，起算日是工作日就算第一天
    WORKDAYS_AFTER = "workdays_after"  # 工作日，从次一工作日起算


UNITS = {
    RuleKind.HOURS: "小时",
    RuleKind.NATURAL_DAYS: "个自然日",
    RuleKind.WORKDAYS: "个工作日(起算日是工作日即计入)",
    RuleKind.WORKDAYS_AFTER: "个工作日(从次一工作日起算)",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A length of time to count. `ends` is the Beijing time of day at which a day rule ends."""

    kind: RuleKind
    n: int
    ends: time = DAY_ENDS

    @property
    def text(self) -> str:
        """The rule in Chinese."""
        return f"{self.n} {UNITS[self.kind]}"


@dataclass(frozen=True, slots=True)
class Limit:
    """One dated time limit (时限); `urgency` is set when it is for one class of orders only."""

    id: str
    name: str
    starts: str  # the instant of the case it runs from
    rule: Rule
    urgency: Urgency | None
    valid: Validity


def parse_rule(text: str, *, ends: time = DAY_ENDS) -> Rule:
    """Read `hours N`, `natural_days N`, `workdays N` or `workdays_after N`.

    Raises:
        CasedbError: not such a rule, or N is not a whole number from 1 to ten years.
    """
    found = re.fullmatch(r"\s*([a-z_]+)\s+([+-]?[0-9]{1,30})\s*", text, re.IGNORECASE)
    if not found or found.group(1).lower() not in list(RuleKind):
        raise CasedbError(
            f"时限规则“{text[:60]}”读不懂。",
            "请写成 hours 24、natural_days 7、workdays 3 或 workdays_after 3(数字为正整数)。",
        )
    kind, n = RuleKind(found.group(1).lower()), int(found.group(2))
    most = MOST_HOURS if kind is RuleKind.HOURS else MOST_DAYS
    if not 1 <= n <= most:
        raise CasedbError(
            f"时限规则“{text[:60]}”的数字不在 1 到 {most} 之间。", "请改成这个范围内的正整数。"
        )
    return Rule(kind, n, ends)


def parse_clock(text: object) -> time | None:
    """Read 18:00; None when it is not a time of day."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", str(text))
    return time(int(found.group(1)), int(found.group(2))) if found else None


def read_limits(file: TomlFile) -> tuple[Limit, ...]:
    """All limits of `time_limits.toml`, checked.

    Raises:
        RuleBroken: naming the file, the line and the entry.
    """
    closing = parse_clock(file.content.get("closing_time", "18:00"))
    if closing is None:
        raise file.broken("closing_time", "不是时刻", '请写成 closing_time = "18:00"。')
    entries = [(line, _limit(file, line, entry, closing)) for line, entry in file.tables("limit")]
    groups: dict[tuple[str, Urgency | None], list[tuple[int, Limit]]] = {}
    for line, limit in entries:
        groups.setdefault((limit.id, limit.urgency), []).append((line, limit))
    for (name, urgency), group in groups.items():
        check_dates(file, f"{name} {urgency}" if urgency else name, group)
    return tuple(limit for _, limit in entries)


def _limit(file: TomlFile, line: int, entry: dict[str, Any], closing: time) -> Limit:
    name = str(entry.get("id", ""))
    if not name:
        raise file.broken("limit", "没有 id", '请写上 id，例如 id = "accept"。', line=line)
    starts, urgency = entry.get("starts"), entry.get("urgency")
    ends = {"day": DAY_ENDS, "closing": closing}.get(str(entry.get("ends", "day")))
    if starts not in STARTS:
        raise file.broken(
            name, f"不认识起算点“{starts}”", f"请从 {'、'.join(STARTS)} 里选。", line=line
        )
    if urgency is not None and urgency not in list(Urgency):
        raise file.broken(name, f"不认识档次“{urgency}”", "请从 2h、24h、7d、15d 里选。", line=line)
    if ends is None:
        raise file.broken(name, "ends 只能是 day 或 closing", "请改正 ends。", line=line)
    try:
        rule = parse_rule(str(entry.get("rule", "")), ends=ends)
    except CasedbError as wrong:
        raise file.broken(name, wrong.what.rstrip("。"), wrong.fix, line=line) from wrong
    return Limit(
        id=name,
        name=str(entry.get("name", name)),
        starts=str(starts),
        rule=rule,
        urgency=Urgency(urgency) if urgency else None,
        valid=validity(file, line, entry),
    )


def limit_on(
    limits: tuple[Limit, ...], name: str, on: date, urgency: Urgency | None = None
) -> Limit | None:
    """The limit in force on a Beijing day; None when no version holds."""
    for limit in limits:
        if limit.id == name and limit.urgency == urgency and limit.valid.holds(on):
            return limit
    return None
