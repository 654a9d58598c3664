"""How fast one channel may send: per chat, per group and over all chats. Real seconds only."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.channels.outcome import RetryLater

MANY_CHATS = 5_000
RECENT = 60  # answers by which the network's least delay is known
AT_A_BURST = 10  # so many leave at once after a pause; then they are spread over the second
IN_LINE = 12  # new messages that may stand in the line while nothing may leave at once
SOON = 0.02
LATER_PIECE = 5  # gaps of a chat within which a send may belong to the message before
LONGEST_WAIT = 90.0  # seconds in which a turn must come; shorter than any send may take


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of a platform, in messages and real seconds.

    The defaults are Telegram's published ones (1/s in a chat, 20/min in a group, about 30/s over
    all), each a little inside the line.
    Source: https://core.telegram.org/bots/faq
    """

    chat_gap: float = 1.02
    group_count: int = 20
    group_window: float = 60.5
    overall_count: int = 30
    overall_window: float = 1.01


@dataclass(slots=True)
class _Chat:
    """When messages went to one chat, and how many are on their way."""

    sent: deque[float]
    under_way: int = 0
    is_group: bool = False


@dataclass(slots=True)
class Pace:
    """Hands out the right to send. One per channel and process; used from one event loop.

    In a chat, time counts from the moment the platform answered: however slow the network, the
    platform sees the whole gap. Over all chats it counts from the answer less the quickest recent
    one: the platform counts a message when it arrives, and the network squeezes what we spaced.
    """

    limits: Limits = field(default_factory=Limits)
    seconds: Callable[[], float] = time.monotonic
    _chats: dict[str, _Chat] = field(default_factory=dict)
    _overall: deque[float] = field(default_factory=deque)  # when they were answered
    _flying: int = 0  # begun and not answered yet
    _lasted: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))
    _held: dict[str, float] = field(default_factory=dict)
    _held_all: float = 0.0
    _closed: asyncio.Event = field(default_factory=asyncio.Event)
    _line: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: int = 0  # in the line, with the first piece of their message
    _spread: float = 0.0  # when the next would leave if all of them were spread evenly

    def wait_for(self, chat: str, *, is_group: bool = False) -> float:
        """Seconds until one more message may go to this chat; 0 means now."""
        now = self.seconds()
        return max(0.0, self._chat_free(chat, is_group) - now, self._overall_free() - now)

    def busy(self) -> tuple[str, ...]:
        """Chats nothing may be sent to right now, whatever the reason."""
        now = self.seconds()
        known = {chat: state.is_group for chat, state in self._chats.items()}
        known |= dict.fromkeys(self._held.keys() - known.keys(), False)
        return tuple(chat for chat, group in known.items() if self._chat_free(chat, group) > now)

    def room(self) -> int:
        """How many messages may begin now, over all chats: as many as may leave at once.

        When none may, a few, to stand in the line: a message of several pieces must not keep new
        ones from beginning, or the last chats begin when all others are done.
        """
        if self._held_all > self.seconds():
            return 0
        self._slide()
        left = self.limits.overall_count - len(self._overall) - self._flying
        free = min(left, self._at_once()) - self._waiting
        if free > 0:
            return free
        return IN_LINE - self._waiting if 2 * self._waiting <= IN_LINE else 0

    @asynccontextmanager
    async def turn(
        self, chat: str, *, is_group: bool = False, messages: int = 1
    ) -> AsyncIterator[None]:
        """Wait until this chat may send; the sending is done inside the block.

        Who waits for the platform as a whole is let through in the order of coming, so that
        answers never starve reminders, nor reminders answers.

        Raises:
            RetryLater: we stopped first, or the turn did not come in time; nothing was sent.
        """
        gives_up = self.seconds() + LONGEST_WAIT
        while not await self._begun(chat, is_group, messages, gives_up):
            continue  # something else went to this chat while we stood in the line
        state, began = self._chats[chat], self.seconds()
        try:
            yield
        finally:
            now = self.seconds()
            state.under_way -= 1
            state.sent.extend([now] * messages)
            self._flying -= messages
            self._overall.extend([now] * messages)
            self._lasted.append(now - began)

    async def _begun(self, chat: str, is_group: bool, messages: int, gives_up: float) -> bool:
        while (pause := self._chat_free(chat, is_group) - self.seconds()) > 0:
            await self._sleep(pause, gives_up)
        first = self._is_new(chat)
        self._waiting += first
        try:
            async with self._line:
                while (pause := self._overall_free() - self.seconds()) > 0:
                    await self._sleep(pause, gives_up)
                if self._chat_free(chat, is_group) > self.seconds():
                    return False
                self._begin(chat, is_group, messages)
                return True
        finally:
            self._waiting -= first

    def _is_new(self, chat: str) -> bool:
        """Whether nothing went to this chat just now, of which this could be a later piece."""
        state = self._chats.get(chat)
        return (
            state is None
            or not state.sent
            or self.seconds() - state.sent[-1] > LATER_PIECE * self.limits.chat_gap
        )

    def _begin(self, chat: str, is_group: bool, messages: int) -> None:
        now = self.seconds()
        self._flying += messages
        self._spread = max(self._spread, now) + messages * self._gap
        if len(self._chats) > MANY_CHATS:
            self._forget()
        new = _Chat(deque(maxlen=self.limits.group_count))
        state = self._chats.setdefault(chat, new)
        state.is_group = is_group
        state.under_way += 1

    async def _sleep(self, pause: float, gives_up: float) -> None:
        if self.seconds() + pause > gives_up:
            raise RetryLater(pause, what="no turn yet")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), pause)
        if self._closed.is_set():
            raise RetryLater(pause, what="stopping")

    def hold(self, chat: str, seconds: float) -> None:
        """The platform asked this chat to be left alone for so long."""
        self._held[chat] = max(self._held.get(chat, 0.0), self.seconds() + seconds)

    def hold_all(self, seconds: float) -> None:
        """The platform itself is to be left alone for so long."""
        self._held_all = max(self._held_all, self.seconds() + seconds)

    def close(self) -> None:
        """We stop: whoever still waits for a turn is sent away with RetryLater."""
        self._closed.set()

    def _chat_free(self, chat: str, is_group: bool) -> float:
        free = max(self._held.get(chat, 0.0), self._held_all)
        state = self._chats.get(chat)
        if state is None:
            return free
        if state.under_way and self.limits.chat_gap:
            free = max(free, self.seconds() + self.limits.chat_gap)
        if state.sent:
            free = max(free, state.sent[-1] + self.limits.chat_gap)
        if is_group and len(state.sent) >= self.limits.group_count:
            free = max(free, state.sent[-self.limits.group_count] + self.limits.group_window)
        return free

    @property
    def _gap(self) -> float:
        return self.limits.overall_window / self.limits.overall_count

    def _at_once(self) -> int:
        """How many may leave right now without crowding: thirty in one instant arrive stretched
        by the network, and the platform then refuses the first of the next second."""
        early = self.seconds() + AT_A_BURST * self._gap - self._spread
        return max(0, min(AT_A_BURST, int(early / self._gap)))

    def _overall_free(self) -> float:
        self._slide()
        free = self._spread - AT_A_BURST * self._gap
        over = len(self._overall) + self._flying - self.limits.overall_count
        if over < 0:
            return free
        if over >= len(self._overall):  # none is answered yet
            return max(free, self.seconds() + SOON)
        return max(free, self._overall[over] + self._window)

    @property
    def _window(self) -> float:
        """How long after its answer a message still counts: what the network keeps us waiting
        at the least passes before a new one arrives."""
        return max(0.0, self.limits.overall_window - min(self._lasted, default=0.0))

    def _slide(self) -> None:
        past = self.seconds() - self._window
        while self._overall and self._overall[0] <= past:
            self._overall.popleft()

    def _forget(self) -> None:
        """Drop chats that have been quiet for longer than any window looks back."""
        now = self.seconds()
        quiet = now - self.limits.group_window
        self._chats = {
            chat: state
            for chat, state in self._chats.items()
            if state.under_way or (state.sent and state.sent[-1] > quiet)
        }
        self._held = {chat: until for chat, until in self._held.items() if until > now}
