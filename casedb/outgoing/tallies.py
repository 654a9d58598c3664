"""What became of reminders, for checks from outside: state, messages sent, tries in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from casedb.models import Obligation, Outbox
from casedb.store import Session
from casedb.vocabulary import ObligationState


@dataclass(frozen=True, slots=True)
class ReminderTally:
    """One reminder: how many messages it made, and how many tries had their answer cut off."""

    key: str
    state: ObligationState
    messages: int
    unsure: int


def reminder_tallies(s: Session, *, prefix: str) -> Iterator[ReminderTally]:
    """Tallies of every obligation whose key begins with `prefix`; a digest counts for each it carries."""
    digest = aliased(Outbox)
    doubt = func.coalesce(func.sum(Outbox.unsure + func.coalesce(digest.unsure, 0)), 0)
    rows = s.execute(
        select(Obligation.key, Obligation.state, func.count(Outbox.id), doubt)
        .outerjoin(Outbox, Outbox.obligation_id == Obligation.id)
        .outerjoin(digest, digest.id == Outbox.carried_by)
        .where(Obligation.key.startswith(prefix, autoescape=True))
        .group_by(Obligation.id, Obligation.key, Obligation.state)
        .order_by(Obligation.id)
    )
    for key, state, messages, unsure in rows:
        yield ReminderTally(key, state, int(messages), int(unsure))
