"""Pure: the state of collecting materials, as a message for the desk and for a unit's group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from casedb.days import moment_text
from casedb.records import ClosingLine, OutgoingButton

LINES_SHOWN = 12
TAIL = 6
MARKS = {"逾期": "🔴", "待交": "🟡", "已确认": "🟡", "已交": "✅"}


def desk_text(lines: Sequence[ClosingLine]) -> str:
    """Who owes what, for the desk in private: order numbers, persons, items."""
    if not lines:
        return "📁 这段时间没有应交的剔除材料。"
    shown = [
        f"{MARKS[line.state]} {line.order_no}｜{line.unit}{_who(line)}｜"
        f"{moment_text(line.due_at)}｜{line.state}"
        + ("" if line.state == "已交" else f"：{'、'.join(line.items)}")
        for line in lines[:LINES_SHOWN]
    ]
    return "\n".join([_head(lines), *_by_unit(lines), *shown, *_more(lines)])


def group_text(lines: Sequence[ClosingLine], unit: str) -> str:
    """A unit's own state for its group: tails only, no person."""
    own = [line for line in lines if line.unit == unit]
    if not own:
        return f"📁 {unit}没有应交的剔除材料。"
    shown = [
        f"{MARKS[line.state]} 尾号{line.order_no[-TAIL:]}｜{moment_text(line.due_at)}｜{line.state}"
        for line in own[:LINES_SHOWN]
    ]
    return "\n".join([_head(own), *shown, *_more(own)])


def urge_button() -> tuple[tuple[OutgoingButton, ...], ...]:
    """One tap to urge all that are late (`closing_sheet.urge_late`)."""
    return ((OutgoingButton("一键催交逾期", "urge_late"),),)


def _who(line: ClosingLine) -> str:
    return f" {line.person}" if line.person else ""


def _head(lines: Sequence[ClosingLine]) -> str:
    states = Counter(line.state for line in lines)
    parts = [
        f"{name} {states[name]}" for name in ("逾期", "待交", "已确认", "已交") if states[name]
    ]
    return f"📁 **剔除材料催收**：共 {len(lines)} 件（{'，'.join(parts)}）"


def _by_unit(lines: Sequence[ClosingLine]) -> list[str]:
    late = Counter(line.unit for line in lines if line.late)
    return [f"▪ {unit}：逾期 {number} 件" for unit, number in late.most_common(5)]


def _more(lines: Sequence[ClosingLine]) -> list[str]:
    left = len(lines) - LINES_SHOWN
    return [f"　另有 {left} 件。"] if left > 0 else []
