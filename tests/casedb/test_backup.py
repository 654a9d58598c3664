"""Backup, restore, copy: what comes back is what was there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from casedb import audit, cases, people, sample
from casedb.backup import backup_to, copy_to, problems_of, restore_from
from casedb.base import Base
from casedb.errors import CasedbError
from casedb.models import Case
from casedb.store import Store
from tests.casedb.kept import NOW, SECRET, draft, open_store, store_of
from tests.fakes.postgres import database


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The sample on each database."""
    with store_of(request.param, tmp_path) as opened:
        with opened.session() as s:
            sample.load(s, now=NOW)
        yield opened


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Everything, to compare by."""
    with store.reading() as s:
        return {
            table.name: [
                tuple(row) for row in s.execute(select(table).order_by(*table.primary_key))
            ]
            for table in Base.metadata.sorted_tables
        }


def url_of(store: Store) -> str:
    return store.address.render_as_string(hide_password=False)


def test_a_backup_made_while_in_use_brings_everything_back(store: Store, tmp_path: Path) -> None:
    before = rows_of(store)
    backup_to(store, tmp_path / "copies" / "a.backup")
    with store.session() as s:
        cases.record(s, draft("LATER"), actor="person:1", now=NOW)
    url = url_of(store)
    store.close()
    restore_from(url, tmp_path / "copies" / "a.backup")
    again = Store.open(url, secret_key=SECRET)
    assert rows_of(again) == before
    with again.reading() as s:
        assert audit.verify(s).intact
    again.close()


def test_a_backup_never_overwrites(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.backup").write_text("older")
    with pytest.raises(CasedbError):
        backup_to(store, tmp_path / "a.backup")
    assert (tmp_path / "a.backup").read_text() == "older"


def test_what_is_no_backup_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.session() as s:
        sample.load(s, now=NOW)
    before = rows_of(store)
    for content in (b"", b"not a database", b"SQLite format 3\x00" + b"\x00" * 100):
        (tmp_path / "bad").write_bytes(content)
        with pytest.raises(CasedbError):
            restore_from(url_of(store), tmp_path / "bad")
    assert rows_of(store) == before
    store.close()


def test_records_move_to_the_other_database_whole_and_go_on_there(tmp_path: Path) -> None:
    source = open_store(tmp_path)
    with source.session() as s:
        sample.load(s, now=NOW)
    with database() as url:
        copied = copy_to(source, url)
        kept = {name: rows for name, rows in rows_of(source).items() if name != "case_counts"}
        assert copied == sum(map(len, kept.values()))
        target = Store.open(url, secret_key=SECRET)
        assert rows_of(target) == rows_of(source)
        with target.session() as s:
            made = cases.record(s, draft("NEXT"), actor="person:1", now=NOW)
            assert (
                cases.reveal(s, 1, actor="person:1", now=NOW, reason="核对").phone == "13800000001"
            )
            assert audit.verify(s).intact
            assert people.head_of(s, made.handling_unit_id or 2) is not None
        with pytest.raises(CasedbError):
            copy_to(source, url)
        target.close()
    source.close()


def test_sound_records_have_no_problems_and_tampered_ones_have(store: Store) -> None:
    assert problems_of(store) == ()
    with store.session() as s:
        s.execute(text("UPDATE events SET actor = 'nobody' WHERE id = 3"))
        s.execute(update(Case).where(Case.id == 1).values(title="x", version=9))
    assert any("第 3 条" in one for one in problems_of(store))
