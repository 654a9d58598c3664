"""Pure: rows of a sheet to drafts of cases, or the list of cells that cannot be read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from casedb.cases.drafts import ANSWERS, INSTANTS, WIDTHS, clean
from casedb.intake.cells import (
    Unreadable,
    answer_of,
    days_of,
    instant_of,
    kind_of_appeal,
    order_no_of,
    said,
    text_of,
)
from casedb.intake.headings import Layout
from casedb.intake.profiles import plain_heading
from casedb.intake.sheetfile import Cell, SheetTable
from casedb.privacy import mask
from casedb.records import CaseDraft, CellError
from casedb.vocabulary import AppealKind

FOOTERS = (
    "合计",
    "总计",
    "小计",
    "共计",
    "制表",
    "填表",
    "审核人",
    "注：",
    "注:",
    "备注：",
    "说明：",
    "统计",
)
SHOWN = 60  # characters of a bad cell that an error repeats
EXAMPLE_NO = "工单上印的编号"
Reader = Callable[[Cell], Any]
READERS: dict[str, Reader] = {
    "order_no": order_no_of,
    "kind": kind_of_appeal,
    "days_taken": days_of,
    **dict.fromkeys(INSTANTS, instant_of),
    **dict.fromkeys(ANSWERS, answer_of),
    "due_at": lambda cell: instant_of(cell, end_of_day=True),
}


@dataclass(frozen=True, slots=True)
class RowDraft:
    """One row that could be read; `row` is the sheet's own number."""

    row: int
    draft: CaseDraft


@dataclass(slots=True)
class Reading:
    """What came of a table: drafts, unreadable cells, remarks."""

    drafts: list[RowDraft] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rows: int = 0


def read_rows(table: SheetTable, layout: Layout, *, several: bool) -> Reading:
    """Read every row below the headings; `several` names the worksheet in errors."""
    reading = Reading()
    place = f"“{table.name}”的" if several and table.name else ""
    made = _Maker(layout)
    for row, cells in _data_rows(table, layout):
        if _is_footer(cells, layout):
            reading.warnings.append(f"{place}第 {row} 行是合计或说明，没有当作工单。")
            continue
        reading.rows += 1
        errors = list(_misplaced(row, cells, layout)) + _uncounted(row, table, layout)
        values = _values(row, cells, layout, errors)
        if layout.profile.made_order_no is not None and not values.get("order_no"):
            values["order_no"] = made.order_no(cells)
        elif not values.get("order_no") and not any(
            one.column == _heading(layout, "order_no") for one in errors
        ):
            heading = _heading(layout, "order_no")
            errors.append(CellError(row, heading, "", EXAMPLE_NO, "没有工单编号"))
        if errors:
            reading.errors += [_placed(one, place) for one in errors]
        else:
            reading.drafts.append(RowDraft(row, _draft(values, cells, layout, reading, row)))
    return reading


def _data_rows(table: SheetTable, layout: Layout) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Rows that say something, with their number in the sheet; repeated headings are skipped."""
    for at in range(layout.row + 1, len(table.rows)):
        cells = table.rows[at]
        if all(cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        if tuple(map(text_of, cells[: len(layout.headings)])) == layout.headings:
            continue
        yield at + 1, cells


def _is_footer(cells: tuple[Cell, ...], layout: Layout) -> bool:
    """合计 and its like: the first words of a row that has no order number of its own."""
    first = next((text for text in map(text_of, cells) if text), "")
    if not first.startswith(FOOTERS):
        return False
    number = [
        text_of(cells[at]) for at, name in layout.fields if name == "order_no" and at < len(cells)
    ]
    return not number or not number[0] or number[0].startswith(FOOTERS)


def _misplaced(row: int, cells: tuple[Cell, ...], layout: Layout) -> Iterator[CellError]:
    """A filled cell beyond the last heading: most often an unquoted comma shifted the row."""
    width = len(layout.headings)
    beyond = [text_of(cell) for cell in cells[width:] if text_of(cell)]
    if beyond:
        yield CellError(
            row, f"第 {width + 1} 列", beyond[0][:SHOWN], "每行的格数与表头一样多",
            "这一行比表头多出格子，多半是内容里的逗号没有加引号",
        )  # fmt: skip


def _uncounted(row: int, table: SheetTable, layout: Layout) -> list[CellError]:
    """Formulas whose result was never saved read as blank, which they are not."""
    if not table.uncounted:
        return []
    return [
        CellError(row, layout.headings[at], "", "写上算好的值", "格里是公式，但没有保存算出的结果")
        for at, _ in (*layout.fields, *layout.extras)
        if (row, at + 1) in table.uncounted
    ]


def _values(
    row: int, cells: tuple[Cell, ...], layout: Layout, errors: list[CellError]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for at, name in layout.fields:
        cell = cells[at] if at < len(cells) else ""
        try:
            values[name] = _read(name, cell)
        except Unreadable as wrong:
            text = text_of(cell)[:SHOWN]
            shown = text if name in READERS else mask(text)
            errors.append(CellError(row, layout.headings[at], shown, wrong.example, wrong.reason))
    return values


def _read(name: str, cell: Cell) -> Any:
    if name in READERS:
        return READERS[name](cell)
    text = clean(said(cell))
    width = WIDTHS.get(name)
    if width is not None and len(text) > width:
        raise Unreadable(f"不超过 {width} 个字", f"有 {len(text)} 个字，太长了")
    return text


def _draft(
    values: dict[str, Any], cells: tuple[Cell, ...], layout: Layout, reading: Reading, row: int
) -> CaseDraft:
    days = values.pop("days_taken", None)
    if days is not None and values.get("closed_at") is None and values.get("reply"):
        values["closed_at"] = _after(values.get("received_at"), days)
    extra = [
        (heading, clean(text_of(cells[at]))) for at, heading in layout.extras if at < len(cells)
    ]
    if days is not None:
        extra.append((_heading(layout, "days_taken"), f"{days:g}"))
    if values.get("kind") is AppealKind.OTHER:
        extra += _original_kind(cells, layout, reading, row)
    topics = (values.pop("topic_1", ""), values.pop("topic_2", ""), values.pop("topic_3", ""))
    return CaseDraft(
        **values, topic_path=topics, extra=tuple((key, text) for key, text in extra if text)
    )


def _after(received: datetime | None, days: float) -> datetime | None:
    return None if received is None else received + timedelta(days=days)


def _original_kind(
    cells: tuple[Cell, ...], layout: Layout, reading: Reading, row: int
) -> list[tuple[str, str]]:
    """A kind of appeal we have no word for is filed as 其他; its own word is kept beside."""
    at = next(at for at, name in layout.fields if name == "kind")
    text = text_of(cells[at])
    if text in {"其他", "其它"}:
        return []
    reading.warnings.append(f"第 {row} 行的{layout.headings[at]}“{text[:20]}”按“其他”登记。")
    return [(layout.headings[at], text)]


def _heading(layout: Layout, name: str) -> str:
    for at, one in layout.fields:
        if one == name:
            return layout.headings[at]
    return layout.profile.heading_of(name)


def _placed(error: CellError, place: str) -> CellError:
    if not place:
        return error
    return CellError(error.row, place + error.column, error.text, error.example, error.reason)


class _Maker:
    """Makes order numbers from what a row says; equal rows are told apart by their order."""

    def __init__(self, layout: Layout) -> None:
        self._made = layout.profile.made_order_no
        wanted = [plain_heading(one) for one in self._made.made_from] if self._made else []
        plain = [plain_heading(heading) for heading in layout.headings]
        self._columns = [plain.index(one) for one in wanted]
        self._seen: dict[str, int] = {}

    def order_no(self, cells: tuple[Cell, ...]) -> str:
        assert self._made is not None
        said_here = [text_of(cells[at]) if at < len(cells) else "" for at in self._columns]
        content = json.dumps(said_here, ensure_ascii=False)
        number = self._made.prefix + hashlib.sha256(content.encode()).hexdigest()[:16].upper()
        self._seen[number] = self._seen.get(number, 0) + 1
        return number if self._seen[number] == 1 else f"{number}-{self._seen[number]}"


def duplicates(readings: list[RowDraft], column: str) -> list[CellError]:
    """Every row whose order number stands further up already; the error names both rows."""
    first: dict[str, int] = {}
    errors: list[CellError] = []
    for one in readings:
        number = one.draft.order_no
        if number in first:
            errors.append(
                CellError(
                    one.row,
                    column,
                    number,
                    EXAMPLE_ORDER_TWICE,
                    f"与第 {first[number]} 行的编号重复",
                )
            )
        first.setdefault(number, one.row)
    return errors


EXAMPLE_ORDER_TWICE = "每个工单编号只占一行"
