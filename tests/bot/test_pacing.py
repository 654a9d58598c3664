"""The right to send: in the order of coming, chats not behind each other, and never for ever."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.channels import pacing
from bot.channels.outcome import RetryLater
from bot.channels.pacing import Limits, Pace

SLOW = Limits(chat_gap=0.0, overall_count=1, overall_window=0.02)


def test_who_waits_for_the_platform_is_let_through_in_the_order_of_coming() -> None:
    async def all_of_them() -> list[int]:
        pace, order = Pace(SLOW), list[int]()

        async def one(number: int) -> None:
            async with pace.turn(f"chat-{number}"):
                order.append(number)

        tasks = []
        for number in range(12):
            tasks.append(asyncio.create_task(one(number)))
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(all_of_them()) == list(range(12))


def test_a_chat_that_was_told_to_wait_keeps_nobody_else_waiting() -> None:
    async def the_other() -> float:
        pace = Pace(Limits(chat_gap=0.01, overall_count=5, overall_window=0.05))
        pace.hold("slow", 30.0)
        stuck = asyncio.create_task(_turn(pace, "slow"))
        await asyncio.sleep(0)
        began = asyncio.get_running_loop().time()
        for number in range(3):
            await _turn(pace, f"quick-{number}")
        stuck.cancel()
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(the_other()) < 5.0


def test_a_turn_that_does_not_come_in_time_means_nothing_was_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pacing, "LONGEST_WAIT", 0.05)

    async def held() -> None:
        pace = Pace()
        pace.hold("chat", 30.0)
        await _turn(pace, "chat")

    with pytest.raises(RetryLater):
        asyncio.run(held())


async def _turn(pace: Pace, chat: str) -> None:
    async with pace.turn(chat):
        pass


def test_a_few_new_messages_may_join_the_line_of_a_full_platform_and_no_more() -> None:
    async def rooms() -> tuple[int, int, int]:
        pace = Pace(Limits(chat_gap=0.0, overall_count=2, overall_window=30.0))
        fresh = pace.room()
        await _turn(pace, "a")
        await _turn(pace, "b")
        full = pace.room()
        waiting = [asyncio.create_task(_turn(pace, f"late-{one}")) for one in range(pacing.IN_LINE)]
        await asyncio.sleep(0.01)
        crowded = pace.room()
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert pace.room() == full  # who went away stands in nobody's way
        return fresh, full, crowded

    assert asyncio.run(rooms()) == (2, pacing.IN_LINE, 0)


def test_however_the_network_stretches_and_squeezes_the_platform_never_sees_too_many() -> None:
    count, window = 6, 0.2
    delays = random.Random(7)
    arrived: list[float] = []

    async def run() -> None:
        pace = Pace(Limits(chat_gap=0.0, overall_count=count, overall_window=1.05 * window))

        async def one(number: int) -> None:
            async with pace.turn(f"chat-{number}"):
                await asyncio.sleep(delays.choice((0.005, 0.06)))
                arrived.append(asyncio.get_running_loop().time())
                await asyncio.sleep(0.005)

        await asyncio.gather(*(one(number) for number in range(48)))

    asyncio.run(run())
    assert len(arrived) == 48
    for earlier, later in zip(arrived, arrived[count:], strict=False):
        assert later - earlier >= window  # the seventh never within the window of the first
