"""Residents and former names of units: given in the register, found by old sheets, refused when wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from casedb import people
from casedb.people.sheet import import_people, residents
from casedb.records import IntakeResult
from casedb.store import Store
from casedb.tally.names import names_of
from tests.casedb.kept import NOW, open_store

HEADINGS = ("单位名称", "类型", "上级单位", "负责人", "常住人口", "曾用名")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def imported(store: Store, path: Path, *rows: tuple[object, ...]) -> IntakeResult:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "单位"
    page.append(HEADINGS)
    for row in rows:
        page.append(row)
    book.save(path / "units.xlsx")
    with store.session() as s:
        return import_people(s, path / "units.xlsx", now=NOW, actor="shell")


def test_residents_and_former_names_come_from_the_register(store: Store, tmp_path: Path) -> None:
    imported(store, tmp_path, ("样例街道", "街道", "", "", "", ""),
             ("甲一社区", "社区", "样例街道", "", "1.2万", "老甲社区、甲街社区"),
             ("乙一社区", "社区", "样例街道", "", 8000, ""))  # fmt: skip
    with store.reading() as s:
        found = people.unit_named(s, "甲街社区居委会")
        names = names_of(s)
    assert found is not None and (found.name, found.population) == ("甲一社区", 12_000)
    assert names.present("老甲社区") == "甲一社区"
    assert names.street_residents == 20_000


def test_a_former_name_that_is_registered_renames_that_unit_and_makes_no_second(
    store: Store, tmp_path: Path
) -> None:
    imported(store, tmp_path, ("老甲社区", "社区", "", "", "", ""))
    imported(store, tmp_path, ("甲一社区", "社区", "", "", "", "老甲社区"))
    with store.reading() as s:
        assert [(one.name, one.former_names) for one in people.units(s)] == [
            ("甲一社区", ("老甲社区",))
        ]


def test_the_street_has_no_residents_while_one_community_is_unknown(
    store: Store, tmp_path: Path
) -> None:
    imported(
        store,
        tmp_path,
        ("甲一社区", "社区", "", "", "5000", ""),
        ("乙一社区", "社区", "", "", "", ""),
    )
    with store.reading() as s:
        assert names_of(s).street_residents is None


def test_a_number_of_residents_that_is_none_is_refused_with_its_row(
    store: Store, tmp_path: Path
) -> None:
    done = imported(store, tmp_path, ("甲一社区", "社区", "", "", "很多", ""))
    assert [(one.row, one.column) for one in done.errors] == [(2, "“单位”的常住人口")]
    with store.reading() as s:
        assert people.units(s) == ()
    assert [residents(text) for text in ("12,345人", "1.2万", "0", "-5", "abc", "3.7")] == [
        12_345, 12_000, None, None, None, None,
    ]  # fmt: skip
