"""A person who left: their reminders go to the unit, nothing more goes to them, the desk is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from casedb import cases, obligations, people
from tests.casedb.office import Office, at, open_office

START = at("2026-06-01 09:00")
NOON = at("2026-06-01 12:00")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.store.close()


def told(office: Office, now) -> dict[str, list[str]]:
    heard: dict[str, list[str]] = {}
    for one in office.deliver(now):
        heard.setdefault(one.target.chat, []).append(one.text)
    return heard


def test_what_the_worker_was_reminded_of_is_told_to_the_head_at_once(office: Office) -> None:
    with office.store.session() as s:
        office.case(
            s, "20260601000001", due="2026-06-02 11:00", dispatched="2026-05-26 09:00", now=START
        )
    office.tick(NOON)
    assert list(told(office, NOON)) == [office.chat_of(office.worker)]
    with office.store.session() as s:
        left = obligations.leave(s, office.worker.id, now=NOON, actor="person:3")
    assert left.passed_on == 1 and left.cases == ("20260601000001",) and left.headless == ()
    later = NOON + timedelta(minutes=1)
    office.tick(later)
    heard = told(office, later)
    assert office.chat_of(office.worker) not in heard
    assert any("时限" in text for text in heard[office.chat_of(office.head)])
    (alert,) = heard[office.chat_of(office.desk)]
    assert "林小满已离岗" in alert and "20260601000001" in alert and "请改派" in alert
    with office.store.reading() as s:
        found = cases.find(s, "20260601000001")
    assert found is not None and found.handler_id is None


def test_a_message_still_waiting_for_who_left_is_taken_back(office: Office) -> None:
    with office.store.session() as s:
        office.case(
            s, "20260601000002", due="2026-06-02 11:00", dispatched="2026-05-26 09:00", now=START
        )
    office.tick(NOON)
    with office.store.session() as s:
        obligations.leave(s, office.worker.id, now=NOON, actor="person:3")
    office.tick(NOON + timedelta(minutes=1))
    heard = told(office, NOON + timedelta(minutes=1))
    assert office.chat_of(office.worker) not in heard
    assert office.chat_of(office.head) in heard


def test_what_one_set_for_oneself_ends_and_a_unit_without_head_is_named(office: Office) -> None:
    with office.store.session() as s:
        obligations.ask(
            s,
            text="交接钥匙",
            due_at=at("2026-06-01 15:00"),
            by=office.head,
            now=START,
            rules=office.rules,
        )
        left = obligations.leave(s, office.head.id, now=NOON, actor="person:3")
    assert (left.passed_on, left.ended, left.headless) == (0, 1, ("甲一社区",))
    assert "没有负责人了" in left.text
    office.tick(at("2026-06-01 15:01"))
    assert office.chat_of(office.head) not in told(office, at("2026-06-01 15:01"))


def test_who_comes_back_is_on_the_roster_again_without_an_account(office: Office) -> None:
    with office.store.session() as s:
        obligations.leave(s, office.worker.id, now=NOON, actor="person:3")
        back = people.add_person(s, "林小满", office.unit.id, office.worker.role)
        assert back.id == office.worker.id and back.active
        assert people.accounts(s, back.id) == ()
