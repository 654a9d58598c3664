"""Be reminded again at a time of one's own choice."""

from __future__ import annotations

from datetime import datetime

from casedb import obligations, people
from casedb.beijing import BEIJING
from tests.bot.dialogue.conftest import UNIT_GROUP, Hall

WORKER = "褚千里"


def a_reminder(hall: Hall) -> int:
    assert "提醒" in hall.say(WORKER, "提醒我 10分钟后 交照片").text
    with hall.rooms.store.reading() as s:
        worker = people.find_person(s, WORKER)
        assert worker is not None
        return next(one.id for one in obligations.listing(s, worker) if "照片" in one.text)


def next_at(hall: Hall, number: int) -> datetime | None:
    with hall.rooms.store.reading() as s:
        return obligations.get(s, number).next_at


def test_a_time_of_ones_own_choice(hall: Hall) -> None:
    number = a_reminder(hall)
    hall.rooms.clock.passes(minutes=15)  # type: ignore[attr-defined]
    assert "什么时候" in hall.press(WORKER, f"snooze:{number}:choose").text
    assert "没有看懂" in hall.say(WORKER, "随便吧").text
    assert "15:00" in hall.say(WORKER, "下午3点").text
    assert next_at(hall, number) == datetime(2026, 6, 1, 15, 0, tzinfo=BEIJING)


def test_it_can_be_given_up(hall: Hall) -> None:
    number = a_reminder(hall)
    before = next_at(hall, number)
    hall.press(WORKER, f"snooze:{number}:choose")
    hall.say(WORKER, "/cancel")
    assert next_at(hall, number) == before


def test_in_a_group_it_is_done_in_private(hall: Hall) -> None:
    number = a_reminder(hall)
    assert "私聊" in hall.press(WORKER, f"snooze:{number}:choose", group=UNIT_GROUP).toast


def test_a_vanished_reminder_says_so(hall: Hall) -> None:
    assert "没有第" in hall.press(WORKER, "snooze:999:choose").text
