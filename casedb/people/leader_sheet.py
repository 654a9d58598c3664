"""The roster of leaders (带班表) from a sheet: columns 日期 and 带班领导, all rows or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from casedb.days import beijing_day
from casedb.errors import CasedbError
from casedb.intake.cells import Unreadable, instant_of, said, text_of
from casedb.intake.profiles import plain_heading
from casedb.intake.sheetfile import Cell, SheetTable, read_tables
from casedb.people.leaders import set_duty_leader
from casedb.people.staff import people
from casedb.records import CellError, IntakeResult, PersonRecord
from casedb.store import Session
from casedb.vocabulary import Role

DAY_HEADINGS = ("日期", "值班日期", "带班日期")
LEADER_HEADINGS = ("带班领导", "值班领导", "领导", "姓名")
LOOK_AT_ROWS = 10
NAME = "带班表"
EXAMPLE = "2026-06-01"


@dataclass(frozen=True, slots=True)
class _Line:
    """One filled row."""

    row: int
    day: Cell
    leader: str


def import_leaders(
    s: Session, path: Path, name: str, *, by: int | None, now: datetime
) -> IntakeResult:
    """Read who leads on which day; a day that is known is changed, no day is taken away.

    Raises:
        BadSheet: not a sheet.
        CasedbError: the headings are missing.
    """
    lines = _lines(read_tables(path, name), name)
    leaders = people(s, roles=(Role.LEADER,))
    errors: list[CellError] = []
    found: dict[date, PersonRecord] = {}
    for line in lines:
        on, leader = _day(line, errors), _leader(line, leaders, errors)
        if on in found:
            errors.append(_error(line, "日期", "每天一行", "这一天在表里有两行"))
        if on is not None and leader is not None:
            found.setdefault(on, leader)
    if errors:
        return IntakeResult(len(lines), 0, 0, 0, tuple(errors), NAME)
    changed = sum(set_duty_leader(s, on, one, by=by, now=now) for on, one in found.items())
    return IntakeResult(len(lines), changed, 0, len(lines) - changed, (), NAME)


def _lines(tables: Sequence[SheetTable], name: str) -> list[_Line]:
    for table in tables:
        for at, row in enumerate(table.rows[:LOOK_AT_ROWS]):
            heads = [plain_heading(said(cell)) for cell in row]
            day = next((heads.index(one) for one in DAY_HEADINGS if one in heads), None)
            leader = next((heads.index(one) for one in LEADER_HEADINGS if one in heads), None)
            if day is not None and leader is not None:
                return _filled(table, at, day, leader)
    raise CasedbError(f"文件“{name}”里找不到带班表的表头。", "请保留“日期”和“带班领导”两列再发来。")


def _filled(table: SheetTable, heading_row: int, day: int, leader: int) -> list[_Line]:
    lines = []
    for at in range(heading_row + 1, len(table.rows)):
        row = [*table.rows[at], *[""] * (max(day, leader) + 1)]
        if text_of(row[day]).strip() or said(row[leader]).strip():
            lines.append(_Line(at + 1, row[day], said(row[leader]).strip()))
    return lines


def _day(line: _Line, errors: list[CellError]) -> date | None:
    try:
        instant = instant_of(line.day, end_of_day=False)
        if instant is not None:
            return beijing_day(instant)
        errors.append(_error(line, "日期", EXAMPLE, "没有写日期"))
    except Unreadable as wrong:
        errors.append(_error(line, "日期", EXAMPLE, wrong.reason))
    return None


def _leader(
    line: _Line, leaders: Sequence[PersonRecord], errors: list[CellError]
) -> PersonRecord | None:
    wanted = "".join(line.leader.split())
    named = [one for one in leaders if wanted in (one.name, one.unit_name + one.name)]
    if len(named) == 1:
        return named[0]
    example = "、".join(one.name for one in leaders[:5]) or "名册里角色为值班领导的人"
    reason = "有几个同名的领导，请写上单位" if named else "不是名册里在岗的值班领导"
    errors.append(_error(line, "带班领导", example, reason))
    return None


def _error(line: _Line, column: str, example: str, reason: str) -> CellError:
    text = text_of(line.day) if column == "日期" else line.leader
    return CellError(line.row, column, text[:80], example, reason)
