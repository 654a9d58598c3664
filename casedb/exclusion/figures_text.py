"""Pure: the figures of exclusion as a message: first passes, rounds, days, overdue, what to practise."""

from __future__ import annotations

from collections.abc import Sequence

from casedb.exclusion.figures import ExclusionFigures, ExclusionLine, FaultLine

LINES_SHOWN, FAULTS_SHOWN, TRAININGS = 12, 6, 3


def figures_text(found: ExclusionFigures, period: str, *, unit: str = "") -> str:
    """The whole for the desk; with `unit` only that unit's own line beside the whole."""
    if not found.whole.asked:
        return f"📊 **剔除审核统计｜{period}**\n这段时间没有剔除申请。"
    lines = [f"📊 **剔除审核统计｜{period}**", _line(found.whole)]
    if unit:
        own = [one for one in found.by_unit if one.name == unit]
        lines += [_line(one) for one in own] or [f"{unit}：没有剔除申请"]
        return "\n".join(lines)
    lines += ["**按单位**", *_lines(found.by_unit), "**按类别**", *_lines(found.by_category)]
    if found.faults:
        lines += ["**常见问题**", *(_fault(one) for one in found.faults[:FAULTS_SHOWN])]
        lines += ["**培训建议**", *trainings(found.faults)]
    return "\n".join(lines)


def trainings(faults: Sequence[FaultLine]) -> list[str]:
    """What to practise first, and with which units."""
    return [
        f"{at}. {one.practice}（{'、'.join(name for name, _ in one.units)}）"
        for at, one in enumerate(faults[:TRAININGS], start=1)
    ]


def _lines(found: Sequence[ExclusionLine]) -> list[str]:
    shown = [_line(one) for one in found[:LINES_SHOWN]]
    left = len(found) - LINES_SHOWN
    return [*shown, *([f"　另有 {left} 行。"] if left > 0 else [])]


def _line(one: ExclusionLine) -> str:
    rate = one.first_pass_rate
    parts = [f"申请 {one.asked} 件"]
    parts.append(
        f"一次性通过 {rate:.0%}（{one.passed_at_first}/{one.rechecked}）"
        if rate is not None
        else "尚无复核结果"
    )
    if one.rounds is not None:
        parts.append(f"平均审核 {one.rounds:.1f} 轮")
    if one.days is not None:
        parts.append(f"平均 {one.days:.1f} 天")
    parts.append(f"逾期 {one.overdue} 件" + ("（目标 0）" if one.overdue else ""))
    return f"{one.name}：{'，'.join(parts)}"


def _fault(one: FaultLine) -> str:
    units = "、".join(f"{name} {count}" for name, count in one.units)
    return f"{one.name} {one.count} 次（{units}）"
