"""Looks at the papers the index holds: tells who was answered from what has changed since, and
old askers whose question has a basis now."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot import access
from bot.dialogue.answering.answers import Outcome
from bot.dialogue.answering.ask import ask
from bot.dialogue.talk import ChatKind
from bot.rooms import Rooms
from bot.wording import changes as wording
from casedb import people
from casedb.days import beijing_day, day_text
from casedb.learning import changes, citing, gaps, notices
from casedb.learning.changes import ChangeRecord, Diff, Mark
from casedb.learning.citing import Affected
from casedb.outgoing import outbox
from casedb.outgoing.alerts import account_of, alert_desk, private_target
from casedb.questions import QuestionRecord
from casedb.records import OutgoingButton
from indexer.errors import IndexerError
from indexer.passages import Passage, Standing
from indexer.search import Index

ASKED_SINCE = timedelta(days=90)  # older questions are not woken up
AT_A_LOOK = 10  # questions looked up at one tick, so that reminders do not wait
NAMED = 5  # questions in one message
_STANDINGS = {Standing.SUPERSEDED: changes.SUPERSEDED, Standing.NOT_YET: "not_yet"}


@dataclass(slots=True)
class _Round:
    """What one change of the index is still to lead to. Nothing is recorded before it is over, so
    that a killed process begins again; messages have their keys."""

    version: tuple[str, date]
    marks: tuple[Mark, ...]
    found: Diff
    left: list[QuestionRecord]
    answered: list[QuestionRecord] = field(default_factory=list)


@dataclass(slots=True)
class PaperWatch:
    """Compares the index with the last look whenever it is another one, and every new day."""

    rooms: Rooms
    _seen: tuple[str, date] | None = None
    _round: _Round | None = None

    def tick(self, now: datetime) -> bool:
        """One short step; True when messages were queued. Quiet hours are waited out."""
        if self.rooms.rules.quiet.until(now) > now:
            return False
        try:
            index = self.rooms.index.current()
        except IndexerError:
            return False  # none yet; /healthz says so
        version = (index.folder.name, beijing_day(now))
        if self._round is None or self._round.version != version:
            if self._seen == version:
                return False
            self._round = self._begin(index, version, now)
        for _ in range(AT_A_LOOK):
            if not self._round.left:
                return self._end(self._round, now)
            self._look_up(self._round, self._round.left.pop())
        return False

    def _begin(self, index: Index, version: tuple[str, date], now: datetime) -> _Round:
        marks = marks_of(index.passages, version[1])
        with self.rooms.store.reading() as s:
            found = changes.diff(s, marks)
            wake = found.fresh and not found.first
            left = notices.waiting(s, since=now - ASKED_SINCE) if wake else ()
        return _Round(version, marks, found, list(left))

    def _look_up(self, going: _Round, asked: QuestionRecord) -> None:
        """Whether a passage that is new answers it, for somebody who may read it."""
        assert asked.person_id is not None
        with self.rooms.store.reading() as s:
            asker = people.person(s, asked.person_id)
        if not asker.active:
            return
        reader = access.reader(asker, ChatKind.PRIVATE)
        answer = ask(self.rooms, asked.text, reader=reader)
        if answer.outcome is Outcome.ANSWERED and going.found.fresh & {*answer.passage_ids[:2]}:
            going.answered.append(asked)

    def _end(self, going: _Round, now: datetime) -> bool:
        with self.rooms.store.session() as s:
            made = changes.keep(s, going.found, going.marks, now=now)
        queued = _tell_desk(self.rooms, made, now) if made else False
        queued |= _tell_askers(self.rooms, going.answered, now)
        self._seen, self._round = going.version, None
        return queued


def marks_of(passages: Sequence[Passage], today: date) -> tuple[Mark, ...]:
    """Every passage with a digest of what a reader would be told from it."""
    return tuple(_mark(one, today) for one in passages)


def _mark(one: Passage, today: date) -> Mark:
    told = (one.text, one.effective_on, one.repealed_on, one.superseded_by)
    digest = hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()
    standing = _STANDINGS.get(one.standing(today), "")
    return Mark(one.id, one.path, one.title, one.article or one.heading, digest, standing)


def _tell_desk(rooms: Rooms, made: Sequence[int], now: datetime) -> bool:
    """The changes that somebody was answered from, or an open case cites; others are no news."""
    with rooms.store.reading() as s:
        found = [changes.change(s, one) for one in made]
        concerned = citing.affected(s, found)
    lines = [line(one, concerned[one.id]) for one in found if concerned[one.id]]
    if not lines:
        return False
    text = "\n".join((wording.TO_DESK.format(count=len(lines)), *lines[:NAMED]))
    button = OutgoingButton(wording.SHOW_ALL, "change:list")
    with rooms.store.session() as s:
        key = f"changes:{made[0]}-{made[-1]}"
        return alert_desk(s, key=key, text=text, now=now, buttons=((button,),))


def line(one: ChangeRecord, concerned: Affected) -> str:
    """One change in one line: paper, what happened, how many answers and open cases."""
    return wording.LINE.format(
        id=one.id,
        title=one.title,
        what=wording.WHAT[one.what],
        answers=len(concerned.answers),
        cases=len(concerned.cases),
    )


def _tell_askers(rooms: Rooms, answered: Sequence[QuestionRecord], now: datetime) -> bool:
    """One private message to each asker, whatever chat they asked in; gaps that are filled close."""
    by_person: dict[int, list[QuestionRecord]] = defaultdict(list)
    for one in sorted(answered, key=lambda each: each.id):
        by_person[one.person_id or 0].append(one)
    for person_id, asked in by_person.items():
        _tell_asker(rooms, person_id, asked, now)
    with rooms.store.session() as s:
        filled = notices.gaps_answered(s)
        for gap_id in {one.id for one in gaps.listing(s)}.intersection(filled):
            gaps.close(s, gap_id, gaps.FILLED, now=now)
    return bool(by_person)


def _tell_asker(
    rooms: Rooms, person_id: int, asked: Sequence[QuestionRecord], now: datetime
) -> None:
    shown = asked[-NAMED:]
    lines = [
        wording.BASIS_LINE.format(day=day_text(beijing_day(one.at)), question=one.text[:80])
        for one in shown
    ]
    buttons = tuple(
        (OutgoingButton(f"{wording.SEE_ANSWER}：{one.text[:14]}", f"again:{one.id}"),)
        for one in shown
    )
    with rooms.store.session() as s:
        account = account_of(s, person_id)
        notices.told(s, [one.id for one in asked], now=now)
        if account is None:
            return
        outbox.put(
            s,
            key=f"basis:{asked[0].id}:{asked[-1].id}",
            target=private_target(account),
            text="\n".join((wording.BASIS_NOW, *lines)),
            now=now,
            not_before=rooms.rules.quiet.until(now),
            buttons=buttons,
            person_id=person_id,
            step="basis",
        )
