"""Pure: which stage of a case (案件节点) may follow which, and why not."""

from __future__ import annotations

from casedb.vocabulary import CaseStage, SideWay

STAGE_NAMES = {
    CaseStage.RECEIVED: "受理",
    CaseStage.DISPATCHED: "流转",
    CaseStage.HANDLING: "办理",
    CaseStage.UNDER_REVIEW: "审核",
    CaseStage.CLOSED: "结案",
}
SIDE_WAY_NAMES = {
    SideWay.NONE: "无",
    SideWay.DISPATCH_DISPUTED: "派单异议中",
    SideWay.RETURNED: "退回",
    SideWay.EXTENSION_ASKED: "延期申请中",
    SideWay.HARD_LISTED: "疑难挂账",
    SideWay.UNREASONABLE_ASKED: "不合理诉求申请中",
    SideWay.ASSESSMENT_APPEALED: "考核申诉中",
    SideWay.REHANDLING: "重新办理",
    SideWay.SUPERVISED: "督办",
}
ORDER = tuple(CaseStage)

# The main road, its short cuts (an inquiry answered at once) and the ways back.
ROADS: dict[CaseStage, frozenset[CaseStage]] = {
    CaseStage.RECEIVED: frozenset({CaseStage.DISPATCHED, CaseStage.HANDLING, CaseStage.CLOSED}),
    CaseStage.DISPATCHED: frozenset({CaseStage.HANDLING, CaseStage.RECEIVED}),
    CaseStage.HANDLING: frozenset({CaseStage.UNDER_REVIEW, CaseStage.CLOSED, CaseStage.DISPATCHED}),
    CaseStage.UNDER_REVIEW: frozenset({CaseStage.HANDLING, CaseStage.CLOSED}),
    CaseStage.CLOSED: frozenset({CaseStage.HANDLING}),
}
# Ways back are taken for a reason, and the reason is written down.
NEEDS_REASON = frozenset(
    {
        (CaseStage.DISPATCHED, CaseStage.RECEIVED),
        (CaseStage.HANDLING, CaseStage.DISPATCHED),
        (CaseStage.UNDER_REVIEW, CaseStage.HANDLING),
        (CaseStage.CLOSED, CaseStage.HANDLING),
    }
)
# These only make sense for a case that is still being handled, or only for a closed one.
WHILE_OPEN = frozenset(
    {SideWay.DISPATCH_DISPUTED, SideWay.RETURNED, SideWay.EXTENSION_ASKED, SideWay.HARD_LISTED}
)
ONCE_CLOSED = frozenset({SideWay.ASSESSMENT_APPEALED, SideWay.REHANDLING})


def refusal(now_at: CaseStage, to: CaseStage, *, reason_given: bool) -> str:
    """Why a case may not go from one stage to another, in Chinese; "" when it may."""
    here, there = STAGE_NAMES[now_at], STAGE_NAMES[to]
    if now_at is to:
        return f"工单已经在“{there}”节点"
    if to not in ROADS[now_at]:
        after = "、".join(STAGE_NAMES[stage] for stage in ORDER if stage in ROADS[now_at])
        return f"“{here}”之后不能直接到“{there}”，可以到：{after}"
    if (now_at, to) in NEEDS_REASON and not reason_given:
        return f"从“{here}”回到“{there}”要写明原因"
    return ""


def side_way_refusal(stage: CaseStage, way: SideWay) -> str:
    """Why a case at this stage may not take a side way, in Chinese; "" when it may."""
    if way in WHILE_OPEN and stage is CaseStage.CLOSED:
        return f"工单已结案，不能再标记“{SIDE_WAY_NAMES[way]}”"
    if way in ONCE_CLOSED and stage is not CaseStage.CLOSED:
        return f"工单还没有结案，不能标记“{SIDE_WAY_NAMES[way]}”"
    return ""


def further(one: CaseStage, other: CaseStage) -> CaseStage:
    """The stage further down the road; an import never pushes a case back."""
    return max(one, other, key=ORDER.index)
