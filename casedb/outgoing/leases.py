"""Leases of dead processes: who holds claimed messages, and ending a lease before its time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from casedb.models import Outbox
from casedb.store import Session
from casedb.vocabulary import OutboxState


def owners(s: Session) -> tuple[str, ...]:
    """Names of the processes that hold claimed messages now."""
    held = select(Outbox.lease_owner).where(Outbox.state == OutboxState.SENDING).distinct()
    return tuple(sorted(s.scalars(held)))


def end(s: Session, owner: str, now: datetime) -> None:
    """This process is dead: its leases end now, and `outbox.expire` judges them as always."""
    s.execute(
        update(Outbox)
        .where(Outbox.state == OutboxState.SENDING, Outbox.lease_owner == owner)
        .values(lease_until=now)
        .execution_options(synchronize_session=False)
    )
