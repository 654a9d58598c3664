"""How the three rates and the cycle are counted: knowledge/rules/assessment.toml, dated and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from casedb.rules import toml_file
from casedb.rules.dated import UNCONFIRMED
from casedb.rules.toml_file import TomlFile


@dataclass(frozen=True, slots=True)
class RateRules:
    """Weights 0–1 of half-good answers, what enters the denominator, and the cycle's first day.

    Source: no public rule for Beijing was found; every value is a sample until confirmed.
    """

    mostly_satisfied: float = 0.6
    mostly_resolved: float = 1.0
    count_not_reached: bool = False
    count_excluded: bool = True
    start_day: int = 1
    version: str = ""
    source: str = ""
    note: str = UNCONFIRMED


def load_rate_rules(folder: Path) -> RateRules:
    """Read `assessment.toml`.

    Raises:
        RuleBroken: the file is missing or a value is impossible; file and entry are named.
    """
    file = toml_file.read(folder / "assessment.toml")
    rates, cycle = file.content.get("rates", {}), file.content.get("cycle", {})
    start_day = cycle.get("start_day", 1)
    if type(start_day) is not int or not 1 <= start_day <= 31:
        raise file.broken("cycle.start_day", "要在 1 到 31 之间", "例如 19。")
    return RateRules(
        mostly_satisfied=_weight(file, rates, "mostly_satisfied", 0.6),
        mostly_resolved=_weight(file, rates, "mostly_resolved", 1.0),
        count_not_reached=_flag(file, rates, "count_not_reached", usual=False),
        count_excluded=_flag(file, rates, "count_excluded", usual=True),
        start_day=start_day,
        version=str(file.content.get("version", "")),
        source=str(file.content.get("source", "")),
        note="" if file.content.get("confirmed_by") else UNCONFIRMED,
    )


def _weight(file: TomlFile, rates: dict[str, object], name: str, usual: float) -> float:
    value = rates.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise file.broken(f"rates.{name}", "要在 0 到 1 之间", "例如 0.6。")
    return float(value)


def _flag(file: TomlFile, rates: dict[str, object], name: str, *, usual: bool) -> bool:
    value = rates.get(name, usual)
    if not isinstance(value, bool):
        raise file.broken(f"rates.{name}", "只能是 true 或 false", "例如 false。")
    return value
