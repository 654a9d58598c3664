"""What changed in the papers since the last look, and what was done about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from casedb import audit
from casedb.errors import NotFound
from casedb.models import PaperChange, PassageMark
from casedb.store import Session

CHANGED, REMOVED, SUPERSEDED, IN_FORCE = "changed", "removed", "superseded", "in_force"
GRAVEST = (SUPERSEDED, REMOVED, CHANGED, IN_FORCE)
OPEN, CORRECTED, SETTLED = "open", "corrected", "settled"


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage as the index holds it now. `standing` is what it is worth today (在 or 不在 force)."""

    passage_id: str
    path: str
    title: str
    place: str  # article or heading
    digest: str
    standing: str


@dataclass(frozen=True, slots=True)
class PaperDiff:
    """One paper that changed: the gravest thing that happened, and its passages (id, place)."""

    path: str
    title: str
    what: str
    passages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs from the last look; `fresh` passages are new or reworded."""

    papers: tuple[PaperDiff, ...]
    fresh: frozenset[str]
    first: bool = False  # there was no look before


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A changed paper as it was recorded, and what was done about it."""

    id: int
    at: datetime
    title: str
    what: str
    passages: tuple[tuple[str, str], ...]
    state: str


def diff(s: Session, now: Sequence[Mark]) -> Diff:
    """Compare the passages of the index with those of the last look; nothing is written."""
    before = {row.passage_id: row for row in s.scalars(select(PassageMark))}
    after = {one.passage_id: one for one in now}
    if not before:
        return Diff((), frozenset(after), first=True)
    moved = {(one.title, one.place, one.digest) for one in now}
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for old in before.values():
        what = _what(old, after.get(old.passage_id), moved)
        if what:
            found[old.path, old.title].append((what, old.passage_id, old.place))
    papers = tuple(_paper(path, title, parts) for (path, title), parts in sorted(found.items()))
    known = {(one.title, one.place, one.digest) for one in before.values()}
    fresh = {one.passage_id for one in now if (one.title, one.place, one.digest) not in known}
    return Diff(papers, frozenset(fresh))


def _what(old: PassageMark, new: Mark | None, moved: set[tuple[str, str, str]]) -> str:
    if new is None:
        return "" if (old.title, old.place, old.digest) in moved else REMOVED
    if new.standing != old.standing:
        return SUPERSEDED if new.standing == SUPERSEDED else IN_FORCE
    return CHANGED if new.digest != old.digest else ""


def _paper(path: str, title: str, parts: Sequence[tuple[str, str, str]]) -> PaperDiff:
    gravest = min((what for what, _, _ in parts), key=GRAVEST.index)
    return PaperDiff(path, title, gravest, tuple((one, place) for _, one, place in parts))


def keep(s: Session, found: Diff, marks: Sequence[Mark], *, now: datetime) -> list[int]:
    """Record what changed, and the passages as they are now; returns the ids of the changes."""
    rows = [
        PaperChange(
            at=now,
            title=one.title,
            path=one.path,
            what=one.what,
            passages=[list(passage) for passage in one.passages],
            state=OPEN,
        )
        for one in found.papers
    ]
    s.add_all(rows)
    s.execute(delete(PassageMark))
    if marks:
        s.execute(insert(PassageMark), [_columns(one) for one in marks])
    s.flush()
    return [row.id for row in rows]


def _columns(one: Mark) -> dict[str, str]:
    return {
        "passage_id": one.passage_id,
        "path": one.path[:300],
        "title": one.title[:200],
        "place": one.place[:200],
        "digest": one.digest,
        "standing": one.standing,
    }


def change(s: Session, change_id: int) -> ChangeRecord:
    """One change by its number."""
    return _view(_row(s, change_id))


def listing(s: Session, states: Sequence[str] = (OPEN,)) -> tuple[ChangeRecord, ...]:
    """Changes in these states, the newest first."""
    rows = s.scalars(
        select(PaperChange).where(PaperChange.state.in_(states)).order_by(PaperChange.id.desc())
    )
    return tuple(_view(row) for row in rows)


def settle(s: Session, change_id: int, state: str, *, by: int, now: datetime) -> ChangeRecord:
    """Corrected, or found to need no correction."""
    row = _row(s, change_id)
    row.state, row.settled_by, row.settled_at = state, by, now
    audit.record(
        s, at=now, actor=f"person:{by}", subject=f"change:{row.id}", kind=state, detail=row.title
    )
    return _view(row)


def _row(s: Session, change_id: int) -> PaperChange:
    row = s.get(PaperChange, change_id)
    if row is None:
        raise NotFound(what=f"没有第 {change_id} 号资料变化。", fix="请发 /changes 看现有的。")
    return row


def _view(row: PaperChange) -> ChangeRecord:
    passages = tuple((str(one[0]), str(one[1])) for one in row.passages)
    return ChangeRecord(row.id, row.at, row.title, row.what, passages, row.state)
