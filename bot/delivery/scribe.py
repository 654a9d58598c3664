"""Writes small changes into the records, many in one transaction, insisting while they are busy."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.rooms import Rooms
from casedb.errors import CasedbError, RecordsBusy
from casedb.store import Session

log = logging.getLogger(__name__)
TRIES = 6
PAUSE = 0.1  # seconds, doubled after each try

T = TypeVar("T")
Deed = Callable[[Session], object]
Together = Callable[[Session, Sequence[Any]], object]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One change: a deed of its own, or one more item of a deed that takes many at once."""

    many: Together | None
    what: Any  # the deed, or the item


class Scribe:
    """What is asked for while one transaction runs goes into the next one, all together.

    Between a send and its record lies the one moment in which a crash makes us send again, so
    the fewer commits stand in a queue, the better.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._asked: list[tuple[_Asked, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, deed: Deed) -> bool:
        """Carry out and commit a change; False when the records refused it to the end."""
        return await self._ask(_Asked(None, deed))

    async def add(self, many: Callable[[Session, Sequence[T]], object], one: T) -> bool:
        """One more item for `many`, which gets all that are waiting in a single call."""
        return await self._ask(_Asked(many, one))

    async def _ask(self, asked: _Asked) -> bool:
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asked.append((asked, done))
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

    async def _written(self, deeds: list[_Asked]) -> bool:
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

    def _in_one(self, deeds: list[_Asked]) -> None:
        with self._rooms.store.session() as s:
            for many, items in _gathered(deeds).items():
                many(s, items)
            for deed in deeds:
                if deed.many is None:
                    deed.what(s)


def _gathered(deeds: list[_Asked]) -> dict[Together, list[Any]]:
    """What goes together; nobody asks for the next thing of a message before the last is done."""
    found: dict[Together, list[Any]] = {}
    for deed in deeds:
        if deed.many is not None:
            found.setdefault(deed.many, []).append(deed.what)
    return found
