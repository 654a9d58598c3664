"""Papers written in the unit: drafted, changed, published or withdrawn; each deed an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casedb import audit, people
from casedb.cases.drafts import clean
from casedb.errors import CasedbError, NotFound, Refused
from casedb.models import Draft
from casedb.store import Session

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"
LONGEST_TITLE = 40


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A paper of the unit. `text` is its body in the format of knowledge/, without front matter."""

    id: int
    title: str
    text: str
    source: str
    state: str  # draft | published | withdrawn
    author_id: int
    author: str
    author_unit: str
    handoff_id: int | None
    made_at: datetime
    changed_at: datetime
    published_by: int | None = None
    publisher: str = ""
    published_at: datetime | None = None


def make(
    s: Session,
    *,
    title: str,
    text: str,
    author_id: int,
    now: datetime,
    source: str = "",
    handoff_id: int | None = None,
) -> DraftRecord:
    """A new draft; a title that is taken gets a number behind it."""
    row = Draft(
        title=_free_title(s, _title(title)),
        text=clean(text),
        source=clean(source),
        state=DRAFT,
        author_id=author_id,
        handoff_id=handoff_id,
        made_at=now,
        changed_at=now,
    )
    s.add(row)
    s.flush()
    _note(s, row, "drafted", actor=f"person:{author_id}", now=now)
    return _view(s, row)


def change(
    s: Session,
    draft_id: int,
    *,
    by: int,
    now: datetime,
    title: str | None = None,
    text: str | None = None,
    source: str | None = None,
) -> DraftRecord:
    """Change a draft.

    Raises:
        Refused: it is published already.
        CasedbError: the title is empty, too long or taken.
    """
    row = _row(s, draft_id)
    _must_be_draft(row)
    if title is not None and (wanted := _title(title)) != row.title:
        if _titled(s, wanted) is not None:
            raise CasedbError(what=f"已经有一篇叫“{wanted}”。", fix="请换一个标题。")
        row.title = wanted
    row.text = row.text if text is None else clean(text)
    row.source = row.source if source is None else clean(source)
    row.changed_at = now
    _note(s, row, "changed", actor=f"person:{by}", now=now)
    return _view(s, row)


def publish(s: Session, draft_id: int, *, by: int, now: datetime) -> DraftRecord:
    """Mark it published; whoever calls this has checked it and writes the file."""
    row = _row(s, draft_id)
    _must_be_draft(row)
    row.state, row.published_by, row.published_at = PUBLISHED, by, now
    _note(s, row, "published", actor=f"person:{by}", now=now)
    return _view(s, row)


def withdraw(s: Session, draft_id: int, *, by: int, now: datetime) -> DraftRecord:
    """Give a draft up, or take a published paper back."""
    row = _row(s, draft_id)
    row.state, row.changed_at = WITHDRAWN, now
    _note(s, row, "withdrawn", actor=f"person:{by}", now=now)
    return _view(s, row)


def reopen(s: Session, draft_id: int, *, by: int, now: datetime) -> DraftRecord:
    """Make a published or withdrawn paper a draft again, to be mended."""
    row = _row(s, draft_id)
    row.state, row.changed_at = DRAFT, now
    _note(s, row, "reopened", actor=f"person:{by}", now=now)
    return _view(s, row)


def draft(s: Session, draft_id: int) -> DraftRecord:
    """One draft by its number."""
    return _view(s, _row(s, draft_id))


def named(s: Session, said: str) -> DraftRecord:
    """A draft by number or title.

    Raises:
        NotFound: neither.
    """
    said = said.strip().strip("《》")
    row = s.get(Draft, int(said)) if said.isdigit() else _titled(s, said)
    if row is None:
        raise NotFound(what=f"没有“{said[:30]}”这篇草稿。", fix="请用 /drafts 看编号和标题。")
    return _view(s, row)


def of_handoff(s: Session, handoff_id: int) -> DraftRecord | None:
    """The draft made from an analyst's answer."""
    row = s.scalar(select(Draft).where(Draft.handoff_id == handoff_id))
    return None if row is None else _view(s, row)


def listing(s: Session, states: Sequence[str] = (DRAFT,)) -> tuple[DraftRecord, ...]:
    """Papers of the unit in these states, the last changed first."""
    rows = s.scalars(
        select(Draft).where(Draft.state.in_(states)).order_by(Draft.changed_at.desc(), Draft.id)
    )
    return tuple(_view(s, row) for row in rows)


def _title(said: str) -> str:
    title = " ".join(clean(said).strip("《》# ").split())
    if not title or len(title) > LONGEST_TITLE:
        raise CasedbError(
            what="标题是空的，或者太长。", fix=f"请写一个 {LONGEST_TITLE} 字以内的标题。"
        )
    return title


def _free_title(s: Session, title: str) -> str:
    number, free = 2, title
    while _titled(s, free) is not None:
        free, number = f"{title}（{number}）", number + 1
    return free


def _titled(s: Session, title: str) -> Draft | None:
    return s.scalar(select(Draft).where(Draft.title == title))


def _must_be_draft(row: Draft) -> None:
    if row.state != DRAFT:
        raise Refused(what="这篇已经发布或撤下，不能直接改。", fix="请先改回草稿再改。")


def _row(s: Session, draft_id: int) -> Draft:
    row = s.get(Draft, draft_id)
    if row is None:
        raise NotFound(what=f"没有第 {draft_id} 号草稿。", fix="请用 /drafts 看编号和标题。")
    return row


def _view(s: Session, row: Draft) -> DraftRecord:
    author = people.person(s, row.author_id)
    publisher = people.person(s, row.published_by).name if row.published_by else ""
    return DraftRecord(
        id=row.id,
        title=row.title,
        text=row.text,
        source=row.source,
        state=row.state,
        author_id=row.author_id,
        author=author.name,
        author_unit=author.unit_name,
        handoff_id=row.handoff_id,
        made_at=row.made_at,
        changed_at=row.changed_at,
        published_by=row.published_by,
        publisher=publisher,
        published_at=row.published_at,
    )


def _note(s: Session, row: Draft, kind: str, *, actor: str, now: datetime) -> None:
    audit.record(s, at=now, actor=actor, subject=f"draft:{row.id}", kind=kind, detail=row.title)
