"""The one-page picture of a period for the group: main numbers, topics, communities, units."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reports.figures import Change
from reports.measured import Measured
from reports.pictures import AMBER, BLUE, GREEN, GREY, INK, LINE, RED, canvas
from reports.wordings import per_cent, signed_per_cent

if TYPE_CHECKING:
    from reports.pictures import Figure

WIDTH, ROW, SHOWN = 7.2, 0.30, 6  # inches, inches a bar, bars a block
HEAD, TILES, GAP, FOOT = 1.15, 1.95, 0.62, 0.62  # inches
LEFT = 0.05


def onepage(report: Measured, path: Path, *, title: str) -> Path:
    """Draw the picture; counts, unit and topic names only, nothing personal."""
    now = report.now
    blocks = [
        ("集中问题（一级分类，件）", [(one.name, one.count, "") for one in now.by_topic], BLUE),
        ("社区分布（件）", [(one.name, one.count, "") for one in now.by_community], GREEN),
        (
            "承办单位（件，括号内为逾期）",
            [(one.unit, one.total, f"（{one.late}）" if one.late else "") for one in now.by_unit],
            AMBER,
        ),
    ]
    blocks = [(name, rows[:SHOWN], colour) for name, rows, colour in blocks if rows]
    tall = HEAD + TILES + FOOT + sum(GAP + ROW * len(rows) for _, rows, _ in blocks)
    with canvas(path, width=WIDTH, height=tall) as figure:
        _head(figure, report, title, tall)
        _tiles(figure, report, tall)
        top = tall - HEAD - TILES
        for name, rows, colour in blocks:
            top = _block(figure, name, rows, colour, top, tall)
        _foot(figure, report, tall)
    return path


def _head(figure: Figure, report: Measured, title: str, tall: float) -> None:
    now = report.now
    name = now.span.name or now.span.text()
    figure.text(LEFT, 1 - 0.48 / tall, f"{name}{title}", fontsize=18, color=INK)
    until = f"　截至 {report.until}，尚未结束" if report.until else ""
    figure.text(LEFT, 1 - 0.78 / tall, f"{now.span.text()}{until}", fontsize=10, color=GREY)
    if now.invented:
        figure.text(0.95, 1 - 0.78 / tall, "虚构数据，仅供演示", fontsize=11, color=RED, ha="right")


def _tiles(figure: Figure, report: Measured, tall: float) -> None:
    now = report.now
    rows = (
        (
            ("诉求总量", f"{now.total}", INK),
            ("环比", _moved(report.last_period), INK),
            ("同比", _moved(report.last_year), INK),
            ("按时办结率", per_cent(now.on_time_rate), INK),
        ),
        (
            ("响应率", per_cent(now.response_rate), INK),
            ("解决率", per_cent(now.resolution_rate), INK),
            ("满意率", per_cent(now.satisfaction_rate), INK),
            ("涉否", f"{now.has_no}", RED if now.has_no else INK),
        ),
    )
    for row, tiles in enumerate(rows):
        for column, (label, value, colour) in enumerate(tiles):
            x, y = LEFT + column * 0.235, 1 - (HEAD + 0.35 + row * 0.88) / tall
            figure.text(x, y, value, fontsize=19, color=colour)
            figure.text(x, y - 0.27 / tall, label, fontsize=10.5, color=GREY)


def _moved(other: Change) -> str:
    return signed_per_cent(other.share) if other.known else "无历史"


def _block(
    figure: Figure,
    name: str,
    rows: Sequence[tuple[str, int, str]],
    colour: str,
    top: float,
    tall: float,
) -> float:
    """Bars under a heading; returns where the next block begins."""
    height = ROW * len(rows)
    figure.text(LEFT, (top - 0.28) / tall, name, fontsize=12, color=INK)
    axes = figure.add_axes((0.25, (top - 0.42 - height) / tall, 0.62, height / tall))
    places = range(len(rows))
    axes.barh(places, [count for _, count, _ in rows], color=colour, height=0.62)
    axes.set_yticks(places, [_short(label) for label, _, _ in rows], fontsize=10)
    axes.invert_yaxis()
    axes.set_xticks([])
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(LINE)
    axes.tick_params(axis="y", length=0)
    for place, (_, count, note) in zip(places, rows, strict=True):
        axes.text(count, place, f" {count}{note}", va="center", fontsize=9.5, color=INK)
    return top - GAP - height


def _foot(figure: Figure, report: Measured, tall: float) -> None:
    now = report.now
    told = f"重复诉求 {now.repeats} 件 · 群体性诉求 {now.group_appeals} 件 · 逾期 {now.late} 件"
    figure.text(LEFT, 0.38 / tall, told, fontsize=10.5, color=INK)
    if report.rules.note:
        figure.text(
            LEFT, 0.15 / tall, f"三率和涉否口径为{report.rules.note}", fontsize=8.5, color=GREY
        )


def _short(name: str, limit: int = 9) -> str:
    return name if len(name) <= limit else name[: limit - 1] + "…"
