"""Due messages of the outbox -> their channel: paced, retried, moved chats followed, all recorded."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.channels.outcome import ChatGone, ChatMoved, Outcome, RetryLater, Unsure
from bot.channels.pacing import Pace
from bot.delivery.orphans import Orphans
from bot.delivery.scribe import Scribe
from bot.delivery.whereabouts import Whereabouts
from bot.rooms import Rooms
from casedb.errors import CasedbError
from casedb.outgoing import marks, outbox
from casedb.outgoing.claims import LATE_AFTER
from casedb.records import OutboxMessage

log = logging.getLogger(__name__)
TICK_SECONDS = 0.5  # real seconds between two looks at the outbox
AT_ONCE = 48  # messages on their way at a time, over all channels
LEASE_SECONDS = 180.0  # real; longer than any send may take
SEND_SECONDS = 150.0
LATE_SECONDS = 120.0  # real; on a fast clock pacing alone must not make messages "late"
STOP_SECONDS = 10.0  # sends under way get so long when we stop
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
FAILING_SECONDS = 2.0  # real; a server that says it failed is asked again after this


class Sender(Protocol):
    """A channel that takes messages; it raises `bot.channels.outcome` when one does not go out."""

    name: str

    async def send(self, message: OutboxMessage) -> tuple[str, ...]: ...


@runtime_checkable
class PacedSender(Protocol):
    """A channel with limits of its own, and times when it cannot send at all."""

    pace: Pace

    @property
    def ready(self) -> bool: ...


class Delivery:
    """Claims what is due and brings it out; several processes on one database share the work."""

    def __init__(
        self, rooms: Rooms, channels: Mapping[str, Sender], *, tick: float = TICK_SECONDS
    ) -> None:
        self._rooms, self._channels, self._tick = rooms, dict(channels), tick
        self._orphans, self._scribe = Orphans(rooms), Scribe(rooms)
        self._where = {name: Whereabouts(rooms, name) for name in self._channels}
        self._under_way: set[asyncio.Task[None]] = set()
        self._resting: dict[str, tuple[float, float]] = {}  # channel -> (until, last pause)
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.beat_at: datetime | None = None

    def wake(self) -> None:
        """Something new is due; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop`; then finish what is under way and give back the rest."""
        self._loop, self._woken = asyncio.get_running_loop(), asyncio.Event()
        stopping = asyncio.create_task(_when(stop, self._woken))
        try:
            while not stop.is_set():
                self._woken.clear()
                if not await self._look(self._rooms.clock.now):
                    await self._pause()
        finally:
            stopping.cancel()
            await self._finish()

    async def drain(self, now: datetime | None = None) -> None:
        """Deliver all that is due (at `now`, or by the clock) and come back; for tests and tools."""
        self._loop, self._woken = asyncio.get_running_loop(), asyncio.Event()
        clock = self._rooms.clock.now if now is None else lambda: now
        while await self._look(clock) or self._under_way or self._held_back():
            self._woken.clear()
            await self._pause(0.01)

    # ------------------------------------------------------------ claiming

    async def _look(self, clock: Callable[[], datetime]) -> bool:
        """Claim what can go now and start sending it; False when there was nothing."""
        self.beat_at = clock()
        names, paused, room = self._open_channels()
        if not names or room <= 0:
            return False
        try:
            claimed = await asyncio.to_thread(self._claim, clock(), names, paused, room)
        except CasedbError as busy:
            log.warning("outbox: %s", busy.what)
            return False
        for message in claimed:
            task = asyncio.create_task(self._deliver(message, clock))
            self._under_way.add(task)
            task.add_done_callback(self._arrived)
        return bool(claimed)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._woken.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("delivery failed", exc_info=error)

    def _open_channels(self) -> tuple[list[str], set[tuple[str, str]], int]:
        """Channels that can send now, chats to leave alone, and how many messages may start."""
        names, paused = [], set()
        room = AT_ONCE - len(self._under_way)
        for name, channel in self._channels.items():
            if self._resting.get(name, (0.0, 0.0))[0] > time.monotonic():
                continue
            if isinstance(channel, PacedSender):
                if not channel.ready or channel.pace.room() <= 0:
                    continue
                paused |= {(name, chat) for chat in channel.pace.busy()}
                room = min(room, channel.pace.room())
            names.append(name)
        return names, paused, room

    def _claim(
        self, now: datetime, names: list[str], paused: set[tuple[str, str]], room: int
    ) -> tuple[OutboxMessage, ...]:
        self._orphans.adopt(now)
        with self._rooms.store.session() as s:
            return outbox.claim(
                s,
                owner=self._orphans.owner,
                now=now,
                limit=room,
                lease=self._real(LEASE_SECONDS),
                late_after=max(LATE_AFTER, self._real(LATE_SECONDS)),
                channels=names,
                paused=paused,
                begins=True,
            )

    def _real(self, seconds: float) -> timedelta:
        """So many real seconds, in the clock's time."""
        return timedelta(seconds=seconds * self._rooms.clock.rate)

    def _held_back(self) -> bool:
        """Whether some chat only waits for its turn."""
        return any(
            isinstance(channel, PacedSender) and channel.pace.busy()
            for channel in self._channels.values()
        )

    async def _pause(self, seconds: float | None = None) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), self._tick if seconds is None else seconds)
        except TimeoutError:
            return

    async def _finish(self) -> None:
        """Let sends under way end, and give back what was claimed but never begun."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=STOP_SECONDS)
        for task in list(self._under_way):
            task.cancel()
        await self._scribe.write(lambda s: outbox.release(s, owner=self._orphans.owner))
        self._orphans.leave()

    # ------------------------------------------------------------ sending

    async def _deliver(self, message: OutboxMessage, clock: Callable[[], datetime]) -> None:
        """Send one message and write down what became of it."""
        channel = self._channels[message.target.channel]
        await self._scribe.add(marks.begun, marks.Begun(message.id, clock()))
        try:
            numbers = await self._sent_somewhere(channel, message)
        except Outcome as outcome:
            await self._not_sent(message, outcome, clock)
        except Exception as error:  # a fault of ours must not stop the others
            log.exception("message %d failed in %s", message.id, channel.name)
            await self._not_sent(message, Unsure(f"{type(error).__name__}"), clock)
        else:
            self._resting.pop(channel.name, None)
            await self._scribe.add(marks.arrived, marks.Arrival(message.id, numbers, clock()))

    async def _sent_somewhere(self, channel: Sender, message: OutboxMessage) -> tuple[str, ...]:
        """Send, following the chat once when it has moved."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                try:
                    return await channel.send(message)
                except ChatMoved as news:
                    old, new = message.target.chat, news.new_id
                    await asyncio.to_thread(self._where[channel.name].moved, old, new)
                    return await channel.send(
                        replace(message, target=replace(message.target, chat=new))
                    )
        except TimeoutError:
            raise Unsure(f"no answer within {SEND_SECONDS:g} s") from None

    async def _not_sent(
        self, message: OutboxMessage, outcome: Outcome, clock: Callable[[], datetime]
    ) -> None:
        what = outcome.what[:300]
        log.info("message %d not sent: %s", message.id, what)
        if isinstance(outcome, Unsure) and not outcome.likely and not message.resend_when_unsure:
            outcome = RetryLater(FAILING_SECONDS, what=what)  # asking the desk would be too much
        if isinstance(outcome, RetryLater):
            at = clock() + self._real(self._patience(message, outcome))
            await self._scribe.write(lambda s: outbox.retry(s, message.id, at=at, error=what))
        elif isinstance(outcome, Unsure):
            self._leave_alone(message)
            await self._scribe.write(
                lambda s: outbox.uncertain(s, message.id, error=what, now=clock())
            )
        else:
            if isinstance(outcome, ChatGone):
                where = self._where[message.target.channel]
                await asyncio.to_thread(where.lost, message.target.chat)
            await self._scribe.write(lambda s: outbox.fail(s, message.id, error=what, now=clock()))

    def _patience(self, message: OutboxMessage, later: RetryLater) -> float:
        """Real seconds until the next try; a channel that cannot be reached rests as a whole."""
        if later.chat_only:
            self._leave_alone(message, later.seconds)
            return later.seconds
        name = message.target.channel
        pause = min(max(later.seconds, 2 * self._resting.get(name, (0.0, 0.0))[1]), LONGEST_PAUSE)
        if self._resting.get(name, (0.0, 0.0))[0] <= time.monotonic():
            self._resting[name] = (time.monotonic() + pause, pause)
        return 0.0

    def _leave_alone(self, message: OutboxMessage, seconds: float = 0.0) -> None:
        """No more to this chat for a while, longer each time; the others go on."""
        channel = self._channels[message.target.channel]
        longer = min(FIRST_PAUSE * 2 ** min(message.attempts - 1, 10), LONGEST_PAUSE)
        if isinstance(channel, PacedSender):
            channel.pace.hold(message.target.chat, max(seconds, longer))


async def _when(stop: asyncio.Event, woken: asyncio.Event) -> None:
    await stop.wait()
    woken.set()
