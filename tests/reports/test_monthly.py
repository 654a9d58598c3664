"""The month's report: every number of the text stands in its table, and the files open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from casedb.invented import Months, fill
from casedb.rules.rate_rules import load_rate_rules
from casedb.store import Store
from casedb.tally.pivot import Dimension, order_numbers, pivot
from casedb.tally.spans import month
from reports.monthly import MonthlyReport, measure, write

RULES = Path(__file__).resolve().parents[2] / "knowledge" / "rules"
NOW = datetime(2026, 6, 10, tzinfo=UTC)
NUMBER = re.compile(r"\d+(?:\.\d+)?%?")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("monthly")
    opened = Store.open(f"sqlite:///{folder / 'z.db'}", secret_key="k" * 40)
    with opened.session() as session:
        fill(session, Months(count=14, cases_each=60, seed=3), now=NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def report(store: Store) -> MonthlyReport:
    with store.reading() as session:
        return measure(session, month("2026-05"), load_rate_rules(RULES), now=NOW)


def test_every_number_of_the_text_stands_in_a_table_or_a_picture_title(
    report: MonthlyReport, tmp_path: Path
) -> None:
    written = write(report, tmp_path, made_at=NOW)
    paper = Document(str(written.docx))
    cells = {c.text for t in paper.tables for row in t.rows for c in row.cells}
    known = {number for text in cells for number in NUMBER.findall(text)}
    texts = [p.text for p in paper.paragraphs if "件" in p.text and p.style.name == "Normal"]
    assert texts
    sums = {f"{sum(one.share for one in group[:3]) * 100:.2f}%" for group in (
        report.now.by_kind, report.now.by_topic, report.now.by_community)}  # fmt: skip
    counts = {str(len(report.now.by_unit)), str(sum(bool(u.late) for u in report.now.by_unit))}
    before = {str(old) for _, old in report.rising}
    differences = {str(abs(o.difference)) for o in (report.last_period, report.last_year)}
    for text in texts:
        bare = re.sub(r"\d{4}-\d{2}-\d{2}|第[\d一二三四五六七八九十]+条|前 \d 位", "", text)
        for number in NUMBER.findall(bare):
            assert number in known | sums | counts | before | differences | {
                str(report.now.invented)
            }, text


def test_the_sheet_holds_the_same_tables(report: MonthlyReport, tmp_path: Path) -> None:
    written = write(report, tmp_path, made_at=NOW)
    book = load_workbook(written.xlsx)
    topics = {row[0].value: row[1].value for row in book["一级分类"].iter_rows(min_row=2)}
    assert topics == {one.name: str(one.count) for one in report.now.by_topic}


def test_missing_history_is_said_and_not_hidden(store: Store, tmp_path: Path) -> None:
    with store.reading() as session:
        first = measure(session, month("2025-04"), load_rate_rules(RULES), now=NOW)
    assert not first.last_year.known
    paper = Document(str(write(first, tmp_path, made_at=NOW).docx))
    assert any("没有完整的历史数据" in p.text for p in paper.paragraphs)


def test_a_month_without_cases_still_makes_a_paper(store: Store, tmp_path: Path) -> None:
    with store.reading() as session:
        empty = measure(session, month("2020-01"), load_rate_rules(RULES), now=NOW)
    assert empty.now.total == 0
    assert write(empty, tmp_path, made_at=NOW).docx.exists()


def test_invented_cases_are_called_so(report: MonthlyReport, tmp_path: Path) -> None:
    paper = Document(str(write(report, tmp_path, made_at=NOW).docx))
    assert any("虚构数据" in p.text for p in paper.paragraphs)


def test_a_pivot_counts_what_the_report_counts(store: Store, report: MonthlyReport) -> None:
    with store.reading() as session:
        table = pivot(session, month("2026-05"), rows=Dimension.COMMUNITY)
        one = table.cells[0]
        behind = order_numbers(
            session, month("2026-05"), rows=Dimension.COMMUNITY, row=one.row, limit=10_000
        )
        noisy = pivot(session, month("2026-05"), rows=Dimension.TOPIC, words=("噪声",))
    assert {cell.row: cell.count for cell in table.cells} == {
        share.name: share.count for share in report.now.by_community
    }
    assert len(behind) == one.count
    assert {cell.row for cell in noisy.cells} == {"噪声与环境"}
