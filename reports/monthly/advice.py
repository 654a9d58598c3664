"""Suggestions of the report, each tied to one of its figures and the table it stands in."""

from __future__ import annotations

from reports.measured import Measured
from reports.wordings import per_cent

CONCENTRATED = 0.2  # share of all from which a topic deserves an analysis of its own
SLOW = 0.95  # on-time rate below which a unit is named


def advice(report: Measured) -> tuple[str, ...]:
    """What the figures suggest; people decide."""
    told = [*_topics(report), *_units(report), *_appeals(report)]
    return tuple(told) or ("本期各项数字平稳，没有需要特别提出的建议。",)


def _topics(report: Measured) -> list[str]:
    told = []
    first = next((one for one in report.now.by_topic if one.name != "未注明"), None)
    if first and first.share >= CONCENTRATED:
        told.append(
            f"“{first.name}”占全部诉求的 {per_cent(first.share)}〔表：一级分类〕，建议由牵头科室做专题分析，"
            "提出源头治理措施（《北京市接诉即办工作条例》第二十五条、第二十六条）。"
        )
    if report.rising:
        one, before = report.rising[0]
        told.append(
            f"“{one.name}”由上期 {before} 件升到 {one.count} 件〔表：上升最多的二级分类〕，"
            "建议核查点位，提前告知居民，看是否需要专项处置。"
        )
    return told


def _units(report: Measured) -> list[str]:
    late = [one for one in report.now.by_unit if one.late]
    told = []
    if late:
        worst = max(late, key=lambda one: (one.late, one.unit))
        told.append(
            f"{worst.unit}逾期 {worst.late} 件，为各单位最多〔表：承办单位〕，"
            "建议逐件说明原因并明确完成时间。"
        )
    slow = [
        one for one in report.now.by_unit
        if one.on_time_rate is not None and one.on_time_rate < SLOW
    ]  # fmt: skip
    if slow:
        names = "、".join(f"{one.unit}（{per_cent(one.on_time_rate)}）" for one in slow[:5])
        told.append(f"按时办结率低于 95% 的单位：{names}〔表：承办单位〕，建议专班约谈并按周跟踪。")
    return told


def _appeals(report: Measured) -> list[str]:
    now, told = report.now, []
    if now.has_no:
        told.append(f"涉否 {now.has_no} 件〔表：总体情况〕，建议逐件复盘，能补救的再次联系诉求人。")
    if now.repeats:
        told.append(f"重复诉求 {now.repeats} 件〔表：总体情况〕，建议比对有无新情况，合并研判。")
    if now.groups:
        one = now.groups[0]
        told.append(
            f"{one.community}“{one.topic_3}”在 {one.on} 有 {one.callers} 人来电〔表：群体性诉求点位〕，"
            "建议到点位集中答复，防止群体性诉求扩大。"
        )
    if now.not_contacted:
        told.append(f"未首次联系的在办工单 {now.not_contacted} 件〔表：总体情况〕，建议当日联系。")
    return told
