"""Lost points of one cycle into the records: what is new, what changed, what stays."""

from __future__ import annotations

import hashlib
from collections import Counter

from sqlalchemy import select

from casedb.assessment.causes import Causes, propose
from casedb.assessment.details import DetailsRow, Lost
from casedb.assessment.matching import Found
from casedb.assessment.states import RATE_NAMES
from casedb.models import AssessmentCycle, LostPoint
from casedb.people.staff import units
from casedb.people.unit_names import match_unit
from casedb.privacy import mask
from casedb.records import CaseRecord, UnitRecord
from casedb.store import Session
from casedb.tally.names import Names, names_of


class Writing:
    """Writes the lost points of one cycle; counts what is new, changed and the same."""

    def __init__(self, s: Session, cycle: AssessmentCycle, found: Found, causes: Causes) -> None:
        self.s, self.cycle, self.found, self.causes = s, cycle, found, causes
        self.known = {
            one.key: one
            for one in s.scalars(select(LostPoint).where(LostPoint.cycle_id == cycle.id))
        }
        self.seen: set[str] = set()
        self.units: tuple[UnitRecord, ...] = units(s)
        self.names: Names = names_of(s)
        self.count: Counter[str] = Counter()
        self.unmatched: list[str] = []
        self.warnings: list[str] = []

    def take(self, one: DetailsRow) -> None:
        case = self.found.cases.get(one.order_no)
        if one.lost and case is None:
            rates = "、".join(RATE_NAMES[lost.rate] for lost in one.lost)
            number = one.order_no or "没有编号"
            self.unmatched.append(f"第 {one.row} 行 {number}（{rates}）：案件库里没有这件工单")
        for lost in one.lost:
            self._point(one, lost, case)

    def _point(self, one: DetailsRow, lost: Lost, case: CaseRecord | None) -> None:
        number = case.order_no if case else one.order_no
        key = f"{number or _digest(one)}:{lost.rate.value}"[:120]
        if key in self.seen:
            self.warnings.append(
                f"第 {one.row} 行与前面重复（{number}，{RATE_NAMES[lost.rate]}），只计一次"
            )
            return
        self.seen.add(key)
        proposal = propose(lost.rate, one.reason, case, self.causes)
        values = {
            "row": one.row,
            "order_no": number,
            "rate": lost.rate,
            "lost": round(lost.lost, 6),
            "points": None if lost.points is None else round(lost.points, 6),
            "answer": mask(lost.answer)[:80],
            "node": one.node,
            "unit_id": self._unit_id(one.unit, case),
            "unit": (one.unit or (case.handling_unit if case else ""))[:200],
            "community": (one.community or (case.community if case else ""))[:80],
            "topic": (one.topic or (_topic(case) if case else ""))[:200],
            "said": mask(one.reason),
            "proposed": proposal.cause,
            "proposed_why": mask(proposal.why),
        }
        self._keep(key, values)

    def _keep(self, key: str, values: dict[str, object]) -> None:
        row = self.known.get(key)
        if row is None:
            self.s.add(LostPoint(cycle_id=self.cycle.id, key=key, **values))
            self.count["created"] += 1
            return
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in changed.items():
            setattr(row, name, value)
        self.count["updated" if changed else "unchanged"] += 1

    def _unit_id(self, printed: str, case: CaseRecord | None) -> int | None:
        """The unit the assessment names, under today's name; else the unit that handled the case."""
        unit = match_unit(self.names.present(printed), self.units) if printed else None
        if unit is not None:
            return unit.id
        return case.handling_unit_id if case else None

    def left(self) -> list[str]:
        """Points of an earlier sheet that this one no longer has: kept, and said."""
        gone = [one for key, one in self.known.items() if key not in self.seen]
        if not gone:
            return []
        named = "、".join(f"…{one.order_no[-6:]}" for one in gone[:5])
        return [f"上次导入的 {len(gone)} 项失分这次没有（{named}），仍然保留"]


def _topic(case: CaseRecord) -> str:
    return "·".join(part for part in case.topic_path[:2] if part)


def _digest(one: DetailsRow) -> str:
    """A key for a row without number, from what it says."""
    text = "|".join((one.unit, one.community, one.topic, one.reason, str(one.row)))
    return "row-" + hashlib.sha256(text.encode()).hexdigest()[:24]
