"""Frozen views of the closing sheet (结案作业表)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

HANDED_IN = "已交"  # the state of a line that is done


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """One line of the closing sheet (结案作业表): which materials a unit owes for a case."""

    obligation_id: int
    case_id: int
    order_no: str
    unit_id: int | None
    unit: str
    person: str  # who is to hand them in, "" when nobody is named
    items: tuple[str, ...]  # what is still owed
    due_at: datetime
    state: str  # 待交 已确认 逾期 已交
    late: bool
