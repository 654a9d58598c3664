"""Messages of the chat page (channel "web"), kept so that a reload or a restart shows the same talk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from casedb.errors import NotFound
from casedb.models import PageMessage
from casedb.store import Session


@dataclass(frozen=True, slots=True)
class PageButton:
    """A button of a page message: it presses (`data`), copies (`copy`) or opens (`url`)."""

    label: str
    data: str = ""
    copy: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of a page message; `path` lies below the data dir."""

    path: str
    name: str
    as_picture: bool = False


@dataclass(frozen=True, slots=True)
class PageMessageRecord:
    """One message of the page."""

    id: int
    chat: str
    topic: str
    at: datetime
    author: str  # "bot" or the person's name
    text: str
    buttons: tuple[tuple[PageButton, ...], ...] = ()
    files: tuple[PageFile, ...] = ()
    edited_at: datetime | None = None


ButtonRows = Sequence[Sequence[PageButton | Mapping[str, str]]]
Files = Sequence[PageFile | Mapping[str, object]]


def add(
    s: Session,
    *,
    chat: str,
    at: datetime,
    author: str,
    text: str,
    topic: str = "",
    buttons: ButtonRows = (),
    files: Files = (),
) -> int:
    """Keep one message; returns its id, which only grows."""
    row = PageMessage(
        chat=chat,
        topic=topic,
        at=at,
        author=author,
        text=text,
        buttons=_button_rows(buttons),
        files=[asdict(_file(one)) for one in files],
    )
    s.add(row)
    s.flush()
    return row.id


def edit(
    s: Session, message_id: int, *, text: str, now: datetime, buttons: ButtonRows = ()
) -> PageMessageRecord:
    """Replace text and buttons of a message."""
    row = s.get(PageMessage, message_id)
    if row is None:
        raise NotFound(what="这条消息已经不在了。", fix="请看最新的消息。")
    row.text, row.buttons, row.edited_at = text, _button_rows(buttons), now
    s.flush()
    return _view(row)


def find(s: Session, message_id: int) -> PageMessageRecord | None:
    """One message, None when there is none."""
    row = s.get(PageMessage, message_id)
    return None if row is None else _view(row)


def since(
    s: Session, after: int, *, chats: Sequence[str] | None = None, limit: int = 500
) -> tuple[PageMessageRecord, ...]:
    """Messages with an id above `after`, oldest first; only of `chats` when given."""
    query = select(PageMessage).where(PageMessage.id > after)
    if chats is not None:
        query = query.where(PageMessage.chat.in_(list(chats)))
    return tuple(_view(row) for row in s.scalars(query.order_by(PageMessage.id).limit(limit)))


def changed(
    s: Session, chats: Sequence[str], *, after: int, edited_since: datetime
) -> tuple[PageMessageRecord, ...]:
    """What a reader who has seen up to `after` has not: new messages, and old ones edited since."""
    query = select(PageMessage).where(
        PageMessage.chat.in_(list(chats)),
        or_(
            PageMessage.id > after,
            and_(PageMessage.edited_at.is_not(None), PageMessage.edited_at >= edited_since),
        ),
    )
    return tuple(_view(row) for row in s.scalars(query.order_by(PageMessage.id)))


def latest(s: Session, chat: str, *, limit: int = 60) -> tuple[PageMessageRecord, ...]:
    """The last messages of one chat, oldest first."""
    query = select(PageMessage).where(PageMessage.chat == chat)
    rows = list(s.scalars(query.order_by(PageMessage.id.desc()).limit(limit)))
    return tuple(_view(row) for row in reversed(rows))


def newest_id(s: Session) -> int:
    """The id of the newest message, 0 when there is none."""
    return s.scalar(select(func.max(PageMessage.id))) or 0


def _view(row: PageMessage) -> PageMessageRecord:
    return PageMessageRecord(
        id=row.id,
        chat=row.chat,
        topic=row.topic,
        at=row.at,
        author=row.author,
        text=row.text,
        buttons=tuple(tuple(_button(one) for one in line) for line in row.buttons),
        files=tuple(_file(one) for one in row.files),
        edited_at=row.edited_at,
    )


def _button_rows(rows: ButtonRows) -> list[list[dict[str, Any]]]:
    return [[asdict(_button(one)) for one in line] for line in rows]


def _button(one: PageButton | Mapping[str, str]) -> PageButton:
    if isinstance(one, PageButton):
        return one
    return PageButton(
        one.get("label", ""), one.get("data", ""), one.get("copy", ""), one.get("url", "")
    )


def _file(one: PageFile | Mapping[str, object]) -> PageFile:
    if isinstance(one, PageFile):
        return one
    picture = bool(one.get("as_picture", one.get("picture", False)))
    return PageFile(str(one.get("path", "")), str(one.get("name", "")), picture)
