"""Updates on their way in: each kept on disk, once, in order for each person; the polls watched."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import telegram as tg
from telegram import error as errors
from telegram import ext
from telegram.request import HTTPXRequest

from bot.channels.insisting import Lanes
from bot.channels.spool import Spool

log = logging.getLogger(__name__)


class HeardQueue(asyncio.Queue[object]):
    """Updates on their way to us: written down before Telegram may forget them, each once."""

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self._spool = spool

    async def put(self, item: object) -> None:
        if isinstance(item, tg.Update):
            try:
                if not self._spool.keep(item.update_id, item.to_json()):
                    return
            except OSError as problem:
                log.error("update %d is not kept on disk: %s", item.update_id, problem)
        await super().put(item)

    def again(self, item: object) -> None:
        """An update of an earlier run, written down already."""
        self.put_nowait(item)


class InLanes(ext.BaseUpdateProcessor):
    """People do not wait for each other; what one person says in one chat is answered in order."""

    def __init__(self, spool: Spool) -> None:
        super().__init__(max_concurrent_updates=4096)
        self._spool, self._lanes = spool, Lanes()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        assert isinstance(update, tg.Update)
        chat, person = update.effective_chat, update.effective_user
        key = (chat.id if chat else 0, person.id if person else 0)
        async with self._lanes.lane(key):
            await coroutine
        self._spool.answered(update.update_id)

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...


class WatchedPolls(HTTPXRequest):
    """The long polls; each tells whether Telegram can be reached and takes us."""

    def __init__(self, note: Callable[[errors.TelegramError | None], None]) -> None:
        super().__init__(connection_pool_size=2, connect_timeout=5, read_timeout=10)
        self._note = note

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        try:
            code, body = await super().do_request(*args, **options)
        except errors.TelegramError as problem:
            self._note(problem)
            raise
        refusal = {401: errors.InvalidToken(), 404: errors.InvalidToken(), 409: errors.Conflict("")}
        self._note(refusal.get(code) or (errors.NetworkError(str(code)) if code >= 500 else None))
        return code, body
