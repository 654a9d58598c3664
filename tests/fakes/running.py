"""Parts of the service run in a thread of their own, so that a test can read like a conversation."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

from bot.channels.pacing import Limits, Pace
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.dialogue.talk import Talk
from bot.rooms import Rooms
from bot.settings import Settings
from casedb.store import Store
from tests.fakes.botapi import TOKEN, BotApi

SECRET = "a-secret-key-of-more-than-32-characters"
NO_LIMITS = Limits(chat_gap=0.0, group_count=1000, overall_count=1000)

Part = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


class Running:
    """Parts with `run(stop)`, running until the end of the `with` block."""

    def __init__(self, *parts: Part) -> None:
        self._parts = parts
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._failed: BaseException | None = None

    def __enter__(self) -> Running:
        self._thread.start()
        self._started.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop in good order and wait for the end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(15)
            assert not self._thread.is_alive(), "it did not stop"
        if self._failed:
            raise self._failed

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._started.set()
        try:
            await asyncio.gather(*(part(self._stop) for part in self._parts))
            await _settled()
        except BaseException as failed:
            self._failed = failed
            raise


async def _settled() -> None:
    """Let cancelled requests close their sockets before the loop is closed."""
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others, timeout=2)
    for _ in range(5):
        await asyncio.sleep(0)


def settings_for(folder: Path, botapi: BotApi, **others: Any) -> Settings:
    """Settings whose Telegram is the fake."""
    return Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'zhiban.db'}",
        secret_key=SECRET,
        telegram_token=TOKEN,
        telegram_api_url=botapi.url,
        **others,
    )


def channel_for(
    folder: Path, botapi: BotApi, talk: Talk, *, limits: Limits = NO_LIMITS, **others: Any
) -> TelegramChannel:
    """A Telegram channel without records behind it."""
    settings = settings_for(folder, botapi, **others)
    return TelegramChannel(settings, talk, folder / "files", pace=Pace(limits))


def rooms_for(settings: Settings, clock: Clock | None = None) -> Rooms:
    """Rooms with records and a clock; what delivery and channels never touch is left out."""
    store = Store.open(settings.database_url, secret_key=settings.secret_key)
    missing = cast(Any, None)
    return Rooms(settings, clock or Clock(), store, missing, missing, missing)
