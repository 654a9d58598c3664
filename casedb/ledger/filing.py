"""Filing (报备): which frozen ledger reached whom, when, under which message ids."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import func, select

from casedb import audit
from casedb.days import day_start
from casedb.models import Account, Chat, Filing, Person, Snapshot
from casedb.records import FilingRecord, Target
from casedb.store import Session

SNAPSHOT_NAME = re.compile(r"L\d{8}-[0-9a-f]{8}")


def filed(
    s: Session,
    snapshot_name: str,
    target: Target,
    title: str,
    message_ids: tuple[str, ...],
    now: datetime,
) -> bool:
    """Write down that a snapshot reached a chat; again for the same chat changes nothing.

    `outbox.sent` does this by itself for messages put with `step=<snapshot id>`. False when it was
    written down before, or there is no such snapshot.
    """
    if not SNAPSHOT_NAME.fullmatch(snapshot_name):
        return False  # a step of some other message
    snapshot = s.scalar(select(Snapshot).where(Snapshot.name == snapshot_name))
    if snapshot is None or _known(s, snapshot.id, target):
        return False
    s.add(
        Filing(
            snapshot_id=snapshot.id,
            channel=target.channel,
            chat=target.chat,
            topic=target.topic,
            title=title or _title(s, target),
            filed_at=now,
            message_ids=list(message_ids),
        )
    )
    s.flush()
    audit.record(
        s,
        at=now,
        actor="schedule",
        subject=f"ledger:{snapshot_name}",
        kind="filed",
        detail=f"已报备到{title or _title(s, target) or target.chat}",
    )
    return True


def _known(s: Session, snapshot_id: int, target: Target) -> bool:
    query = select(Filing.id).where(
        Filing.snapshot_id == snapshot_id,
        Filing.channel == target.channel,
        Filing.chat == target.chat,
        Filing.topic == target.topic,
    )
    return s.scalar(query) is not None


def _title(s: Session, target: Target) -> str:
    query = select(Chat.title).where(
        Chat.channel == target.channel,
        Chat.external_id == target.chat,
        Chat.topic_id == target.topic,
    )
    return s.scalar(query.limit(1)) or _person_at(s, target)


def _person_at(s: Session, target: Target) -> str:
    """Whose private chat it is, for versions that go to one person."""
    query = (
        select(Person.name)
        .join(Account, Account.person_id == Person.id)
        .where(Account.channel == target.channel, Account.private_chat == target.chat)
    )
    return "" if target.is_group else s.scalar(query.limit(1)) or ""


def filings(s: Session, month: date) -> tuple[FilingRecord, ...]:
    """Every filing of the month `month` lies in (Beijing), oldest first: the monthly record."""
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    rows = s.execute(
        select(Filing, Snapshot)
        .join(Snapshot, Snapshot.id == Filing.snapshot_id)
        .where(Filing.filed_at >= day_start(first), Filing.filed_at < day_start(after))
        .order_by(Filing.filed_at, Filing.id)
    )
    return tuple(_record(filing, snapshot) for filing, snapshot in rows)


def first_filed(s: Session) -> date | None:
    """The Beijing day of the first ledger that was ever filed; None before the first."""
    query = select(func.min(Snapshot.on_date)).join(Filing, Filing.snapshot_id == Snapshot.id)
    return s.scalar(query)


def _record(filing: Filing, snapshot: Snapshot) -> FilingRecord:
    return FilingRecord(
        snapshot=snapshot.name,
        on=snapshot.on_date,
        edition=snapshot.edition,
        content_hash=snapshot.content_hash,
        channel=filing.channel,
        chat=filing.chat,
        topic=filing.topic,
        title=filing.title,
        filed_at=filing.filed_at,
        message_ids=tuple(str(one) for one in filing.message_ids),
    )
