"""Every table of the public-sentiment report, once: the paper and the sheet show the same ones."""

from __future__ import annotations

from collections.abc import Sequence

from reports.figures import Change, Figures, Share
from reports.papers import Table
from reports.wordings import NOTHING, hours_text, per_cent, signed_per_cent

TOP = 10
FIELD_WORDS = {
    "community": "社区",
    "topic_1": "一级分类",
    "unit": "承办单位",
    "due_at": "办理时限",
    "first_contact_at": "首次联系时间",
}


def all_tables(now: Figures, last_period: Change, last_year: Change) -> tuple[Table, ...]:
    """The tables in the order of the paper."""
    return (
        overview(now),
        comparison(now, last_period, last_year),
        shares("诉求性质", now.by_kind),
        shares("来源渠道", now.by_source),
        shares("一级分类", now.by_topic),
        shares("二级分类", now.by_topic_2),
        shares("三级分类", now.by_topic_3),
        shares("社区分布", now.by_community),
        units(now),
        hours(now),
        quality(now),
    )


def overview(now: Figures) -> Table:
    """The main figures, one line each."""
    rows = (
        ("诉求总量", f"{now.total} 件"),
        ("已办结", f"{now.closed} 件"),
        ("按时办结率", per_cent(now.on_time_rate)),
        ("响应率", per_cent(now.response_rate)),
        ("解决率", per_cent(now.resolution_rate)),
        ("满意率", per_cent(now.satisfaction_rate)),
        ("已回访", f"{now.revisited} 件"),
        ("涉否", f"{now.has_no} 件"),
        ("重复诉求", f"{now.repeats} 件"),
        ("群体性诉求", f"{now.group_appeals} 件"),
        ("申请剔除", f"{now.excluded} 件"),
        ("签收用时（中位数）", hours_text(now.hours_to_accept)),
        ("首次联系用时（中位数）", hours_text(now.hours_to_contact)),
        ("办结用时（中位数）", hours_text(now.hours_to_close)),
    )
    return Table("总体情况", ("指标", "数值"), rows)


def comparison(now: Figures, last_period: Change, last_year: Change) -> Table:
    """Against the period before and the same period a year ago."""
    return Table(
        "与历史同期对比",
        ("对比", "时段", "件数", "增减", "变化率"),
        (
            ("本期", now.span.text(), f"{now.total}", NOTHING, NOTHING),
            _compared("上期（环比）", last_period),
            _compared("上年同期（同比）", last_year),
        ),
    )


def _compared(name: str, other: Change) -> tuple[str, ...]:
    if not other.known:
        return (name, other.other.text(), "没有完整的历史数据", NOTHING, NOTHING)
    return (
        name,
        other.other.text(),
        f"{other.total}",
        f"{other.difference:+d}",
        signed_per_cent(other.share),
    )


def shares(name: str, values: Sequence[Share]) -> Table:
    """Counts with their share of all."""
    return Table(
        name,
        (name, "件数", "占比"),
        tuple((one.name, f"{one.count}", per_cent(one.share)) for one in values),
    )


def units(now: Figures) -> Table:
    """How each unit handled its cases."""
    return Table(
        "承办单位",
        ("单位", "承办", "办结", "逾期", "按时办结率", "涉否"),
        tuple(
            (
                one.unit,
                f"{one.total}",
                f"{one.closed}",
                f"{one.late}",
                per_cent(one.on_time_rate),
                f"{one.has_no}",
            )
            for one in now.by_unit
        ),
    )


def hours(now: Figures) -> Table:
    """Cases by the hour of the call, Beijing time."""
    return Table(
        "来电时段",
        ("时段", "件数"),
        tuple(
            (f"{hour:02d}:00–{hour:02d}:59", f"{count}") for hour, count in enumerate(now.by_hour)
        ),
    )


def quality(now: Figures) -> Table:
    """What the records do not say."""
    return Table(
        "数据质量",
        ("字段", "缺失件数", "占比"),
        tuple(
            (FIELD_WORDS[name], f"{count}", per_cent(count / now.total if now.total else None))
            for name, count in now.missing
        ),
    )
