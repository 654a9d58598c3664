"""The leader of the day: set by hand or from a sheet, and the last one an unanswered reminder reaches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from casedb import people
from casedb.errors import CasedbError, Refused
from casedb.people.leader_sheet import import_leaders
from casedb.records import PersonRecord
from casedb.vocabulary import Role
from tests.casedb.office import Office, account, at, open_office

DAY = date(2026, 6, 10)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.store.close()


@pytest.fixture
def second(office: Office) -> PersonRecord:
    with office.store.session() as s:
        street = people.unit_named(s, "某街道")
        assert street is not None
        other = people.add_person(s, "陈副主任", street.id, Role.LEADER)
        account(s, other, "telegram", f"chat-{other.name}", at("2026-05-01 09:00"))
    return other


def escalated_to(office: Office) -> set[str]:
    """Let an unanswered order run a day past its due time; which leaders were told."""
    with office.store.session() as s:
        office.case(s, "A1", due="2026-06-10 12:00", dispatched="2026-06-09 09:00",
                    now=at("2026-06-09 09:05"))  # fmt: skip
    gone = office.run(at("2026-06-10 07:10"), at("2026-06-10 18:00"), every=timedelta(minutes=5))
    leaders = {office.chat_of(office.leader), "chat-陈副主任"}
    return {one.target.chat for _, one in gone if one.target.chat in leaders}


def set_leader(office: Office, leader: PersonRecord, on: date = DAY) -> None:
    with office.store.session() as s:
        people.set_duty_leader(s, on, leader, by=office.desk.id, now=at("2026-06-01 09:00"))


def test_the_leader_of_that_day_is_called_and_no_other(
    office: Office, second: PersonRecord
) -> None:
    set_leader(office, second)
    assert escalated_to(office) == {"chat-陈副主任"}


def test_without_a_roster_all_leaders_are_called(office: Office, second: PersonRecord) -> None:
    assert escalated_to(office) == {office.chat_of(office.leader), "chat-陈副主任"}


def test_a_leader_of_the_day_who_left_or_has_no_account_is_replaced_by_the_others(
    office: Office, second: PersonRecord
) -> None:
    set_leader(office, second)
    with office.store.session() as s:
        people.leave(s, second.id, now=at("2026-06-09 08:00"), actor="import")
        assert people.duty_leader(s, DAY) is None
    assert escalated_to(office) == {office.chat_of(office.leader)}


def test_only_a_leader_on_duty_can_lead(office: Office) -> None:
    with pytest.raises(Refused, match="值班领导"):
        set_leader(office, office.worker)


def sheet(path: Path, rows: list[tuple[object, ...]]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_sheet_sets_the_days_and_again_changes_nothing(
    office: Office, second: PersonRecord, tmp_path: Path
) -> None:
    rows: list[tuple[object, ...]] = [
        ("六月带班表",),
        ("日期", "带班领导", "电话"),
        (date(2026, 6, 10), "孙领导", ""),
        ("2026年6月11日", "某街道陈副主任", ""),
        ("", "", ""),
    ]
    path = sheet(tmp_path / "带班表.xlsx", rows)
    results = []
    for _ in range(2):
        with office.store.session() as s:
            results.append(import_leaders(s, path, path.name, by=None, now=at("2026-06-01 09:00")))
    assert [(one.rows, one.created, one.unchanged) for one in results] == [(2, 2, 0), (2, 0, 2)]
    with office.store.reading() as s:
        found = people.leader_days(s, date(2026, 6, 1), date(2026, 6, 30))
    assert [(on.day, one.name) for on, one in found] == [(10, "孙领导"), (11, "陈副主任")]


def test_unreadable_rows_are_all_named_and_nothing_is_stored(
    office: Office, tmp_path: Path
) -> None:
    rows: list[tuple[object, ...]] = [
        ("日期", "值班领导"), ("6月31日", "孙领导"), ("2026-06-02", "林小满"),
        ("2026-06-03", "孙领导"), ("2026-06-03", "孙领导"), ("", "孙领导"),
    ]  # fmt: skip
    path = sheet(tmp_path / "值班领导.xlsx", rows)
    with office.store.session() as s:
        result = import_leaders(s, path, path.name, by=None, now=at("2026-06-01 09:00"))
    assert sorted((one.row, one.column) for one in result.errors) == [
        (2, "日期"), (3, "带班领导"), (5, "日期"), (6, "日期"),
    ]  # fmt: skip
    with office.store.reading() as s:
        assert people.leader_days(s, date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_a_sheet_without_the_headings_says_which_are_needed(office: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path / "带班.xlsx", [("谁", "何时")])
    with office.store.session() as s, pytest.raises(CasedbError, match="带班领导"):
        import_leaders(s, path, path.name, by=None, now=at("2026-06-01 09:00"))
