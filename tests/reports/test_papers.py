"""Papers of a desk: tables that fit the page, long ones cut in the paper and whole in the sheet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.papers import TABLE_CM, TIGHT_CM, Paper, Section, Table, write_docx
from reports.papers import _signs as signs
from reports.papers import _widths as widths

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EMU_A_CM = 360_000


def cm(table: Table) -> list[float]:
    return [width / EMU_A_CM for width in widths(table)]


def test_numbers_and_dates_are_not_broken_while_long_sentences_give_way() -> None:
    numbers = "XG202610060006694\nXG202610260006952\nXG202610260006953 等 5 件"
    row = ("1", "甲二社区停水停电，居民多次来电反映未恢复供应", "2", "2", "2026-10-07", numbers)
    table = Table("一人多诉", ("序号", "诉求", "累计", "其中本期", "最早", "工单"), (row,))
    found = cm(table)
    assert sum(found) <= TABLE_CM + 0.01
    assert found[4] >= signs("2026-10-07") * TIGHT_CM - 0.01
    assert found[5] >= signs("XG202610060006694") * TIGHT_CM - 0.01
    assert found[1] > found[0] and found[1] > found[2]


@given(
    st.lists(
        st.lists(st.text("中文abc019-%、 ", max_size=60), min_size=3, max_size=3),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_table_it_fits_the_page(rows: list[list[str]]) -> None:
    table = Table("表", ("甲", "乙乙乙乙乙", "丙"), tuple(map(tuple, rows)))
    found = cm(table)
    assert sum(found) <= TABLE_CM + 0.01 and all(one > 0 for one in found)


def test_a_long_table_says_how_much_more_there_is(tmp_path: Path) -> None:
    rows = tuple((f"{at}", "甲") for at in range(1, 32))
    tables = (
        Table("长表", ("序号", "名称"), rows, shown=10),
        Table("短表", ("序号", "名称"), rows[:10], shown=10),
    )
    paper = Paper("试", (Section("章", tables=tables),))
    made = Document(str(write_docx(paper, tmp_path / "a.docx", made_at=NOW)))
    assert [len(table.rows) for table in made.tables] == [11, 11]
    told = [p.text for p in made.paragraphs if "以上为前" in p.text]
    assert told == ["以上为前 10 行，共 31 行；全部见同名的 xlsx。"]
