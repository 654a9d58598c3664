"""Answers go out now or a little later: wait, try again, follow a moved chat; and one talk at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from bot.channels.outcome import ChatMoved, RetryLater, Unsure
from casedb.records import Target

log = logging.getLogger(__name__)
LONGEST_PAUSE = 60.0
UNSURE_TRIES = 3  # a question answered twice is better than one not answered

Deed = Callable[[Target], Awaitable[None]]


class Interrupted(Exception):
    """We are stopping and the answer is not out; it waits for the next start."""


async def insist(
    deed: Deed, target: Target, *, moved: Callable[[str, str], Awaitable[None]], stop: asyncio.Event
) -> Target:
    """Do it until it is done; where the chat is now.

    Raises:
        Outcome: it can never be done (chat gone, text refused).
        Interrupted: `stop` was set first.
    """
    unsure, pause = 0, 0.5
    while True:
        try:
            await deed(target)
            return target
        except ChatMoved as news:
            await moved(target.chat, news.new_id)
            target = replace(target, chat=news.new_id)
        except RetryLater as later:
            pause = min(max(later.seconds, pause) if later.chat_only else pause * 2, LONGEST_PAUSE)
            await _wait(pause, stop)
        except Unsure as doubt:
            unsure += doubt.likely
            if unsure >= UNSURE_TRIES:
                raise
            await _wait(pause, stop)
            pause = min(pause * 2, LONGEST_PAUSE)


async def _wait(seconds: float, stop: asyncio.Event) -> None:
    if not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
    if stop.is_set():
        raise Interrupted


async def first_of(*waits: Coroutine[Any, Any, Any]) -> None:
    """Wait until one of them is done; the others are cancelled."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


class Lanes:
    """One thing at a time within a lane, in the order they came; lanes do not wait for each other."""

    def __init__(self) -> None:
        self._locks: dict[object, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def lane(self, key: object) -> AsyncIterator[None]:
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(key)
            if users > 1:
                self._locks[key] = (lock, users - 1)


class UnderWay:
    """Counts calls that have begun and not ended."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    def __enter__(self) -> None:
        self._count += 1
        self._none.clear()

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._none.set()

    async def ended(self, within: float) -> None:
        """Wait until all have ended, at most so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._none.wait(), within)


class LinkState:
    """Whether the platform can be reached; each change is one line in the log."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._problem = "正在连接"

    def note(self, problem: str = "") -> None:
        """What is wrong now, a Chinese sentence; nothing when all is well."""
        if problem == self._problem:
            return
        if problem:
            log.warning("%s: %s", self._name, problem)
        else:
            log.info("%s: connected", self._name)
        self._problem = problem

    def __str__(self) -> str:
        return self._problem or "ok"
