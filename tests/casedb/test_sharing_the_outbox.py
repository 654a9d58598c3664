"""The outbox: keys, leases, several processes on one database, answers that were cut off."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from casedb import ledger
from casedb.outgoing import outbox
from casedb.records import OutboxMessage, Target
from casedb.vocabulary import OutboxState
from tests.casedb.office import CALENDAR, ROOT, RULES, Office, at, open_office
from tests.postgres import MISSING, fresh_database, postgres_server

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def server() -> Iterator[str | None]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'a.db'}"
        return
    server = request.getfixturevalue("server")
    if server is None:
        pytest.skip(MISSING)
    with fresh_database(server) as made:
        yield made


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    made = open_office(url)
    yield made
    made.store.close()


def put(office: Office, key: str, chat: str = "1", **more: object) -> bool:
    with office.store.session() as s:
        return outbox.put(
            s, key=key, target=Target("telegram", chat), text=f"第 {key} 条", now=NOW, **more
        )  # type: ignore[arg-type]


def claim(office: Office, now: datetime = NOW, **more: object) -> tuple[OutboxMessage, ...]:
    with office.store.session() as s:
        return outbox.claim(s, owner="a", now=now, **more)  # type: ignore[arg-type]


def state(office: Office, message_id: int) -> OutboxState:
    with office.store.reading() as s:
        return outbox.message(s, message_id).state


def test_four_processes_send_everything_once(office: Office, url: str, tmp_path: Path) -> None:
    with office.store.session() as s:
        for number in range(240):
            outbox.put(
                s, key=f"k{number}", target=Target("telegram", f"c{number % 60}"), text="a", now=NOW
            )
    notes = [tmp_path / f"sent-{number}" for number in range(4)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.casedb.claimer", url, f"process-{number}", str(note)],
            cwd=ROOT,
        )
        for number, note in enumerate(notes)
    ]
    assert [one.wait(timeout=120) for one in processes] == [0, 0, 0, 0]
    sent = Counter(line for note in notes for line in note.read_text("utf-8").split())
    assert sent == Counter(f"k{number}" for number in range(240))
    with office.store.reading() as s:
        assert outbox.pending_count(s) == 0


def test_a_key_is_taken_for_ever(office: Office) -> None:
    assert put(office, "ledger:2026-06-01")
    (message,) = claim(office)
    with office.store.session() as s:
        outbox.sent(s, message.id, message_ids=("9",), now=NOW)
    assert not put(office, "ledger:2026-06-01")
    assert claim(office) == ()


def test_a_chat_has_one_message_in_flight_and_keeps_its_order(office: Office) -> None:
    for key, chat in (("a1", "A"), ("b1", "B"), ("a2", "A")):
        put(office, key, chat)
    first = claim(office)
    assert [one.key for one in first] == ["a1", "b1"]
    assert claim(office) == ()
    with office.store.session() as s:
        outbox.sent(s, first[0].id, message_ids=("1",), now=NOW)
    assert [one.key for one in claim(office)] == ["a2"]


def test_paused_chats_and_missing_channels_are_left_alone(office: Office) -> None:
    put(office, "a1", "A")
    put(office, "b1", "B")
    assert [one.key for one in claim(office, paused=[("telegram", "A")])] == ["b1"]
    assert claim(office, channels=["web"]) == ()
    assert [one.key for one in claim(office, channels=["telegram"])] == ["a1"]


def test_a_message_told_to_wait_waits_and_nothing_is_marked(office: Office) -> None:
    put(office, "a1")
    (one,) = claim(office)
    with office.store.session() as s:
        outbox.retry(s, one.id, at=NOW + 30 * SECOND, error="429")
    assert claim(office, NOW + 29 * SECOND) == ()
    (again,) = claim(office, NOW + 30 * SECOND)
    assert (again.attempts, again.unsure) == (2, 0)


def test_a_message_put_off_by_a_busy_platform_keeps_its_place_in_the_line(office: Office) -> None:
    for chat in ("1", "2", "3"):
        put(office, f"ledger-{chat}", chat)
    (first,) = claim(office, limit=1)
    with office.store.session() as s:
        outbox.retry(s, first.id, at=NOW + SECOND, error="429")
    (again,) = claim(office, NOW + 2 * SECOND, limit=1)
    assert again.id == first.id


def test_a_process_that_died_before_trying_leaves_no_doubt(office: Office) -> None:
    put(office, "a1")
    claim(office, begins=True)
    assert claim(office, NOW + 59 * SECOND) == ()
    (again,) = claim(office, NOW + 60 * SECOND)
    assert again.unsure == 0


def test_a_process_that_died_while_trying_sends_again_and_says_so(office: Office) -> None:
    put(office, "a1")
    (one,) = claim(office, begins=True)
    with office.store.session() as s:
        outbox.begin(s, one.id, now=NOW)
    (again,) = claim(office, NOW + 61 * SECOND)
    assert again.unsure == 1
    assert again.text.startswith("（网络中断过，这条可能重复收到）")


def test_a_clean_stop_gives_back_what_was_not_begun(office: Office) -> None:
    put(office, "a1")
    claim(office, begins=True)
    with office.store.session() as s:
        assert outbox.release(s, owner="a") == 1
    assert len(claim(office)) == 1


def test_a_ledger_in_doubt_is_never_sent_again_by_itself(office: Office) -> None:
    put(office, "l1", chat="-100", resend_when_unsure=False)
    (one,) = claim(office)
    later = NOW + timedelta(minutes=5)
    (asked,) = claim(office, later)
    assert asked.target.chat == office.chat_of(office.desk)
    assert [button.data for line in asked.buttons for button in line] == [
        f"settled:{one.id}",
        f"resend:{one.id}",
    ]
    assert state(office, one.id) is OutboxState.UNCERTAIN
    with office.store.session() as s:
        assert [waiting.id for waiting in outbox.unsure_messages(s)] == [one.id]
        assert outbox.resend(s, one.id, by=office.desk, now=later)
        assert not outbox.settle(s, one.id, by=office.desk, now=later)
    assert [again.key for again in claim(office, later)] == ["l1"]


def test_a_settled_doubt_is_over_and_the_ledger_counts_as_filed(office: Office) -> None:
    with office.store.session() as s:
        snapshot = ledger.freeze(s, on=date(2026, 6, 1), now=NOW, rules=RULES, calendar=CALENDAR)
    put(office, "l1", chat="-100", resend_when_unsure=False, step=snapshot.id)
    (one,) = claim(office)
    with office.store.session() as s:
        outbox.uncertain(s, one.id, error="reset", now=NOW)
        assert outbox.settle(s, one.id, by=office.desk, now=NOW)
        assert [filing.snapshot for filing in ledger.filings(s, date(2026, 6, 15))] == [snapshot.id]
    assert state(office, one.id) is OutboxState.SENT


def test_a_clock_that_jumped_back_does_not_hold_a_lease_for_ever(office: Office) -> None:
    put(office, "a1")
    (one,) = claim(office, NOW)
    with office.store.session() as s:
        outbox.retry(s, one.id, at=NOW - timedelta(days=30), error="")
    claim(office, NOW)
    (again,) = claim(office, NOW - timedelta(days=20))
    assert again.id == one.id


def test_a_late_message_says_when_it_should_have_gone(office: Office) -> None:
    put(office, "a1", wanted_at=at("2026-06-01 08:00"))
    (one,) = claim(office, at("2026-06-01 09:30"))
    assert one.text.startswith("（补发，迟到1小时30分钟：本应 6月1日(周一) 08:00 发出）")


def test_word_of_a_send_that_comes_after_the_lease_ended_is_believed(office: Office) -> None:
    put(office, "a1")
    (one,) = claim(office)
    with office.store.session() as s:
        outbox.expire(s, now=NOW + timedelta(minutes=2))
        outbox.sent(s, one.id, message_ids=("1",), now=NOW + timedelta(minutes=2))
    assert claim(office, NOW + timedelta(minutes=3)) == ()
