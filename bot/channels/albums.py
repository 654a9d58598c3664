"""Several pictures sent at once arrive as so many messages: they are one thing said, answered once."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.channels.telegram_updates import HeardQueue

QUIET_SECONDS = 1.2  # after the last picture of an album nothing more of it is waited for
REMEMBERED = 500


class Albums:
    """Which updates belong together. A picture that comes later starts an album of its own."""

    def __init__(self, quiet: float = QUIET_SECONDS) -> None:
        self._quiet = quiet
        self._arrived: dict[str, list[Any]] = {}
        self._last: dict[str, float] = {}
        self._taken: dict[int, None] = {}

    def note(self, update: Any) -> None:
        """An update came in, be its turn to be answered now or later."""
        if album := album_of(update):
            self._arrived.setdefault(album, []).append(update)
            self._last[album] = asyncio.get_running_loop().time()

    async def gathered(self, update: Any) -> tuple[Any, ...]:
        """This update with the rest of its album; nothing when an earlier one took it along."""
        if update.update_id in self._taken:
            del self._taken[update.update_id]
            return ()
        album = album_of(update)
        if not album or album not in self._arrived:
            return (update,)
        while (left := self._last[album] + self._quiet - _now()) > 0:
            await asyncio.sleep(left)
        members = sorted(self._arrived.pop(album), key=lambda one: one.update_id)
        del self._last[album]
        others = [one for one in members if one.update_id != update.update_id]
        self._taken.update(dict.fromkeys(one.update_id for one in others))
        for old in list(self._taken)[:-REMEMBERED]:
            del self._taken[old]
        return (update, *others)


class AlbumQueue(HeardQueue):
    """Updates on their way to us; albums are told as soon as they arrive, before their turn."""

    def __init__(self, spool: Any, albums: Albums) -> None:
        super().__init__(spool)
        self._albums = albums

    async def put(self, item: object) -> None:
        before = self.qsize()
        await super().put(item)
        if self.qsize() > before:  # not one heard before
            self._albums.note(item)

    def again(self, item: object) -> None:
        super().again(item)
        self._albums.note(item)


def album_of(update: Any) -> str:
    """Names the album an update belongs to within its chat, "" when it belongs to none."""
    message = getattr(update, "message", None)
    album = getattr(message, "media_group_id", None)
    return f"{message.chat.id}:{album}" if message is not None and album else ""


def _now() -> float:
    return asyncio.get_running_loop().time()
