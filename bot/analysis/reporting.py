"""A report measured and written from the rooms: the same for shell, chat and page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.chapters import chapters
from bot.errors import BotError
from bot.rooms import Rooms
from casedb.beijing import beijing
from casedb.rules.rate_rules import RateRules, load_rate_rules
from casedb.tally.spans import Span, before, month
from reports.measured import Measured, measure
from reports.monthly.paper import MONTHLY, OVERALL, Written, files_of, write

__all__ = [
    "MONTHLY",
    "OVERALL",
    "Made",
    "last_month",
    "made",
    "made_once",
    "measured",
    "rate_rules",
]
LONGEST_DAYS = 366 * 5


@dataclass(frozen=True, slots=True)
class Made:
    """A report and its files."""

    report: Measured
    files: Written


def rate_rules(rooms: Rooms) -> RateRules:
    """How rates and the cycle are counted."""
    return load_rate_rules(rooms.settings.rules_dir)


def last_month(now: datetime) -> Span:
    """The month before the present one, Beijing time: the one that is reported."""
    return before(month(f"{beijing(now):%Y-%m}"))


def measured(rooms: Rooms, span: Span) -> Measured:
    """Count a period and what it is compared with.

    Raises:
        BotError: the period has not begun, or is too long to be one report.
    """
    now = rooms.clock.now()
    if span.start > now:
        raise BotError(f"{span.name or span.text()}还没有到。", "请选一个已经开始的时段。")
    if span.days > LONGEST_DAYS:
        raise BotError("时段超过五年。", "请选短一些的时段。")
    rules = rate_rules(rooms)
    with rooms.store.reading() as session:
        return measure(session, span, rules, now=now)


def made(rooms: Rooms, span: Span, folder: Path, *, title: str = MONTHLY) -> Made:
    """Measure a period and write its paper, tables and picture: all of them, or none."""
    return _made(rooms, measured(rooms, span), folder, title)


def made_once(rooms: Rooms, span: Span, *, title: str = MONTHLY) -> Made:
    """The same below the data dir; what was written today from the same figures is used again."""
    report = measured(rooms, span)
    today = beijing(rooms.clock.now()).date()
    digest = hashlib.sha256(repr((title, today, report)).encode()).hexdigest()[:16]
    folder = rooms.files_dir / "reports" / f"{span.first}_{span.after}" / digest
    files = files_of(report, folder, title=title)
    if all(one.exists() for one in (files.docx, files.xlsx, files.picture)):
        return Made(report, files)
    return _made(rooms, report, folder, title)


def _made(rooms: Rooms, report: Measured, folder: Path, title: str) -> Made:
    now, span = rooms.clock.now(), report.now.span
    files = write(
        report,
        folder,
        made_at=now,
        title=title,
        chapters=lambda pictures: chapters(rooms, span, now=now, folder=pictures),
    )
    return Made(report, files)
