"""Pure: the figures of a ledger, each defined by one sentence, from cases as of one instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from casedb.calendar.counting import count
from casedb.calendar.workdays import WorkCalendar
from casedb.closing.records import HANDED_IN
from casedb.days import beijing_day, day_end, day_start, span_text
from casedb.errors import CasedbError
from casedb.records import CaseRecord, LedgerCase, UnitLine
from casedb.rules import RuleBook
from casedb.vocabulary import CaseStage, RevisitAnswer, SideWay

NO_UNIT = "未分派"
HAS_NO_DAYS = 30
EXCLUSION_WORDS = {
    SideWay.UNREASONABLE_ASKED: "不合理诉求申请中",
    SideWay.ASSESSMENT_APPEALED: "考核申诉中",
}
LIGHT_ORDER = {"红": 0, "黄": 1, "绿": 2}
SOON_DAYS = 3


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """What the figures need of the rules, and of the records beside the cases."""

    rules: RuleBook
    calendar: WorkCalendar
    owed: Mapping[int, str] = field(default_factory=dict)  # case -> materials: 待交, 逾期, …
    handlers: Mapping[int, str] = field(default_factory=dict)  # person -> name
    heads: Mapping[int, str] = field(default_factory=dict)  # unit -> name of its head


@dataclass(frozen=True, slots=True)
class DayView:
    """One Beijing day `on`, seen `as_of` an instant that is not after its end."""

    on: date
    as_of: datetime

    def starts(self, case: CaseRecord) -> datetime | None:
        """When a case came to the sub-district: dispatched, else received."""
        return case.dispatched_at or case.received_at

    def known(self, case: CaseRecord) -> bool:
        """Whether the case was here already. Without any time it counts as here all along."""
        start = self.starts(case)
        return start is None or start <= self.as_of

    def is_new(self, case: CaseRecord) -> bool:
        """新增: dispatched (else received) on this Beijing day."""
        start = self.starts(case)
        return start is not None and beijing_day(start) == self.on and start <= self.as_of

    def is_open(self, case: CaseRecord) -> bool:
        """在办: here, and not closed at that instant."""
        if not self.known(case):
            return False
        if case.closed_at is not None:
            return case.closed_at > self.as_of
        return case.stage is not CaseStage.CLOSED

    def is_closed_today(self, case: CaseRecord) -> bool:
        """办结: closed on this Beijing day."""
        at = case.closed_at
        return at is not None and beijing_day(at) == self.on and at <= self.as_of

    def is_due_today(self, case: CaseRecord) -> bool:
        """今日到期: open, and the deadline falls on this Beijing day (passed already or not)."""
        return self.is_open(case) and self._due_in(case) == 0

    def is_due_soon(self, case: CaseRecord) -> bool:
        """3日内到期: open, and the deadline falls on this day or one of the next three."""
        days = self._due_in(case)
        return self.is_open(case) and days is not None and 0 <= days <= SOON_DAYS

    def is_overdue(self, case: CaseRecord) -> bool:
        """逾期: open, and the deadline has passed at that instant."""
        return self.is_open(case) and case.due_at is not None and case.due_at < self.as_of

    def is_not_contacted(self, case: CaseRecord) -> bool:
        """未首联: open, and the complainant not contacted yet at that instant."""
        at = case.first_contact_at
        return self.is_open(case) and (at is None or at > self.as_of)

    def is_no(self, case: CaseRecord) -> bool:
        """涉否: a revisit (else closed) within the last 30 days has at least one no (待确认)."""
        at = case.revisited_at or case.closed_at
        if not case.has_no or at is None or at > self.as_of:
            return False
        return (self.on - beijing_day(at)).days < HAS_NO_DAYS

    def is_repeat(self, case: CaseRecord) -> bool:
        """重复: open, and the same caller has an earlier case on the same matter."""
        return self.is_open(case) and bool(case.repeat_of)

    def _due_in(self, case: CaseRecord) -> int | None:
        return None if case.due_at is None else (beijing_day(case.due_at) - self.on).days


def day_view(on: date, now: datetime) -> DayView:
    """A day as of `now`, or as of its end when it is over.

    Raises:
        CasedbError: the day has not begun.
    """
    if now < day_start(on):
        raise CasedbError(f"{on} 还没有到，出不了台账。", "请选今天或以前的日期。")
    return DayView(on, min(now, day_end(on)))


def unit_lines(
    view: DayView, cases: Sequence[CaseRecord], given: LedgerRules
) -> tuple[UnitLine, ...]:
    """One line per unit that has anything to show, the most overdue first."""
    of_unit: dict[str, list[CaseRecord]] = {}
    for case in cases:
        of_unit.setdefault(unit_of(case), []).append(case)
    lines = [unit_line(view, name, own, given) for name, own in of_unit.items()]
    shown = [line for line in lines if line.new or line.open or line.closed or line.owed]
    return tuple(sorted(shown, key=lambda one: (-one.overdue, -one.due_today, -one.open, one.unit)))


def unit_line(
    view: DayView, name: str, cases: Sequence[CaseRecord], given: LedgerRules
) -> UnitLine:
    """The figures of some cases under one name."""
    return UnitLine(
        unit=name,
        new=sum(map(view.is_new, cases)),
        open=sum(map(view.is_open, cases)),
        due_today=sum(map(view.is_due_today, cases)),
        due_in_3_days=sum(map(view.is_due_soon, cases)),
        overdue=sum(map(view.is_overdue, cases)),
        not_contacted=sum(map(view.is_not_contacted, cases)),
        closed=sum(map(view.is_closed_today, cases)),
        has_no=sum(map(view.is_no, cases)),
        owed=sum(given.owed.get(case.id, HANDED_IN) != HANDED_IN for case in cases),
    )


def unit_of(case: CaseRecord) -> str:
    """The handling unit's name, 未分派 without one."""
    return case.handling_unit or NO_UNIT


def ledger_cases(
    view: DayView, cases: Iterable[CaseRecord], given: LedgerRules
) -> tuple[LedgerCase, ...]:
    """Every case the ledger lists: open, new or closed that day, or 涉否; red ones first."""
    listed = [
        ledger_case(view, case, given)
        for case in cases
        if view.is_open(case) or view.is_new(case) or view.is_closed_today(case) or view.is_no(case)
    ]
    return tuple(sorted(listed, key=_order))


def _order(case: LedgerCase) -> tuple[int, bool, float, str]:
    due = case.due_at
    closed = case.stage is CaseStage.CLOSED
    return (
        LIGHT_ORDER[case.light] + 3 * closed,
        due is None,
        due.timestamp() if due else 0.0,
        case.order_no,
    )


def ledger_case(view: DayView, case: CaseRecord, given: LedgerRules) -> LedgerCase:
    """One case as the ledger shows it, with its flags and its light."""
    stage = case.stage
    if view.is_open(case) and stage is CaseStage.CLOSED:
        stage = CaseStage.HANDLING  # it was closed later than the day the ledger is about
    return LedgerCase(
        order_no=case.order_no,
        unit=unit_of(case),
        community=case.community,
        topic="／".join(part for part in case.topic_path if part),
        title=case.title,
        due_at=case.due_at,
        stage=stage,
        light=light(view, case, given),
        flags=flags(view, case),
        source=case.source,
        kind=str(case.kind or ""),
        dispatched_at=case.dispatched_at,
        left=_left(view, case),
        contacted=not view.is_not_contacted(case),
        handler=given.handlers.get(case.handler_id or 0)
        or given.heads.get(case.handling_unit_id or 0, ""),
        exclusion=_exclusion(case, given),
        todo=_todo(view, case, given),
    )


def _left(view: DayView, case: CaseRecord) -> str:
    """剩余时长 of an open case at that instant."""
    if case.due_at is None or not view.is_open(case):
        return ""
    left = case.due_at - view.as_of
    return f"超 {span_text(-left)}" if left < timedelta(0) else span_text(left)


def _exclusion(case: CaseRecord, given: LedgerRules) -> str:
    """剔除状态: what is asked for, and how the materials stand."""
    asked = EXCLUSION_WORDS.get(case.side_way, "")
    materials = given.owed.get(case.id, "")
    return "，".join(filter(None, [asked, f"材料{materials}" if materials else ""]))


def _todo(view: DayView, case: CaseRecord, given: LedgerRules) -> str:
    """今日动作: what the flags call for, the most pressing first; a proposal, people decide."""
    deeds = (
        ("立即办结并说明原因", view.is_overdue(case)),
        ("今日办结", view.is_due_today(case) and not view.is_overdue(case)),
        ("签收", view.is_open(case) and case.accepted_at is None),
        ("联系诉求人", view.is_not_contacted(case)),
        ("交剔除材料", given.owed.get(case.id, HANDED_IN) != HANDED_IN),
        ("再回访、补救", view.is_no(case)),
        ("并案核对", view.is_repeat(case)),
    )
    return "、".join(name for name, holds in deeds if holds)


def flags(view: DayView, case: CaseRecord) -> tuple[str, ...]:
    """Why a case is worth a look, in a fixed order."""
    marks = (
        ("逾期", view.is_overdue(case)),
        ("今日到期", view.is_due_today(case)),
        ("3日内到期", view.is_due_soon(case) and not view.is_due_today(case)),
        ("未首联", view.is_not_contacted(case)),
        ("涉否", view.is_no(case)),
        ("重复", view.is_repeat(case)),
        ("新增", view.is_new(case)),
        ("办结", view.is_closed_today(case)),
    )
    return tuple(name for name, holds in marks if holds)


def light(view: DayView, case: CaseRecord, given: LedgerRules) -> str:
    """风险灯: red overdue or nearly, yellow soon, late to contact or 涉否, else green.

    Source: ledger.toml `lights`, a sample unless confirmed there.
    """
    lights = given.rules.ledger.lights
    if view.is_open(case):
        left = None if case.due_at is None else case.due_at - view.as_of
        if left is not None and left < timedelta(hours=lights.red_hours):
            return "红"
        if left is not None and left < timedelta(hours=lights.yellow_hours):
            return "黄"
        if view.is_not_contacted(case) and _contact_late(view, case, given):
            return "黄"
    return "黄" if view.is_no(case) else "绿"


def _contact_late(view: DayView, case: CaseRecord, given: LedgerRules) -> bool:
    start = view.starts(case)
    limit = None if start is None else given.rules.limit("first_contact", beijing_day(start))
    if start is None or limit is None:
        return False
    try:
        return count(start, limit.rule, given.calendar).due < view.as_of
    except CasedbError:
        return False


def revisit_figures(view: DayView, cases: Sequence[CaseRecord]) -> tuple[tuple[str, int], ...]:
    """回访结果: cases revisited that day, and how many said no to what."""
    today = [
        case
        for case in cases
        if case.revisited_at is not None
        and beijing_day(case.revisited_at) == view.on
        and case.revisited_at <= view.as_of
    ]
    no = RevisitAnswer.NO
    return (
        ("今日回访", len(today)),
        ("今日回访未响应", sum(case.responded is no for case in today)),
        ("今日回访未解决", sum(case.resolved is no for case in today)),
        ("今日回访不满意", sum(case.satisfied is no for case in today)),
    )
