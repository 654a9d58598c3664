"""Pure: a details sheet (考核明细) -> its rows, what it lost on which rate, and what its title says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casedb.assessment.profiles import RATE_FIELDS, DetailsLayout, DetailsProfile, layout_of
from casedb.assessment.scores import is_excluded, kept, points_of, rates_in
from casedb.assessment.states import Rate
from casedb.intake.cells import Unreadable, order_no_of, said, text_of
from casedb.intake.sheetfile import Cell, SheetTable
from casedb.intake.sheetkind import BadSheet
from casedb.records import CellError
from casedb.rules.rate_rules import RateRules

HEADINGS_SHOWN = 8
TOTALS = ("合计", "总计", "小计", "平均")
NAME_SIGNS = ("考核明细", "失分明细", "考评明细", "扣分明细", "失分工单")
_DATE = r"(\d{4})\s*[年\-./]\s*(\d{1,2})\s*[月\-./]\s*(\d{1,2})\s*日?"
_ISSUED = re.compile(rf"(?:下发|印发|发布|通报|制发)(?:日期|时间|于)?\s*[:：]?\s*{_DATE}")
_PERIOD = re.compile(
    rf"{_DATE}\s*(?:[-—–~～]+|至|到)\s*(?:(\d{{4}})\s*[年\-./]\s*)?(\d{{1,2}})\s*[月\-./]\s*(\d{{1,2}})\s*日?"
)
_SHORT_PERIOD = re.compile(r"(\d{1,2})月(\d{1,2})日\s*(?:[-—–~～]+|至|到)\s*(\d{1,2})月(\d{1,2})日")
_MONTH = re.compile(r"(20\d{2})\s*[年\-./_]\s*(1[0-2]|0?[1-9])(?!\d)")


@dataclass(frozen=True, slots=True)
class Lost:
    """What one row lost on one rate: 0–1, and the points printed for it."""

    rate: Rate
    lost: float
    points: float | None
    answer: str


@dataclass(frozen=True, slots=True)
class DetailsRow:
    """One row of the sheet; `asked` holds what was kept on each rate that was asked."""

    row: int
    order_no: str
    unit: str
    community: str
    topic: str
    reason: str
    node: str
    asked: tuple[tuple[Rate, float], ...]
    lost: tuple[Lost, ...]


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What title rows, sheet and file names say of the cycle; None where they say nothing."""

    first: date | None = None
    last: date | None = None
    issued: date | None = None
    month: str = ""  # "2026-05"


@dataclass(frozen=True, slots=True)
class Details:
    """A details sheet, read."""

    rows: tuple[DetailsRow, ...]
    title: TitleFacts
    errors: tuple[CellError, ...]
    warnings: tuple[str, ...]


def is_details(tables: Sequence[SheetTable], name: str, profiles: Sequence[DetailsProfile]) -> bool:
    """Whether a file is a details sheet and not a sheet of cases: by its headings, else its names."""
    found = [(t, layout) for t in tables if t.visible and (layout := layout_of(t, profiles))]
    if any(layout.signed for _, layout in found):
        return True
    titles = [name, *(table.name for table, _ in found)]
    titles += [_title_text(table, layout) for table, layout in found]
    return bool(found) and any(sign in title for sign in NAME_SIGNS for title in titles)


def read_details(
    tables: Sequence[SheetTable],
    name: str,
    *,
    profiles: Sequence[DetailsProfile],
    rules: RateRules,
) -> Details:
    """Read every visible worksheet whose headings are known.

    Raises:
        BadSheet: no headings of a details sheet are found, or there is no row below them.
    """
    found = [(t, layout) for t in tables if t.visible and (layout := layout_of(t, profiles))]
    if not found:
        raise BadSheet(
            f"文件“{name}”里找不到考核明细的表头。{_met(tables)}",
            "请保留“工单编号”一列，和“是否解决”“失分项”这样至少一列说明失分的列；这次一行都没有入库。",
        )
    rows: list[DetailsRow] = []
    errors: list[CellError] = []
    warnings: list[str] = []
    for table, layout in found:
        _read(table, layout, rules, rows=rows, errors=errors, warnings=warnings)
    if not rows and not errors:
        raise BadSheet(
            f"文件“{name}”的表头下面没有工单。", "请核对是否发错了表；这次一行都没有入库。"
        )
    title = title_facts(
        [_title_text(t, layout) for t, layout in found], [t.name for t, _ in found], name
    )
    return Details(tuple(rows), title, tuple(errors), tuple(warnings))


def _says_nothing(read: DetailsRow) -> bool:
    """Neither case nor unit, cause or rate: the sum below a column, with no word beside it."""
    named = read.order_no or read.unit or read.reason or read.asked
    return not named and all(one.rate is Rate.UNKNOWN for one in read.lost)


def _met(tables: Sequence[SheetTable]) -> str:
    """The first row that looks like headings, for a person who has to mend them."""
    for table in tables:
        for row in table.rows if table.visible else ():
            texts = [text for cell in row if (text := text_of(cell))]
            if len(texts) > 1:
                return f"表里写的是：{'、'.join(texts[:HEADINGS_SHOWN])[:80]}。"
    return ""


def _read(
    table: SheetTable,
    layout: DetailsLayout,
    rules: RateRules,
    *,
    rows: list[DetailsRow],
    errors: list[CellError],
    warnings: list[str],
) -> None:
    for number, row in enumerate(table.rows[layout.row + 1 :], start=layout.row + 2):
        told = [text_of(cell) for cell in row]
        filled = [text for text in told if text]
        if not filled or told == [text_of(cell) for cell in table.rows[layout.row]]:
            continue
        if any(text.replace(" ", "").startswith(TOTALS) for text in filled[:2]):
            continue
        if (len(set(filled)) == 1 and len(filled) > 1) or _is_remark(filled):
            warnings.append(f"第 {number} 行不是工单，没有计入：{filled[0][:30]}")
            continue
        read = _row(row, number, layout, rules, errors)
        if read is not None and _says_nothing(read):
            warnings.append(f"第 {number} 行没有编号和单位，像是合计，没有计入：{filled[0][:30]}")
        elif read is not None:
            rows.append(read)


def _is_remark(filled: Sequence[str]) -> bool:
    return len(filled) == 1 and bool(re.match(r"(?:注|说明|备注|填表|制表|审核)", filled[0]))


def _row(
    row: Sequence[Cell],
    number: int,
    layout: DetailsLayout,
    rules: RateRules,
    errors: list[CellError],
) -> DetailsRow | None:
    def cell(field: str) -> Cell:
        at = layout.column(field)
        return row[at] if 0 <= at < len(row) else ""

    def failed(field: str, wrong: Unreadable) -> None:
        text = text_of(cell(field))[:80]
        errors.append(CellError(number, layout.heading(field), text, wrong.example, wrong.reason))

    before = len(errors)
    order_no, points = "", None
    asked: list[tuple[Rate, float]] = []
    lost: dict[Rate, tuple[float, str]] = {}
    try:
        order_no = order_no_of(cell("order_no"))
    except Unreadable as wrong:
        failed("order_no", wrong)
    for field in RATE_FIELDS:
        rate = Rate(field)
        try:
            share = kept(cell(field), rate, rules)
        except Unreadable as wrong:
            failed(field, wrong)
            continue
        if share.share is not None:
            asked.append((rate, share.share))
            if share.share < 1:
                lost[rate] = (1 - share.share, share.answer)
    try:
        points = points_of(cell("points"))
    except Unreadable as wrong:
        failed("points", wrong)
    if len(errors) > before:
        return None
    for rate in rates_in(said(cell("lost_item"))):
        lost.setdefault(rate, (1.0, said(cell("lost_item"))))
    if points and not lost:
        lost[Rate.UNKNOWN] = (1.0, "")
    excluded = is_excluded(layout.heading("excluded"), cell("excluded"))
    return DetailsRow(
        row=number,
        order_no=order_no,
        unit=said(cell("unit")),
        community=said(cell("community")),
        topic=said(cell("topic")),
        reason=said(cell("reason")),
        node=said(cell("node"))[:40],
        asked=() if excluded else tuple(asked),
        lost=() if excluded else _parted(lost, points),
    )


def _parted(lost: dict[Rate, tuple[float, str]], points: float | None) -> tuple[Lost, ...]:
    """The points printed for a row, parted among its rates by how much each lost."""
    whole = sum(share for share, _ in lost.values())
    return tuple(
        Lost(rate, share, points * share / whole if points and whole else None, answer[:80])
        for rate, (share, answer) in lost.items()
    )


def _title_text(table: SheetTable, layout: DetailsLayout) -> str:
    cells = (text_of(cell) for row in table.rows[: layout.row] for cell in row)
    return " ".join(dict.fromkeys(text for text in cells if text))


def title_facts(titles: Sequence[str], sheets: Sequence[str], name: str) -> TitleFacts:
    """The cycle's days, its month and the day of issue, as far as titles and names tell them."""
    first = last = issued = None
    month = ""
    for text in (*titles, *sheets, name):
        plain = unicodedata.normalize("NFKC", text)
        if issued is None and (told := _ISSUED.search(plain)):
            issued = _day(*told.groups())
            plain = plain.replace(told[0], " ")
        if first is None:
            first, last = _period(plain)
        if not month and (found := _MONTH.search(plain)):
            month = f"{int(found[1]):04d}-{int(found[2]):02d}"
    return TitleFacts(first, last, issued, month)


def _period(text: str) -> tuple[date | None, date | None]:
    if found := _PERIOD.search(text):
        year, month, day, last_year, last_month, last_day = found.groups()
        first = _day(year, month, day)
        last = _day(last_year or year, last_month, last_day)
        return _in_order(first, last)
    year_told = _MONTH.search(text)
    if year_told and (found := _SHORT_PERIOD.search(text)):
        month, day, last_month, last_day = found.groups()
        last = _day(year_told[1], last_month, last_day)
        first = _day(year_told[1], month, day)
        if first and last and first > last:  # 12月19日—1月18日 begins in the year before
            first = _day(str(last.year - 1), month, day)
        return _in_order(first, last)
    return None, None


def _in_order(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    if first is None or last is None:
        return None, None
    if last < first or last - first > timedelta(days=370):
        return None, None
    return first, last


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def month_named(text: str) -> str:
    """The month a cycle's name means: 2026-05, 2026年5月, 2026年05月考核周期; "" for none."""
    found = _MONTH.search(unicodedata.normalize("NFKC", text))
    return f"{int(found[1]):04d}-{int(found[2]):02d}" if found else ""
