"""A day as people type it into a roster command: 今天, 6月3日, 2026-06-03."""

from __future__ import annotations

import re
from datetime import date, timedelta

_WORDS = {"今天": 0, "今日": 0, "明天": 1, "后天": 2}
_MONTH_DAY = re.compile(r"^(?:(\d{4})[年-])?(\d{1,2})[月-](\d{1,2})[日号]?$")


def day_of(said: str, today: date) -> date | None:
    """今天, 6月3日, 2026-06-03: a Beijing date; a month and day that are over mean next year."""
    if said in _WORDS:
        return today + timedelta(days=_WORDS[said])
    found = _MONTH_DAY.match(said)
    if found is None:
        return None
    year = int(found[1]) if found[1] else today.year
    try:
        day = date(year, int(found[2]), int(found[3]))
        far = not found[1] and today - day > timedelta(days=180)
        return day.replace(year=year + 1) if far else day
    except ValueError:
        return None
