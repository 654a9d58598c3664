"""Sealed personal data: open it for a reason, and erase it when the law or the contract says so."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from casedb import audit
from casedb.cases.case_book import row_of
from casedb.errors import NotFound, Refused
from casedb.models import Case, PersonalData
from casedb.store import Session


@dataclass(frozen=True, slots=True)
class PersonalView:
    """A complainant's personal data in the clear; never stored, never sent to a group."""

    order_no: str
    name: str
    phone: str
    address: str
    texts: tuple[tuple[str, str], ...] = ()  # unmasked title, appeal … where masking hid something


def reveal(s: Session, case_id: int, *, actor: str, now: datetime, reason: str) -> PersonalView:
    """Open the sealed data of one case; who, when and why become an event.

    Source: 个人信息保护法 art. 51 (operating rights, records of processing).
    """
    if not reason.strip():
        raise Refused(what="没有写查看个人信息的理由。", fix="请写明理由，例如“回访诉求人”。")
    row = row_of(s, case_id)
    sealed = s.get(PersonalData, case_id)
    if sealed is None:
        raise NotFound(
            what=f"工单 {row.order_no} 没有留存个人信息，或已按规定清除。",
            fix="需要联系诉求人时，请到原工单系统查看。",
        )
    texts = json.loads(s.box.open(sealed.texts) or "{}")
    view = PersonalView(
        order_no=row.order_no,
        name=s.box.open(sealed.name),
        phone=s.box.open(sealed.phone),
        address=s.box.open(sealed.address),
        texts=tuple((str(key), str(value)) for key, value in texts.items()),
    )
    audit.record(
        s,
        at=now,
        actor=actor,
        subject=f"case:{case_id}",
        kind="revealed",
        detail=f"查看个人信息，理由：{reason.strip()}",
    )
    return view


def erase_personal(
    s: Session,
    *,
    actor: str,
    now: datetime,
    case_ids: Collection[int] | None = None,
    closed_before: datetime | None = None,
    reason: str = "",
) -> int:
    """Delete sealed personal data and the caller's fingerprint; masked cases and events stay.

    Args:
        case_ids: only these cases; None for all.
        closed_before: only cases closed before this instant (retention).

    Returns:
        How many cases had data that is now gone.

    Source: 个人信息保护法 art. 19 (shortest period), art. 21 (return or delete at the end of the
    contract), art. 47.
    """
    wanted = select(Case.id)
    if case_ids is not None:
        wanted = wanted.where(Case.id.in_(list(case_ids)))
    if closed_before is not None:
        wanted = wanted.where(Case.closed_at < closed_before)
    gone = s.execute(
        delete(PersonalData)
        .where(PersonalData.case_id.in_(wanted))
        .execution_options(synchronize_session=False)
    )
    s.execute(
        update(Case)
        .where(Case.id.in_(wanted))
        .values(caller_hash="", imported={}, version=Case.version + 1)
        .execution_options(synchronize_session=False)
    )
    count = int(getattr(gone, "rowcount", 0))
    said = f"清除 {count} 件工单的个人信息" + (f"，理由：{reason}" if reason else "")
    audit.record(s, at=now, actor=actor, subject="personal_data", kind="erased", detail=said)
    s.expire_all()
    return count
