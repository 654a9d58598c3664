"""Hot topics and repeat appeals as tables, a chapter, a paper and a sheet: the same figures everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from casedb.tally.spans import Span
from reports.papers import Paper, Picture, Section, Table, write_docx
from reports.wordings import NOTHING, signed_per_cent

TITLE_LENGTH = 40
CHARTED = 10
MOST_REPEATS = 1000  # groups that are listed at all
SHOWN = 10  # rows in a paper; the sheet has them all
REPEATS_SHOWN = 3  # order numbers of a caller in a row
NEW, KNOWN = "新出现", "原有"


@dataclass(frozen=True, slots=True)
class HotTopic:
    """Texts about the same thing. `before` counts the period before, None when it is not known."""

    terms: tuple[str, ...]
    title: str  # of a typical one, masked
    count: int
    before: int | None
    callers: int  # different ones; 0 when none is known
    first_on: date
    is_new: bool
    places: tuple[tuple[str, int], ...]
    order_nos: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its key terms, else its title."""
        return " ".join(self.terms) or self.title

    @property
    def growth(self) -> float | None:
        """Change against the period before, as a share; None without one to compare with."""
        return (self.count - self.before) / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Repeated:
    """One caller about one thing again (重复诉求)."""

    title: str
    count: int  # since the look-back began
    in_period: int
    first_on: date
    last_on: date
    order_nos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HotReport:
    """What the texts of a period are about."""

    span: Span
    before: Span
    before_known: bool
    total: int
    total_before: int | None
    in_topics: int  # texts that belong to a listed topic
    topics: tuple[HotTopic, ...]
    repeats: tuple[Repeated, ...]
    fewest: int  # texts that make a topic
    invented: bool
    source: str  # "案件库" or the name of a sheet


def tables(report: HotReport) -> tuple[Table, ...]:
    """The tables of the chapter and of the paper."""
    return (_overview(report), _topics(report), _repeats(report))


def _overview(report: HotReport) -> Table:
    new = sum(one.is_new for one in report.topics)
    rows = (
        ("本期诉求", f"{report.total} 件"),
        ("上期诉求", NOTHING if report.total_before is None else f"{report.total_before} 件"),
        (f"热点（同一件事 {report.fewest} 件以上）", f"{len(report.topics)} 个"),
        ("热点涉及诉求", f"{report.in_topics} 件"),
        ("新出现的热点", f"{new} 个"),
        ("一人多诉", _groups(report)),
    )
    return Table("热点概况", ("指标", "数值"), rows)


def _groups(report: HotReport) -> str:
    number = len(report.repeats)
    return f"{number} 组" + ("以上" if number >= MOST_REPEATS else "")


def _topics(report: HotReport) -> Table:
    rows = tuple(
        (
            f"{at}",
            f"{one.name}：{one.title[:TITLE_LENGTH]}",
            f"{one.count}",
            NOTHING if one.before is None else f"{one.before}",
            signed_per_cent(one.growth),
            f"{NEW if one.is_new else KNOWN}\n{_day(one.first_on, report)}",
            f"{one.callers or NOTHING}",
            "、".join(f"{place} {count}" for place, count in one.places[:3]) or NOTHING,
        )
        for at, one in enumerate(report.topics, start=1)
    )
    headings = (
        "序号", "关键词：典型诉求", "本期", "上期", "增减", "最早出现", "诉求人数", "集中在",
    )  # fmt: skip
    return Table("热点问题", headings, rows, shown=SHOWN)


def _repeats(report: HotReport) -> Table:
    rows = tuple(
        (
            f"{at}", one.title[:TITLE_LENGTH], f"{one.count}", f"{one.in_period}",
            _day(one.first_on, report), _day(one.last_on, report), _numbers(one.order_nos),
        )
        for at, one in enumerate(report.repeats, start=1)
    )  # fmt: skip
    headings = ("序号", "诉求", "累计", "其中本期", "最早", "最近", "工单")
    return Table("一人多诉", headings, rows, shown=SHOWN)


def _day(day: date, report: HotReport) -> str:
    """Without the year where it is that of the period: columns are narrow."""
    return f"{day:%m-%d}" if day.year == report.span.first.year else f"{day:%Y-%m-%d}"


def _numbers(order_nos: Sequence[str]) -> str:
    more = len(order_nos) - REPEATS_SHOWN
    return "\n".join(order_nos[:REPEATS_SHOWN]) + (f" 等 {len(order_nos)} 件" if more > 0 else "")


def cases(report: HotReport) -> tuple[Table, ...]:
    """Every case behind every topic and every repeated appeal, for the sheet."""
    topics = tuple(
        (f"{at}", one.name, number)
        for at, one in enumerate(report.topics, start=1)
        for number in one.order_nos
    )
    repeats = tuple(
        (f"{at}", one.title[:TITLE_LENGTH], number)
        for at, one in enumerate(report.repeats, start=1)
        for number in one.order_nos
    )
    return (
        Table("热点对应工单", ("热点序号", "关键词", "工单"), topics),
        Table("一人多诉对应工单", ("序号", "诉求", "工单"), repeats),
    )


def paragraphs(report: HotReport) -> tuple[str, ...]:
    """The findings in words; every number stands in a table."""
    if not report.total:
        return ("本期没有诉求。",)
    if not report.topics:
        return (f"本期 {report.total} 件诉求里没有同一件事达到 {report.fewest} 件的热点。",)
    first = report.topics[0]
    found = [
        f"本期 {report.total} 件诉求里有 {len(report.topics)} 个热点，涉及 {report.in_topics} 件；"
        f"最集中的是“{first.name}”，{first.count} 件。"
    ]
    rising = [one for one in report.topics if one.growth is not None and one.growth > 0]
    if rising:
        top = max(rising, key=lambda one: (one.count - (one.before or 0), one.count))
        found.append(
            f"增长最多的是“{top.name}”，由上期 {top.before} 件到本期 {top.count} 件"
            f"（{signed_per_cent(top.growth)}）。"
        )
    new = [one for one in report.topics if one.is_new]
    if new:
        named = "；".join(f"“{one.name}”{one.count} 件" for one in new[:3])
        found.append(f"新出现的热点 {len(new)} 个：{named}。")
    if not report.before_known:
        found.append("上期没有完整的记录，不作增减比较。")
    if report.repeats:
        found.append(f"同一诉求人就同一件事反复来电的有 {_groups(report)}。")
    return tuple(found)


METHOD = (
    "按脱敏后的标题和内容归并：少见的词（地点、对象）和语义一起算相似度，同一诉求人、同一社区的更容易归到一起；"
    "归并由程序完成，关键词自动提取，可能有错归漏归，请对照“热点对应工单”抽查。"
)


def chapter(report: HotReport, folder: Path) -> Section:
    """The chapter of a larger paper; its picture goes below `folder`."""
    pictures = (_picture(report, folder / "热点.png"),) if report.topics else ()
    return Section(
        "", (*paragraphs(report), METHOD), tables(report), pictures, attached=cases(report)
    )


def _picture(report: HotReport, path: Path) -> Picture:
    from reports.pictures import Series, chart

    top = report.topics[:CHARTED]
    series = [Series("本期", tuple(float(one.count) for one in top))]
    if report.before_known:
        series.append(Series("上期", tuple(float(one.before or 0) for one in top)))
    labels = [one.terms[0] if one.terms else one.title[:8] for one in top]
    caption = f"热点前 {len(top)} 位"
    chart(path, title=caption, labels=labels, series=series)
    return Picture(caption, path)


def write(report: HotReport, folder: Path, *, made_at: datetime) -> tuple[Path, Path]:
    """The paper and the sheet of a hot-topic report."""
    from reports.sheets import table_xlsx

    stem = f"热点分析-{report.span.name or report.span.text()}".replace(" ", "")
    made = chapter(report, folder / "图")
    note = "含虚构数据，仅供演示。" if report.invented else ""
    paper = Paper(
        title="诉求热点分析",
        subtitle=f"时段：{report.span.text()}（北京时间）；来源：{report.source}",
        note=note,
        sections=(
            Section("一、主要发现", paragraphs(report), made.tables[:1], made.pictures),
            Section("二、热点问题", (), (made.tables[1],)),
            Section("三、一人多诉", (), (made.tables[2],)),
            Section("四、说明", (METHOD, "每个热点和每组一人多诉的全部工单编号在同名的 xlsx 里。")),
        ),
    )
    docx = write_docx(paper, folder / f"{stem}.docx", made_at=made_at)
    every = (*made.tables, *cases(report))
    sheets = [(one.caption, one.headings, one.rows) for one in every]
    return docx, table_xlsx(folder / f"{stem}.xlsx", sheets=sheets, saved_at=made_at)


def as_json(report: HotReport) -> dict[str, Any]:
    """The same figures for programs."""
    return {
        "period": {
            "name": report.span.name,
            "first": report.span.first.isoformat(),
            "after": report.span.after.isoformat(),
        },
        "total": report.total,
        "total_before": report.total_before,
        "in_topics": report.in_topics,
        "invented": report.invented,
        "topics": [
            {
                "terms": list(one.terms), "title": one.title, "count": one.count,
                "before": one.before, "growth": one.growth, "callers": one.callers,
                "first_on": one.first_on.isoformat(), "new": one.is_new,
                "places": dict(one.places), "order_nos": list(one.order_nos),
            }
            for one in report.topics
        ],
        "repeats": [
            {
                "title": one.title, "count": one.count, "in_period": one.in_period,
                "first_on": one.first_on.isoformat(), "last_on": one.last_on.isoformat(),
                "order_nos": list(one.order_nos),
            }
            for one in report.repeats
        ],
    }  # fmt: skip
