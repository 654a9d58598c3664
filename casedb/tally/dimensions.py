"""By what cases can be counted: values of columns, and parts of the time they came in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class Dimension(StrEnum):
    """By what cases can be counted; the value is its name for readers."""

    KIND = "诉求性质"
    SOURCE = "来源"
    TOPIC = "一级分类"
    TOPIC_2 = "二级分类"
    TOPIC_3 = "三级分类"
    COMMUNITY = "社区"
    UNIT = "承办单位"
    STAGE = "阶段"
    MONTH = "月份"
    DAY = "日期"
    WEEKDAY = "星期"
    HOUR = "时段"


COLUMNS = {
    Dimension.KIND: "kind",
    Dimension.SOURCE: "source",
    Dimension.TOPIC: "topic_1",
    Dimension.TOPIC_2: "topic_2",
    Dimension.TOPIC_3: "topic_3",
    Dimension.COMMUNITY: "community",
    Dimension.UNIT: "handling_unit",
    Dimension.STAGE: "stage",
}
NAMED = frozenset((Dimension.COMMUNITY, Dimension.UNIT))  # values that may bear a former name
TIMES = frozenset((Dimension.MONTH, Dimension.DAY, Dimension.WEEKDAY, Dimension.HOUR))
HOURLY = TIMES - {Dimension.MONTH}


def part_of_time(dimension: Dimension, local: datetime) -> str:
    """What a Beijing instant counts as in a dimension of time."""
    return {
        Dimension.MONTH: f"{local:%Y-%m}",
        Dimension.DAY: f"{local:%Y-%m-%d}",
        Dimension.WEEKDAY: WEEKDAYS[local.weekday()],
        Dimension.HOUR: f"{local:%H} 时",
    }[dimension]
