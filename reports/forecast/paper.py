"""The forecast as tables, sentences, pictures and files; every number comes from the outlook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casedb.beijing import beijing
from casedb.rules.seasons import Seasons
from casedb.store import Session
from casedb.tally.by_month import months_of_counts
from casedb.tally.facts import first_day
from casedb.tally.spans import Span, before, month
from reports.forecast.outlook import INTERVAL, Forecast, History, Line, forecast, history_months
from reports.papers import Paper, Picture, Section, Table, write_docx
from reports.pictures import Reach, forecast_chart
from reports.sheets import table_xlsx
from reports.wordings import NOTHING, per_cent

TOP_TOPICS, TOP_CELLS, SHOWN_MONTHS = 10, 15, 24
WHOLE_MONTH_FROM = 3  # a month whose first case came later in it is no whole month


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A forecast, and what really came where the target is over already."""

    forecast: Forecast
    came: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a forecast."""

    docx: Path
    xlsx: Path
    picture: Path


def foresee(s: Session, target: Span | None, seasons: Seasons, *, now: datetime) -> Foreseen:
    """Forecast a month from everything before it and before the present month.

    Args:
        target: a month; the one after the last whole month when left out.
        now: aware instant; the month it lies in is not over and never counts as history.

    Raises:
        CasedbError: no history, or the target lies too far ahead.
    """
    present = month(f"{beijing(now):%Y-%m}")
    wanted = target or present
    last = before(wanted if wanted.first <= present.first else present)
    months = _history(s, last)
    counts = months_of_counts(s, months)
    while counts and not counts[-1]:  # nothing imported yet: history ends earlier
        months, counts = months[:-1], counts[:-1]
    ahead = _months_between(months[-1], wanted) if months else 1
    made = forecast(History(months, counts), wanted, seasons, ahead=ahead)
    if wanted.end > now:
        return Foreseen(made)
    came = sum(one.count for one in months_of_counts(s, [wanted])[0])
    return Foreseen(made, came)


def _history(s: Session, last: Span) -> tuple[Span, ...]:
    reaches = first_day(s)
    if reaches is None:
        return ()
    first = beijing(reaches)
    since = month(f"{first:%Y-%m}")
    found = history_months(_after(last), since=since, ahead=1)
    return found[1:] if first.day > WHOLE_MONTH_FROM and found[:1] == (since,) else found


def _after(span: Span) -> Span:
    return month(f"{span.after:%Y-%m}")


def _months_between(last: Span, target: Span) -> int:
    return (target.first.year - last.first.year) * 12 + target.first.month - last.first.month


def tables(found: Foreseen) -> tuple[Table, ...]:
    """Every table, whole numbers as a desk reads them."""
    made = found.forecast
    out = [_total_table(found), _topic_table(made), _cell_table(made)]
    if made.scores:
        out.append(_score_table(made))
    out.append(_past_table(made))
    return tuple(out)


def count(value: float) -> str:
    """A number of cases; small ones with one decimal, for 0.4 is not 0."""
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _interval(line: Line) -> str:
    return f"{int(line.low)}–{int(line.high) + 1}"


def _total_table(found: Foreseen) -> Table:
    line = found.forecast.total
    rows = [
        ("预测月份", found.forecast.target.name),
        ("所用历史", f"{len(found.forecast.months)} 个月"),
        ("预测件数", count(line.expected)),
        (f"区间（{INTERVAL}）", _interval(line)),
        (_naive_name(found.forecast), count(line.naive)),
        ("简单推算：近三个月平均", count(line.average)),
    ]
    if found.came is not None:
        rows.append(("实际件数", f"{found.came}"))
    return Table("下期总量预测", ("项目", "数值"), tuple(rows))


def _naive_name(made: Forecast) -> str:
    return "简单推算：上年同期" if len(made.months) + made.ahead > 12 else "简单推算：上一个月"


def _topic_table(made: Forecast) -> Table:
    return Table(
        "下期主题预测",
        ("分类", "预测件数", f"区间（{INTERVAL}）", _naive_name(made)[5:], "近三个月平均"),
        tuple(
            (one.topic, count(one.expected), _interval(one), count(one.naive), count(one.average))
            for one in made.topics[:TOP_TOPICS]
        ),
    )


def _cell_table(made: Forecast) -> Table:
    return Table(
        "下期重点点位预测",
        ("分类", "社区", "预测件数", f"区间（{INTERVAL}）", _naive_name(made)[5:]),
        tuple(
            (one.topic, one.community, count(one.expected), _interval(one), count(one.naive))
            for one in made.cells[:TOP_CELLS]
        ),
    )


def _score_table(made: Forecast) -> Table:
    return Table(
        "预测回测成绩",
        ("口径", "回测期数", "本预测 MASE", "简单推算 MASE", "近三个月平均 MASE", "区间覆盖率",
         "前五命中率", "简单推算前五命中率"),
        tuple(
            (one.grain, f"{one.origins}", f"{one.mase:.2f}", f"{one.mase_naive:.2f}",
             f"{one.mase_average:.2f}", per_cent(one.coverage),
             NOTHING if one.hits is None else per_cent(one.hits),
             NOTHING if one.hits_naive is None else per_cent(one.hits_naive))
            for one in made.scores
        ),
    )  # fmt: skip


def _past_table(made: Forecast) -> Table:
    shown = list(zip(made.months, made.past, strict=True))[-SHOWN_MONTHS:]
    return Table(
        "预测所用历史",
        ("月份", "件数"),
        tuple((one.name, f"{number:.0f}") for one, number in shown),
    )


def section(found: Foreseen, folder: Path) -> Section:
    """The chapter of a paper; pictures are drawn below `folder`."""
    return Section(
        heading="下期预测",
        paragraphs=tuple(sentences(found)),
        tables=tables(found),
        pictures=tuple(
            Picture(caption, path)
            for caption, path in zip(("诉求量与下期预测", "下期主题预测"), pictures(found, folder), strict=True)
        ),
    )  # fmt: skip


def sentences(found: Foreseen) -> list[str]:
    """What the tables say, in words; the weaknesses as plainly as the numbers."""
    made = found.forecast
    line = made.total
    told = [made.fallback] if made.fallback else []
    told.append(
        f"预计{made.target.name}诉求 {count(line.expected)} 件，{INTERVAL} 的可能在 {_interval(line)} 件之间；"
        f"{_naive_name(made)} {count(line.naive)} 件，近三个月平均 {count(line.average)} 件。"
    )
    if found.came is not None:
        told.append(f"该月已经过去，实际 {found.came} 件；预测只用了它以前的数据。")
    if made.topics:
        first = "；".join(
            f"{one.topic} {count(one.expected)} 件（{_interval(one)}）" for one in made.topics[:5]
        )
        told.append(f"预计最多的分类：{first}。")
    if made.seasons:
        told.append(f"涉及的季节和节令：{'、'.join(made.seasons)}。")
    told += [_verdict(made)] if made.scores else []
    told += [made.short] if made.short else []
    told.append(
        "预测由历史件数推算，不含突发事件和政策变化，供预案参考，不作考核依据。"
        + (f"季节起止和倍数为{made.rules_note}。" if made.rules_note else "")
    )
    return told


def _verdict(made: Forecast) -> str:
    one = made.scores[1]
    better = "误差小于" if one.beats_naive else "误差不小于"
    advice = "" if one.beats_naive else "请以简单推算为准。"
    return (
        f"回测：从历史里逐月往回推 {one.origins} 期，只用当时已知的数据，主题件数的 MASE 为 {one.mase:.2f}，"
        f"简单推算为 {one.mase_naive:.2f}，{better}简单推算；区间覆盖率 {per_cent(one.coverage)}（应为 {INTERVAL}）。"
        f"{advice}"
    )


def pictures(found: Foreseen, folder: Path) -> tuple[Path, Path]:
    """Past volume with the forecast and its interval, and the largest topics with theirs."""
    made = found.forecast
    shown = list(zip(made.months, made.past, strict=True))[-SHOWN_MONTHS:]
    reach = Reach(made.total.expected, made.total.low, made.total.high)
    volume = forecast_chart(
        folder / "预测-总量.png",
        title=f"诉求量与{made.target.name}预测",
        labels=[f"{one.first:%y-%m}" for one, _ in shown] + [f"{made.target.first:%y-%m}"],
        past=[number for _, number in shown],
        reaches=[reach],
    )
    top = made.topics[:TOP_TOPICS]
    topics = forecast_chart(
        folder / "预测-主题.png",
        title=f"{made.target.name}分类预测（前{len(top)}位）",
        labels=[one.topic for one in top],
        past=[],
        reaches=[Reach(one.expected, one.low, one.high) for one in top],
    )
    return volume, topics


def paper(found: Foreseen, folder: Path) -> Paper:
    """The forecast alone as a paper with its method."""
    made = found.forecast
    last = made.months[-1].name
    return Paper(
        title=f"{made.target.name}诉求预测",
        subtitle=f"历史用到{last}，共 {len(made.months)} 个月（北京时间，按来电时间归期）",
        note=made.rules_note,
        sections=(section(found, folder), Section("方法", METHOD)),
    )


METHOD = (
    "每个分类分别估计水平、趋势和季节：季节由供暖、汛期、开学、春节前清欠等日子和月份决定，影响多大由本街道自己的历史决定，"
    "历史里看不出季节的分类按没有季节处理；分类再按近期占比分到社区，各数之和等于总量。",
    "同时给出两种简单推算：上年同期（不满一年用上一个月）和近三个月平均，供对照。",
    f"回测从历史里较早的月份起逐月预测下一期，每次只用当时已知的数据。MASE 是平均误差与简单推算在历史内平均误差之比，"
    f"越小越好；区间覆盖率应接近 {INTERVAL}；前五命中率是实际最多的五项里事先说中的比例。",
)


def write(found: Foreseen, folder: Path, *, made_at: datetime) -> Written:
    """Write paper, tables and pictures below `folder`."""
    stem = f"诉求预测-{found.forecast.target.name}"
    made = paper(found, folder / "图")
    docx = write_docx(made, folder / f"{stem}.docx", made_at=made_at)
    xlsx = table_xlsx(
        folder / f"{stem}.xlsx",
        sheets=[(one.caption, one.headings, one.rows) for one in tables(found)],
        saved_at=made_at,
    )
    return Written(docx, xlsx, made.sections[0].pictures[0].path)
