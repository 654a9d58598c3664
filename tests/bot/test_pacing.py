"""The right to send: in the order of coming, chats not behind each other, and never for ever."""

from __future__ import annotations

import asyncio

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
