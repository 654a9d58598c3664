"""Which case of ours a row of the details means: by its whole number, else by a tail that fits only one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from casedb.assessment.details import DetailsRow
from casedb.cases.case_book import case_view
from casedb.models import Case
from casedb.records import CaseRecord
from casedb.store import Session
from casedb.tally.spans import Span

BATCH = 500
SHORTEST_TAIL, LONGEST_TAIL = 4, 10
AROUND = timedelta(days=120)  # how far from the cycle a case may have been called, for its tail


class Found:
    """The cases that the sheet's numbers mean: by the whole number, else by a tail that fits one."""

    def __init__(self, s: Session, span: Span) -> None:
        self.s, self.span = s, span
        self.cases: dict[str, CaseRecord] = {}
        self.warnings: list[str] = []

    def look_up(self, rows: Sequence[DetailsRow]) -> None:
        numbers = sorted({one.order_no for one in rows if one.lost and one.order_no})
        for start in range(0, len(numbers), BATCH):
            some = numbers[start : start + BATCH]
            for case in self.s.scalars(select(Case).where(Case.order_no.in_(some))):
                self.cases[case.order_no] = case_view(case)
        tails = [n for n in numbers if n not in self.cases and _is_tail(n)]
        if tails:
            self._by_tail(tails)

    def _by_tail(self, tails: Sequence[str]) -> None:
        first = self.span.start - AROUND
        ends = self.span.end + AROUND
        near = self.s.scalars(
            select(Case.order_no).where(
                ((Case.received_at >= first) & (Case.received_at < ends))
                | ((Case.dispatched_at >= first) & (Case.dispatched_at < ends))
            )
        ).all()
        for tail in tails:
            fitting = [number for number in near if number.endswith(tail)]
            if len(fitting) == 1:
                case = self.s.scalar(select(Case).where(Case.order_no == fitting[0]))
                if case is not None:
                    self.cases[tail] = case_view(case)
            elif fitting:
                self.warnings.append(
                    f"尾号 {tail} 对应 {len(fitting)} 件工单，没有对应上；请在明细里写完整编号"
                )


def _is_tail(number: str) -> bool:
    return SHORTEST_TAIL <= len(number) <= LONGEST_TAIL
