"""Pure: every time limit, each with its source and an explanation line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casedb.calendar.counting import DayLine, DueTime, count, due, parse_start
from casedb.calendar.workdays import WorkCalendar
from casedb.days import beijing_day, exact_text, moment_text, span_text
from casedb.errors import CasedbError
from casedb.records import CaseRecord, ClosingLine
from casedb.rules import RuleBook
from casedb.rules.limits import Limit
from casedb.vocabulary import SideWay

__all__ = [
    "DayLine",
    "Deadline",
    "DueTime",
    "by_class",
    "count",
    "due",
    "explain",
    "explain_deadline",
    "feedback",
    "for_case",
    "materials_due",
    "parse_start",
    "retrospective_due",
    "review_due",
]

ORDER_ITSELF = "工单办理时限"
CLOSING_SHEET = "结案作业表"
ASKS_EXCLUSION = (SideWay.UNREASONABLE_ASKED, SideWay.ASSESSMENT_APPEALED)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One time limit of one case. `due` is UTC or Beijing-aware; None when it cannot be computed."""

    node: str  # accept, first_contact, feedback, materials
    name: str
    due: datetime | None
    done_at: datetime | None
    source: str
    note: str  # "样例规则，未经甲方确认" or ""
    counted: DueTime | None = None
    problem: str = ""  # why there is no due time


def retrospective_due(details_issued_on: date, rules: RuleBook, calendar: WorkCalendar) -> Deadline:
    """Last moment to hand in the retrospective (复盘报告) after the assessment details (考核明细).

    Source: service contract, article 2 item 5 (三个工作日内); Civil Code, article 201.
    """
    limit = rules.limit("retrospective", details_issued_on)
    return _counted(limit, "retrospective", "复盘报告", details_issued_on, None, calendar)


def materials_due(closed_at: datetime, rules: RuleBook, calendar: WorkCalendar) -> Deadline:
    """Default last moment to hand in exclusion materials; the closing sheet's own time wins."""
    limit = rules.limit("materials", beijing_day(closed_at))
    return _counted(limit, "materials", "剔除材料提交", closed_at, None, calendar)


def review_due(handed_in_at: datetime, rules: RuleBook, calendar: WorkCalendar) -> Deadline:
    """By when handed-in exclusion materials are to be reviewed (sample rule `review`)."""
    limit = rules.limit("review", beijing_day(handed_in_at))
    return _counted(limit, "review", "剔除材料审核", handed_in_at, None, calendar)


def for_case(
    case: CaseRecord,
    rules: RuleBook,
    calendar: WorkCalendar,
    owed: ClosingLine | None = None,
) -> tuple[Deadline, ...]:
    """Every time limit of a case: accept, first contact, feedback, and materials where they are owed.

    The order's own 办理时限 (`case.due_at`, extension included) always wins over the class, and
    the closing sheet's time over the rule for materials. Materials are owed for a case the closing
    sheet holds (`owed`) and for a closed one that asks for exclusion; for no other.
    """
    found = [
        _from_start(case, rules, calendar, "accept", "签收", case.accepted_at),
        _from_start(
            case, rules, calendar, "first_contact", "首次联系诉求人", case.first_contact_at
        ),
        feedback(case, rules, calendar),
    ]
    if owed is not None:
        source = f"{CLOSING_SHEET}（{owed.state}：{'、'.join(owed.items)}）"
        found.append(Deadline("materials", "剔除材料提交", owed.due_at, None, source, ""))
    elif case.closed_at is not None and case.side_way in ASKS_EXCLUSION:
        found.append(_from_start(case, rules, calendar, "materials", "剔除材料提交", None))
    return tuple(found)


def feedback(case: CaseRecord, rules: RuleBook, calendar: WorkCalendar) -> Deadline:
    """When the unit has to answer: the order's own time, else the default of its class."""
    if case.due_at is not None:
        source = case.due_source or ORDER_ITSELF
        return Deadline("feedback", "办理时限", case.due_at, case.closed_at, source, "")
    return by_class(case, rules, calendar)


def by_class(case: CaseRecord, rules: RuleBook, calendar: WorkCalendar) -> Deadline:
    """The default of the case's class (2h, 24h, 7d, 15d): used when the order says nothing, else a check."""
    start = case.dispatched_at or case.received_at
    if case.urgency is None or start is None:
        problem = "工单没有写办理时限，" + (
            "也没有派单时间" if start is None else "也没有定紧急档次"
        )
        return Deadline("feedback", "办理时限", None, case.closed_at, "", "", problem=problem)
    limit = rules.limit("feedback", beijing_day(start), case.urgency)
    return _counted(limit, "feedback", "办理时限", start, case.closed_at, calendar)


def _from_start(
    case: CaseRecord,
    rules: RuleBook,
    calendar: WorkCalendar,
    node: str,
    name: str,
    done_at: datetime | None,
) -> Deadline:
    starts = {
        "received_at": case.received_at,
        "dispatched_at": case.dispatched_at,
        "accepted_at": case.accepted_at,
        "closed_at": case.closed_at,
    }
    anchor = case.closed_at if node == "materials" else case.dispatched_at
    limit = None if anchor is None else rules.limit(node, beijing_day(anchor))
    start = anchor if limit is None else starts.get(limit.starts)
    if start is None:
        return Deadline(node, name, None, done_at, "", "", problem="起算时间还没有")
    return _counted(limit, node, name, start, done_at, calendar)


def _counted(
    limit: Limit | None,
    node: str,
    name: str,
    start: datetime | date,
    done_at: datetime | None,
    calendar: WorkCalendar,
) -> Deadline:
    if limit is None:
        return Deadline(node, name, None, done_at, "", "", problem="当时没有生效的规则")
    source = f"{limit.name} 第{limit.valid.version}版：{limit.rule.text}；{limit.valid.source}"
    try:
        counted = count(start, limit.rule, calendar)
    except CasedbError as missing:
        return Deadline(node, name, None, done_at, source, limit.valid.note, problem=missing.what)
    return Deadline(node, name, counted.due, done_at, source, limit.valid.note, counted)


def explain(
    case: CaseRecord,
    rules: RuleBook,
    calendar: WorkCalendar,
    owed: ClosingLine | None = None,
) -> tuple[str, ...]:
    """Why each due time of a case is what it is, line by line (`/why`, `zhiban cases why NO`)."""
    lines = [f"工单 {case.order_no} 的时限"]
    for deadline in for_case(case, rules, calendar, owed):
        lines += explain_deadline(deadline)
        if deadline.node == "feedback" and case.due_at is not None:
            lines += _check_against_class(case, rules, calendar)
    return tuple(lines)


def explain_deadline(deadline: Deadline) -> list[str]:
    """One time limit: due time, rule, source, each day counted or skipped, calendar version."""
    if deadline.due is None:
        return [f"【{deadline.name}】无法计算：{deadline.problem}。"]
    lines = [f"【{deadline.name}】{exact_text(deadline.due)}"]
    if deadline.done_at is not None:
        lines.append(f"　已于 {exact_text(deadline.done_at)} 完成{_against(deadline)}。")
    lines.append(f"　依据：{deadline.source}。")
    if deadline.note:
        lines.append(f"　注意：{deadline.note}。")
    counted = deadline.counted
    if counted is None:
        return lines
    lines.append(f"　起算：{exact_text(counted.start)}。")
    lines += [f"　{line.text}" for line in counted.days]
    if counted.calendar_version:
        lines.append(f"　工作日历版本：{counted.calendar_version}。")
    if counted.provisional:
        lines.append("　暂定：数到了调休尚未公布的年份，公布后请重新核对。")
    return lines


def _against(deadline: Deadline) -> str:
    assert deadline.due is not None and deadline.done_at is not None
    late = deadline.done_at - deadline.due
    return f"，超时 {span_text(late)}" if late > timedelta(0) else "，未超时"


def _check_against_class(case: CaseRecord, rules: RuleBook, calendar: WorkCalendar) -> list[str]:
    default = by_class(case, rules, calendar)
    if default.due is None or case.due_at is None:
        return []
    gap = case.due_at - default.due
    if abs(gap) < timedelta(minutes=1):
        verdict = "与工单一致"
    else:
        verdict = (
            f"工单比它{'晚' if gap > timedelta(0) else '早'} {span_text(abs(gap))}，以工单为准"
        )
    return [f"　核对：按 {case.urgency} 档为 {moment_text(default.due)}，{verdict}。"]
