"""The pictures of the public-sentiment report, all from the one picture function: png or svg."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reports.figures import Figures
from reports.measured import LONG, Measured
from reports.pictures import Series, chart

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Charts:
    """Where each picture lies."""

    pace: Path
    topics: Path
    areas: Path
    units: Path


def charts(report: Measured, folder: Path, *, ending: str = "png") -> Charts:
    """Draw every picture below `folder`, as "png" for chat and papers or "svg" for the page."""
    return Charts(
        pace=_pace(report, folder / f"诉求量.{ending}"),
        topics=_topics(report, folder / f"分类.{ending}"),
        areas=_areas(report.now, folder / f"社区.{ending}"),
        units=_units(report.now, folder / f"单位.{ending}"),
    )


def _named(now: Figures) -> str:
    return now.span.name or now.span.text()


def _pace(report: Measured, path: Path) -> Path:
    step = "月" if report.now.span.days > LONG else "日"
    return chart(
        path,
        title=f"{_named(report.now)}每{step}诉求量（共 {report.now.total} 件）",
        labels=[name for name, _ in report.pace],
        series=[Series("件数", tuple(float(count) for _, count in report.pace))],
        kind="line",
    )


def _topics(report: Measured, path: Path) -> Path:
    top = report.now.by_topic[:SHOWN]
    series = [Series("本期", tuple(float(one.count) for one in top))]
    for name, other in (("上期", report.earlier), ("上年同期", report.a_year_ago)):
        if other:
            old = {one.name: one.count for one in other.by_topic}
            series.append(Series(name, tuple(float(old.get(one.name, 0)) for one in top)))
    return chart(
        path,
        title=f"{_named(report.now)}诉求分类前 {len(top)} 位",
        labels=[one.name for one in top],
        series=series,
    )


def _areas(now: Figures, path: Path) -> Path:
    top = now.by_community[:SHOWN]
    return chart(
        path,
        title=f"{_named(now)}各社区诉求量",
        labels=[one.name for one in top],
        series=[Series("件数", tuple(float(one.count) for one in top))],
    )


def _units(now: Figures, path: Path) -> Path:
    top = now.by_unit[:SHOWN]
    return chart(
        path,
        title=f"{_named(now)}承办单位办理情况",
        labels=[one.unit for one in top],
        series=[
            Series("承办", tuple(float(one.total) for one in top)),
            Series("逾期", tuple(float(one.late) for one in top)),
        ],
    )
