"""Both databases keep the same promises."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from casedb import cases, people, sample
from casedb.errors import CasedbError, ChangedMeanwhile, NotReachable, RecordsBusy
from casedb.store import Store
from casedb.vocabulary import CaseStage, UnitKind
from tests.casedb.kept import NOW, SECRET, draft, open_store, store_of


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """New records on each database."""
    with store_of(request.param, tmp_path) as opened:
        yield opened


def test_what_was_committed_is_there_when_opened_again(store: Store) -> None:
    with store.session() as s:
        cases.record(s, draft("A1"), actor="person:1", now=NOW)
    with store.reading() as s:
        found = cases.find(s, "A1")
    assert found is not None
    assert found.title == "楼道堆物"


def test_an_error_takes_back_everything_of_the_session(store: Store) -> None:
    with pytest.raises(RuntimeError), store.session() as s:
        cases.record(s, draft("A1"), actor="person:1", now=NOW)
        raise RuntimeError("stop")
    with store.reading() as s:
        assert cases.find(s, "A1") is None


def test_a_reading_session_changes_nothing(store: Store) -> None:
    with store.reading() as s, pytest.raises(RuntimeError):
        people.add_unit(s, "甲一社区", UnitKind.COMMUNITY)


def test_readers_see_the_old_state_while_somebody_writes(store: Store) -> None:
    with store.session() as s:
        cases.record(s, draft("A1"), actor="person:1", now=NOW)
        with store.reading() as beside:
            assert cases.find(beside, "A1") is None


def test_writers_at_the_same_time_take_turns(store: Store) -> None:
    def write(number: int) -> None:
        for at in range(5):
            with store.session() as s:
                cases.record(s, draft(f"T{number}-{at}"), actor="person:1", now=NOW)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as s:
        assert len(cases.open_cases(s)) == 20


def test_instants_come_back_as_the_same_instants(store: Store) -> None:
    with store.session() as s:
        made = cases.record(s, draft("A1", due_at=NOW), actor="person:1", now=NOW)
    with store.reading() as s:
        assert cases.case(s, made.id).due_at == NOW


def test_the_sample_loads_once_and_only_into_empty_records(store: Store) -> None:
    with store.session() as s:
        assert sample.load(s, now=NOW)
    with store.session() as s:
        assert not sample.load(s, now=NOW)
        assert len(people.people(s)) >= 12
        assert len(cases.list_cases(s, cases.CaseFilter())) >= 25
        assert {one.role for one in people.people(s)} == set(type(people.people(s)[0].role))


def test_somebody_else_changed_the_case_meanwhile(store: Store) -> None:
    with store.session() as s:
        made = cases.record(s, draft("A1", dispatched_at=NOW), actor="person:1", now=NOW)
    with store.session() as s:
        cases.accept(s, made.id, actor="person:1", now=NOW, version=made.version)
    with pytest.raises(ChangedMeanwhile), store.session() as s:
        cases.advance(
            s, made.id, CaseStage.UNDER_REVIEW, actor="person:2", now=NOW, version=made.version
        )
    with store.reading() as s:
        assert cases.case(s, made.id).stage is CaseStage.HANDLING


def test_a_locked_database_is_said_to_be_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casedb.store.BUSY_SECONDS", 0.1)
    store = open_store(tmp_path)
    other = sqlite3.connect(tmp_path / "records.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RecordsBusy) as busy, store.session() as s:
        people.add_unit(s, "甲一社区", UnitKind.COMMUNITY)
    assert "占用" in busy.value.what
    with store.reading() as s:
        assert people.units(s) == ()
    other.execute("ROLLBACK")
    other.close()
    with store.session() as s:
        people.add_unit(s, "甲一社区", UnitKind.COMMUNITY)
    store.close()


@pytest.mark.parametrize(
    "url",
    ["mysql://somewhere/records", "no url at all", "sqlite:////proc/no/such/place.db"],
)
def test_an_address_that_cannot_be_opened_is_said_in_a_sentence(url: str) -> None:
    with pytest.raises(NotReachable) as wrong:
        Store.open(url, secret_key=SECRET)
    assert wrong.value.fix


def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_bytes(b"this is not a database, but it is long enough" * 20)
    with pytest.raises(CasedbError):
        open_store(tmp_path)


def test_a_short_secret_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CasedbError):
        Store.open(f"sqlite:///{tmp_path}/a.db", secret_key="short")


def test_the_password_of_the_address_is_never_shown() -> None:
    with pytest.raises(NotReachable) as wrong:
        Store.open("postgresql://user:geheim@127.0.0.1:1/none", secret_key=SECRET)
    assert "geheim" not in str(wrong.value)
