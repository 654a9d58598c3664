"""zhiban review figures and zhiban review rules: how exclusion goes, and other rules for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.shell.output import put_json, say
from casedb.exclusion.figures import ExclusionFigures, ExclusionLine


def show_figures(month: str, *, as_json: bool) -> None:
    """First-pass rate, rounds, days, overdue and frequent faults of a month."""
    from bot.dialogue.materials.exclusion_figures import month_of
    from bot.shell.opened import rooms
    from casedb.exclusion.figures import figures
    from casedb.exclusion.figures_text import figures_text

    with rooms() as opened:
        now = opened.clock.now()
        begins, ends, period = month_of(month, now)
        with opened.store.reading() as s:
            found = figures(s, begins=begins, ends=ends, now=now)
    if as_json:
        put_json({"month": f"{begins:%Y-%m}", **_as_json(found)})
    else:
        say(figures_text(found, period).replace("**", ""))


def _as_json(found: ExclusionFigures) -> dict[str, Any]:
    return {
        "whole": _line(found.whole),
        "by_unit": [_line(one) for one in found.by_unit],
        "by_category": [_line(one) for one in found.by_category],
        "faults": [
            {
                "name": one.name,
                "count": one.count,
                "units": dict(one.units),
                "practice": one.practice,
            }
            for one in found.faults
        ],
    }


def _line(one: ExclusionLine) -> dict[str, Any]:
    return {
        "name": one.name,
        "asked": one.asked,
        "rechecked": one.rechecked,
        "passed_at_first": one.passed_at_first,
        "first_pass_rate": one.first_pass_rate,
        "rounds": one.rounds,
        "days": one.days,
        "overdue": one.overdue,
    }


def take_rules(files: Sequence[Path]) -> None:
    """Put in another exclusion.toml; it is checked whole before anything changes."""
    from bot.materials.rule_files import adopt_rules
    from bot.shell.opened import rooms

    if len(files) != 1 or not files[0].is_file():
        raise BotError("没有写规则文件，或找不到它。", "请写成：zhiban review rules exclusion.toml")
    with rooms() as opened:
        rules = adopt_rules(opened, files[0].read_bytes(), actor="import", now=opened.clock.now())
    say(f"剔除审核规则已换成第 {rules.version} 版，{len(rules.categories)} 类。{rules.note}")
