"""The closed lists of the trade: roles, stages, kinds. Values are stored; never rename one."""

from __future__ import annotations

from enum import StrEnum


class UnitKind(StrEnum):
    """What a unit is (单位类型)."""

    SUBDISTRICT = "subdistrict"  # 街道
    DESK = "desk"  # 接诉即办专班
    SECTION = "section"  # 科室
    COMMUNITY = "community"  # 社区
    OUTSIDE = "outside"  # 物业、专业公司、区级部门


class Role(StrEnum):
    """What a person may do (角色)."""

    ADMIN = "admin"  # 管理员
    DESK = "desk"  # 专班
    ANALYST = "analyst"  # 驻场分析人员
    SECTION = "section"  # 科室承办人
    COMMUNITY = "community"  # 社区工作者
    LEADER = "leader"  # 值班领导


class ChatPurpose(StrEnum):
    """What a bound group is for."""

    LEDGER = "ledger"
    UNIT = "unit"
    TRAINING = "training"


class AppealKind(StrEnum):
    """诉求性质. 接诉即办工作条例 art. 2 names five; praise is common practice."""

    CONSULT = "咨询"
    HELP = "求助"
    COMPLAINT = "投诉"
    REPORT = "举报"
    SUGGESTION = "建议"
    PRAISE = "表扬"
    OTHER = "其他"


class CaseStage(StrEnum):
    """Where a case (案件) stands on the main road."""

    RECEIVED = "received"  # 受理
    DISPATCHED = "dispatched"  # 流转
    HANDLING = "handling"  # 办理
    UNDER_REVIEW = "under_review"  # 审核
    CLOSED = "closed"  # 结案


class SideWay(StrEnum):
    """A state beside the main road (DOMAIN §2.1); a case may be on one at a time."""

    NONE = "none"
    DISPATCH_DISPUTED = "dispatch_disputed"  # 派单异议中
    RETURNED = "returned"  # 退回
    EXTENSION_ASKED = "extension_asked"  # 延期申请中
    HARD_LISTED = "hard_listed"  # 疑难挂账
    UNREASONABLE_ASKED = "unreasonable_asked"  # 不合理诉求申请中
    ASSESSMENT_APPEALED = "assessment_appealed"  # 考核申诉中
    REHANDLING = "rehandling"  # 重新办理
    SUPERVISED = "supervised"  # 督办


class Urgency(StrEnum):
    """Class of time limit; a default and a check only, the order's own 办理时限 wins."""

    EMERGENCY = "2h"  # 突发、危及生命财产
    UTILITY = "24h"  # 水电气热等
    NORMAL = "7d"
    COMPLEX = "15d"


class RevisitAnswer(StrEnum):
    """One answer at the revisit (回访)."""

    YES = "yes"
    MOSTLY = "mostly"  # 基本满意
    NO = "no"
    NOT_REACHED = "not_reached"  # 未接通、拒答


class ObligationKind(StrEnum):
    """Why somebody is to be reminded."""

    ACCEPT = "accept"  # 签收
    FIRST_CONTACT = "first_contact"
    DEADLINE = "deadline"  # 办理时限
    MATERIALS = "materials"
    REVIEW = "review"
    RETROSPECTIVE = "retrospective"
    MEASURE = "measure"  # 改进措施
    PERSONAL = "personal"  # "提醒我 …"


class ObligationState(StrEnum):
    """A reminder is an obligation; every change is an event."""

    DUE = "due"  # waiting for its time
    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"
    DONE = "done"
    CANCELLED = "cancelled"


class OutboxState(StrEnum):
    """Life of one message row."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"  # given up, the desk was told
    CARRIED = "carried"  # part of a digest message
    UNCERTAIN = "uncertain"  # answer cut after the effect may have happened; a person decides
