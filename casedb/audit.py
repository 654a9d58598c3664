"""The chain of events, each with the hash of the one before; verify it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from casedb.models import Event
from casedb.privacy import mask
from casedb.records import EventRecord
from casedb.store import Session

NO_HASH = "0" * 64
_HEAD = "chain_head"


@dataclass(frozen=True, slots=True)
class Deed:
    """One event about to be written. `detail` is masked on the way in."""

    at: datetime
    actor: str
    subject: str
    kind: str
    detail: str | Mapping[str, Any] = ""


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What a check of the chain found.

    `head` is the hash of the last event: noted elsewhere (in a filed ledger, on paper), it shows
    later that nothing was cut off at the end, which a chain alone cannot show.
    """

    intact: bool
    checked: int
    head: str
    broken_at: int | None = None
    reason: str = ""  # Chinese, "" when intact


def record(
    s: Session,
    *,
    at: datetime,
    actor: str,
    subject: str,
    kind: str,
    detail: str | Mapping[str, Any] = "",
) -> None:
    """Append one event to the chain; it is written with the session's other changes.

    Args:
        at: aware instant of the deed.
        actor: "person:3", "import", "schedule".
        subject: "case:12", "person:3", "chat:2".
        kind: short English verb, for example "accepted".
        detail: one readable Chinese sentence, or facts with such a sentence under "text".
    """
    row = Event(**_linked(Deed(at, actor, subject, kind, detail), _head(s)))
    s.add(row)
    s.info[_HEAD] = row.hash


def record_many(s: Session, deeds: Iterable[Deed]) -> int:
    """Append many events in one go, for imports; returns how many."""
    s.flush()
    head, rows = _head(s), []
    for deed in deeds:
        row = _linked(deed, head)
        head = row["hash"]
        rows.append(row)
    if rows:
        s.execute(insert(Event), rows)
        s.info[_HEAD] = head
    return len(rows)


def events_of(s: Session, subject: str) -> tuple[EventRecord, ...]:
    """Every event about one subject, oldest first."""
    rows = s.scalars(select(Event).where(Event.subject == subject).order_by(Event.id))
    return tuple(event_view(row) for row in rows)


def latest(s: Session, *, limit: int = 100, before: int | None = None) -> tuple[EventRecord, ...]:
    """The newest events, newest first; `before` is an event id to page from."""
    query = select(Event).order_by(Event.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Event.id < before)
    return tuple(event_view(row) for row in s.scalars(query))


def verify(s: Session, *, anchor: str = "") -> AuditVerdict:
    """Recompute the whole chain and name the first broken link.

    Args:
        anchor: a `head` noted earlier; it must still be part of the chain.
    """
    head, checked, seen = NO_HASH, 0, anchor in {"", NO_HASH}
    query = select(Event).order_by(Event.id).execution_options(yield_per=500)
    with closing(s.scalars(query)) as rows:
        for row in rows:
            reason = _fault(row, head)
            if reason:
                return AuditVerdict(False, checked, head, row.id, reason)
            head, checked = row.hash, checked + 1
            seen = seen or head == anchor
            s.expunge(row)
    if not seen:
        return AuditVerdict(False, checked, head, None, "记下的链尾已不在链上，末尾有事件被删掉")
    return AuditVerdict(True, checked, head)


def event_view(row: Event) -> EventRecord:
    """The event as other packages see it."""
    return EventRecord(
        id=row.id,
        at=row.at,
        actor=row.actor,
        subject=row.subject,
        kind=row.kind,
        detail=_readable(row.detail),
        hash=row.hash,
    )


def _head(s: Session) -> str:
    """The hash of the last event. Writers take turns, so within one transaction we know it."""
    if _HEAD not in s.info:
        newest = select(Event.hash).order_by(Event.id.desc()).limit(1)
        s.info[_HEAD] = s.scalar(newest) or NO_HASH
    return str(s.info[_HEAD])


def _linked(deed: Deed, head: str) -> dict[str, Any]:
    content = {
        "at": deed.at.astimezone(UTC),
        "actor": deed.actor,
        "subject": deed.subject,
        "kind": deed.kind,
        "detail": _masked(deed.detail if not isinstance(deed.detail, str) else _text(deed.detail)),
    }
    return {**content, "prev_hash": head, "hash": chained(head, **content)}


def chained(head: str, *, at: datetime, actor: str, subject: str, kind: str, detail: Any) -> str:
    """SHA-256 over the previous hash and the canonical JSON of one event."""
    content = json.dumps(
        [at.astimezone(UTC).isoformat(timespec="microseconds"), actor, subject, kind, detail],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(f"{head}\n{content}".encode()).hexdigest()


def _fault(row: Event, head: str) -> str:
    if row.prev_hash != head:
        return "与前一条事件接不上，中间有事件被删除、插入或调换"
    wanted = chained(
        head, at=row.at, actor=row.actor, subject=row.subject, kind=row.kind, detail=row.detail
    )
    return "" if row.hash == wanted else "内容与它的指纹不符，被改动过"


def _text(detail: str) -> dict[str, Any]:
    return {"text": detail} if detail else {}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {str(key): _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


def _readable(detail: Mapping[str, Any]) -> str:
    if "text" in detail:
        return str(detail["text"])
    return "；".join(f"{key}：{value}" for key, value in detail.items())
