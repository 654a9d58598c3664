"""Small writes that come together: one commit for all, and nobody suffers for another's fault."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event

from casedb import audit
from casedb.errors import Refused
from casedb.store import Session, Store
from tests.casedb.kept import NOW, store_of

WRITERS = 12


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with store_of(request.param, tmp_path) as opened:
        yield opened


def note(s: Session, number: int) -> int:
    audit.record(s, at=NOW, actor="person:1", subject=f"case:{number}", kind="note", detail="看过")
    return number


def all_at_once(store: Store, numbers: range) -> list[object]:
    """Ask for all while somebody else holds the turn; results and errors in order."""
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with store.session() as s:
            note(s, 999)
            held.set()
            assert let_go.wait(10)

    def deed(s: Session, number: int) -> int:
        done = note(s, number)
        if number < 0:
            raise Refused("这一件不行。", "请看别的。")
        return done

    def one(number: int) -> object:
        asking.release()
        try:
            return store.together(lambda s: deed(s, number))
        except Refused as refused:
            return refused.what

    holder, asking = threading.Thread(target=hold), threading.Semaphore(0)
    holder.start()
    assert held.wait(10)
    with ThreadPoolExecutor(len(numbers)) as pool:
        asked = [pool.submit(one, number) for number in numbers]
        for _ in numbers:
            asking.acquire()
        threading.Event().wait(0.2)  # they stand in the queue now
        let_go.set()
        holder.join()
        return [each.result() for each in asked]


def test_writes_that_come_together_share_one_commit(store: Store) -> None:
    commits: list[object] = []
    event.listen(store.engine, "commit", commits.append)
    assert all_at_once(store, range(WRITERS)) == list(range(WRITERS))
    assert len(commits) <= 4  # the holder's, and hardly more than one for all the others
    with store.reading() as s:
        verdict = audit.verify(s)
        assert verdict.intact and verdict.checked == WRITERS + 1


def test_one_that_is_refused_spoils_nothing_for_the_others(store: Store) -> None:
    assert all_at_once(store, range(-1, WRITERS)) == ["这一件不行。", *range(WRITERS)]
    with store.reading() as s:
        verdict = audit.verify(s)
        assert verdict.intact and verdict.checked == WRITERS + 1
        assert not audit.events_of(s, "case:-1")


def test_a_single_write_comes_back_with_its_result_or_its_error(store: Store) -> None:
    assert store.together(lambda s: note(s, 7)) == 7
    with pytest.raises(ZeroDivisionError):
        store.together(lambda s: 1 // 0)
    assert store.together(lambda s: note(s, 8)) == 8
