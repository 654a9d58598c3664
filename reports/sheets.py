"""Tables -> xlsx that opens well on a desk: frozen headings, widths, filters, text order numbers."""

from __future__ import annotations

import io
import re
import secrets
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from casedb.records import LedgerCase, LedgerSnapshot

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

BEIJING = ZoneInfo("Asia/Shanghai")
STAGE_WORDS = {
    "received": "受理",
    "dispatched": "流转",
    "handling": "办理",
    "under_review": "审核",
    "closed": "结案",
}
UNIT_HEADINGS = (
    "单位", "新增", "在办", "今日到期", "三日内到期", "逾期", "未首联", "办结", "涉否", "材料待交",
)  # fmt: skip
# As the desk's daily flow ledger has them (每日流转台账), and what our flags add.
CASE_COLUMNS: tuple[tuple[str, float, Callable[[LedgerCase], object]], ...] = (
    ("工单编号", 22, lambda case: case.order_no),
    ("来源", 12, lambda case: case.source),
    ("派单时间", 17, lambda case: beijing_text(case.dispatched_at)),
    ("承办单位", 16, lambda case: case.unit),
    ("社区", 12, lambda case: case.community),
    ("诉求类型", 10, lambda case: case.kind),
    ("问题分类", 18, lambda case: case.topic),
    ("标题", 32, lambda case: case.title),
    ("办理时限", 17, lambda case: beijing_text(case.due_at)),
    ("剩余时长", 14, lambda case: case.left),
    ("状态", 8, lambda case: STAGE_WORDS.get(case.stage, str(case.stage))),
    ("已首联", 8, lambda case: "是" if case.contacted else "否"),
    ("超期", 7, lambda case: "是" if "逾期" in case.flags else "否"),
    ("重复", 7, lambda case: "是" if "重复" in case.flags else "否"),
    ("风险灯", 8, lambda case: case.light),
    ("剔除与材料", 18, lambda case: case.exclusion),
    ("今日动作", 24, lambda case: case.todo),
    ("责任人", 10, lambda case: case.handler),
    ("提示", 24, lambda case: "、".join(case.flags)),
)
CASE_HEADINGS = ("序号", *(heading for heading, _, _ in CASE_COLUMNS))
LIGHT_FILLS = {"红": "F8D0CC", "黄": "FCE9C0", "绿": "D5EBDC"}
WIDEST = 46  # characters; a Chinese one counts twice
FIXED_STAMP = (1980, 1, 1, 0, 0, 0)


def ledger_xlsx(snapshot: LedgerSnapshot, path: Path) -> Path:
    """The daily ledger as a workbook of three sheets: 汇总, 按单位, 工单明细.

    Made from the frozen snapshot only, so that the same snapshot gives the same bytes.
    """
    from openpyxl import Workbook

    book = Workbook()
    summary = book.active
    assert summary is not None
    summary.title = "汇总"
    _fill(summary, ("项目", "数值"), _summary_rows(snapshot), widths=(24, 44))
    units = book.create_sheet("按单位")
    _fill(
        units,
        UNIT_HEADINGS,
        (
            (line.unit, line.new, line.open, line.due_today, line.due_in_3_days,
             line.overdue, line.not_contacted, line.closed, line.has_no, line.owed)
            for line in snapshot.by_unit
        ),
        widths=(20, 8, 8, 10, 12, 8, 8, 8, 8, 10),
    )  # fmt: skip
    cases = book.create_sheet("工单明细")
    _fill(
        cases,
        CASE_HEADINGS,
        (
            (number, *(value(case) for _, _, value in CASE_COLUMNS))
            for number, case in enumerate(snapshot.cases, start=1)
        ),
        widths=(6, *(width for _, width, _ in CASE_COLUMNS)),
    )
    cases.freeze_panes = "C2"  # the order number stays in sight
    _colour_lights(cases)
    return _save(book, path, snapshot.frozen_at)


def _summary_rows(snapshot: LedgerSnapshot) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        ("台账日期", f"{snapshot.on:%Y-%m-%d}"),
        ("快照编号", snapshot.id),
        ("内容校验", snapshot.content_hash),
        ("冻结时间（北京时间）", beijing_text(snapshot.frozen_at)),
        ("新增", snapshot.new),
        ("在办", snapshot.open),
        ("今日到期", snapshot.due_today),
        ("三日内到期", snapshot.due_in_3_days),
        ("逾期", snapshot.overdue),
        ("未首次联系", snapshot.not_contacted),
        ("办结", snapshot.closed),
        ("涉否（样例口径，未经甲方确认）", snapshot.has_no),
        ("重复诉求", snapshot.repeats),
    ]
    rows += [(name, count) for name, count in snapshot.extra]
    rows += [("较上一日", change) for change in snapshot.changes]
    return rows


def table_xlsx(
    path: Path,
    *,
    sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[object]]]],
    saved_at: datetime,
) -> Path:
    """Any tables, one sheet each: (sheet name, headings, rows)."""
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None
    for number, (name, headings, rows) in enumerate(sheets):
        sheet = first if number == 0 else book.create_sheet()
        sheet.title = re.sub(r"[\\/*?:\[\]]", "·", name)[:31] or "表"
        lines = [tuple(row) for row in rows]
        _fill(sheet, headings, lines, widths=_widths(headings, lines))
    return _save(book, path, saved_at)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[float, ...]:
    """As wide as the widest cell of each column needs, within reason; longer text wraps."""
    return tuple(
        min(
            WIDEST,
            max(
                2 * len(heading) + 4,
                *(_width(str(row[at])) for row in rows if at < len(row)),
                10,
            ),
        )
        for at, heading in enumerate(headings)
    )


def _width(text: str) -> int:
    lines = text.split("\n")
    return 2 + max(sum(2 if mark > "\xff" else 1 for mark in line) for line in lines)


class Rate(float):
    """A fraction that a sheet shows as per cent and can still calculate with."""


def typed(text: str) -> object:
    """A cell of a paper's table as a sheet should hold it: "12" a number, "94.69%" a rate."""
    if re.fullmatch(r"[+-]?\d{1,9}", text):
        return int(text)
    if re.fullmatch(r"[+-]?\d{1,6}\.\d+%", text):
        return Rate(round(float(text[:-1]) / 100, 6))
    return text


def typed_rows(rows: Iterable[Sequence[str]]) -> list[tuple[object, ...]]:
    """Rows of a paper's table for a sheet; the first column names the row and stays text."""
    return [(row[0], *(typed(cell) for cell in row[1:])) for row in rows]


def beijing_text(instant: datetime | None) -> str:
    """An instant as a desk reads it, Beijing time; empty when there is none."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if instant else ""


def _fill(
    sheet: Worksheet,
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    widths: Sequence[float],
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.append(list(headings))
    for row in rows:
        sheet.append([_as_cell(value) for value in row])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(cell.value, str):
                # Text stays text: a title that starts with "=" must never run as a formula.
                cell.number_format = "@"
                cell.data_type = "s"
            elif isinstance(cell.value, Rate):
                cell.number_format = "0.00%"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E6ECF2")
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _as_cell(value: object) -> Any:
    """Numbers stay numbers; control characters, which xlsx cannot hold, are dropped."""
    if isinstance(value, str):
        return "".join(mark for mark in value if mark >= " " or mark in "\n\t")
    return value


def _colour_lights(sheet: Worksheet) -> None:
    from openpyxl.styles import PatternFill

    column = CASE_HEADINGS.index("风险灯") + 1
    for (cell,) in sheet.iter_rows(min_row=2, min_col=column, max_col=column):
        if fill := LIGHT_FILLS.get(str(cell.value)):
            cell.fill = PatternFill("solid", fgColor=fill)


def _save(book: Workbook, path: Path, saved_at: datetime) -> Path:
    """Write with fixed stamps: openpyxl and zip would otherwise put the present time in."""
    stamp = saved_at.astimezone(UTC).replace(tzinfo=None)
    book.properties.creator = "zhiban"
    book.properties.created = stamp
    buffer = io.BytesIO()
    book.save(buffer)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two threads may make the same sheet at once; each has a draft of its own.
    draft = path.with_suffix(f".{secrets.token_hex(4)}.part")
    with (
        zipfile.ZipFile(buffer) as made,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as fixed,
    ):
        for item in made.infolist():
            content = made.read(item)
            if item.filename == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode(), content
                )  # fmt: skip
            fixed.writestr(
                zipfile.ZipInfo(item.filename, FIXED_STAMP), content, zipfile.ZIP_DEFLATED
            )
    draft.replace(path)
    return path
