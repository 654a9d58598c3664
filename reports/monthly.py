"""The public-sentiment report of a month or any other period (月度民情分析, 综合分析报告)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casedb.rules.rate_rules import RateRules, load_rate_rules
from casedb.store import Session
from casedb.tally.facts import facts, first_day
from casedb.tally.spans import Span, before, year_ago
from reports.figures import Change, Figures, Share, change, figures
from reports.monthly_text import NO_CHAPTERS, Chapters, sections
from reports.papers import Paper, write_docx
from reports.pictures import Series, chart
from reports.sheets import table_xlsx
from reports.tables import TOP, all_tables

__all__ = [
    "Chapters",
    "MonthlyReport",
    "RateRules",
    "Written",
    "load_rate_rules",
    "measure",
    "write",
]


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """One period measured against the one before and the same a year ago."""

    now: Figures
    last_period: Change
    last_year: Change
    rising: tuple[tuple[Share, int], ...]  # topics with their count in the period before
    rules: RateRules


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a report."""

    docx: Path
    xlsx: Path
    picture: Path


def measure(s: Session, span: Span, rules: RateRules, *, now: datetime) -> MonthlyReport:
    """Count a period and its two comparisons.

    Args:
        now: aware instant; open cases past their deadline at `now` are late.
    """
    this = figures(facts(s, span), span, rules, now=now)
    earlier = figures(facts(s, before(span)), before(span), rules, now=now)
    a_year_ago = figures(facts(s, year_ago(span)), year_ago(span), rules, now=now)
    reaches = first_day(s)
    return MonthlyReport(
        now=this,
        last_period=change(this, earlier, known=_known(reaches, before(span))),
        last_year=change(this, a_year_ago, known=_known(reaches, year_ago(span))),
        rising=_rising(this, earlier),
        rules=rules,
    )


def _known(reaches: datetime | None, span: Span) -> bool:
    """Whether the records cover the whole of a period; a month half covered is no comparison."""
    return reaches is not None and reaches < span.end and (reaches - span.start).days <= 3


def _rising(now: Figures, then: Figures) -> tuple[tuple[Share, int], ...]:
    """Topics of the second level that grew most in number."""
    old = {one.name: one.count for one in then.by_topic_2}
    grown = [(one, old.get(one.name, 0)) for one in now.by_topic_2]
    grown = [pair for pair in grown if pair[0].count - pair[1] > 0]
    return tuple(sorted(grown, key=lambda pair: (pair[1] - pair[0].count, pair[0].name))[:5])


def write(
    report: MonthlyReport, folder: Path, *, made_at: datetime, chapters: Chapters = NO_CHAPTERS
) -> Written:
    """Write paper, tables and the one-page picture below `folder`."""
    name = report.now.span.name or report.now.span.text()
    stem = f"民情分析-{name}"
    charts = _charts(report, folder / "图")
    paper = Paper(
        title=f"{name}民情分析报告",
        subtitle=f"统计时段：{report.now.span.text()}（北京时间，按来电时间归期）",
        note=f"本期含虚构数据 {report.now.invented} 件，仅供演示。" if report.now.invented else "",
        sections=sections(report.now, report.last_period, report.last_year, report.rising,
                          report.rules, charts, chapters),
    )  # fmt: skip
    docx = write_docx(paper, folder / f"{stem}.docx", made_at=made_at)
    tables = (
        *all_tables(report.now, report.last_period, report.last_year),
        *(table for chapter in chapters.given for table in chapter.tables),
    )
    xlsx = table_xlsx(
        folder / f"{stem}.xlsx",
        sheets=[(table.caption, table.headings, table.rows) for table in tables],
        saved_at=made_at,
    )
    return Written(docx, xlsx, charts[0])


def _charts(report: MonthlyReport, folder: Path) -> tuple[Path, ...]:
    now = report.now
    top = now.by_topic[:TOP]
    units = now.by_unit[:TOP]
    return (
        chart(
            folder / "分类.png",
            title=f"{now.span.name}诉求分类前{len(top)}位（共 {now.total} 件）",
            labels=[one.name for one in top],
            series=[Series("件数", tuple(float(one.count) for one in top))],
        ),
        chart(
            folder / "每日.png",
            title=f"{now.span.name}每日诉求量",
            labels=[str(day + 1) for day in range(len(now.by_day))],
            series=[Series("件数", tuple(map(float, now.by_day)))],
            kind="line",
        ),
        chart(
            folder / "单位.png",
            title=f"{now.span.name}承办单位办理情况",
            labels=[one.unit for one in units],
            series=[
                Series("承办", tuple(float(one.total) for one in units)),
                Series("逾期", tuple(float(one.late) for one in units)),
            ],
        ),
    )
