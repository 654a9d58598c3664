"""Gathers unanswered, disliked and re-asked questions into gaps; tells the desk once a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby, pairwise

import numpy as np

from bot.rooms import Rooms
from bot.wording import gaps as wording
from casedb.days import at_beijing, beijing_day, local
from casedb.learning import gaps
from casedb.learning.gaps import GapRecord
from casedb.outgoing.alerts import alert_desk
from casedb.questions import QuestionRecord
from casedb.records import OutgoingButton
from indexer.alike import ALIKE, groups, likeness, middle
from indexer.embedders import Embedder
from indexer.paper_faults import bare

LOOK_BACK = timedelta(days=60)
REASKED_BACK = timedelta(days=8)  # a week and a day: it is looked at once a week at least
AGAIN_WITHIN = timedelta(hours=2)  # the like asked again so soon: the answer was no answer
# Of follow-ups on the same matter one in seven lies above this, of the same question one in four.
SAME_AGAIN = 0.65
MOST_AT_ONCE = 400  # questions grouped in one go; more wait for the next
WEEKLY_AT = time(9, 0)  # Monday, Beijing
WEEKLY_SHOWN = 8

Loose = tuple[QuestionRecord, str]


def gather(rooms: Rooms, now: datetime) -> int:
    """Put every loose question into a gap it is like, or into a new one; returns how many."""
    since = now - LOOK_BACK
    with rooms.store.reading() as s:
        fresh = list(gaps.loose(s, since=since))
        asked = gaps.asked_by_persons(s, since=now - REASKED_BACK)
        placed = gaps.in_gaps(s)
        known = gaps.texts(s)
    taken = placed | {question.id for question, _ in fresh}
    embedder = rooms.index.current().embedder
    fresh += [(one, gaps.REASKED) for one in reasked(asked, embedder) if one.id not in taken]
    fresh = fresh[:MOST_AT_ONCE]
    if not fresh:
        return 0
    joining, rest = _joining(fresh, known, embedder)
    with rooms.store.session() as s:
        still = gaps.in_gaps(s)  # another process may have gathered meanwhile
        for gap_id, members in joining.items():
            gaps.put(s, gap_id, _ids(members, still), now=now)
        for name, members in _new(rest, embedder):
            if ids := _ids(members, still):
                gaps.put(s, gaps.make(s, name, now=now), ids, now=now)
    return len(fresh)


def _ids(members: Sequence[Loose], still: frozenset[int]) -> list[tuple[int, str]]:
    return [(question.id, why) for question, why in members if question.id not in still]


def reasked(asked: Sequence[QuestionRecord], embedder: Embedder) -> Iterator[QuestionRecord]:
    """Questions that the same person asked again soon in other words, and how they asked again.

    `asked` comes person by person, oldest first.
    """
    found: dict[int, QuestionRecord] = {}
    for _, own in groupby(asked, key=lambda one: one.person_id):
        for earlier, later in _soon_after(list(own)):
            if bare(earlier.text) == bare(later.text):
                continue
            if float(likeness([earlier.text], [later.text], embedder)[0, 0]) >= SAME_AGAIN:
                found |= {earlier.id: earlier, later.id: later}
    yield from found.values()


def _soon_after(
    own: Sequence[QuestionRecord],
) -> Iterator[tuple[QuestionRecord, QuestionRecord]]:
    for earlier, later in pairwise(own):
        if later.at - earlier.at <= AGAIN_WITHIN:
            yield earlier, later


def _joining(
    fresh: Sequence[Loose], known: Sequence[tuple[int, str]], embedder: Embedder
) -> tuple[dict[int, list[Loose]], list[Loose]]:
    """What belongs to gaps that are there (most alike on average), and the rest."""
    joining: dict[int, list[Loose]] = defaultdict(list)
    if not known:
        return joining, list(fresh)
    alike = likeness([one.text for one, _ in fresh], [text for _, text in known], embedder)
    owner = np.array([gap_id for gap_id, _ in known])
    ids = sorted(set(owner.tolist()))
    means = np.stack([alike[:, owner == gap_id].mean(axis=1) for gap_id in ids], axis=1)
    rest = []
    for row, one in zip(means, fresh, strict=True):
        best = int(row.argmax())
        if row[best] >= ALIKE:
            joining[ids[best]].append(one)
        else:
            rest.append(one)
    return joining, rest


def _new(rest: Sequence[Loose], embedder: Embedder) -> Iterator[tuple[str, list[Loose]]]:
    """New gaps: the name is the question most like the others."""
    said = [one.text for one, _ in rest]
    alike = likeness(said, said, embedder)
    for members in groups(alike):
        yield said[middle(alike, members)], [rest[at] for at in members]


def weekly(rooms: Rooms, now: datetime) -> bool:
    """From Monday 09:00 on, tell the desk once a week what is missing; nothing missing, nothing told."""
    on = beijing_day(now)
    monday = on - timedelta(days=on.weekday())
    if local(now) < at_beijing(monday, WEEKLY_AT):
        return False
    gather(rooms, now)
    with rooms.store.reading() as s:
        found = gaps.listing(s)
    if not found:
        return False
    week = on.isocalendar()
    with rooms.store.session() as s:
        return alert_desk(
            s,
            key=f"gaps:{week.year}-W{week.week:02d}",
            text=weekly_text(found, at_beijing(monday - timedelta(days=7))),
            now=now,
            buttons=((OutgoingButton(wording.SHOW_ALL, "gap:list"),),),
        )


def weekly_text(found: Sequence[GapRecord], since: datetime) -> str:
    """The week's message to the desk: masked questions only, nobody's name."""
    new = sum(one.made_at >= since for one in found)
    waiting = sum(one.owner_id is None for one in found)
    head = wording.WEEKLY.format(count=len(found), new=new, waiting=waiting)
    return "\n".join((head, *(line(one) for one in found[:WEEKLY_SHOWN])))


def line(one: GapRecord) -> str:
    """One gap in one line: number, name, how often, why, who, by when."""
    whys = "、".join(f"{wording.WHYS[why]} {count}" for why, count in one.whys.items())
    owner = wording.OWNED.format(owner=one.owner, due=_due(one)) if one.owner else wording.NO_OWNER
    return wording.LINE.format(id=one.id, name=one.name[:40], count=one.count, whys=whys) + owner


def _due(one: GapRecord) -> str:
    return f"{local(one.due_at):%m-%d}" if one.due_at else ""
