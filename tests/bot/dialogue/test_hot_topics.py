"""/hot and `zhiban report hot`: topics with the cases behind, growth, repeats, reach, papers that agree."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from bot.chapters import hot_topics
from bot.hot import HotScope, of_cases, of_sheet
from casedb import cases
from casedb.beijing import beijing
from casedb.errors import CasedbError
from casedb.records import CaseDraft
from casedb.store import Store
from casedb.tally.spans import Span
from reports.hot import as_json, write
from tests.bot.dialogue.conftest import SECRET
from tests.bot.dialogue.test_router import DESK, UNIT_GROUP, WORKER
from tests.fakes.postgres import database

SAID = ("旁边搅拌站整夜开工，灰尘大噪音大", "投诉附近违建搅拌站扰民", "搅拌站粉尘污染，半夜轰隆隆",
        "关停搅拌站，吵得睡不着", "搅拌站又冒灰了", "搅拌站噪音扰民没人管")  # fmt: skip


def tell(store, now):
    """Invented cases: one thing often now and once before, one caller again and again."""
    with store.session() as s:
        for number, said in enumerate(SAID):
            at = now - timedelta(days=number if number < 5 else 40)
            cases.record(
                s,
                CaseDraft(
                    order_no=f"RD2026060{number:05d}", title=f"柳湾家园{said}", appeal=f"柳湾家园{said}",
                    phone=f"1391111{number:04d}", community="甲三社区" if number == 2 else "甲一社区",
                    received_at=at, dispatched_at=at,
                ),
                actor="import", now=now,
            )  # fmt: skip
        for number in range(3):
            at = now - timedelta(days=20 * number)
            cases.record(
                s,
                CaseDraft(
                    order_no=f"RF2026060{number:05d}", title="楼道灯不亮",
                    appeal="我家门口楼道声控灯一直不亮，第几次打电话了", phone="13922223333",
                    community="甲一社区", received_at=at, dispatched_at=at,
                ),
                actor="import", now=now,
            )  # fmt: skip


@pytest.fixture
def told(hall):
    tell(hall.rooms.store, hall.rooms.clock.now())
    return hall


def last_days(hall, days=30):
    today = beijing(hall.rooms.clock.now()).date()
    return Span(today - timedelta(days=days - 1), today + timedelta(days=1))


def report_of(hall, **how):
    with hall.rooms.store.reading() as s:
        return of_cases(hall.rooms.settings, s, how.pop("span", last_days(hall)), **how)


def mixer(report):
    return next(one for one in report.topics if "搅拌站" in one.name)


def test_one_thing_in_six_wordings_is_one_topic_with_its_cases(told):
    found = mixer(report_of(told))
    assert found.count == 5 and found.callers == 5
    assert set(found.order_nos) == {f"RD2026060{number:05d}" for number in range(5)}
    assert not found.is_new  # it was told of once, forty days ago
    assert dict(found.places) == {"甲一社区": 4, "甲三社区": 1}


def test_a_single_caller_is_a_repeat_and_no_topic(told):
    report = report_of(told)
    assert not any("楼道" in one.title for one in report.topics)
    again = next(one for one in report.repeats if "楼道灯" in one.title)
    assert (again.count, again.in_period) == (3, 2)
    assert set(again.order_nos) == {f"RF2026060{number:05d}" for number in range(3)}


def test_new_cases_are_added_to_what_is_known(told):
    assert mixer(report_of(told)).count == 5
    now = told.rooms.clock.now()
    with told.rooms.store.session() as s:
        draft = CaseDraft(order_no="RD20260600099", title="柳湾家园搅拌站噪音扰民",
                          appeal="柳湾家园搅拌站扰民", received_at=now)  # fmt: skip
        cases.record(s, draft, actor="import", now=now)
    assert mixer(report_of(told)).count == 6


def test_a_worker_counts_only_what_they_may_see(told):
    with told.rooms.store.reading() as s:
        from casedb import people

        person = people.find_person(s, WORKER)
    report = report_of(told, scope=HotScope(person.unit_id, person.unit_name))
    assert mixer(report).count == 4
    text = told.say(WORKER, "/hot").text
    assert "4 件" in text and "甲三社区" not in text


def test_the_desk_asks_in_chat_and_gets_papers(told):
    reply = told.say(DESK, "/hot")
    assert "搅拌站" in reply.text and "一人多诉" in reply.text
    assert {file.path.suffix for file in reply.files} == {".docx", ".xlsx"}
    assert all(file.path.is_file() for file in reply.files)
    assert "搅拌站" in told.say(DESK, "近期热点").text
    assert "没有工单" in told.say(DESK, "/hot 2019-01").text
    assert "请写成" in told.say(DESK, "/hot 随便").text
    assert "不是日期" in told.say(DESK, "/hot 2026-02-31").text
    assert "私聊" in told.say(DESK, "/hot", group=UNIT_GROUP).text


def test_paper_sheet_and_json_agree(told, tmp_path: Path):
    report = report_of(told)
    docx, xlsx = write(report, tmp_path / "out", made_at=told.rooms.clock.now())
    words = [
        cell.text
        for table in Document(str(docx)).tables
        for row in table.rows
        for cell in row.cells
    ]
    assert any(mixer(report).name in one for one in words) and "5" in words
    behind = list(load_workbook(xlsx)["热点对应工单"].iter_rows(values_only=True))
    assert sum(1 for row in behind if row[1] == mixer(report).name) == 5
    again = list(load_workbook(xlsx)["一人多诉对应工单"].iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in again] == [no for one in report.repeats for no in one.order_nos]
    topics = as_json(report)["topics"]
    assert [one["count"] for one in topics] == [one.count for one in report.topics]


def test_the_monthly_report_has_the_chapter(told, tmp_path: Path):
    now = told.rooms.clock.now()
    section = hot_topics.section(told.rooms, last_days(told), now, tmp_path)
    assert section is not None and section.pictures[0].path.is_file()
    cells = {cell for table in section.tables for row in table.rows for cell in row}
    behind = {row[2] for table in section.attached for row in table.rows}
    assert {no for one in report_of(told).topics for no in one.order_nos} <= behind
    assert "5" in cells and len({one.caption for one in section.tables}) == 3
    empty = Span(last_days(told).first.replace(year=2019), last_days(told).after.replace(year=2019))
    assert hot_topics.section(told.rooms, empty, now, tmp_path) is None


def test_too_many_waiting_cases_are_said_instead_of_making_people_wait(told):
    with pytest.raises(CasedbError, match="没有归并热点"):
        report_of(told, most=2)


def sheet(path: Path, rows):
    book = Workbook()
    for row in (("留言编号", "留言用户", "留言主题", "留言时间", "留言详情"), *rows):
        book.active.append(row)
    book.save(path)
    return path


def test_a_sheet_of_texts_is_looked_at_and_kept_nowhere(told, tmp_path: Path):
    rows = [(f"{n}", f"U{n}", f"柳湾家园{said}", f"2019/07/0{n + 1} 10:00:00", f"{said}，电话13912345678")
            for n, said in enumerate(SAID)]  # fmt: skip
    path = sheet(tmp_path / "信箱.xlsx", rows)
    before = sorted(told.rooms.settings.data_dir.rglob("*.np*"))
    report = of_sheet(told.rooms.settings, path, None)
    assert mixer(report).count == 6 and report.source == "信箱.xlsx"
    assert "13912345678" not in str(as_json(report))
    assert not report.before_known and mixer(report).before is None
    assert sorted(told.rooms.settings.data_dir.rglob("*.np*")) == before


def test_a_sheet_that_cannot_be_read_is_said(told, tmp_path: Path):
    with pytest.raises(CasedbError):
        of_sheet(told.rooms.settings, sheet(tmp_path / "空.xlsx", []), None)
    bad = sheet(tmp_path / "坏.xlsx", [("1", "U", "题", "昨天下午", "文")])
    with pytest.raises(CasedbError, match="读不懂"):
        of_sheet(told.rooms.settings, bad, None)


def test_on_postgresql_the_same_topics_are_found(hall, tmp_path: Path):
    with database() as url:
        store = Store.open(url, secret_key=SECRET)
        try:
            tell(store, hall.rooms.clock.now())
            with store.reading() as s:
                report = of_cases(hall.rooms.settings, s, last_days(hall))
            assert mixer(report).count == 5
            assert next(one for one in report.repeats if "楼道灯" in one.title).count == 3
        finally:
            store.close()
