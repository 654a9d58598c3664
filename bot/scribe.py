"""Writes small changes into the records, many in one transaction, insisting while they are busy."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.rooms import Rooms
from casedb.errors import CasedbError, RecordsBusy
from casedb.store import Session

log = logging.getLogger(__name__)
TRIES = 6
PAUSE = 0.1  # seconds, doubled after each try

Deed = Callable[[Session], object]


class Scribe:
    """What is asked for while one transaction runs goes into the next one, all together.

    Between a send and its record lies the one moment in which a crash makes us send again, so
    the fewer commits stand in a queue, the better.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._asked: list[tuple[Deed, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, deed: Deed) -> bool:
        """Carry out and commit a change; False when the records refused it to the end."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asked.append((deed, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await asyncio.shield(done)

    async def _write_all(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, []
            deeds = [deed for deed, _ in asked]
            if await self._written(deeds):
                results = [True] * len(asked)
            else:  # one of them is at fault; the others must not suffer
                results = [len(asked) > 1 and await self._written([deed]) for deed in deeds]
            for (_, done), result in zip(asked, results, strict=True):
                if not done.done():
                    done.set_result(result)

    async def _written(self, deeds: list[Deed]) -> bool:
        for attempt in range(TRIES):
            try:
                await asyncio.to_thread(self._in_one, deeds)
                return True
            except RecordsBusy as busy:
                log.warning("%d changes wait: %s", len(deeds), busy.what)
                await asyncio.sleep(PAUSE * 2**attempt)
            except CasedbError as refused:
                log.error("%d changes refused: %s", len(deeds), refused.what)
                return False
            except Exception:
                log.exception("%d changes failed", len(deeds))
                return False
        return False

    def _in_one(self, deeds: list[Deed]) -> None:
        with self._rooms.store.session() as s:
            for deed in deeds:
                deed(s)
