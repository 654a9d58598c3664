"""The table of what happens when, Beijing time; each run has a key, so that no run happens twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.errors import BotError
from bot.filing.closing_round import tell_closing
from bot.filing.ledger import file_ledger
from bot.filing.month import send_month
from bot.learning import gaps, lesson_advice
from bot.learning.paper_watch import PaperWatch
from bot.learning.passing_on import pass_on
from bot.rooms import Rooms
from bot.settings import BEIJING
from casedb import obligations
from casedb.assessment.countdown import wake_acknowledged
from casedb.errors import CasedbError
from casedb.outgoing.alerts import alert_desk
from indexer.errors import IndexerError

log = logging.getLogger(__name__)
TICK_SECONDS = 0.5  # real seconds between two looks
SWEEP_EVERY = timedelta(seconds=20)  # clock's seconds between two sweeps over the open cases


@dataclass(slots=True)
class Schedule:
    """Looks at the clock and does what is due. Everything it does is keyed in the records,
    so a second process, or the same one after a restart, finds the key taken."""

    rooms: Rooms
    wake_delivery: Callable[[], None] = lambda: None
    answer_held: Callable[[datetime], int] = lambda now: 0
    _swept_at: datetime | None = field(default=None)
    _looked_on: date | None = field(default=None)
    _gathered_at: datetime | None = field(default=None)
    beat_at: datetime | None = field(default=None)
    _papers: PaperWatch | None = field(default=None)

    def tick(self, now: datetime) -> None:
        """One look: obligations, ledgers, warnings. A step that fails never stops the others."""
        self.beat_at = now
        if self._swept_at is None or abs(now - self._swept_at) >= SWEEP_EVERY:
            self._swept_at = now
            self._guard("obligations", lambda: self._sweep(now))
            self._guard("handoffs", lambda: self._pass_on(now))
            self._guard("closing sheet", lambda: self._tell_closing(now))
            self._guard("filing record", lambda: self._send_month(now))
        self._guard("release", lambda: self._release(now))
        self._guard("ledger", lambda: self._ledgers(now))
        self._guard("calendar", lambda: self._watch_calendar(now))
        self._guard("papers", lambda: self._watch_papers(now))
        self._guard("gaps", lambda: self._tell_gaps(now))
        self._guard("held", lambda: self._answer_held(now))

    def _guard(self, name: str, deed: Callable[[], None]) -> None:
        try:
            deed()
        except (CasedbError, BotError, IndexerError) as error:
            log.warning("schedule %s: %s", name, error)
        except Exception:
            log.exception("schedule %s failed", name)

    def _sweep(self, now: datetime) -> None:
        """Create, move and cancel obligations according to the open cases."""
        with self.rooms.store.session() as session:
            obligations.ensure_for_cases(
                session, now=now, rules=self.rooms.rules, calendar=self.rooms.calendar
            )
            wake_acknowledged(session, now=now, rules=self.rooms.rules)

    def _pass_on(self, now: datetime) -> None:
        """Questions no analyst has claimed go to the next on the roster."""
        if pass_on(self.rooms, now):
            self.wake_delivery()

    def _release(self, now: datetime) -> None:
        """Turn steps that are due into outbox rows."""
        with self.rooms.store.session() as session:
            looked = obligations.due_steps(
                session, now=now, rules=self.rooms.rules, calendar=self.rooms.calendar
            )
        if looked:
            self.wake_delivery()

    def _ledgers(self, now: datetime) -> None:
        """File each edition of today's ledger once its time has come; a late start says it is late."""
        local = now.astimezone(BEIJING)
        for edition in self.rooms.rules.ledger.editions:
            due = datetime.combine(local.date(), edition.at, tzinfo=BEIJING)
            if local >= due and file_ledger(self.rooms, edition.id, due=due, now=now):
                self.wake_delivery()

    def _tell_closing(self, now: datetime) -> None:
        """Once a day: who still owes exclusion materials."""
        if tell_closing(self.rooms, now):
            self.wake_delivery()

    def _send_month(self, now: datetime) -> None:
        """Once a month: the record of what was filed."""
        if send_month(self.rooms, now):
            self.wake_delivery()

    def _watch_calendar(self, now: datetime) -> None:
        """Once a week, from 60 days before the calendar ends, tell the desk."""
        today = now.astimezone(BEIJING).date()
        if self._looked_on == today:
            return
        self._looked_on = today
        ends = self.rooms.calendar.ends_soon(today)
        if ends is None:
            return
        text = (
            f"**工作日历快到头了**：只到 {ends:%Y年%m月%d日}。"
            "请把下一年的放假安排（toml 或 ics 文件）私聊发给我，否则跨年的工作日时限只能标为暂定。"
        )
        week = today.isocalendar()
        with self.rooms.store.session() as session:
            alert_desk(session, key=f"calendar:{ends}:{week.year}-{week.week}", text=text, now=now)

    def _watch_papers(self, now: datetime) -> None:
        """What changed in the papers, and whose old question has a basis now."""
        self._papers = self._papers or PaperWatch(self.rooms)
        if self._papers.tick(now):
            self.wake_delivery()

    def _tell_gaps(self, now: datetime) -> None:
        """Once a week: what the knowledge lacks, and the lesson that helps; looked at half-hourly."""
        half = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
        if self._gathered_at == half:
            return
        self._gathered_at = half
        if gaps.weekly(self.rooms, now) | lesson_advice.weekly(self.rooms, now):
            self.wake_delivery()

    def _answer_held(self, now: datetime) -> None:
        """Answer what came in while the records were locked."""
        if self.answer_held(now):
            self.wake_delivery()

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until `stop`; the tick only wakes what the records already hold."""
        while not stop.is_set():
            await asyncio.to_thread(self.tick, self.rooms.clock.now())
            try:
                await asyncio.wait_for(stop.wait(), TICK_SECONDS)
            except TimeoutError:
                continue
