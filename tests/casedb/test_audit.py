"""The chain of events shows every tampering."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from casedb import audit
from casedb.models import Event
from casedb.store import Session, Store
from tests.casedb.kept import NOW, open_store, store_of


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """New records on each database."""
    with store_of(request.param, tmp_path) as opened:
        yield opened


def write(s: Session, count: int) -> None:
    for number in range(count):
        audit.record(
            s,
            at=NOW + timedelta(seconds=number),
            actor="person:1",
            subject=f"case:{number % 3}",
            kind="note",
            detail=f"第 {number} 件事",
        )


def test_an_untouched_chain_is_intact(store: Store) -> None:
    with store.session() as s:
        write(s, 5)
        audit.record_many(s, [audit.Deed(NOW, "import", "case:9", "recorded", "导入")] * 3)
    with store.reading() as s:
        verdict = audit.verify(s)
        assert verdict.intact
        assert verdict.checked == 8
        assert audit.events_of(s, "case:9")[0].detail == "导入"


def test_writers_at_the_same_time_make_one_chain(store: Store) -> None:
    def some() -> None:
        for _ in range(5):
            with store.session() as s:
                write(s, 2)

    threads = [threading.Thread(target=some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as s:
        assert audit.verify(s) == audit.AuditVerdict(True, 40, audit.verify(s).head)


def test_a_cut_off_end_shows_against_a_head_noted_before(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.session() as s:
        write(s, 5)
        head = audit.verify(s).head
        s.execute(delete(Event).where(Event.id == 5))
        assert audit.verify(s).intact
        assert not audit.verify(s, anchor=head).intact
    store.close()


def test_details_are_masked_on_the_way_in(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.session() as s:
        audit.record(
            s,
            at=NOW,
            actor="person:1",
            subject="case:1",
            kind="note",
            detail={"text": "张女士说电话是13800001111", "list": ["13800001111"]},
        )
        assert "13800001111" not in audit.events_of(s, "case:1")[0].detail
        assert "13800001111" not in str(s.scalars(select(Event.detail)).one())
    store.close()


TAMPERINGS = st.sampled_from(
    ["actor", "kind", "subject", "detail", "at", "delete", "swap", "rehash"]
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    count=st.integers(2, 8),
    where=st.integers(0, 7),
    how=TAMPERINGS,
    text=st.text(min_size=1, max_size=8),
)
def test_any_tampering_is_found_at_or_after_its_place(
    tmp_path_factory: pytest.TempPathFactory, count: int, where: int, how: str, text: str
) -> None:
    store = open_store(tmp_path_factory.mktemp("chain"))
    target = 1 + where % (count - 1)  # never the last: a cut end needs an anchor
    with store.session() as s:
        write(s, count)
    with store.session() as s:
        tamper(s, target, how, text)
    with store.reading() as s:
        verdict = audit.verify(s)
    store.close()
    assert not verdict.intact
    assert verdict.broken_at is not None
    assert target <= verdict.broken_at <= target + 1


def tamper(s: Session, target: int, how: str, text: str) -> None:
    change = update(Event).where(Event.id == target)
    if how == "delete":
        s.execute(delete(Event).where(Event.id == target))
    elif how == "at":
        s.execute(change.values(at=NOW - timedelta(days=1)))
    elif how == "swap":
        s.execute(change.values(id=10_000))
        s.execute(update(Event).where(Event.id == target + 1).values(id=target))
        s.execute(update(Event).where(Event.id == 10_000).values(id=target + 1))
    elif how == "rehash":
        row = s.get(Event, target)
        assert row is not None
        forged = audit.chained(
            row.prev_hash,
            at=row.at,
            actor="x" + text,
            subject=row.subject,
            kind=row.kind,
            detail={},
        )
        s.execute(change.values(actor="x" + text, detail={}, hash=forged))
    elif how == "detail":
        s.execute(change.values(detail={"text": "别的" + text}))
    else:
        s.execute(change.values({how: "x" + text}))
