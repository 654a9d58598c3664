"""Kinds and states of exclusion requests, by stored value. Never rename one."""

from __future__ import annotations

from enum import StrEnum


class ExclusionFlow(StrEnum):
    """Two separate ways a case is left out of the assessment (剔除)."""

    UNREASONABLE = "unreasonable"  # 不合理诉求申请
    APPEAL = "appeal"  # 考核申诉


class ExclusionState(StrEnum):
    """Where a request stands."""

    COLLECTING = "collecting"  # materials are asked for
    REVIEWING = "reviewing"  # findings wait for an analyst
    CORRECTING = "correcting"  # the opinion went out, the unit mends
    READY = "ready"  # nothing left to mend
    SUBMITTED = "submitted"  # with the client for recheck
    PASSED = "passed"
    RETURNED = "returned"  # the recheck sent it back
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What a person says of a finding the machine proposed."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    EDITED = "edited"
    OVERRIDDEN = "overridden"  # not a fault


FLOW_NAMES = {
    ExclusionFlow.UNREASONABLE: "不合理诉求申请",
    ExclusionFlow.APPEAL: "考核申诉",
}
STATE_NAMES = {
    ExclusionState.COLLECTING: "材料收集中",
    ExclusionState.REVIEWING: "审核中",
    ExclusionState.CORRECTING: "整改中",
    ExclusionState.READY: "待报送",
    ExclusionState.SUBMITTED: "已报送待复核",
    ExclusionState.PASSED: "复核通过",
    ExclusionState.RETURNED: "复核退回",
    ExclusionState.WITHDRAWN: "已撤回",
}
OVER = (ExclusionState.PASSED, ExclusionState.WITHDRAWN)
