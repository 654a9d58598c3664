"""Pure: the ledger as a message of one phone screen, for the desk, the leader and a single unit."""

from __future__ import annotations

from casedb.days import day_text, moment_text
from casedb.records import LedgerCase, LedgerSnapshot, UnitLine
from casedb.vocabulary import CaseStage

EDITION_NAMES = {
    "morning": "早台账",
    "evening": "晚台账",
    "early": "台账",
    "afterwards": "台账(事后补出)",
}
UNITS_SHOWN = 5
CASES_SHOWN = 5
CHANGES_SHOWN = 4
TAIL = 6
LIGHTS = {"红": "🔴", "黄": "🟡", "绿": "🟢"}


def desk_text(snapshot: LedgerSnapshot) -> str:
    """For the desk's groups: totals, the units most behind, the most pressing cases, what changed."""
    lines = [_title(snapshot, ""), *_totals(snapshot), _flow(snapshot)]
    lines += _units(snapshot.by_unit)
    lines += _pressing(snapshot.cases)
    lines += [f"· {change}" for change in snapshot.changes[:CHANGES_SHOWN]]
    return "\n".join([*(line for line in lines if line), _footer(snapshot)])


def leader_text(snapshot: LedgerSnapshot) -> str:
    """For the leader on duty: only what needs a decision."""
    reds = sum(case.light == "红" for case in _open(snapshot.cases))
    yellows = sum(case.light == "黄" for case in _open(snapshot.cases))
    lines = [
        _title(snapshot, "(领导版)"),
        f"在办 {snapshot.open} 件：🔴 {reds}　🟡 {yellows}　🟢 {snapshot.open - reds - yellows}",
        f"逾期 {snapshot.overdue}　今日到期 {snapshot.due_today}　涉否 {snapshot.has_no}",
        *_units([line for line in snapshot.by_unit if line.overdue or line.due_today]),
    ]
    if not (snapshot.overdue or snapshot.due_today):
        lines.append("今天没有逾期和到期的工单。")
    return "\n".join([*lines, _footer(snapshot)])


def unit_text(snapshot: LedgerSnapshot, unit: str) -> str:
    """For one unit's group: only its own figures and cases, by order tails."""
    line = next((one for one in snapshot.by_unit if one.unit == unit), None)
    lines = [_title(snapshot, f"·{unit}")]
    if line is None:
        lines.append("没有在办工单。")
    else:
        lines += _unit_totals(line)
        lines += _pressing(tuple(case for case in snapshot.cases if case.unit == unit))
    return "\n".join([*lines, _footer(snapshot)])


def _title(snapshot: LedgerSnapshot, version: str) -> str:
    name = EDITION_NAMES.get(snapshot.edition, "台账")
    return f"📋 **{day_text(snapshot.on)} {name}{version}**"


def _totals(snapshot: LedgerSnapshot) -> list[str]:
    return [
        f"新增 {snapshot.new}　在办 {snapshot.open}　办结 {snapshot.closed}",
        f"逾期 {snapshot.overdue}　今日到期 {snapshot.due_today}"
        f"　3日内到期 {snapshot.due_in_3_days}(含今日)",
        f"未首联 {snapshot.not_contacted}　涉否 {snapshot.has_no}　重复 {snapshot.repeats}",
    ]


def _unit_totals(line: UnitLine) -> list[str]:
    return [
        f"新增 {line.new}　在办 {line.open}　办结 {line.closed}",
        f"逾期 {line.overdue}　今日到期 {line.due_today}　3日内到期 {line.due_in_3_days}(含今日)",
        f"未首联 {line.not_contacted}" + (f"　材料待交 {line.owed}" if line.owed else ""),
    ]


def _flow(snapshot: LedgerSnapshot) -> str:
    """The other figures, those that are not zero."""
    shown = [f"{name} {number}" for name, number in snapshot.extra if number]
    return "　".join(shown[:6])


def _units(lines: tuple[UnitLine, ...] | list[UnitLine]) -> list[str]:
    behind = [line for line in lines if line.overdue or line.due_today or line.open]
    shown = [
        f"▪ {line.unit}：在办 {line.open}"
        + (f"，逾期 {line.overdue}" if line.overdue else "")
        + (f"，今日到期 {line.due_today}" if line.due_today else "")
        for line in behind[:UNITS_SHOWN]
    ]
    if len(behind) > UNITS_SHOWN:
        shown.append(f"　另有 {len(behind) - UNITS_SHOWN} 个单位，见表格。")
    return shown


def _open(cases: tuple[LedgerCase, ...]) -> list[LedgerCase]:
    return [case for case in cases if case.stage is not CaseStage.CLOSED]


def _pressing(cases: tuple[LedgerCase, ...]) -> list[str]:
    pressing = [case for case in _open(cases) if case.light == "红"]
    shown = [
        f"{LIGHTS[case.light]} …{case.order_no[-TAIL:]} {case.unit}"
        + (f" {moment_text(case.due_at)}" if case.due_at else "")
        + ("".join(f" {flag}" for flag in case.flags[:1]))
        for case in pressing[:CASES_SHOWN]
    ]
    if len(pressing) > CASES_SHOWN:
        shown.append(f"　另有 {len(pressing) - CASES_SHOWN} 件红灯，见表格。")
    return shown


def _footer(snapshot: LedgerSnapshot) -> str:
    note = f"　{snapshot.note}" if snapshot.note else ""
    until = "当日 24 时" if snapshot.edition == "afterwards" else moment_text(snapshot.frozen_at)
    return f"截至 {until}｜{snapshot.id}{note}"
