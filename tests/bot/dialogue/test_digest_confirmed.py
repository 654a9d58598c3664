"""「全部已收到」 under a digest: one press, and the digest says that it is dealt with."""

from __future__ import annotations

from casedb import obligations
from tests.bot.dialogue.conftest import Hall

WORKER, COLLEAGUE = "褚千里", "卫万里"


def a_digest(hall: Hall) -> str:
    """Three reminders of one minute arrive as one message; the data of its button for all."""
    for what in ("交照片", "交签收单", "回电话"):
        hall.say(WORKER, f"提醒我 10分钟后 {what}")
    hall.rooms.clock.passes(minutes=11)  # type: ignore[attr-defined]

    rooms, now = hall.rooms, hall.rooms.clock.now()
    with rooms.store.session() as s:
        obligations.due_steps(s, now=now, rules=rooms.rules, calendar=rooms.calendar)
    (digest,) = (one for one in hall.sent() if "3 项提醒" in one.text)
    return next(b.data for line in digest.buttons for b in line if b.label == "全部已收到")


def test_the_digest_is_changed_so_that_nobody_presses_again(hall: Hall) -> None:
    data = a_digest(hall)
    reply = hall.press(WORKER, data)
    assert "3 项" in reply.toast and reply.edit and not reply.buttons
    assert "交照片" in reply.text and "回电话" in reply.text and WORKER in reply.text
    hall.rooms.clock.passes(minutes=1)  # type: ignore[attr-defined]
    again = hall.press(WORKER, data)
    assert again.edit and "已有人" in again.text  # a lost edit is made good


def test_nothing_left_to_confirm_is_said(hall: Hall) -> None:
    assert "结束" in hall.press(WORKER, "ackall:999999").toast
