"""Read xlsx, xls and csv safely into rows of plain cells, and write a sheet; no rule about cases."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from casedb.intake.sheetkind import SAVE_AS, BadSheet, SheetKind, kind_of

Cell = str | float | int | bool | date | datetime | time | timedelta
LONGEST_CELL = 100_000
CSV_LIMIT = 8 * 1024 * 1024
SEPARATORS = ",\t;|，"


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One worksheet: its rows from the first on, so that row 1 of the sheet is rows[0]."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    visible: bool = True
    uncounted: frozenset[tuple[int, int]] = frozenset()  # row, column (1 = first) of formulas


def read_tables(path: Path, name: str) -> tuple[SheetTable, ...]:
    """Every worksheet of a file; a csv is one.

    Raises:
        BadSheet: the file cannot be read as a sheet; says what it is instead and what to do.
    """
    kind = kind_of(path, name)
    if kind.kind == "text":
        return (SheetTable("", tuple(_text_rows(path, name))),)
    return _book(path, name, kind)


def _book(path: Path, name: str, kind: SheetKind) -> tuple[SheetTable, ...]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_path(str(path))
        tables = []
        for number, about in enumerate(book.sheets_metadata):
            if about.typ is not SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(number)
            rows = _with_merged(sheet)
            part = f"xl/worksheets/sheet{number + 1}.xml"
            tables.append(
                SheetTable(
                    name=about.name,
                    rows=tuple(tuple(row) for row in rows),
                    visible=str(about.visible).endswith(".Visible"),
                    uncounted=frozenset((r, c) for one, r, c in kind.uncounted if one == part),
                )
            )
        return tuple(tables)
    except PasswordError as locked:
        raise BadSheet(
            what=f"文件“{name}”加了密码，打不开。", fix="请去掉密码另存一份再发来。"
        ) from locked
    except (CalamineError, OSError, ValueError) as broken:
        raise BadSheet(what=f"文件“{name}”打不开，可能已损坏。", fix=SAVE_AS) from broken


def _with_merged(sheet: Any) -> list[list[Cell]]:
    """The rows, with every cell of a merged range holding the range's value."""
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    height, width = len(rows), len(rows[0]) if rows else 0
    try:
        ranges = sheet.merged_cell_ranges or []
    except Exception:  # an old .xls does not tell its merged ranges; then they stay as they are
        return rows
    for (top, left), (bottom, right) in ranges:
        if top >= height or left >= width:
            continue
        value = rows[top][left]
        for row in range(top, min(bottom + 1, height)):
            for column in range(left, min(right + 1, width)):
                rows[row][column] = value
    return rows


def _text_rows(path: Path, name: str) -> list[tuple[Cell, ...]]:
    text = decoded(path.read_bytes(), name)
    first, _, rest = text.partition("\n")
    separator = ""
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        separator, text = first.strip()[4], rest
    if not text.strip():
        raise BadSheet(
            what=f"文件“{name}”里没有内容。", fix="请重新导出后再发来；这次一行都没有入库。"
        )
    if text.startswith("<"):
        raise BadSheet(what=f"文件“{name}”其实是网页，不是表格。", fix=SAVE_AS)
    csv.field_size_limit(CSV_LIMIT)
    try:
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=separator or separator_of(text)
        )
        rows = [tuple(row) for row in reader]
    except csv.Error as broken:
        raise BadSheet(
            what=f"文件“{name}”的引号或分隔符对不上，读到一半读不下去。", fix=SAVE_AS
        ) from broken
    for number, row in enumerate(rows, start=1):
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise BadSheet(
                what=f"文件“{name}”第 {number} 行有一格超过 {LONGEST_CELL} 字，多半是少了一个引号。",
                fix=SAVE_AS,
            )
    return list(rows)


def decoded(content: bytes, name: str) -> str:
    """Text of a csv: by its BOM, else strict UTF-8, else GB18030, as offices save it."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, encoding, name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "gb18030", name)


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise BadSheet(what=f"文件“{name}”的文字编码认不出来。", fix=SAVE_AS) from wrong


def separator_of(text: str) -> str:
    """The separator that parts the first lines into the most columns, the same on each line."""
    sample = io.StringIO(text[:65536], newline="").read()
    best, best_score = ",", 0
    for separator in SEPARATORS:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample), delimiter=separator) if row][:20]
        except csv.Error:
            continue
        widths = [len(row) for row in rows[:-1] or rows]
        common = max(set(widths), key=widths.count) if widths else 1
        score = widths.count(common) * common if common > 1 else 0
        if score > best_score:
            best, best_score = separator, score
    return best


def write_table(
    path: Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> int:
    """Write text cells to .xlsx or .csv (UTF-8 with BOM, so that Excel reads it); returns rows.

    Nothing is ever written as a number or a formula: an order number stays as it is, and a cell
    that begins with = does nothing.
    """
    if path.suffix.lower() == ".csv":
        return _write_csv(path, headings, rows)
    if path.suffix.lower() != ".xlsx":
        raise BadSheet(
            what=f"不会写 {path.suffix or '没有后缀'} 文件。", fix="请把文件名写成 .xlsx 或 .csv。"
        )
    return _write_xlsx(path, title, headings, rows)


def _write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for row in rows:
            writer.writerow([_harmless(cell) for cell in row])
            count += 1
    return count


def _harmless(cell: str) -> str:
    """Excel runs a csv cell that begins with one of these signs as a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _write_xlsx(
    path: Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    count = -1  # the headings are no row
    for row in (headings, *rows):
        count += 1
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text)[:32767])
            cell.data_type, cell.number_format = "s", "@"
            cells.append(cell)
        sheet.append(cells)
    book.save(path)
    return count
