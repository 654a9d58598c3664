"""Puts a piece of advice together from the records, the knowledge and the history."""

from __future__ import annotations

from datetime import date, datetime

from bot.advice.guides import ACTING, SAY, Guide, articles_for, guide_for, told
from bot.advice.likes import likeness
from bot.advice.records import Advice, Likeness, Step
from bot.advice.weighing import risk_of
from bot.analysis.proposing import proposal
from bot.dialogue.answering import quoting
from bot.dialogue.answering.answers import Reader
from bot.rooms import Rooms
from bot.wording import advice as wording
from casedb.beijing import beijing
from casedb.records import CaseRecord
from casedb.vocabulary import CaseStage
from indexer.errors import IndexerError
from indexer.passages import Passage
from indexer.search import Index
from indexer.similar import Reach

RULE, FIRST_CONTACT = "北京市接诉即办工作条例", "第十五条"
SHORTEST = 4  # characters of title and appeal that can be looked up
SOON_DAYS = 2
REPLY_SHOWN = 120


def advise(
    rooms: Rooms, case: CaseRecord, *, reader: Reader, reach: Reach | None, now: datetime
) -> Advice:
    """Advice on one case for one reader.

    Args:
        reach: whose past cases the reader may see; None for all.
        now: aware instant.
    """
    text = f"{' '.join(filter(None, case.topic_path))} {case.title} {case.appeal}".strip()
    notes: list[str] = []
    if len(f"{case.title}{case.appeal}".strip()) < SHORTEST:
        notes.append(wording.NO_TEXT)
    with rooms.store.reading() as s:
        like = likeness(rooms.settings, s, case, reach=reach)
        risk = risk_of(rooms.settings, s, case, now=now)
    if not like.found:
        notes.append(wording.NOTHING_LIKE if reach is None else wording.NOTHING_LIKE_OWN)
    today = beijing(now).date()
    index = _index(rooms, notes) if text else None
    guide = guide_for(index, text, reader, today) if index else None
    articles = articles_for(index, text, guide, reader, today) if index else ()
    if index is not None and guide is None:
        notes.append(wording.NO_GUIDE)
    return Advice(
        case=case,
        topic=None if case.topic_path[0] else proposal(rooms.settings, case),
        likeness=like,
        steps=_steps(case, like, guide, _contact_rule(index, today), today, now),
        articles=articles,
        guide=guide.title if guide else "",
        wordings=_wordings(guide),
        risk=risk,
        notes=tuple(notes),
    )


def _index(rooms: Rooms, notes: list[str]) -> Index | None:
    try:
        return rooms.index.current()
    except IndexerError as wrong:
        notes.append(wording.NO_INDEX.format(why=f"{wrong.what}{wrong.fix}"))
        return None


def _contact_rule(index: Index | None, today: date) -> str:
    """The citation line of the article on first contact."""
    found = index.article(RULE, FIRST_CONTACT, as_of=today) if index else None
    return quoting.citation_line(found, today) if found else f"《{RULE}》{FIRST_CONTACT}"


def _steps(
    case: CaseRecord, like: Likeness, guide: Guide | None, rule: str, today: date, now: datetime
) -> tuple[Step, ...]:
    """What to do next: what the case still lacks, then the guide, then what helped before."""
    steps: list[Step] = []
    own = wording.OWN.format(no=case.order_no)
    if case.stage is CaseStage.CLOSED:
        steps.append(Step(wording.CLOSED, own))
    elif case.first_contact_at is None:
        steps.append(Step(wording.CONTACT_FIRST, rule))
    if case.repeat_of:
        steps.append(Step(wording.REPEATED.format(no=case.repeat_of), own))
    if case.stage is not CaseStage.CLOSED and case.due_at is not None:
        left = (case.due_at - now).total_seconds() / 86400
        if left <= 0:
            steps.append(Step(wording.OVERDUE, own))
        elif left <= SOON_DAYS:
            steps.append(Step(wording.DUE_SOON, own))
    if guide is not None:
        for name in ACTING:
            if section := guide.sections.get(name):
                line = quoting.citation_line(section, today)
                steps.append(Step(f"{wording.SECTIONS[name]}{told(section)}", line))
    steps += _from_past(like)
    return tuple(steps)


def _from_past(like: Likeness) -> list[Step]:
    """What was done in the nearest case that ended without a no."""
    for past in like.shown:
        reply = past.ending.reply.strip()
        if past.ending.solved and reply:
            text = wording.DONE_BEFORE.format(reply=reply[:REPLY_SHOWN])
            return [Step(text, wording.OWN.format(no=past.ending.order_no))]
    return []


def _wordings(guide: Guide | None) -> tuple[Step, ...]:
    section: Passage | None = guide.sections.get(SAY) if guide else None
    if section is None:
        return ()
    return tuple(Step(said, quoting.name(section)) for said in quoting.wordings([section]))
