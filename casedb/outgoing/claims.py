"""Who sends what: messages are claimed with a lease, so that two processes never send the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import aliased

from casedb.days import moment_text, span_text
from casedb.models import Outbox
from casedb.obligations.digests import DIGEST, Known, redraw
from casedb.outgoing.outbox_rows import back, row_of, view
from casedb.outgoing.unsure import uncertain
from casedb.records import OutboxMessage
from casedb.store import Session
from casedb.vocabulary import OutboxState

LEASE = timedelta(seconds=60)
LATE_AFTER = timedelta(minutes=10)


def claim(
    s: Session,
    *,
    owner: str,
    now: datetime,
    limit: int = 20,
    lease: timedelta = LEASE,
    channels: Collection[str] | None = None,
    paused: Collection[tuple[str, str]] = (),
    late_after: timedelta = LATE_AFTER,
    begins: bool = False,
) -> tuple[OutboxMessage, ...]:
    """Take messages whose time has come; nobody else gets them until the lease ends.

    At most one message of a chat at a time, over all processes, so that a chat's messages keep
    their order and its pace. What is no longer true (case closed, acknowledged, superseded) is
    cancelled here and not returned; what goes out late says so in its first line.

    Args:
        owner: names the process.
        channels: only these channels (those that can send now).
        paused: (channel, chat) pairs to leave alone, such as after a 429.
        begins: the caller calls `begin` before each try. A lease that ends without it then counts
            as never tried; otherwise every ended lease counts as "may have been sent".
    """
    expire(s, now=now, longest=2 * lease)
    taken = s.scalars(
        update(Outbox)
        .where(Outbox.id.in_(_candidates(s, now, limit, channels, paused)))
        .values(
            state=OutboxState.SENDING,
            lease_owner=owner,
            lease_until=now + lease,
            attempts=Outbox.attempts + 1,
            tried_at=None if begins else now,
        )
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    ).all()
    rows = s.scalars(
        select(Outbox)
        .where(Outbox.id.in_(taken))
        .order_by(Outbox.wanted_at, Outbox.id)
        .execution_options(populate_existing=True)
    )
    claimed = rows.all()
    known = Known.of(s, claimed)
    still = [row for row in claimed if _holds(s, row, known)]
    return tuple(_announced(view(row), now, late_after) for row in still)


def _candidates(
    s: Session,
    now: datetime,
    limit: int,
    channels: Collection[str] | None,
    paused: Collection[tuple[str, str]],
) -> Select[int]:
    busy = aliased(Outbox)
    wanted: list[ColumnElement[bool]] = [
        Outbox.state == OutboxState.WAITING,
        Outbox.not_before <= now,
        ~exists().where(
            busy.channel == Outbox.channel,
            busy.chat == Outbox.chat,
            busy.state == OutboxState.SENDING,
        ),
    ]
    if channels is not None:
        wanted.append(Outbox.channel.in_(list(channels)))
    if paused:
        wanted.append(tuple_(Outbox.channel, Outbox.chat).not_in(list(paused)))
    first = select(func.min(Outbox.id)).where(*wanted).group_by(Outbox.channel, Outbox.chat)
    query = (
        select(Outbox.id)
        .where(Outbox.id.in_(first), Outbox.state == OutboxState.WAITING)
        .order_by(Outbox.wanted_at, Outbox.id)  # what was put off keeps its place
        .limit(limit)
    )
    return query.with_for_update(skip_locked=True)


def _holds(s: Session, row: Outbox, known: Known) -> bool:
    """Whether a claimed message still says something true; otherwise it is cancelled."""
    if row.step == DIGEST:
        redraw(row, known)
    elif why := known.untrue(row):
        row.state, row.error = OutboxState.CANCELLED, why
    if row.state is OutboxState.CANCELLED:
        row.lease_owner, row.lease_until = "", None
        return False
    return True


def _announced(ready: OutboxMessage, now: datetime, late_after: timedelta) -> OutboxMessage:
    first = []
    wanted = ready.wanted_at or ready.not_before
    if now - wanted > late_after:
        first.append(f"（补发，迟到{span_text(now - wanted)}：本应 {moment_text(wanted)} 发出）")
    if ready.unsure:
        first.append("（网络中断过，这条可能重复收到）")
    return replace(ready, text="\n".join([*first, ready.text]))


def begin(s: Session, message_id: int, *, now: datetime) -> None:
    """Say that a claimed message is about to be handed to its channel."""
    row_of(s, message_id).tried_at = now


def release(s: Session, *, owner: str) -> int:
    """Give back what this process claimed and never began, when it stops; returns how many."""
    rows = s.scalars(
        select(Outbox).where(
            Outbox.state == OutboxState.SENDING,
            Outbox.lease_owner == owner,
            Outbox.tried_at.is_(None),
        )
    ).all()
    for row in rows:
        back(row, row.not_before, "")
    return len(rows)


def expire(s: Session, *, now: datetime, longest: timedelta = timedelta(days=2)) -> int:
    """Messages whose process died: never begun → waiting again; begun → as `uncertain` says.

    A lease that ends more than `longest` from now can only come from a clock that jumped back
    since; it ends too. Returns how many.
    """
    ended = or_(Outbox.lease_until <= now, Outbox.lease_until > now + longest)
    rows = s.scalars(select(Outbox).where(and_(Outbox.state == OutboxState.SENDING, ended))).all()
    for row in rows:
        if row.tried_at is None:
            back(row, row.not_before, "")
        else:
            uncertain(s, row.id, error="发送途中程序中断", now=now)
    return len(rows)
