"""The chapters of the public-sentiment report; every number comes from the figures, none is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casedb.rules.rate_rules import RateRules
from reports import tables
from reports.figures import Change, Figures, Share
from reports.papers import Picture, Section
from reports.tables import TOP
from reports.wordings import per_cent, signed_per_cent

NUMBERS = "一二三四五六七八九十"
MISSING = {
    "effect": "本期没有登记的整改措施，不作成效分析。",
    "hot": "本期没有热点分析。",
    "forecast": "本期没有预测。",
}


@dataclass(frozen=True, slots=True)
class Chapters:
    """Chapters that other analyses write; headings and numbers are given by the report.

    None stands for an analysis that has nothing to say; the report says so in its place.
    """

    hot_topics: Section | None = None
    forecast: Section | None = None
    measures: Section | None = None

    @property
    def given(self) -> tuple[Section, ...]:
        """Those that were written, in the order of the report."""
        return tuple(
            one for one in (self.measures, self.hot_topics, self.forecast) if one is not None
        )


NO_CHAPTERS = Chapters()
Rising = Sequence[tuple[Share, int]]


def sections(
    now: Figures,
    last_period: Change,
    last_year: Change,
    rising: Rising,
    rules: RateRules,
    charts: Sequence[Path],
    chapters: Chapters = NO_CHAPTERS,
) -> tuple[Section, ...]:
    """Contract item 4: volume, kinds, concentrated problems, areas, handling, effect, comparison."""
    if not now.total:
        return _numbered(
            Section("总体情况", ("本期没有诉求记录。",), (tables.overview(now),)), _method(rules)
        )
    topics, days, unit_chart = charts
    return _numbered(
        Section(
            "总体情况",
            (_summary(now), _against(last_period, "环比"), _against(last_year, "同比")),
            (tables.overview(now), tables.comparison(now, last_period, last_year)),
            (Picture("图 1　每日诉求量", days),),
        ),
        Section(
            "诉求类型与来源",
            (_leading("诉求性质", now.by_kind),),
            (tables.shares("诉求性质", now.by_kind), tables.shares("来源渠道", now.by_source)),
        ),
        Section(
            "集中问题",
            (_leading("一级分类", now.by_topic), _risen(rising)),
            (
                tables.shares("一级分类", now.by_topic[:TOP]),
                tables.shares("二级分类", now.by_topic_2[:TOP]),
                tables.shares("三级分类", now.by_topic_3[:TOP]),
            ),
            (Picture("图 2　诉求分类", topics),),
        ),
        Section(
            "区域分析",
            (_leading("社区", now.by_community),),
            (tables.shares("社区分布", now.by_community), tables.hours(now)),
        ),
        Section(
            "承办与成效",
            (_handling(now),),
            (tables.units(now),),
            (Picture("图 3　承办单位", unit_chart),),
        ),
        _chapter("整改成效", chapters.measures, MISSING["effect"]),
        _chapter("热点与重复诉求", chapters.hot_topics, MISSING["hot"]),
        _chapter("下期预测", chapters.forecast, MISSING["forecast"]),
        Section("工作建议", _advice(now, rising)),
        Section("数据质量", (_quality(now),), (tables.quality(now),)),
        _method(rules),
    )


def _numbered(*sections: Section) -> tuple[Section, ...]:
    """Chapters with their Chinese numbers."""
    return tuple(
        replace(one, heading=f"{_number(at)}、{one.heading}") for at, one in enumerate(sections)
    )


def _number(at: int) -> str:
    return NUMBERS[at] if at < len(NUMBERS) else f"十{NUMBERS[at - 10]}"


def _chapter(heading: str, written: Section | None, otherwise: str) -> Section:
    return replace(written, heading=heading) if written else Section(heading, (otherwise,))


def _summary(now: Figures) -> str:
    return (
        f"本期共受理诉求 {now.total} 件，已办结 {now.closed} 件，按时办结率 {per_cent(now.on_time_rate)}。"
        f"已回访 {now.revisited} 件，响应率 {per_cent(now.response_rate)}，"
        f"解决率 {per_cent(now.resolution_rate)}，满意率 {per_cent(now.satisfaction_rate)}；"
        f"涉否 {now.has_no} 件，重复诉求 {now.repeats} 件，群体性诉求 {now.group_appeals} 件。"
    )


def _against(other: Change, name: str) -> str:
    if not other.known:
        return f"{name}：{other.other.text()} 没有完整的历史数据，不作比较。"
    return (
        f"{name}：{other.other.text()} 为 {other.total} 件，本期{'增加' if other.difference >= 0 else '减少'} "
        f"{abs(other.difference)} 件（{signed_per_cent(other.share)}）。"
    )


def _leading(name: str, values: Sequence[Share]) -> str:
    first = "；".join(f"{one.name} {one.count} 件（{per_cent(one.share)}）" for one in values[:3])
    together = per_cent(sum(one.share for one in values[:3]))
    return f"按{name}看，前 {min(3, len(values))} 位是：{first}，合计占 {together}。"


def _risen(rising: Rising) -> str:
    if not rising:
        return "与上期相比，没有件数上升的二级分类。"
    told = "；".join(f"{one.name} {one.count} 件（上期 {old} 件）" for one, old in rising)
    return f"与上期相比上升最多的二级分类：{told}。"


def _handling(now: Figures) -> str:
    late = [one for one in now.by_unit if one.late]
    names = "、".join(f"{one.unit}（{one.late} 件）" for one in late[:5])
    told = f"有逾期的单位 {len(late)} 个：{names}。" if late else "没有逾期的工单。"
    return f"本期 {len(now.by_unit)} 个单位承办工单。{told}"


def _advice(now: Figures, rising: Rising) -> tuple[str, ...]:
    """Suggestions, each tied to a figure of this report."""
    advice = []
    if now.by_topic:
        first = now.by_topic[0]
        advice.append(
            f"“{first.name}”占 {per_cent(first.share)}，建议由牵头科室做专题分析并提出源头治理措施"
            "（《北京市接诉即办工作条例》第二十五条、第二十六条）。"
        )
    if rising:
        one, old = rising[0]
        advice.append(
            f"“{one.name}”由上期 {old} 件升到 {one.count} 件，建议核查点位并提前告知居民。"
        )
    worst = max(now.by_unit, key=lambda one: one.late, default=None)
    if worst and worst.late:
        advice.append(f"{worst.unit}逾期 {worst.late} 件，建议逐件说明原因并明确完成时间。")
    if now.has_no:
        advice.append(f"涉否 {now.has_no} 件，建议逐件复盘，能补救的再次联系诉求人。")
    if now.repeats:
        advice.append(f"重复诉求 {now.repeats} 件，建议比对有无新情况，合并研判。")
    return tuple(advice) or ("本期各项数字平稳，没有需要特别提出的建议。",)


def _quality(now: Figures) -> str:
    worst = max(now.missing, key=lambda pair: pair[1], default=("", 0))
    if not worst[1]:
        return "统计所用的字段没有缺失。"
    return f"缺失最多的字段是“{tables.FIELD_WORDS[worst[0]]}”，{worst[1]} 件没有填写，相关统计按“未注明”列出。"


def _method(rules: RateRules) -> Section:
    return Section(
        "口径与方法",
        (
            "归期：按来电时间，没有来电时间的按派单时间；均为北京时间。",
            "按时办结率 = 按时办结 ÷ 有办理时限的已办结工单。",
            f"解决率中“基本解决”按 {rules.mostly_resolved:g} 计，满意率中“基本满意”按 {rules.mostly_satisfied:g} 计；"
            f"未接通{'计入' if rules.count_not_reached else '不计入'}分母；"
            f"申请剔除的工单{'计入' if rules.count_excluded else '不计入'}分母。",
            "涉否：回访三项中至少一项为“否”。群体性诉求：同一社区、同一三级分类在一天内有三名以上诉求人。",
            *((f"以上口径为{rules.note}。来源：{rules.source}。",) if rules.note else ()),
        ),
    )
