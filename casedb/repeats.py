"""Find the earlier case of the same caller (重复诉求); the caller is known by a keyed hash only."""

from __future__ import annotations

from sqlalchemy import or_, select

from casedb.models import Case
from casedb.store import Session


def earlier_case(s: Session, caller: str, *, topic: str, not_id: int | None = None) -> str:
    """Order number of the latest earlier case of the same caller on the same topic, "" if none.

    Same topic: the first level of the classification (一级分类) is equal, or unknown on one side.
    A working definition (推断), to be confirmed by the desk.
    """
    if not caller:
        return ""
    query = select(Case.order_no).where(Case.caller_hash == caller)
    if topic:
        query = query.where(or_(Case.topic_1 == topic, Case.topic_1 == ""))
    if not_id is not None:
        query = query.where(Case.id < not_id)
    return s.scalar(query.order_by(Case.id.desc()).limit(1)) or ""
