"""Groups bound to a purpose, and what happens when a group gets another id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from casedb import audit
from casedb.errors import CasedbError
from casedb.models import Chat, Handoff, Outbox
from casedb.people.staff import unit
from casedb.records import ChatRecord
from casedb.store import Session
from casedb.vocabulary import ChatPurpose, OutboxState

PURPOSE_NAMES = {
    ChatPurpose.LEDGER: "台账群",
    ChatPurpose.UNIT: "单位群",
    ChatPurpose.TRAINING: "培训群",
}


def bind_chat(
    s: Session,
    *,
    channel: str,
    external_id: str,
    topic_id: str,
    title: str,
    purpose: ChatPurpose,
    unit_id: int | None,
    actor: str,
    now: datetime,
) -> ChatRecord:
    """Bind a group (or one topic of it) to a purpose; binding again changes title and unit."""
    if purpose is ChatPurpose.UNIT and unit_id is None:
        raise CasedbError(what="没有说绑定哪个单位。", fix="请写成：/bind unit 甲一社区。")
    row = s.scalar(
        select(Chat).where(
            Chat.channel == channel,
            Chat.external_id == external_id,
            Chat.topic_id == topic_id,
            Chat.purpose == purpose,
        )
    )
    if row is None:
        row = Chat(channel=channel, external_id=external_id, topic_id=topic_id, purpose=purpose)
        s.add(row)
    row.title, row.unit_id, row.active = title, unit_id, True
    row.bound_by, row.bound_at = _person_id(actor), now
    s.flush()
    name = PURPOSE_NAMES[purpose] + (f"（{unit(s, unit_id).name}）" if unit_id else "")
    _note(s, row, "bound", f"绑定为{name}", actor=actor, now=now)
    return chat_view(row)


def unbind_chat(
    s: Session,
    *,
    channel: str,
    external_id: str,
    topic_id: str = "",
    purpose: ChatPurpose | None = None,
    actor: str,
    now: datetime,
) -> int:
    """Take a group's purposes away (or one of them); returns how many."""
    found = [
        row
        for row in _rows_at(s, channel, external_id, topic_id)
        if purpose is None or row.purpose is purpose
    ]
    for row in found:
        row.active = False
        _note(s, row, "unbound", f"解除{PURPOSE_NAMES[row.purpose]}", actor=actor, now=now)
    return len(found)


def chats(
    s: Session, *, purpose: ChatPurpose | None = None, unit_id: int | None = None
) -> tuple[ChatRecord, ...]:
    """Bound groups, by purpose and unit where given."""
    query = select(Chat).where(Chat.active).order_by(Chat.id)
    if purpose is not None:
        query = query.where(Chat.purpose == purpose)
    if unit_id is not None:
        query = query.where(Chat.unit_id == unit_id)
    return tuple(chat_view(row) for row in s.scalars(query))


def chats_at(s: Session, channel: str, external_id: str, topic_id: str) -> tuple[ChatRecord, ...]:
    """What one group (topic) is bound to."""
    return tuple(chat_view(row) for row in _rows_at(s, channel, external_id, topic_id))


def migrate_chat(s: Session, channel: str, old_id: str, new_id: str, now: datetime) -> int:
    """A group got another id (Telegram supergroup): bound chats and waiting messages follow.

    Returns how many rows were rewritten.
    """
    moved = 0
    for row in s.scalars(select(Chat).where(Chat.channel == channel, Chat.external_id == old_id)):
        taken = s.scalar(
            select(Chat).where(
                Chat.channel == channel,
                Chat.external_id == new_id,
                Chat.topic_id == row.topic_id,
                Chat.purpose == row.purpose,
            )
        )
        if taken is not None:
            row.active = False
            continue
        row.external_id = new_id
        _note(s, row, "migrated", "群升级，编号已改", actor="schedule", now=now)
        moved += 1
    s.flush()
    unsent = (OutboxState.WAITING, OutboxState.SENDING)
    for change in (
        update(Outbox)
        .where(Outbox.channel == channel, Outbox.chat == old_id, Outbox.state.in_(unsent))
        .values(chat=new_id),
        update(Handoff)
        .where(Handoff.channel == channel, Handoff.chat == old_id)
        .values(chat=new_id),
    ):
        moved += int(getattr(s.execute(change), "rowcount", 0))
    return moved


def chat_view(row: Chat) -> ChatRecord:
    """A bound group as other packages see it."""
    return ChatRecord(
        id=row.id,
        channel=row.channel,
        external_id=row.external_id,
        topic_id=row.topic_id,
        title=row.title,
        purpose=row.purpose,
        unit_id=row.unit_id,
        active=row.active,
    )


def _rows_at(s: Session, channel: str, external_id: str, topic_id: str) -> list[Chat]:
    query = select(Chat).where(
        Chat.channel == channel,
        Chat.external_id == external_id,
        Chat.topic_id == topic_id,
        Chat.active,
    )
    return list(s.scalars(query.order_by(Chat.id)))


def _person_id(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "person" and number.isdigit() else None


def _note(s: Session, row: Chat, kind: str, detail: str, *, actor: str, now: datetime) -> None:
    audit.record(s, at=now, actor=actor, subject=f"chat:{row.id}", kind=kind, detail=detail)
