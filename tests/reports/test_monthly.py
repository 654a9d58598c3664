"""The month's report: every number of the text stands in its table, and the files open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from openpyxl import load_workbook

from casedb.invented import Months, fill
from casedb.rules.rate_rules import load_rate_rules
from casedb.store import Store
from casedb.tally.spans import Span, month
from reports.monthly.chapters import Chapters
from reports.monthly.paper import Measured, Written, measure, write
from reports.monthly.tables import all_tables
from reports.papers import Section, Table

RULES = Path(__file__).resolve().parents[2] / "knowledge" / "rules"
NOW = datetime(2026, 6, 10, tzinfo=UTC)
NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
# Dates, articles, numbers of tables and the limits that sentences name are no figures.
NOT_COUNTED = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|\d{2}:\d{2}|（见[表图] \d+）|低于 95%|第[一二三四五六七八九十]+条"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("monthly")
    opened = Store.open(f"sqlite:///{folder / 'z.db'}", secret_key="k" * 40)
    with opened.session() as session:
        fill(session, Months(count=14, cases_each=60, seed=3), now=NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def report(store: Store) -> Measured:
    with store.reading() as session:
        return measure(session, month("2026-05"), load_rate_rules(RULES), now=NOW)


def numbers_without_source(paper: WordDocument) -> list[str]:
    """Numbers of the text that stand in no table of the same paper."""
    cells = {c.text for t in paper.tables for row in t.rows for c in row.cells}
    known = {number.lstrip("+-") for text in cells for number in NUMBER.findall(text)}
    method = next(at for at, p in enumerate(paper.paragraphs) if "口径与方法" in p.text)
    return [
        f"{number}: {p.text}"
        for p in paper.paragraphs[:method]
        if p.style.name == "Normal"
        for number in NUMBER.findall(NOT_COUNTED.sub("", p.text))
        if number not in known
    ]


@pytest.fixture(scope="module")
def written(report: Measured, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(report, tmp_path_factory.mktemp("report"), made_at=NOW)


@pytest.fixture
def paper(written: Written) -> WordDocument:
    return Document(str(written.docx))


def test_every_number_of_the_text_stands_in_a_table(paper: WordDocument) -> None:
    assert numbers_without_source(paper) == []


def test_a_number_that_is_in_no_table_would_be_found(paper: WordDocument) -> None:
    paper.paragraphs[3].insert_paragraph_before("本期另有 98765 件。", style="Normal")
    assert numbers_without_source(paper) == ["98765: 本期另有 98765 件。"]


def test_the_tables_of_the_paper_say_what_the_figures_say(
    report: Measured, paper: WordDocument
) -> None:
    tables = {
        tuple(c.text for c in t.rows[0].cells): [[c.text for c in r.cells] for r in t.rows[1:]]
        for t in paper.tables
    }
    units = tables["单位", "承办", "办结", "逾期", "按时办结率", "涉否", "重复", "办结用时"]
    assert [(row[0], int(row[1]), int(row[3])) for row in units] == [
        (one.unit, one.total, one.late) for one in report.now.by_unit
    ]
    overview = dict(tables["指标", "数值"])
    assert overview["诉求总量"] == f"{report.now.total} 件"
    assert overview["满意率"] == f"{report.now.satisfaction_rate * 100:.2f}%"
    days = [cell for row in tables["时间", "件数", "时间", "件数", "时间", "件数", "时间", "件数"]
            for cell in row[1::2] if cell]  # fmt: skip
    assert sum(map(int, days)) == report.now.total


def test_every_chapter_of_the_contract_is_there_and_numbered(paper: WordDocument) -> None:
    assert [p.text for p in paper.paragraphs if p.style.name == "Heading 1"] == [
        "一、总体情况", "二、诉求总量", "三、诉求类型与来源", "四、集中问题", "五、区域与时段",
        "六、承办情况", "七、整改成效", "八、历史同期对比", "九、热点与重复诉求", "十、下期预测",
        "十一、工作建议", "十二、数据质量说明", "十三、口径与方法",
    ]  # fmt: skip
    captions = [p.text for p in paper.paragraphs if p.style.name == "Caption"]
    assert [text.split("　")[0] for text in captions if text.startswith("表")] == [
        f"表 {number}" for number in range(1, len(paper.tables) + 1)
    ]
    referred = re.findall(r"（见表 (\d+)）", " ".join(p.text for p in paper.paragraphs))
    assert referred and all(1 <= int(number) <= len(paper.tables) for number in referred)
    assert not any("〔表" in p.text for p in paper.paragraphs)


def test_a_chapter_of_another_analysis_stands_in_its_place(
    report: Measured, tmp_path: Path
) -> None:
    section = Section("", ("热点 3 个。",), (Table("热点清单", ("名称", "件数"), (("甲", "3"),)),))
    written = write(report, tmp_path, made_at=NOW, chapters=lambda _: Chapters(hot_topics=section))
    texts = [p.text for p in Document(str(written.docx)).paragraphs]
    assert texts[texts.index("九、热点与重复诉求") + 1] == "热点 3 个。"
    assert load_workbook(written.xlsx)["热点清单"]["B2"].value == 3


def test_nothing_is_left_behind_when_a_chapter_fails(report: Measured, tmp_path: Path) -> None:
    def broken(_folder: Path) -> Chapters:
        raise RuntimeError("no disk")

    with pytest.raises(RuntimeError):
        write(report, tmp_path / "out", made_at=NOW, chapters=broken)
    assert list((tmp_path / "out").iterdir()) == []


def test_the_sheet_holds_the_same_tables_as_numbers(report: Measured, written: Written) -> None:
    book = load_workbook(written.xlsx)
    topics = list(book["一级分类"].iter_rows(min_row=2))
    assert {row[0].value: row[1].value for row in topics} == {
        one.name: one.count for one in report.now.by_topic
    }
    share = topics[0][2]
    assert share.number_format == "0.00%"
    assert abs(share.value - report.now.by_topic[0].share) < 0.0001
    assert book.sheetnames == [*(one.caption for one in all_tables(report)), "说明"]


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


def test_invented_cases_are_called_so(paper: WordDocument) -> None:
    assert any("虚构数据" in p.text for p in paper.paragraphs)


def test_a_period_that_is_not_over_says_until_when_it_counts(store: Store, tmp_path: Path) -> None:
    with store.reading() as session:
        span = Span(date(2026, 5, 1), date(2026, 7, 1))
        running = measure(session, span, load_rate_rules(RULES), now=NOW)
    paper = Document(str(write(running, tmp_path, made_at=NOW).docx))
    assert any("尚未结束，数字截至 2026-06-10" in p.text for p in paper.paragraphs)


def test_the_running_cycle_stands_beside_the_month_where_it_differs(
    store: Store, report: Measured, tmp_path: Path
) -> None:
    rules = replace(load_rate_rules(RULES), start_day=19)
    with store.reading() as session:
        measured = measure(session, month("2026-05"), rules, now=NOW)
    assert report.cycle is None and measured.cycle is not None
    assert measured.cycle.span.first.isoformat() == "2026-05-19"
    paper = Document(str(write(measured, tmp_path, made_at=NOW).docx))
    cells = [[c.text for c in r.cells] for t in paper.tables for r in t.rows]
    assert [
        "2026年06月考核周期",
        "2026-05-19 至 2026-06-18",
        f"{measured.cycle.total}",
        "—",
        "—",
    ] in cells
    assert numbers_without_source(paper) == []
