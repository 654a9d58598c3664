"""Find the earlier case of the same caller (重复诉求); the caller is known by a keyed hash only."""

from __future__ import annotations

from collections.abc import Iterable

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


class Callers:
    """The same for many new cases at once: reads what is known of their callers in few queries."""

    def __init__(self, s: Session, hashes: Iterable[str]) -> None:
        self._cases: dict[str, list[tuple[str, str]]] = {}
        wanted = sorted({one for one in hashes if one})
        for at in range(0, len(wanted), 500):
            rows = s.execute(
                select(Case.caller_hash, Case.order_no, Case.topic_1)
                .where(Case.caller_hash.in_(wanted[at : at + 500]))
                .order_by(Case.id)
            )
            for caller, order_no, topic in rows:
                self._cases.setdefault(caller, []).append((order_no, topic))

    def earlier(self, caller: str, topic: str, order_no: str) -> str:
        """The earlier case of this caller, and remember this one for those that follow."""
        if not caller:
            return ""
        known = self._cases.setdefault(caller, [])
        same = [number for number, other in known if not topic or not other or topic == other]
        known.append((order_no, topic))
        return same[-1] if same else ""
