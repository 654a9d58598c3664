"""Which lesson helps most this week: by gaps in the knowledge, lost points and faults in materials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.learning.lessons import Lesson, lessons
from bot.rooms import Rooms
from bot.wording import lessons as wording
from casedb import people
from casedb.days import at_beijing, beijing_day, local
from casedb.exclusion.figures import figures
from casedb.learning import gaps
from casedb.learning import lessons as records
from casedb.outgoing import outbox
from casedb.outgoing.alerts import alert_desk
from casedb.records import OutgoingButton, Target
from casedb.vocabulary import ChatPurpose
from indexer.alike import likeness

WEEKLY_AT = time(9, 30)  # Monday, Beijing; after the gaps
LOOK_BACK = timedelta(days=30)
NOT_AGAIN = timedelta(days=27)  # four weeks before a lesson is suggested again
ABOUT_IT = 0.35  # likeness from which a text counts for a lesson
GAP, LOST, FAULT = "gap", "lost", "fault"


@dataclass(frozen=True, slots=True)
class Advice:
    """A lesson and why: how many of each kind speak for it."""

    lesson: Lesson
    why: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        """The reasons in words; counts only."""
        return "、".join(wording.WHY[kind].format(count=count) for kind, count in self.why)


def advise(
    rooms: Rooms, now: datetime, *, leave_out: frozenset[str] = frozenset()
) -> Advice | None:
    """The lesson that most of what went wrong of late speaks for; None when nothing does."""
    every = [one for one in lessons(rooms.settings) if one.title not in leave_out]
    spoken = list(_evidence(rooms, now))
    if not every or not spoken:
        return None
    counts: dict[int, Counter[str]] = {at: Counter() for at in range(len(every))}
    texts = [text for _, text, _ in spoken]
    alike = likeness(texts, [one.about for one in every], rooms.index.current().embedder)
    for row, (kind, _, weight) in zip(alike, spoken, strict=True):
        best = int(row.argmax())
        if row[best] >= ABOUT_IT:
            counts[best][kind] += weight
    first = max(counts, key=lambda at: (counts[at].total(), -at))
    if not counts[first]:
        return None
    return Advice(every[first], tuple(counts[first].most_common()))


def _evidence(rooms: Rooms, now: datetime) -> Iterator[tuple[str, str, int]]:
    """(kind, text, how many) of everything that went wrong of late."""
    with rooms.store.reading() as s:
        open_gaps = gaps.listing(s)
        lost = records.lost_of_late(s, now=now, span=LOOK_BACK)
        faults = figures(s, begins=now - LOOK_BACK, ends=now, now=now).faults
    yield from ((GAP, one.name, one.count) for one in open_gaps)
    yield from ((LOST, text, 1) for text in lost)
    yield from ((FAULT, f"{one.name} {one.practice}", one.count) for one in faults)


def weekly(rooms: Rooms, now: datetime) -> bool:
    """From Monday 09:30 on, once a week: the training groups and the desk get a lesson to read."""
    on = beijing_day(now)
    monday = on - timedelta(days=on.weekday())
    calendar = on.isocalendar()
    week = f"{calendar.year}-W{calendar.week:02d}"
    if local(now) < at_beijing(monday, WEEKLY_AT) or rooms.rules.quiet.until(now) > now:
        return False
    with rooms.store.reading() as s:
        if records.suggested(s, week):
            return False
        lately = records.suggested_since(s, now - NOT_AGAIN)
    found = advise(rooms, now, leave_out=lately)
    return found is not None and _tell(rooms, found, week, now)


def _tell(rooms: Rooms, found: Advice, week: str, now: datetime) -> bool:
    lesson = found.lesson
    said = wording.SUGGEST.format(title=lesson.title, why=found.text)
    button = ((OutgoingButton(wording.OPEN, f"lesson:{lesson.number}:p0"),),)
    with rooms.store.session() as s:
        records.suggest(s, week, lesson.title, found.text, now=now)
        for group in people.chats(s, purpose=ChatPurpose.TRAINING):
            outbox.put(
                s,
                key=f"lesson:{week}:c{group.id}",
                target=Target(group.channel, group.external_id, group.topic_id, is_group=True),
                text=said,
                now=now,
                buttons=button,
                step="lesson",
            )
        alert_desk(s, key=f"lesson:{week}", text=said, now=now, buttons=button)
    return True


def shown(every: Sequence[Lesson], advice: Advice | None) -> str:
    """The week's advice in one line for the shell and the desk page."""
    if advice is None:
        return wording.NO_ADVICE
    return f"{advice.lesson.title}（{advice.text}）；共 {len(every)} 课"
