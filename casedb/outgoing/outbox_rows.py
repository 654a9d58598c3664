"""Puts messages into the outbox, one per key, and shows its rows as frozen views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from casedb.errors import NotFound
from casedb.models import Outbox
from casedb.records import OutboxMessage, OutgoingButton, OutgoingFile, Target
from casedb.store import Session
from casedb.vocabulary import OutboxState

Buttons = Sequence[Sequence[OutgoingButton]]


def put(
    s: Session,
    *,
    key: str,
    target: Target,
    text: str,
    now: datetime,
    buttons: Buttons = (),
    files: Sequence[OutgoingFile] = (),
    not_before: datetime | None = None,
    wanted_at: datetime | None = None,
    obligation_id: int | None = None,
    step: str = "",
    person_id: int | None = None,
    resend_when_unsure: bool = True,
) -> bool:
    """Queue one message; False when the key is taken, and then nothing changes.

    Args:
        key: unique for ever; a restart that puts the same key again queues nothing.
        text: our Markdown, masked already when the target is a group.
        not_before: aware instant before which it must not go; now when left out.
        wanted_at: when it should have gone, if that was earlier; a late one says so.
        resend_when_unsure: False asks the desk instead of sending again after a cut answer.
    """
    if known(s, key):
        return False
    start = not_before or now
    s.add(
        Outbox(
            key=key,
            obligation_id=obligation_id,
            step=step,
            person_id=person_id,
            channel=target.channel,
            chat=target.chat,
            topic=target.topic,
            is_group=target.is_group,
            text=text,
            buttons=[[asdict(button) for button in line] for line in buttons],
            files=[asdict(file) for file in files],
            resend_when_unsure=resend_when_unsure,
            wanted_at=wanted_at or start,
            not_before=start,
            created_at=now,
        )
    )
    s.flush()
    return True


def known(s: Session, key: str) -> bool:
    """Whether a message of that key was ever put, whatever became of it."""
    return s.scalar(select(Outbox.id).where(Outbox.key == key)) is not None


def target_of(row: Outbox) -> Target:
    """Where a row goes."""
    return Target(row.channel, row.chat, row.topic, row.is_group)


def view(row: Outbox) -> OutboxMessage:
    """A row as other packages see it."""
    return OutboxMessage(
        id=row.id,
        key=row.key,
        target=target_of(row),
        text=row.text,
        buttons=tuple(tuple(OutgoingButton(**one) for one in line) for line in row.buttons),
        files=tuple(OutgoingFile(**one) for one in row.files),
        not_before=row.not_before,
        state=row.state,
        attempts=row.attempts,
        obligation_id=row.obligation_id,
        step=row.step,
        resend_when_unsure=row.resend_when_unsure,
        message_ids=tuple(str(one) for one in row.message_ids),
        person_id=row.person_id,
        wanted_at=row.wanted_at,
        unsure=row.unsure,
        error=row.error,
    )


def back(row: Outbox, at: datetime, error: str) -> None:
    """Let a message wait again until `at`; nobody holds it any more."""
    row.state, row.not_before, row.error = OutboxState.WAITING, at, error[:400]
    row.lease_owner, row.lease_until, row.tried_at = "", None, None


def row_of(s: Session, message_id: int) -> Outbox:
    """The stored message.

    Raises:
        NotFound: no such message.
    """
    row = s.get(Outbox, message_id)
    if row is None:
        raise NotFound(f"没有编号为 {message_id} 的待发消息。", "请刷新后再试。")
    return row
