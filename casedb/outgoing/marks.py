"""What became of many messages at once, written with few statements: begun, and arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update

from casedb.ledger.filing import filed
from casedb.models import Obligation, Outbox
from casedb.obligations import standing
from casedb.outgoing.outbox_rows import row_of, target_of
from casedb.store import Session
from casedb.vocabulary import OutboxState


@dataclass(frozen=True, slots=True)
class Begun:
    """A claimed message that is about to be handed to its channel."""

    message_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message its channel took: under which ids, when."""

    message_id: int
    message_ids: tuple[str, ...]
    at: datetime


def begun(s: Session, tries: Sequence[Begun]) -> None:
    """Say that claimed messages are about to go, all of them at the latest instant given."""
    s.execute(
        update(Outbox)
        .where(Outbox.id.in_([one.message_id for one in tries]))
        .values(tried_at=max(one.at for one in tries))
        .execution_options(synchronize_session=False)
    )


def arrived(s: Session, arrivals: Sequence[Arrival]) -> None:
    """The channel took them. What they remind of now awaits an answer; a ledger is filed.

    Raises:
        NotFound: one of them is no message of the outbox.
    """
    ids = [one.message_id for one in arrivals]
    in_digest = and_(Outbox.carried_by.in_(ids), Outbox.state == OutboxState.CARRIED)
    rows = s.scalars(select(Outbox).where(or_(Outbox.id.in_(ids), in_digest))).all()
    carried: dict[int, list[Outbox]] = {}
    for row in rows:
        if row.carried_by is not None and row.state is OutboxState.CARRIED:
            carried.setdefault(row.carried_by, []).append(row)
    duties = s.scalars(
        select(Obligation).where(
            Obligation.id.in_({row.obligation_id for row in rows if row.obligation_id})
        )
    ).all()
    by_id = {duty.id: duty for duty in duties}
    for one in arrivals:
        row = row_of(s, one.message_id)
        told = [row, *carried.get(row.id, ())]
        for each in told:
            each.sent_at, each.message_ids, each.error = one.at, list(one.message_ids), ""
        row.state, row.lease_owner, row.lease_until = OutboxState.SENT, "", None
        filed(s, row.step, target_of(row), "", one.message_ids, one.at)
        for number in dict.fromkeys(each.obligation_id for each in told):
            if number is not None and number in by_id:
                standing.delivered(s, by_id[number], now=one.at)
