"""The closing sheet: who owes which materials until when, urging, and a sheet that is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from casedb import cases, obligations, people
from casedb.closing import sheet as closing_sheet
from casedb.closing import text as closing_text
from casedb.closing.intake import import_closing_sheet
from casedb.errors import CasedbError, Refused
from casedb.vocabulary import CaseStage, RevisitAnswer
from tests.casedb.office import CALENDAR, RULES, Office, at, open_office

NOW = at("2026-06-01 09:00")
WINDOW = (at("2026-06-01 00:00"), at("2026-06-30 00:00"))
HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.store.close()


def a_case(office: Office, order: str, **more: object) -> int:
    with office.store.session() as s:
        return office.case(
            s, order, due="2026-05-30 18:00", dispatched="2026-05-25 08:00", now=NOW, **more
        ).id


def owed(office: Office, case_id: int, due: str, items: tuple[str, ...] = ("现场照片",)) -> None:
    with office.store.session() as s:
        closing_sheet.owe(
            s, case_id, items=items, due_at=at(due), actor="import", now=NOW, rules=RULES
        )


def lines(office: Office, now: str) -> tuple[closing_sheet.ClosingLine, ...]:
    with office.store.reading() as s:
        return closing_sheet.sheet(s, begins=WINDOW[0], ends=WINDOW[1], now=at(now))


def test_what_is_owed_is_reminded_and_ends_when_everything_came(office: Office) -> None:
    case_id = a_case(office, "A0001")
    owed(office, case_id, "2026-06-05 18:00", ("现场照片", "通话记录"))
    gone = office.run(at("2026-06-04 18:00"), at("2026-06-04 18:00"), every=HOUR)
    assert any("剔除材料提交时限 6月5日(周五) 18:00" in one.text for _, one in gone)
    with office.store.session() as s:
        left = closing_sheet.handed_in(
            s, case_id, actor="import", now=at("2026-06-04 19:00"), items=("现场照片",)
        )
        assert left is not None and left.items == ("通话记录",) and left.state == "待交"
        done = closing_sheet.handed_in(s, case_id, actor="import", now=at("2026-06-04 20:00"))
        assert done is not None and done.state == "已交"
    after = office.run(at("2026-06-04 20:00"), at("2026-06-06 12:00"), every=HOUR)
    assert not [one for _, one in after if "剔除材料" in one.text]


def test_a_closed_case_that_asked_for_exclusion_is_generated_by_the_rule(office: Office) -> None:
    case_id = a_case(
        office,
        "A0002",
        closed_at=at("2026-06-01 08:00"),
        revisited_at=at("2026-06-01 08:30"),
        satisfied=RevisitAnswer.NO,
    )
    with office.store.session() as s:
        assert cases.case(s, case_id).stage is CaseStage.CLOSED
        made = closing_sheet.generate(
            s,
            begins=WINDOW[0],
            ends=WINDOW[1],
            actor="import",
            now=NOW,
            rules=RULES,
            calendar=CALENDAR,
        )
        again = closing_sheet.generate(
            s,
            begins=WINDOW[0],
            ends=WINDOW[1],
            actor="import",
            now=NOW,
            rules=RULES,
            calendar=CALENDAR,
        )
    # Two working days after Monday 1 June, at closing time.
    assert [(one.order_no, one.due_at) for one in made] == [("A0002", at("2026-06-03 18:00"))]
    assert again == made


def test_one_tap_urges_all_that_are_late_with_one_message_a_person(office: Office) -> None:
    for number in range(3):
        owed(office, a_case(office, f"B{number:05}"), "2026-06-05 18:00")
    owed(office, a_case(office, "C00001"), "2026-06-20 18:00")
    office.run(at("2026-06-04 18:00"), at("2026-06-05 18:30"), every=HOUR / 2)
    with office.store.reading() as s:
        duties = list(obligations.listing(s, office.worker))
    with office.store.session() as s:
        for duty in duties:
            obligations.acknowledge(
                s, duty.id, by=office.worker, channel="web", now=at("2026-06-05 19:00")
            )
    now = at("2026-06-08 09:00")
    with office.store.session() as s:
        urged = closing_sheet.urge_late(
            s, by=office.desk, now=now, begins=WINDOW[0], ends=WINDOW[1]
        )
    assert urged == 3
    office.tick(now)
    mine = [one for one in office.deliver(now) if one.target.chat == office.chat_of(office.worker)]
    assert len(mine) == 1 and "3 项提醒" in mine[0].text


def test_only_the_desk_may_urge_everybody(office: Office) -> None:
    with office.store.session() as s, pytest.raises(Refused):
        closing_sheet.urge_late(s, by=office.worker, now=NOW, begins=WINDOW[0], ends=WINDOW[1])


def test_the_desk_sees_names_and_the_group_only_tails(office: Office) -> None:
    owed(office, a_case(office, "20260601000777"), "2026-06-05 18:00")
    seen = lines(office, "2026-06-06 09:00")
    assert seen[0].state == "逾期"
    desk, group = closing_text.desk_text(seen), closing_text.group_text(seen, "甲一社区")
    assert "20260601000777" in desk and office.worker.name in desk and "现场照片" in desk
    assert "20260601000777" not in group and "000777" in group and office.worker.name not in group


def a_sheet(folder: Path, *rows: str) -> Path:
    path = folder / "作业表.csv"
    path.write_text("\n".join(["工单编号,应交材料,材料截止时间", *rows]), encoding="gb18030")
    return path


def test_a_sheet_sent_twice_changes_nothing_the_second_time(office: Office, tmp_path: Path) -> None:
    first, second = a_case(office, "D0001"), a_case(office, "D0002")
    path = a_sheet(tmp_path, "D0001,现场照片、通话记录,2026-06-05 18:00", "D0002,,2026-06-06")
    with office.store.session() as s:
        done = import_closing_sheet(s, path, path.name, actor="import", now=NOW, rules=RULES)
        again = import_closing_sheet(s, path, path.name, actor="import", now=NOW, rules=RULES)
    assert (done.rows, done.created, done.errors) == (2, 2, ())
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    due = {one.case_id: one.due_at for one in lines(office, "2026-06-01 09:00")}
    assert due == {first: at("2026-06-05 18:00"), second: at("2026-06-06 23:59:59")}


def test_one_bad_cell_keeps_the_whole_sheet_out_and_every_bad_cell_is_named(
    office: Office, tmp_path: Path
) -> None:
    a_case(office, "D0001")
    path = a_sheet(
        tmp_path,
        "D0001,现场照片,2026-06-05 18:00",
        "D0001,现场照片,2026-06-05 18:00",
        "没有这个,现场照片,2026-06-05 18:00",
        "D0001,现场照片,下周",
        "D0001,现场照片,2026-05-01",
    )
    with office.store.session() as s:
        done = import_closing_sheet(s, path, path.name, actor="import", now=NOW, rules=RULES)
    found = {(one.row, one.column) for one in done.errors}
    assert found >= {(3, "工单编号"), (4, "工单编号"), (5, "材料截止时间"), (6, "材料截止时间")}
    assert lines(office, "2026-06-01 09:00") == ()


def test_a_changed_sheet_moves_the_time_and_reminds_anew(office: Office) -> None:
    case_id = a_case(office, "E0001")
    owed(office, case_id, "2026-06-05 18:00")
    office.run(at("2026-06-04 18:00"), at("2026-06-04 18:00"), every=HOUR)
    with office.store.session() as s:
        closing_sheet.owe(
            s,
            case_id,
            items=("现场照片",),
            due_at=at("2026-06-10 18:00"),
            actor="import",
            now=at("2026-06-04 19:00"),
            rules=RULES,
        )
    assert len(lines(office, "2026-06-04 19:00")) == 1
    gone = office.run(at("2026-06-09 18:00"), at("2026-06-09 18:00"), every=HOUR)
    assert any("6月10日(周三) 18:00" in one.text for _, one in gone)


def test_a_sheet_without_headings_says_which_columns_are_needed(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with office.store.session() as s, pytest.raises(CasedbError, match="工单编号"):
        import_closing_sheet(s, path, path.name, actor="import", now=NOW, rules=RULES)


def test_a_person_of_another_unit_takes_over_when_the_handler_left(office: Office) -> None:
    owed(office, a_case(office, "F0001"), "2026-06-05 18:00")
    with office.store.session() as s:
        people.leave(s, office.worker.id, now=NOW, actor="import")
    gone = office.run(at("2026-06-04 18:00"), at("2026-06-04 18:00"), every=HOUR)
    assert office.chat_of(office.head) in {one.target.chat for _, one in gone}
