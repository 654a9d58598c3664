"""The chapters of the public-sentiment report; every number comes from the figures, none is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from casedb.rules.rate_rules import RateRules
from casedb.tally.spent import Step
from reports.figures import Change, CommunityFigures, Figures, Share
from reports.measured import LONG, Measured
from reports.monthly import tables
from reports.monthly.advice import advice
from reports.monthly.chapters import Chapters, numbered
from reports.monthly.charts import Charts
from reports.monthly.tables import TOP
from reports.papers import Picture, Section
from reports.wordings import hours_text, per_10_000_text, per_cent

NO_EFFECT = "本期没有登记的整改措施，不作成效分析。"
NO_HOT = "本期没有热点分析。"
NO_FORECAST = "本期没有预测。"


def sections(report: Measured, charts: Charts | None, chapters: Chapters) -> tuple[Section, ...]:
    """Contract item 4: volume, kinds, concentrated problems, areas, handling, effect, comparison;
    then hot topics, forecast, suggestions, the quality of the data and the method."""
    now = report.now
    if charts is None:
        return numbered((_empty(report), _method(report)))
    return numbered(
        (
            _summary(report),
            _volume(report, charts),
            Section(
                "诉求类型与来源",
                (_leading("诉求性质", now.by_kind), _leading("来源渠道", now.by_source)),
                (tables.shares("诉求性质", now.by_kind), tables.shares("来源渠道", now.by_source)),
            ),
            _problems(report, charts),
            _areas(report, charts),
            _handling(now, charts),
            _chapter("整改成效", chapters.measures, NO_EFFECT),
            Section(
                "历史同期对比",
                (_against(report.last_period, "环比"), _against(report.last_year, "同比")),
                (tables.comparison(report), tables.history(report)),
            ),
            _chapter("热点与重复诉求", chapters.hot_topics, NO_HOT),
            _chapter("下期预测", chapters.forecast, NO_FORECAST),
            Section("工作建议", advice(report)),
            Section("数据质量说明", _quality(now), (tables.quality(now),)),
            _method(report),
        )
    )


def _empty(report: Measured) -> Section:
    return Section(
        "总体情况",
        (
            f"{report.now.span.text()} 没有诉求记录，不作分析。",
            "如果这段时间应当有工单，请先导入工单表再生成报告。",
        ),
        (tables.comparison(report),),
    )


def _chapter(heading: str, written: Section | None, otherwise: str) -> Section:
    return replace(written, heading=heading) if written else Section(heading, (otherwise,))


def _summary(report: Measured) -> Section:
    now = report.now
    told = (
        f"本期共受理诉求 {now.total} 件，已办结 {now.closed} 件，按时办结率 {per_cent(now.on_time_rate)}，"
        f"逾期 {now.late} 件。"
        f"已回访 {now.revisited} 件，响应率 {per_cent(now.response_rate)}，"
        f"解决率 {per_cent(now.resolution_rate)}，满意率 {per_cent(now.satisfaction_rate)}。"
        f"涉否 {now.has_no} 件，重复诉求 {now.repeats} 件，群体性诉求 {now.group_appeals} 件。"
    )
    running = (
        (f"本期尚未结束，数字截至 {report.until}；与整个上期、上年同期相比只作参考。",)
        if report.until
        else ()
    )
    return Section(
        "总体情况",
        (told, *running, _against(report.last_period, "环比"), _against(report.last_year, "同比")),
        (tables.overview(now), tables.answers(now)),
    )


def _against(other: Change, name: str) -> str:
    if not other.known:
        return f"{name}：{other.other.text()} 没有完整的历史数据，不作比较。"
    moved = "增加" if other.difference >= 0 else "减少"
    return (
        f"{name}：{other.other.text()} 为 {other.total} 件，本期{moved} "
        f"{abs(other.difference)} 件{_by(other.share)}。〔表：与历史同期对比〕"
    )


def _by(share: float | None) -> str:
    return "" if share is None else f"（{'升' if share >= 0 else '降'} {per_cent(abs(share))}）"


def _volume(report: Measured, charts: Charts) -> Section:
    now = report.now
    most = max(report.pace, key=lambda pair: pair[1])
    least = min(report.pace, key=lambda pair: pair[1])
    step = "月" if now.span.days > LONG else "天"
    told = [
        f"日均 {now.total / now.span.days:.1f} 件。最多的一{step}是 {most[0]}（{most[1]} 件），"
        f"最少的一{step}是 {least[0]}（{least[1]} 件）。〔表：诉求量变化〕"
    ]
    if now.residents:
        told.append(
            f"按常住人口 {now.residents} 人计，万人诉求量 {per_10_000_text(now.per_10_000)}。"
        )
    pace = tables.folded(tables.days(report), 4)
    return Section(
        "诉求总量",
        tuple(told),
        (_people(now), pace) if now.residents else (pace,),
        (Picture("诉求量变化", charts.pace),),
    )


def _people(now: Figures) -> tables.Table:
    return tables.Table(
        "万人诉求量",
        ("常住人口", "诉求总量", "万人诉求量"),
        ((f"{now.residents}", f"{now.total}", per_10_000_text(now.per_10_000)),),
    )


def _leading(name: str, values: Sequence[Share] | Sequence[CommunityFigures]) -> str:
    first = "；".join(f"{one.name} {one.count} 件（{per_cent(one.share)}）" for one in values[:3])
    return f"按{name}看，排在前面的是：{first}。"


def _problems(report: Measured, charts: Charts) -> Section:
    now, risen = report.now, report.rising
    told = [_leading("一级分类", now.by_topic), _leading("三级分类", now.by_topic_3)]
    shown = [
        tables.topics(report, level, top=TOP) for level in ("一级分类", "二级分类", "三级分类")
    ]
    if risen:
        names = "；".join(f"{one.name} {one.count} 件（上期 {before} 件）" for one, before in risen)
        told.append(f"与上期相比上升最多的二级分类：{names}。")
        shown.append(tables.rising(report))
    elif report.earlier:
        told.append("与上期相比，没有件数上升的二级分类。")
    if now.groups:
        one = now.groups[0]
        told.append(
            f"群体性诉求 {now.group_appeals} 件，人数最多的是 {one.on} {one.community}"
            f"“{one.topic_3}”，{one.callers} 人。"
        )
        shown.append(tables.groups(now))
    return Section("集中问题", tuple(told), tuple(shown), (Picture("诉求分类", charts.topics),))


def _areas(report: Measured, charts: Charts) -> Section:
    now = report.now
    told = [_leading("社区", now.by_community)]
    dense = [one for one in now.by_community if one.per_10_000 is not None]
    if dense:
        most = max(dense, key=lambda one: one.per_10_000 or 0)
        told.append(f"万人诉求量最高的是{most.name}，{per_10_000_text(most.per_10_000)}。")
    else:
        told.append("名册里没有登记常住人口，不计算万人诉求量。")
    busiest = max(range(24), key=lambda hour: now.by_hour[hour])
    told.append(
        f"一天之中来电最多的是 {busiest:02d}:00–{busiest:02d}:59，{now.by_hour[busiest]} 件。"
    )
    shown = (tables.communities(report), tables.quarters(now), tables.folded(tables.hours(now), 3))
    return Section("区域与时段", tuple(told), shown, (Picture("社区与时段", charts.areas),))


def _handling(now: Figures, charts: Charts) -> Section:
    late = [one for one in now.by_unit if one.late]
    names = "、".join(f"{one.unit}（{one.late} 件）" for one in late[:5])
    told = [
        f"有逾期的单位：{names}{'等' if len(late) > 5 else ''}。" if late else "没有逾期的工单。"
    ]
    told.append(
        f"派单到首次联系的中位数 {hours_text(now.hours(Step.CONTACT))}，"
        f"派单到办结的中位数 {hours_text(now.hours(Step.CLOSE))}。〔表：各环节用时〕"
    )
    if now.not_contacted:
        told.append(f"还有 {now.not_contacted} 件未办结的工单没有首次联系的记录。")
    return Section(
        "承办情况",
        tuple(told),
        (tables.units(now), tables.steps(now)),
        (Picture("承办单位", charts.units),),
    )


def _quality(now: Figures) -> tuple[str, ...]:
    told = []
    mark, worst = max(now.missing, key=lambda pair: pair[1])
    if worst:
        told.append(
            f"缺失最多的字段是“{tables.MISSING_WORDS[mark]}”，{worst} 件没有填写，"
            "相关统计按“未注明”列出。"
        )
    else:
        told.append("统计所用的字段没有缺失。")
    for old, new in now.renamed:
        told.append(f"“{old}”已更名为“{new}”，两个名称的工单合并统计。")
    if now.not_registered:
        told.append(
            f"{now.not_registered} 件工单的承办单位不在名册里，按表上的名称统计；"
            "单位如果更过名，请在名册“曾用名”一栏登记，重新生成后会合并。"
        )
    if now.invented:
        told.append(f"本期有 {now.invented} 件是虚构数据，仅供演示。")
    return tuple(told)


def _method(report: Measured) -> Section:
    rules: RateRules = report.rules
    unconfirmed = (f"以上口径为{rules.note}。来源：{rules.source}。",) if rules.note else ()
    return Section(
        "口径与方法",
        (
            f"统计时段：{report.now.span.text()}。归期：按来电时间，没有来电时间的按派单时间；均为北京时间。",
            "按时办结率 = 按时办结 ÷ 有办理时限的已办结工单。逾期：超过时限才办结，或到生成报告时已超过时限仍未办结。",
            "响应率、解决率、满意率 =（是 + 权重 × 基本）÷ 有效回访。"
            f"解决率中“基本解决”的权重为 {rules.mostly_resolved:g}，满意率中“基本满意”的权重为 {rules.mostly_satisfied:g}；"
            f"未接通{'计入' if rules.count_not_reached else '不计入'}分母；"
            f"申请剔除的工单{'计入' if rules.count_excluded else '不计入'}分母。",
            "涉否：回访三项中至少一项为“否”。重复诉求：同一诉求人就同一类问题再次来电。"
            "群体性诉求：同一社区、同一三级分类在一天内有三名以上诉求人。",
            "万人诉求量 = 诉求量 ÷ 常住人口 × 10000，只对登记了常住人口的单位计算。",
            "用时按整分钟计；中位数是一半工单不超过的用时，“九成不超过”是九成工单不超过的用时。",
            f"环比：{report.last_period.other.text()}。同比：{report.last_year.other.text()}。"
            "历史记录没有完整覆盖的时段不作比较。",
            f"考核周期从每月 {rules.start_day} 日起。",
            *unconfirmed,
        ),
        new_page=True,
    )
