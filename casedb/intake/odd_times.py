"""Times in a sheet that can be read but can hardly be meant; the rows are taken in all the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from casedb.days import exact_text
from casedb.intake.rows import RowDraft

AHEAD = timedelta(days=1)  # a clock a little wrong, a sheet of the next shift
NAMED = 5


def odd_times(rows: Iterable[RowDraft], now: datetime) -> list[str]:
    """What to look at again, in Chinese: a deadline before the dispatch, a dispatch yet to come.

    A deadline that has merely passed is no fault of the sheet; the schedule tells the desk of it.
    """
    early, ahead = [], []
    for one in rows:
        sent, due = one.draft.dispatched_at, one.draft.due_at
        if sent and due and due < sent:
            early.append(f"第 {one.row} 行（时限 {exact_text(due)}，派单 {exact_text(sent)}）")
        if sent and sent - now > AHEAD:
            ahead.append(f"第 {one.row} 行（{exact_text(sent)}）")
    said = []
    if early:
        said.append(f"办理时限早于派单时间，请核对：{_few(early)}。")
    if ahead:
        said.append(f"派单时间还没有到，请核对年份和日期：{_few(ahead)}。")
    return said


def _few(found: list[str]) -> str:
    more = f"等 {len(found)} 行" if len(found) > NAMED else ""
    return "、".join(found[:NAMED]) + more
