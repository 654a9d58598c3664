"""How fast one channel may send: per chat, per group and over all chats. Real seconds only."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MANY_CHATS = 5_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of a platform, in messages and real seconds.

    The defaults are Telegram's published ones (1/s in a chat, 20/min in a group, about 30/s over
    all), each a little inside the line, because the network squeezes the gaps between messages.
    Source: https://core.telegram.org/bots/faq
    """

    chat_gap: float = 1.05
    group_count: int = 20
    group_window: float = 60.5
    overall_count: int = 29
    overall_window: float = 1.03


class Pace:
    """Hands out the right to send. One per channel and process; used from one event loop."""

    def __init__(
        self, limits: Limits | None = None, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self.limits = limits or Limits()
        self._seconds = seconds
        self._chats: dict[str, deque[float]] = {}
        self._overall: deque[float] = deque(maxlen=self.limits.overall_count)
        self._groups: set[str] = set()
        self._held: dict[str, float] = {}
        self._held_all = 0.0

    def wait_for(self, chat: str, *, is_group: bool = False) -> float:
        """Seconds until one more message may go to this chat; 0 means now."""
        now = self._seconds()
        return max(0.0, self._chat_free(chat, is_group) - now, self._overall_free() - now)

    def busy(self) -> tuple[str, ...]:
        """Chats nothing may be sent to right now, whatever the reason."""
        now, groups = self._seconds(), self._groups
        known = self._chats.keys() | self._held.keys()
        return tuple(chat for chat in known if self._chat_free(chat, chat in groups) > now)

    def room(self) -> int:
        """How many messages may leave right now, over all chats."""
        now = self._seconds()
        if self._held_all > now:
            return 0
        past = sum(sent > now - self.limits.overall_window for sent in self._overall)
        return self.limits.overall_count - past

    async def turn(self, chat: str, *, is_group: bool = False, messages: int = 1) -> None:
        """Wait until this chat may send, then count `messages` of it as sent now."""
        while (pause := self.wait_for(chat, is_group=is_group)) > 0:
            await asyncio.sleep(pause)
        if is_group:
            self._groups.add(chat)
        self._count(chat, messages)

    def hold(self, chat: str, seconds: float) -> None:
        """The platform asked this chat to be left alone for so long."""
        self._held[chat] = max(self._held.get(chat, 0.0), self._seconds() + seconds)

    def hold_all(self, seconds: float) -> None:
        """The platform itself is to be left alone for so long."""
        self._held_all = max(self._held_all, self._seconds() + seconds)

    def _chat_free(self, chat: str, is_group: bool) -> float:
        free = max(self._held.get(chat, 0.0), self._held_all)
        sent = self._chats.get(chat)
        if not sent:
            return free
        free = max(free, sent[-1] + self.limits.chat_gap)
        if is_group and len(sent) >= self.limits.group_count:
            free = max(free, sent[-self.limits.group_count] + self.limits.group_window)
        return free

    def _overall_free(self) -> float:
        if len(self._overall) < self.limits.overall_count:
            return 0.0
        return self._overall[0] + self.limits.overall_window

    def _count(self, chat: str, messages: int) -> None:
        now = self._seconds()
        if len(self._chats) > MANY_CHATS:
            self._forget(now)
        sent = self._chats.setdefault(chat, deque(maxlen=self.limits.group_count))
        for _ in range(messages):
            sent.append(now)
            self._overall.append(now)

    def _forget(self, now: float) -> None:
        """Drop chats that have been quiet for longer than any window looks back."""
        quiet = now - self.limits.group_window
        self._chats = {chat: sent for chat, sent in self._chats.items() if sent[-1] > quiet}
        self._held = {chat: until for chat, until in self._held.items() if until > now}
        self._groups &= self._chats.keys()
