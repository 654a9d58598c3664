"""How any change of a case is made: on the row as it is now, with an event, never over another's head."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from casedb import audit
from casedb.beijing import spoken
from casedb.cases.case_book import case_view, row_of
from casedb.cases.drafts import clean
from casedb.errors import ChangedMeanwhile, Refused
from casedb.models import Case
from casedb.records import CaseRecord
from casedb.store import Session
from casedb.vocabulary import CaseStage


def changed(
    s: Session,
    case_id: int,
    kind: str,
    change: Callable[[Case], str],
    *,
    actor: str,
    now: datetime,
    version: int | None = None,
) -> CaseRecord:
    """Apply one change to the row as it is now, and write the event it returns the words for."""
    row = row_of(s, case_id)
    s.refresh(row)
    if version is not None and row.version != version:
        raise ChangedMeanwhile(
            what=f"工单 {row.order_no} 刚刚被别人改过，你的改动没有保存。",
            fix="请重新打开这件工单看一眼，再改一次。",
        )
    said = change(row)
    s.flush()
    write_event(s, row, kind, said, actor=actor, now=now)
    return case_view(row)


def write_event(s: Session, row: Case, kind: str, text: str, *, actor: str, now: datetime) -> None:
    """One event about a case."""
    audit.record(s, at=now, actor=actor, subject=f"case:{row.id}", kind=kind, detail=text)


def refuse_closed(row: Case) -> None:
    """Refuse what makes no sense once a case is closed."""
    if row.stage is CaseStage.CLOSED:
        when = f"已于 {spoken(row.closed_at)} 结案" if row.closed_at else "已结案"
        raise Refused(
            what=f"工单 {row.order_no} {when}。", fix="要重新办理，请先把它退回办理节点。"
        )


def with_note(said: str, note: str) -> str:
    return f"{said}：{clean(note)}" if note.strip() else said
