"""A checked draft becomes knowledge of the unit, or is taken back: records and file in one go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.dialogue.answering.alike import alike_to
from bot.errors import BotError
from bot.learning import own_papers
from bot.learning.own_papers import Body, body_from
from bot.rooms import Rooms
from bot.wording import drafts as wording
from casedb import questions
from casedb.learning import drafts, handoffs
from casedb.learning.drafts import DraftRecord
from casedb.records import PersonRecord

LOOKED_THROUGH = 500  # questions of late that may be another way of asking the same
MOST_ASKED = 6
_POLITE = ("请问", "想问一下", "问一下", "麻烦问", "你好", "您好", "，", ",", " ")


def from_handoff(rooms: Rooms, handoff_id: int, by: PersonRecord, now: datetime) -> DraftRecord:
    """The draft of an analyst's answer; made once, found again later.

    Raises:
        BotError: it is not answered yet.
    """
    with rooms.store.reading() as s:
        known, done = drafts.of_handoff(s, handoff_id), handoffs.handoff(s, handoff_id)
        late = [one.text for one in questions.asked(s, limit=LOOKED_THROUGH)]
    if known is not None:
        return known
    if done.open:
        raise BotError("这个问题还没有答复。", "请先答复，再整理成资料。")
    body = body_from(done.answer, ways_of_asking(rooms, done.question, late))
    with rooms.store.session() as s:
        return drafts.make(
            s,
            title=title_of(done.question),
            text=body.text(),
            author_id=done.claimed_by or by.id,
            handoff_id=done.id,
            now=now,
        )


def title_of(question: str) -> str:
    """A first title from a question; its author will find a better one."""
    said = question.strip("？?。！! ")
    for word in _POLITE:
        said = said.removeprefix(word)
    return said[:30] or "未命名"


def ways_of_asking(rooms: Rooms, question: str, late: Sequence[str]) -> list[str]:
    """The question and others of late that ask the same, without what would be personal."""
    found: list[str] = []
    for text in dict.fromkeys((question, *late)):
        plain = "*" not in text and "某" not in text and len(text) <= 60
        if plain and (text == question or alike_to(rooms, text, [question]) is not None):
            found.append(text)
    return found[:MOST_ASKED]


def body_in(draft: DraftRecord) -> Body:
    """The body of a draft, section by section."""
    return own_papers.body_of(draft.text)


def publish(rooms: Rooms, draft_id: int, by: PersonRecord, now: datetime) -> DraftRecord:
    """Check, mark as published and write the file the index reads.

    Raises:
        BotError: the format checker finds something; the sentence names all of it.
    """
    with rooms.store.reading() as s:
        draft = drafts.draft(s, draft_id)
    if wrong := own_papers.faults(rooms, draft, now):
        what = wording.NOT_READY_WHAT.format(title=draft.title, faults="".join(wrong))
        raise BotError(what, wording.NOT_READY_FIX)
    with rooms.store.session() as s:
        done = drafts.publish(s, draft_id, by=by.id, now=now)
        own_papers.write(rooms, done, now, publisher=by.name)
    return done


def withdraw(rooms: Rooms, draft_id: int, by: PersonRecord, now: datetime) -> DraftRecord:
    """Give a draft up, or take a published paper out of the index."""
    with rooms.store.session() as s:
        done = drafts.withdraw(s, draft_id, by=by.id, now=now)
        own_papers.remove(rooms, done)
    return done
