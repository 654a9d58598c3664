"""Where chats are: moved to another id, lost to us, back again. The records follow the platform."""

from __future__ import annotations

import logging

from bot.rooms import Rooms
from casedb import people
from casedb.outgoing.alerts import alert_desk

log = logging.getLogger(__name__)


class Whereabouts:
    """What a channel reports about its chats, written into the records. Not async."""

    def __init__(self, rooms: Rooms, channel: str) -> None:
        self._rooms, self._channel = rooms, channel

    def moved(self, old: str, new: str) -> None:
        """A group has another id: bound groups and waiting messages follow it."""
        with self._rooms.store.session() as s:
            rows = people.migrate_chat(s, self._channel, old, new, self._rooms.clock.now())
        log.info("chat %s of %s moved to %s: %d rows follow", old, self._channel, new, rows)

    def lost(self, chat: str, title: str = "") -> None:
        """We were blocked or removed; for a group (it has a title) the desk is told at once."""
        now = self._rooms.clock.now()
        with self._rooms.store.session() as s:
            rows = people.mark_unreachable(s, self._channel, chat, now)
            if title and rows:
                alert_desk(
                    s,
                    key=f"alert:removed:{self._channel}:{chat}:{now:%Y%m%d%H}",
                    text=f"⚠️ 机器人被移出了群“{title}”，这个群收不到台账和提醒了。\n"
                    "请把机器人重新拉进群，再由管理员在群里发 /bind 绑定一次。",
                    now=now,
                )

    def back(self, chat: str) -> None:
        """Somebody who had blocked us lets us in again."""
        with self._rooms.store.session() as s:
            people.mark_reachable(s, self._channel, chat, self._rooms.clock.now())
