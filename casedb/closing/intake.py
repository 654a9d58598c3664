"""A closing sheet that was sent as a file -> what each unit owes, or a list of unreadable cells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casedb.cases.case_book import find
from casedb.closing.sheet import known_line, owe
from casedb.errors import CasedbError
from casedb.intake.cells import Unreadable, instant_of, order_no_of, text_of
from casedb.intake.sheetfile import Cell, SheetTable, read_tables
from casedb.records import CellError, IntakeResult
from casedb.rules import RuleBook
from casedb.store import Session

HEADINGS = {
    "order_no": ("工单编号", "工单号", "编号"),
    "due_at": ("材料截止时间", "截止时间", "提交时限", "截止日期"),
    "items": ("应交材料", "材料", "所需材料"),
}
LOOKED_AT = 10  # rows in which the headings must stand
PROFILE = "结案作业表"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One readable row."""

    row: int
    case_id: int
    due_at: datetime
    items: tuple[str, ...]


def import_closing_sheet(
    s: Session, path: Path, name: str, *, actor: str, now: datetime, rules: RuleBook
) -> IntakeResult:
    """Import a closing sheet (结案作业表): columns 工单编号, 材料截止时间, 应交材料 (optional).

    All rows or none; a date without a time means the end of that day. Importing twice changes
    nothing. Rows whose time has passed are unreadable cells: the sheet has to be mended.

    Raises:
        BadSheet: not a sheet.
        CasedbError: the headings are missing.
    """
    table, head, columns = _headed(read_tables(path, name), name)
    lines: list[SheetLine] = []
    errors: list[CellError] = []
    for number, row in enumerate(table.rows[head + 1 :], start=head + 2):
        if any(text_of(cell) for cell in row):
            _read(s, number, row, columns, now=now, lines=lines, errors=errors)
    errors += _twice(lines)
    if errors:
        return IntakeResult(len(lines), 0, 0, 0, tuple(errors), PROFILE)
    return _store(s, lines, actor=actor, now=now, rules=rules)


def _headed(tables: tuple[SheetTable, ...], name: str) -> tuple[SheetTable, int, dict[str, int]]:
    for table in tables:
        for place, row in enumerate(table.rows[:LOOKED_AT]):
            said = [text_of(cell).strip() for cell in row]
            columns = {
                field: next((said.index(one) for one in names if one in said), -1)
                for field, names in HEADINGS.items()
            }
            if columns["order_no"] >= 0 and columns["due_at"] >= 0:
                return table, place, columns
    raise CasedbError(
        f"文件“{name}”里找不到结案作业表的表头。", "请保留“工单编号”和“材料截止时间”两列再发来。"
    )


def _read(
    s: Session,
    number: int,
    row: tuple[Cell, ...],
    columns: dict[str, int],
    *,
    now: datetime,
    lines: list[SheetLine],
    errors: list[CellError],
) -> None:
    order, due = _cell(row, columns["order_no"]), _cell(row, columns["due_at"])
    case = None
    try:
        order_no = order_no_of(order)
        case = find(s, order_no)
        if case is None:
            raise Unreadable("已登记的工单编号", "案件库里没有这个工单")
    except Unreadable as wrong:
        errors.append(_error(number, "工单编号", order, wrong))
    try:
        due_at = instant_of(due, end_of_day=True)
        if due_at is None or due_at <= now:
            raise Unreadable("2026-06-05 18:00", "没有写时间，或时间已经过了")
    except Unreadable as wrong:
        errors.append(_error(number, "材料截止时间", due, wrong))
        return
    if case is not None:
        items = text_of(_cell(row, columns["items"])).replace("\n", "、")
        lines.append(SheetLine(number, case.id, due_at, (items,) if items else ()))


def _cell(row: tuple[Cell, ...], place: int) -> Cell:
    return row[place] if 0 <= place < len(row) else ""


def _error(number: int, column: str, cell: Cell, wrong: Unreadable) -> CellError:
    return CellError(number, column, text_of(cell)[:80], wrong.example, wrong.reason)


def _twice(lines: list[SheetLine]) -> list[CellError]:
    seen: dict[int, int] = {}
    errors = []
    for line in lines:
        if line.case_id in seen:
            reason = f"与第 {seen[line.case_id]} 行是同一个工单"
            errors.append(CellError(line.row, "工单编号", "", "每个工单一行", reason))
        seen.setdefault(line.case_id, line.row)
    return errors


def _store(
    s: Session, lines: list[SheetLine], *, actor: str, now: datetime, rules: RuleBook
) -> IntakeResult:
    created = updated = 0
    for line in lines:
        before = known_line(s, line.case_id, now)
        after = owe(
            s, line.case_id, items=line.items, due_at=line.due_at, actor=actor, now=now, rules=rules
        )
        created += before is None
        updated += before is not None and before != after
    same = len(lines) - created - updated
    return IntakeResult(len(lines), created, updated, same, (), PROFILE)
