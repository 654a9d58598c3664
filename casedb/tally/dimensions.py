"""By what cases can be counted: values of columns, and parts of the time they came in."""

from __future__ import annotations

from datetime import datetime, timedelta
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
    QUARTER = "季度"
    MONTH = "月份"
    WEEK = "周"
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
MONTHLY = frozenset((Dimension.QUARTER, Dimension.MONTH))  # told by whole months
HOURLY = frozenset((Dimension.WEEK, Dimension.DAY, Dimension.WEEKDAY, Dimension.HOUR))
TIMES = MONTHLY | HOURLY


def in_order(value: str) -> tuple[int, str]:
    """Sorts the values of a dimension of time as time goes."""
    return (WEEKDAYS.index(value) if value in WEEKDAYS else 0, value)


def part_of_time(dimension: Dimension, local: datetime) -> str:
    """What a Beijing instant counts as in a dimension of time; a week is named by its Monday."""
    return {
        Dimension.QUARTER: f"{local.year} 年 {(local.month + 2) // 3} 季度",
        Dimension.MONTH: f"{local:%Y-%m}",
        Dimension.WEEK: f"{local.date() - timedelta(days=local.weekday())} 起",
        Dimension.DAY: f"{local:%Y-%m-%d}",
        Dimension.WEEKDAY: WEEKDAYS[local.weekday()],
        Dimension.HOUR: f"{local:%H} 时",
    }[dimension]
