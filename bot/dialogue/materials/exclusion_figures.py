"""/exclusions: how exclusion goes: first-pass rate, rounds, days, frequent faults, what to practise."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.access import Action, Scope
from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn
from casedb.beijing import BEIJING, beijing
from casedb.errors import CasedbError
from casedb.exclusion.figures import figures
from casedb.exclusion.figures_text import figures_text

MONTH = re.compile(r"(?P<year>20\d{2})\s*[-年/.]\s*(?P<month>\d{1,2})\s*月?")
SHORT = re.compile(r"(?P<month>\d{1,2})\s*月")


def show(turn: Turn, argument: str = "") -> Reply:
    """/exclusions [MONTH]: everything for the desk, one's own unit for a worker."""
    begins, ends, period = month_of(argument, turn.now)
    with turn.rooms.store.reading() as s:
        found = figures(s, begins=begins, ends=ends, now=turn.now)
    own = "" if turn.scope(Action.CLOSING_SHEET) is Scope.ALL else turn.person.unit_name
    return Reply(figures_text(found, period, unit=own))


def month_of(said: str, now: datetime) -> tuple[datetime, datetime, str]:
    """The Beijing month meant, [begins, ends) and its name; the current one when nothing is said.

    Raises:
        CasedbError: not a month.
    """
    today, text = beijing(now), said.strip()
    year, month = today.year, today.month
    if text in ("上月", "上个月"):
        last = today.replace(day=1) - timedelta(days=1)
        year, month = last.year, last.month
    elif text and text not in ("本月", "这个月"):
        told = MONTH.fullmatch(text) or SHORT.fullmatch(text)
        month = int(told["month"]) if told else 0
        year = int(told.groupdict().get("year") or today.year) if told else year
    if not 1 <= month <= 12:
        raise CasedbError(f"“{text[:20]}”不是月份。", "请写成 2026-09，不写就是本月。")
    begins = datetime(year, month, 1, tzinfo=BEIJING)
    ends = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=BEIJING)
    return begins, ends, f"{year}年{month}月"
