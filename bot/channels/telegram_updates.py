"""Updates on their way in: each kept on disk, once, in order for each person; the polls watched."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import telegram as tg
from telegram import error as errors
from telegram import ext
from telegram.request import HTTPXRequest

from bot.channels.insisting import Lanes
from bot.channels.spool import Spool

log = logging.getLogger(__name__)
Press = tuple[int, int, int, str]  # chat, person, message, button
IMPATIENT = 1.0  # seconds
NO_PRESS: Press = (0, 0, 0, "")


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
        self._pressing: dict[Press, asyncio.Future[str]] = {}  # -> what its toast will say
        self._began: dict[Press, float] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        assert isinstance(update, tg.Update)
        press = _press(update)
        if press is not None and self._is_waiting(press):
            assert isinstance(coroutine, Coroutine)
            coroutine.close()
            await _pressed_again(update, self._pressing[press])
        else:
            await self._in_lane(update, press, coroutine)
        self._spool.answered(update.update_id)

    def _is_waiting(self, press: Press) -> bool:
        """Whether the same press has been under way for so long that somebody presses again."""
        began = self._began.get(press)
        return began is not None and asyncio.get_running_loop().time() - began >= IMPATIENT

    def toasted(self, update: tg.Update, words: str) -> None:
        """The toast of a press is known; whoever pressed again meanwhile gets the same one."""
        first = self._pressing.get(_press(update) or NO_PRESS)
        if first is not None and not first.done():
            first.set_result(words)

    async def _in_lane(
        self, update: tg.Update, press: Press | None, coroutine: Awaitable[Any]
    ) -> None:
        chat, person = update.effective_chat, update.effective_user
        key = (chat.id if chat else 0, person.id if person else 0)
        loop = asyncio.get_running_loop()
        if press is not None and press not in self._pressing:
            self._pressing[press], self._began[press] = loop.create_future(), loop.time()
        try:
            async with self._lanes.lane(key):
                await coroutine
        finally:
            self.toasted(update, "")
            self._pressing.pop(press or NO_PRESS, None)
            self._began.pop(press or NO_PRESS, None)

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...


def _press(update: tg.Update) -> Press | None:
    """Who pressed which button of which message; None when it is no press."""
    query = update.callback_query
    if query is None or query.message is None:
        return None
    return query.message.chat.id, query.from_user.id, query.message.message_id, query.data or ""


async def _pressed_again(update: tg.Update, first: asyncio.Future[str]) -> None:
    """Somebody impatient: what the first press does is not done twice, nor does it wait behind it."""
    assert update.callback_query is not None
    words = await first
    with suppress(errors.TelegramError):
        await update.callback_query.answer(words or None)


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
