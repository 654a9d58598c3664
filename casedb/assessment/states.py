"""The closed lists of the assessment: rates and the life of a measure. Values are stored."""

from __future__ import annotations

from enum import StrEnum


class Rate(StrEnum):
    """Which of the three rates (三率) a point was lost on."""

    RESPONSE = "response"
    RESOLUTION = "resolution"
    SATISFACTION = "satisfaction"
    UNKNOWN = "unknown"  # the sheet only says that something was lost


RATE_NAMES = {
    Rate.RESPONSE: "响应率",
    Rate.RESOLUTION: "解决率",
    Rate.SATISFACTION: "满意率",
    Rate.UNKNOWN: "未注明",
}


class MeasureState(StrEnum):
    """Where a measure (改进措施) stands."""

    OPEN = "open"
    DONE = "done"  # the owner says so; somebody has to accept it
    ACCEPTED = "accepted"
    DROPPED = "dropped"


MEASURE_NAMES = {
    MeasureState.OPEN: "进行中",
    MeasureState.DONE: "已完成待验收",
    MeasureState.ACCEPTED: "已验收",
    MeasureState.DROPPED: "已撤销",
}
