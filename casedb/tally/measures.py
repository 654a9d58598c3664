"""What a pivot shows in its cells: a number of cases, a rate with what it is made of, or a mean time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, not_, true

from casedb.models import Case
from casedb.rules.rate_rules import RateRules
from casedb.store import Session
from casedb.tally.marks import EXCLUDED_WAYS, REACHED, Mark, condition
from casedb.tally.spent import Step, lasted, minutes_of
from casedb.vocabulary import RevisitAnswer


@dataclass(frozen=True, slots=True)
class Measure:
    """Cases with a mark; with `whole` their share of the cases with that other mark; with `answer`
    the rate of one of the three revisit questions ("responded", "resolved", "satisfied"); with `step`
    the mean hours that it took, over the cases that have both of its instants in their order."""

    name: str
    mark: Mark = Mark.TOTAL
    whole: Mark | None = None
    answer: str = ""
    step: Step | None = None

    @property
    def is_mean(self) -> bool:
        """Whether cells are mean hours."""
        return self.step is not None

    @property
    def is_rate(self) -> bool:
        """Whether cells are rates 0–1 and not numbers of cases."""
        return self.whole is not None or bool(self.answer)


COUNT = Measure("件数")
MEASURES = (
    COUNT,
    Measure("办结数", Mark.CLOSED),
    Measure("未办结数", Mark.OPEN),
    Measure("逾期数", Mark.LATE),
    Measure("涉否数", Mark.HAS_NO),
    Measure("重复诉求", Mark.REPEATS),
    Measure("未首次联系", Mark.NOT_CONTACTED),
    Measure("未响应", Mark.NOT_RESPONDED),
    Measure("未解决", Mark.NOT_RESOLVED),
    Measure("不满意", Mark.NOT_SATISFIED),
    Measure("申请剔除", Mark.EXCLUDED),
    Measure("回访数", Mark.REVISITED),
    *(
        Measure(mark.value, mark)
        for mark in (
            Mark.NO_COMMUNITY,
            Mark.NO_TOPIC,
            Mark.NO_UNIT,
            Mark.NO_DEADLINE,
            Mark.NO_CONTACT_TIME,
            Mark.NOT_REGISTERED,
        )
    ),
    Measure("办结率", Mark.CLOSED, Mark.TOTAL),
    Measure("按时办结率", Mark.ON_TIME, Mark.TIMED),
    Measure("逾期率", Mark.LATE, Mark.TOTAL),
    Measure("重复率", Mark.REPEATS, Mark.TOTAL),
    Measure("涉否率", Mark.HAS_NO, Mark.REVISITED),
    Measure("响应率", answer="responded"),
    Measure("解决率", answer="resolved"),
    Measure("满意率", answer="satisfied"),
    Measure("平均办结用时", step=Step.CLOSE),
    Measure("平均首次联系用时", step=Step.CONTACT),
    Measure("平均签收用时", step=Step.ACCEPT),
)
BY_NAME = {one.name: one for one in MEASURES}
BAD_MARKS = frozenset((Mark.LATE, Mark.REPEATS, Mark.HAS_NO))


def worth(
    s: Session, measure: Measure, rules: RateRules, now: datetime
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """What a case adds to the part and to the whole of a measure; the same as in the reports."""
    if measure.answer:
        return _answered(measure.answer, rules)
    if measure.step is not None:
        over, minutes = lasted(measure.step), minutes_of(s, measure.step)
        return case((over, minutes / 60.0), else_=0.0), case((over, 1), else_=0)
    part = case((condition(measure.mark, rules, now), 1), else_=0)
    whole = condition(measure.whole or Mark.TOTAL, rules, now)
    return part, case((whole, 1), else_=0)


def _answered(answer: str, rules: RateRules) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    said = getattr(Case, answer)
    weight = {"responded": 1.0, "resolved": rules.mostly_resolved}.get(
        answer, rules.mostly_satisfied
    )
    asked = and_(_assessed(rules), said.in_(_counted(rules)))
    part = case(
        (and_(asked, said == RevisitAnswer.YES), 1.0),
        (and_(asked, said == RevisitAnswer.MOSTLY), literal(weight)),
        else_=0.0,
    )
    return part, case((asked, 1), else_=0)


def _counted(rules: RateRules) -> tuple[RevisitAnswer, ...]:
    return (*REACHED, RevisitAnswer.NOT_REACHED) if rules.count_not_reached else REACHED


def _assessed(rules: RateRules) -> ColumnElement[bool]:
    return true() if rules.count_excluded else Case.side_way.not_in(EXCLUDED_WAYS)


def behind(measure: Measure, rules: RateRules, now: datetime) -> ColumnElement[bool]:
    """The cases one wants to see behind a figure: those counted; of a good rate, those it misses."""
    if measure.answer:
        said = getattr(Case, measure.answer)
        lost = [one for one in _counted(rules) if one is not RevisitAnswer.YES]
        return and_(_assessed(rules), said.in_(lost))
    if measure.step is not None:
        return lasted(measure.step)
    counted = condition(measure.mark, rules, now)
    if measure.whole is None or measure.mark in BAD_MARKS:
        return counted
    return and_(condition(measure.whole, rules, now), not_(counted))
