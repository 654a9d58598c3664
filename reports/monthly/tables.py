"""Every table of the public-sentiment report, once: the paper and the sheet show the same ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casedb.tally.marks import Mark
from reports.figures import Answers, Change, Figures, Share
from reports.measured import Measured
from reports.papers import Table
from reports.wordings import NOTHING, hours_text, per_10_000_text, per_cent, signed_per_cent

TOP = 10
NO_HISTORY = "没有完整的历史数据"
MISSING_WORDS = {
    Mark.NO_COMMUNITY: "社区",
    Mark.NO_TOPIC: "一级分类",
    Mark.NO_UNIT: "承办单位",
    Mark.NO_DEADLINE: "办理时限",
    Mark.NO_CONTACT_TIME: "首次联系时间",
}


def overview(now: Figures) -> Table:
    """The main figures, one line each."""
    rows = (
        ("诉求总量", f"{now.total} 件"),
        ("日均诉求量", f"{now.total / now.span.days:.1f} 件"),
        ("万人诉求量", per_10_000_text(now.per_10_000)),
        ("已办结", f"{now.closed} 件"),
        ("按时办结率", per_cent(now.on_time_rate)),
        ("逾期", f"{now.late} 件"),
        ("响应率", per_cent(now.response_rate)),
        ("解决率", per_cent(now.resolution_rate)),
        ("满意率", per_cent(now.satisfaction_rate)),
        ("已回访", f"{now.revisited} 件"),
        ("涉否", f"{now.has_no} 件"),
        ("重复诉求", f"{now.repeats} 件"),
        ("群体性诉求", f"{now.group_appeals} 件"),
        ("申请剔除", f"{now.excluded} 件"),
        ("未首次联系", f"{now.not_contacted} 件"),
    )
    return Table("总体情况", ("指标", "数值"), rows)


def answers(now: Figures) -> Table:
    """What the people who were called back said, and the rate that comes out."""
    return Table(
        "回访三率",
        ("指标", "是", "基本", "否", "未接通", "比率"),
        (
            _answered("响应率", now.responded, now.response_rate),
            _answered("解决率", now.resolved, now.resolution_rate),
            _answered("满意率", now.satisfied, now.satisfaction_rate),
        ),
    )


def _answered(name: str, said: Answers, rate: float | None) -> tuple[str, ...]:
    counts = (said.yes, said.mostly, said.no, said.not_reached)
    return (name, *(f"{count}" for count in counts), per_cent(rate))


def comparison(report: Measured) -> Table:
    """Against the period before and the same period a year ago, and the running cycle."""
    rows = [
        ("本期", report.now.span.text(), f"{report.now.total}", NOTHING, NOTHING),
        _compared("上期（环比）", report.last_period),
        _compared("上年同期（同比）", report.last_year),
    ]
    if report.cycle:
        cycle = report.cycle
        name = cycle.span.name or "考核周期"
        rows.append((name, cycle.span.text(), f"{cycle.total}", NOTHING, NOTHING))
    return Table("与历史同期对比", ("对比", "时段", "件数", "增减", "变化率"), tuple(rows))


def _compared(name: str, other: Change) -> tuple[str, ...]:
    if not other.known:
        return (name, other.other.text(), NO_HISTORY, NOTHING, NOTHING)
    return (
        name,
        other.other.text(),
        f"{other.total}",
        f"{other.difference:+d}",
        signed_per_cent(other.share),
    )


def history(report: Measured) -> Table:
    """The main figures side by side with those of the other periods."""
    sides: list[tuple[str, Figures | None]] = [
        ("本期", report.now), ("上期", report.earlier), ("上年同期", report.a_year_ago),
    ]  # fmt: skip
    if report.cycle:
        sides.append(("考核周期", report.cycle))
    told = [(name, _told(one)) for name, one in sides]
    rows = tuple((name, *(side[name] for _, side in told)) for name in told[0][1])
    return Table("主要指标对比", ("指标", *(name for name, _ in told)), rows)


def _told(one: Figures | None) -> dict[str, str]:
    names = ("诉求总量", "按时办结率", "响应率", "解决率", "满意率", "涉否", "重复诉求")
    if one is None:
        return dict.fromkeys(names, NOTHING)
    values = (
        f"{one.total}", per_cent(one.on_time_rate), per_cent(one.response_rate),
        per_cent(one.resolution_rate), per_cent(one.satisfaction_rate), f"{one.has_no}",
        f"{one.repeats}",
    )  # fmt: skip
    return dict(zip(names, values, strict=True))


def shares(name: str, values: Sequence[Share]) -> Table:
    """Counts with their share of all."""
    return Table(
        name,
        (name, "件数", "占比"),
        tuple((one.name, f"{one.count}", per_cent(one.share)) for one in values),
    )


def topics(report: Measured, level: str, *, top: int | None = None) -> Table:
    """Topics of a level (一级分类 …) with their share, beside the same in the other periods."""
    of = _LEVELS[level]
    old = _by_name(of(report.earlier) if report.earlier else None)
    older = _by_name(of(report.a_year_ago) if report.a_year_ago else None)
    return Table(
        level,
        (level, "件数", "占比", "上期", "增减", "上年同期"),
        tuple(
            (
                one.name,
                f"{one.count}",
                per_cent(one.share),
                NOTHING if old is None else f"{old.get(one.name, 0)}",
                NOTHING if old is None else f"{one.count - old.get(one.name, 0):+d}",
                NOTHING if older is None else f"{older.get(one.name, 0)}",
            )
            for one in of(report.now)[:top]
        ),
    )


_LEVELS: dict[str, Callable[[Figures], tuple[Share, ...]]] = {
    "一级分类": lambda one: one.by_topic,
    "二级分类": lambda one: one.by_topic_2,
    "三级分类": lambda one: one.by_topic_3,
}


def _by_name(values: Sequence[Share] | None) -> dict[str, int] | None:
    return None if values is None else {one.name: one.count for one in values}


def rising(report: Measured) -> Table:
    """Topics that grew most."""
    return Table(
        "上升最多的二级分类",
        ("二级分类", "本期", "上期", "增加"),
        tuple(
            (one.name, f"{one.count}", f"{old}", f"{one.count - old:+d}")
            for one, old in report.rising
        ),
    )


def groups(now: Figures) -> Table:
    """Places and days with many callers."""
    return Table(
        "群体性诉求点位",
        ("日期", "社区", "三级分类", "诉求人", "件数"),
        tuple(
            (f"{one.on}", one.community, one.topic_3, f"{one.callers}", f"{one.cases}")
            for one in now.groups[:TOP]
        ),
    )


def communities(report: Measured) -> Table:
    """Cases of each community, for every 10,000 residents where these are known."""
    old = None
    if report.earlier:
        old = {one.name: one.count for one in report.earlier.by_community}
    return Table(
        "社区分布",
        ("社区", "件数", "占比", "上期", "常住人口", "万人诉求量"),
        tuple(
            (
                one.name,
                f"{one.count}",
                per_cent(one.share),
                NOTHING if old is None else f"{old.get(one.name, 0)}",
                NOTHING if one.residents is None else f"{one.residents}",
                per_10_000_text(one.per_10_000),
            )
            for one in report.now.by_community
        ),
    )


def units(now: Figures) -> Table:
    """How each unit handled its cases."""
    return Table(
        "承办单位",
        ("单位", "承办", "办结", "逾期", "按时办结率", "涉否", "重复", "办结用时"),
        tuple(
            (
                one.unit,
                f"{one.total}",
                f"{one.closed}",
                f"{one.late}",
                per_cent(one.on_time_rate),
                f"{one.has_no}",
                f"{one.repeats}",
                hours_text(one.hours_to_close),
            )
            for one in now.by_unit
        ),
    )


def steps(now: Figures) -> Table:
    """How long each step took."""
    return Table(
        "各环节用时",
        ("环节", "件数", "中位数", "九成不超过"),
        tuple(
            (f"{one.step}", f"{one.cases}", hours_text(one.median), hours_text(one.ninth))
            for one in now.steps
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


def quarters(now: Figures) -> Table:
    """Cases by four parts of the day: the hours of the sheet are too many for a paper."""
    parts = (("0–6 时", 0, 6), ("6–12 时", 6, 12), ("12–18 时", 12, 18), ("18–24 时", 18, 24))
    rows = []
    for name, first, after in parts:
        count = sum(now.by_hour[first:after])
        rows.append((name, f"{count}", per_cent(count / now.total if now.total else None)))
    return Table("一天四段", ("时段", "件数", "占比"), tuple(rows))


def days(report: Measured) -> Table:
    """Cases of each day; for a period longer than two months, of each month."""
    return Table(
        "诉求量变化",
        ("时间", "件数"),
        tuple((name, f"{count}") for name, count in report.pace),
    )


def quality(now: Figures) -> Table:
    """What the records do not say."""
    rows = [
        (MISSING_WORDS[mark], f"{count}", per_cent(count / now.total if now.total else None))
        for mark, count in now.missing
    ]
    share = per_cent(now.not_registered / now.total if now.total else None)
    rows.append(("承办单位不在名册", f"{now.not_registered}", share))
    return Table("数据质量", ("字段", "缺失件数", "占比"), tuple(rows))


def all_tables(report: Measured) -> tuple[Table, ...]:
    """The tables of the sheet, in the order of the paper."""
    now = report.now
    return (
        overview(now),
        answers(now),
        days(report),
        shares("诉求性质", now.by_kind),
        shares("来源渠道", now.by_source),
        *(topics(report, level) for level in _LEVELS),
        rising(report),
        groups(now),
        communities(report),
        quarters(now),
        hours(now),
        units(now),
        steps(now),
        comparison(report),
        history(report),
        quality(now),
    )


def folded(table: Table, columns: int) -> Table:
    """A long narrow table side by side in `columns` parts, for a paper."""
    tall = -(-len(table.rows) // columns)
    blanks = tall * columns - len(table.rows)
    filled = (*table.rows, *[("",) * len(table.headings)] * blanks)
    rows = [
        tuple(cell for part in range(columns) for cell in filled[part * tall + line])
        for line in range(tall)
    ]
    return Table(table.caption, table.headings * columns, tuple(rows))
