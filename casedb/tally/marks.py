"""What a case can count for, each defined once as a condition: counted by it, and opened by it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, literal, or_, true

from casedb.base import UtcDateTime
from casedb.invented import MARK, PREFIXES
from casedb.models import Case
from casedb.rules.rate_rules import RateRules
from casedb.vocabulary import RevisitAnswer, SideWay

EXCLUDED_WAYS = (SideWay.UNREASONABLE_ASKED, SideWay.ASSESSMENT_APPEALED)
REACHED = (RevisitAnswer.YES, RevisitAnswer.MOSTLY, RevisitAnswer.NO)
ANSWERS = (Case.responded, Case.resolved, Case.satisfied)


class Mark(StrEnum):
    """What is counted besides the values of columns; the value is its name for readers."""

    TOTAL = "诉求总量"
    CLOSED = "已办结"
    OPEN = "未办结"
    TIMED = "有时限的已办结"
    ON_TIME = "按时办结"
    LATE = "逾期"
    NOT_CONTACTED = "未首次联系"
    REVISITED = "已回访"
    NOT_RESPONDED = "未响应"
    NOT_RESOLVED = "未解决"
    NOT_SATISFIED = "不满意"
    HAS_NO = "涉否"
    REPEATS = "重复诉求"
    EXCLUDED = "申请剔除"
    NO_COMMUNITY = "社区未填"
    NO_TOPIC = "一级分类未填"
    NO_UNIT = "承办单位未填"
    NO_DEADLINE = "办理时限未填"
    NO_CONTACT_TIME = "首次联系时间未填"
    NOT_REGISTERED = "承办单位不在名册"
    INVENTED = "虚构数据"


def condition(mark: Mark, rules: RateRules, now: datetime) -> ColumnElement[bool]:
    """Which cases count.

    TIMED: closed and with a deadline. ON_TIME: closed by it. LATE: closed after it, or open and past
    it at `now`. HAS_NO (涉否): at least one "no" (working definition, to be confirmed); cases asked
    to be left out of the assessment count only where the rules say so.
    """
    asked_out = Case.side_way.in_(EXCLUDED_WAYS)
    assessed = true() if rules.count_excluded else ~asked_out
    ended = func.coalesce(Case.closed_at, literal(now, UtcDateTime()))
    return {
        Mark.TOTAL: true(),
        Mark.CLOSED: Case.closed_at.is_not(None),
        Mark.OPEN: Case.closed_at.is_(None),
        Mark.TIMED: and_(Case.closed_at.is_not(None), Case.due_at.is_not(None)),
        Mark.ON_TIME: Case.closed_at <= Case.due_at,
        Mark.LATE: ended > Case.due_at,
        Mark.NOT_CONTACTED: and_(Case.first_contact_at.is_(None), Case.closed_at.is_(None)),
        Mark.REVISITED: or_(*(answer.in_(REACHED) for answer in ANSWERS)),
        Mark.NOT_RESPONDED: and_(assessed, Case.responded == RevisitAnswer.NO),
        Mark.NOT_RESOLVED: and_(assessed, Case.resolved == RevisitAnswer.NO),
        Mark.NOT_SATISFIED: and_(assessed, Case.satisfied == RevisitAnswer.NO),
        Mark.HAS_NO: and_(assessed, or_(*(answer == RevisitAnswer.NO for answer in ANSWERS))),
        Mark.REPEATS: Case.repeat_of != "",
        Mark.EXCLUDED: asked_out,
        Mark.NO_COMMUNITY: Case.community == "",
        Mark.NO_TOPIC: Case.topic_1 == "",
        Mark.NO_UNIT: Case.handling_unit == "",
        Mark.NO_DEADLINE: Case.due_at.is_(None),
        Mark.NO_CONTACT_TIME: Case.first_contact_at.is_(None),
        Mark.NOT_REGISTERED: and_(Case.handling_unit != "", Case.handling_unit_id.is_(None)),
        # The number alone could be a real one; the mark is ours.
        Mark.INVENTED: and_(
            or_(*(Case.order_no.startswith(one) for one in PREFIXES)), Case.remark.contains(MARK)
        ),
    }[mark]
