"""Corrections: whoever got an answer from a paper that has changed hears of it, once each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.rooms import Rooms
from bot.wording import changes as wording
from casedb import people
from casedb.days import beijing_day
from casedb.learning import changes, citing
from casedb.learning.changes import ChangeRecord
from casedb.outgoing import outbox
from casedb.outgoing.alerts import account_of, private_target
from casedb.questions import QuestionRecord
from casedb.records import OutgoingButton, PersonRecord, Target
from casedb.store import Session
from indexer.errors import IndexerError
from indexer.passages import Passage

NAMED = 3
PLACES_NAMED = 4
NEW_TEXT = 160


@dataclass(frozen=True, slots=True)
class Correction:
    """One message: where it goes, what it says, which answers it takes back."""

    key: str
    target: Target
    person_id: int | None
    text: str
    answers: tuple[QuestionRecord, ...]


def planned(rooms: Rooms, one: ChangeRecord) -> tuple[Correction, ...]:
    """Every message that a correction would send: a person in private, a group that read it too."""
    current = _now_says(rooms, one)
    with rooms.store.reading() as s:
        answers = citing.affected(s, [one])[one.id].answers
        return tuple(_messages(s, one, answers, current))


def _messages(
    s: Session, one: ChangeRecord, answers: Sequence[QuestionRecord], current: str
) -> Iterator[Correction]:
    persons: dict[int, list[QuestionRecord]] = defaultdict(list)
    groups: dict[tuple[str, str], list[QuestionRecord]] = defaultdict(list)
    for answer in answers:
        if answer.person_id is not None:
            persons[answer.person_id].append(answer)
        groups[answer.channel, answer.chat].append(answer)
    for person_id, own in persons.items():
        account = account_of(s, person_id)
        if account is not None and people.person(s, person_id).active:
            text = _text(one, own, current, wording.YOURS)
            key = f"correction:{one.id}:p{person_id}"
            yield Correction(key, private_target(account), person_id, text, tuple(own))
    for (channel, chat), said in groups.items():
        for group in people.chats(s):
            if (group.channel, group.external_id) == (channel, chat):
                text = _text(one, said, current, wording.OF_GROUP)
                target = Target(channel, chat, group.topic_id, is_group=True)
                yield Correction(
                    f"correction:{one.id}:c{group.id}", target, None, text, tuple(said)
                )
                break


def _text(one: ChangeRecord, own: Sequence[QuestionRecord], current: str, whose: str) -> str:
    days = sorted({beijing_day(answer.at) for answer in own})
    head = wording.CORRECTION.format(
        whose=whose,
        days="、".join(f"{day.month}月{day.day}日" for day in days[-NAMED:]),
        title=one.title,
        places="、".join(place for _, place in one.passages[:PLACES_NAMED] if place),
        what=wording.WHAT[one.what],
        now=current,
    )
    asked = dict.fromkeys(answer.text[:80] for answer in own[-NAMED:])
    return "\n".join((head, *(wording.ASKED_LINE.format(question=said) for said in asked)))


def _now_says(rooms: Rooms, one: ChangeRecord) -> str:
    """What holds now in place of what was cited."""
    found = _passages(rooms, one)
    if one.what == changes.SUPERSEDED:
        successor = next((passage.superseded_by for passage in found), "")
        return wording.NOW_SUPERSEDED.format(title=successor) if successor else wording.NOW_GONE
    if not found:
        return wording.NOW_GONE
    text = found[0].text.strip()
    return wording.NOW_CHANGED.format(text=text[:NEW_TEXT] + ("……" if len(text) > NEW_TEXT else ""))


def _passages(rooms: Rooms, one: ChangeRecord) -> list[Passage]:
    try:
        index = rooms.index.current()
    except IndexerError:
        return []
    found = (index.passage(passage_id) for passage_id, _ in one.passages)
    return [passage for passage in found if passage is not None]


def push(rooms: Rooms, one: ChangeRecord, by: PersonRecord, now: datetime) -> int:
    """Send every planned correction; returns how many. Pressing again sends nothing twice."""
    plan = planned(rooms, one)
    sent = 0
    with rooms.store.session() as s:
        for message in plan:
            sent += outbox.put(
                s,
                key=message.key,
                target=message.target,
                text=message.text,
                now=now,
                not_before=rooms.rules.quiet.until(now),
                buttons=_buttons(message),
                person_id=message.person_id,
                step="correction",
            )
        changes.settle(s, one.id, changes.CORRECTED, by=by.id, now=now)
    return sent


def _buttons(message: Correction) -> tuple[tuple[OutgoingButton, ...], ...]:
    if message.target.is_group:
        return ()
    last = {answer.text: answer for answer in message.answers[-NAMED:]}
    return tuple(
        (OutgoingButton(f"{wording.SEE_NEW}：{text[:12]}", f"again:{answer.id}"),)
        for text, answer in last.items()
    )
