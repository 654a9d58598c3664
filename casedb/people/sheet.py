"""Units and people from a workbook: sheets 单位 and 人员, all rows or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casedb import audit, people
from casedb.intake.cells import said
from casedb.intake.profiles import plain_heading
from casedb.intake.sheetfile import SheetTable, read_tables
from casedb.intake.sheetkind import BadSheet
from casedb.people.unit_names import parted_names
from casedb.records import CellError, IntakeResult, UnitRecord
from casedb.store import Session
from casedb.vocabulary import Role, UnitKind

UNIT_HEADINGS = ("单位名称", "类型", "上级单位", "负责人")
RESIDENTS, FORMER = "常住人口", "曾用名"  # may be left out
MOST_RESIDENTS = 10_000_000
PERSON_HEADINGS = ("姓名", "单位", "角色")
KIND_WORDS = {
    "街道": UnitKind.SUBDISTRICT,
    "街道办事处": UnitKind.SUBDISTRICT,
    "专班": UnitKind.DESK,
    "接诉即办专班": UnitKind.DESK,
    "科室": UnitKind.SECTION,
    "办公室": UnitKind.SECTION,
    "队": UnitKind.SECTION,
    "社区": UnitKind.COMMUNITY,
    "居委会": UnitKind.COMMUNITY,
    "外部单位": UnitKind.OUTSIDE,
    "外单位": UnitKind.OUTSIDE,
    "物业": UnitKind.OUTSIDE,
    "其他": UnitKind.OUTSIDE,
} | {kind.value: kind for kind in UnitKind}
ROLE_WORDS = {
    "管理员": Role.ADMIN,
    "专班": Role.DESK,
    "专岗": Role.DESK,
    "分析人员": Role.ANALYST,
    "驻场分析人员": Role.ANALYST,
    "分析员": Role.ANALYST,
    "科室": Role.SECTION,
    "科室承办人": Role.SECTION,
    "承办人": Role.SECTION,
    "社区": Role.COMMUNITY,
    "社区工作者": Role.COMMUNITY,
    "领导": Role.LEADER,
    "值班领导": Role.LEADER,
} | {role.value: role for role in Role}
LOOK_AT_ROWS = 10


@dataclass(frozen=True, slots=True)
class _Line:
    """One filled row: its number in the sheet and its cells by heading."""

    row: int
    sheet: str
    cells: dict[str, str]

    def error(self, column: str, example: str, reason: str) -> CellError:
        place = f"“{self.sheet}”的{column}"
        return CellError(self.row, place, self.cells.get(column, ""), example, reason)


def import_people(s: Session, path: Path, *, now: datetime, actor: str) -> IntakeResult:
    """Read units and people; names that are known are updated, nobody is ever removed.

    Raises:
        BadSheet: the file is no readable workbook or has neither sheet.
    """
    tables = read_tables(path, path.name)
    unit_lines = _lines(tables, (*UNIT_HEADINGS, RESIDENTS, FORMER))
    person_lines = _lines(tables, PERSON_HEADINGS)
    if not unit_lines and not person_lines:
        raise BadSheet(
            what=f"文件“{path.name}”里没有“单位”或“人员”表。",
            fix=f"请建两张工作表：单位（{'、'.join(UNIT_HEADINGS)}）和人员（{'、'.join(PERSON_HEADINGS)}）。",
        )
    rows = len(unit_lines) + len(person_lines)
    errors = [*_unit_errors(s, unit_lines), *_person_errors(s, unit_lines, person_lines)]
    if errors:
        return IntakeResult(rows, 0, 0, 0, tuple(errors), "people")
    before = (people.units(s), people.people(s))
    _store_units(s, unit_lines)
    _store_people(s, person_lines)
    warnings = _store_heads(s, unit_lines)
    return _result(s, before, rows, warnings, now=now, actor=actor)


def _lines(tables: Sequence[SheetTable], headings: tuple[str, ...]) -> list[_Line]:
    """The rows below the headings, of the sheet that has them."""
    wanted = {plain_heading(one): one for one in headings}
    for table in tables:
        for at, row in enumerate(table.rows[:LOOK_AT_ROWS]):
            columns = {
                column: wanted[plain_heading(said(cell))]
                for column, cell in enumerate(row)
                if plain_heading(said(cell)) in wanted
            }
            needed = {headings[0], headings[1]}
            if needed <= set(columns.values()):
                return list(_filled(table, at, columns))
    return []


def _filled(table: SheetTable, heading_row: int, columns: dict[int, str]) -> list[_Line]:
    lines = []
    for at in range(heading_row + 1, len(table.rows)):
        row = table.rows[at]
        cells = {name: said(row[column]) for column, name in columns.items() if column < len(row)}
        if any(cells.values()):
            lines.append(_Line(at + 1, table.name, cells))
    return lines


def _unit_errors(s: Session, lines: Sequence[_Line]) -> list[CellError]:
    known = {unit.name for unit in people.units(s)} | {_name(line) for line in lines}
    errors: list[CellError] = []
    seen: dict[str, int] = {}
    for line in lines:
        name, above = _name(line), line.cells.get("上级单位", "")
        if not name:
            errors.append(line.error("单位名称", "甲一社区", "没有单位名称"))
        elif name in seen:
            errors.append(line.error("单位名称", "每个单位一行", f"与第 {seen[name]} 行重复"))
        seen.setdefault(name, line.row)
        if line.cells.get("类型", "") not in KIND_WORDS:
            errors.append(
                line.error("类型", "街道、专班、科室、社区 或 外部单位", "不认识这个类型")
            )
        people_said = line.cells.get(RESIDENTS, "")
        if people_said and residents(people_said) is None:
            errors.append(line.error(RESIDENTS, "12345 或 1.2万", "不是人数"))
        if above and above not in known:
            errors.append(line.error("上级单位", "表里或已登记的单位名称", "没有这个单位"))
    return errors


def _person_errors(
    s: Session, unit_lines: Sequence[_Line], lines: Sequence[_Line]
) -> list[CellError]:
    known = {unit.name for unit in people.units(s)} | {_name(line) for line in unit_lines}
    errors: list[CellError] = []
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        name, home = line.cells.get("姓名", ""), line.cells.get("单位", "")
        if not name:
            errors.append(line.error("姓名", "姓名", "没有姓名"))
        elif (name, home) in seen:
            errors.append(line.error("姓名", "每人一行", f"与第 {seen[name, home]} 行重复"))
        seen.setdefault((name, home), line.row)
        if home not in known and people.unit_named(s, home) is None:
            errors.append(line.error("单位", "单位表里的名称", "没有这个单位"))
        if line.cells.get("角色", "") not in ROLE_WORDS:
            words = "管理员、专班、分析人员、科室、社区 或 领导"
            errors.append(line.error("角色", words, "不认识这个角色"))
    return errors


def residents(text: str) -> int | None:
    """12345, 12,345人, 1.2万 → a number of people; None when it is none."""
    plain = re.sub(r"[,，\s]", "", text).removesuffix("人")
    if thousands := re.fullmatch(r"(\d+(?:\.\d+)?)万", plain):
        count = round(float(thousands[1]) * 10_000)
    elif re.fullmatch(r"\d+(?:\.0)?", plain):
        count = round(float(plain))
    else:
        return None
    return count if 0 < count <= MOST_RESIDENTS else None


def _name(line: _Line) -> str:
    return line.cells.get("单位名称", "")


def _store_units(s: Session, lines: Sequence[_Line]) -> None:
    for line in lines:
        kind = KIND_WORDS[line.cells["类型"]]
        known = _by_name(s).get(_name(line)) or _renamed(s, line)
        made = known or people.add_unit(s, _name(line), kind)
        people.set_unit(s, made.id, kind=kind)
        people.remember_names(s, made.id, parted_names(line.cells.get(FORMER, "")))
        if line.cells.get(RESIDENTS):
            people.set_residents(s, made.id, residents(line.cells[RESIDENTS]))
    by_name = _by_name(s)
    for line in lines:
        above = line.cells.get("上级单位", "")
        if above:
            people.set_unit(s, by_name[_name(line)].id, parent_id=by_name[above].id)


def _renamed(s: Session, line: _Line) -> UnitRecord | None:
    """The unit that the sheet calls by a new name, found by its former one."""
    known = _by_name(s)
    for old in parted_names(line.cells.get(FORMER, "")):
        if old in known:
            return people.rename_unit(s, known[old].id, _name(line))
    return None


def _store_people(s: Session, lines: Sequence[_Line]) -> None:
    by_name = _by_name(s)
    for line in lines:
        home = by_name.get(line.cells["单位"]) or people.unit_named(s, line.cells["单位"])
        assert home is not None
        people.add_person(s, line.cells["姓名"], home.id, ROLE_WORDS[line.cells["角色"]])


def _store_heads(s: Session, lines: Sequence[_Line]) -> tuple[str, ...]:
    """Heads are persons: of the unit itself if there is such a name, else the only one anywhere."""
    warnings, by_name = [], _by_name(s)
    for line in lines:
        head = line.cells.get("负责人", "")
        if not head:
            continue
        home = by_name[_name(line)]
        named = [one for one in people.people(s) if one.name == head]
        own = [one for one in named if one.unit_id == home.id]
        chosen = own or named
        if len(chosen) == 1:
            people.set_unit(s, home.id, head_id=chosen[0].id)
        else:
            why = "有几个同名的人" if chosen else "不在人员表里"
            warnings.append(f"{_name(line)}的负责人{why}，没有登记负责人。")
    return tuple(warnings)


def _by_name(s: Session) -> dict[str, UnitRecord]:
    return {unit.name: unit for unit in people.units(s)}


def _result(
    s: Session,
    before: tuple[Sequence[object], Sequence[object]],
    rows: int,
    warnings: tuple[str, ...],
    *,
    now: datetime,
    actor: str,
) -> IntakeResult:
    old = {getattr(one, "id", 0): one for one in before[0]}
    old_people = {getattr(one, "id", 0): one for one in before[1]}
    pairs = [(old.get(one.id), one) for one in people.units(s)]
    pairs += [(old_people.get(one.id), one) for one in people.people(s)]  # type: ignore[misc]
    created = sum(was is None for was, _ in pairs)
    updated = sum(was is not None and was != one for was, one in pairs)
    if created or updated:
        text = f"导入名册：新增 {created} 个，更新 {updated} 个"
        audit.record(s, at=now, actor=actor, subject="import", kind="people", detail=text)
    unchanged = max(0, rows - created - updated)
    return IntakeResult(rows, created, updated, unchanged, (), "people", warnings)
