"""Series and snapshots -> pictures with Chinese labels: png for chat and papers, svg for pages."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casedb.records import LedgerSnapshot, UnitLine

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Figure

FONT_FILE = Path(__file__).parent / "fonts" / "ZhibanSansSC.otf"
INK, GREY, LINE = "#1f2933", "#6b7785", "#d9dfe6"
WHOLE = ("件", "人")  # units of which there are no halves
BLUE, RED, AMBER, GREEN = "#2563a8", "#c0392b", "#d08700", "#2e7d4f"
MAX_UNITS_SHOWN = 12
MAX_NUMBERED = 24  # bars that may carry their number
LABEL_SIGNS = 46  # characters that fit below a chart side by side
_DRAWING = threading.Lock()  # matplotlib is not safe to draw with from two threads


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one set of bars; `values` has as many numbers as the chart has labels."""

    name: str
    values: tuple[float, ...]


@cache
def _font_family() -> list[str]:
    """Register the shipped font once; rare characters fall back to a CJK font of the system."""
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(FONT_FILE))
    name = font_manager.FontProperties(fname=str(FONT_FILE)).get_name()
    system = {font.name for font in font_manager.fontManager.ttflist}
    spare = [family for family in ("Noto Sans CJK SC", "WenQuanYi Micro Hei") if family in system]
    return [name, *spare, "DejaVu Sans"]


def _figure(width: float, height: float) -> Figure:
    """An empty figure in inches; no global state of pyplot, so memory is given back."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    mpl.rcParams.update(
        {
            "font.sans-serif": _font_family(),
            "font.family": "sans-serif",
            "axes.unicode_minus": False,
            "svg.fonttype": "path",
            "svg.hashsalt": "zhiban",
        }
    )
    figure = Figure(figsize=(width, height), dpi=120, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Figure, path: Path) -> Path:
    """Write png or svg by the name's ending; the same input gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata: dict[str, Any] = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    draft = path.with_name(f"{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    figure.savefig(draft, metadata=metadata)
    draft.replace(path)  # who sees the file sees all of it
    return path


@contextmanager
def canvas(path: Path, *, width: float, height: float) -> Iterator[Figure]:
    """A figure in inches to draw on; it is written to `path` when done."""
    with _DRAWING:
        figure = _figure(width, height)
        yield figure
        _save(figure, path)


def ledger_png(snapshot: LedgerSnapshot, path: Path) -> Path:
    """One picture of the daily ledger for a phone: eight numbers and a bar for each unit.

    Holds no personal data: counts and unit names only.
    """
    with _DRAWING:
        units = _busiest(snapshot.by_unit)
        figure = _figure(6.0, 3.4 + 0.36 * max(len(units), 1))
        tall = figure.get_figheight()
        figure.text(0.05, 1 - 0.42 / tall, "接诉即办每日台账", fontsize=17, color=INK)
        figure.text(
            0.05, 1 - 0.72 / tall, f"{snapshot.on:%Y年%m月%d日} · 快照 {snapshot.id}",
            fontsize=9, color=GREY,
        )  # fmt: skip
        _tiles(figure, snapshot, tall)
        _unit_bars(figure, units, tall)
        return _save(figure, path)


def _busiest(lines: Sequence[UnitLine]) -> list[UnitLine]:
    ranked = sorted(lines, key=lambda line: (-line.overdue, -line.open, line.unit))
    return [line for line in ranked if line.open or line.new or line.closed][:MAX_UNITS_SHOWN]


def _tiles(figure: Figure, snapshot: LedgerSnapshot, tall: float) -> None:
    """Eight labelled numbers in two rows; warning colours only where there is something to do."""
    tiles = [
        ("新增", snapshot.new, INK),
        ("在办", snapshot.open, INK),
        ("办结", snapshot.closed, GREEN),
        ("未首联", snapshot.not_contacted, AMBER),
        ("今日到期", snapshot.due_today, AMBER),
        ("三日内到期", snapshot.due_in_3_days, AMBER),
        ("逾期", snapshot.overdue, RED),
        ("涉否", snapshot.has_no, RED),
    ]
    for position, (label, count, colour) in enumerate(tiles):
        row, column = divmod(position, 4)
        x, y = 0.05 + column * 0.235, 1 - (1.35 + row * 0.85) / tall
        figure.text(x, y, str(count), fontsize=22, color=colour if count else GREY)
        figure.text(x, y - 0.24 / tall, label, fontsize=10, color=GREY)


def _unit_bars(figure: Figure, units: list[UnitLine], tall: float) -> None:
    """Open cases of each unit, the overdue part in red."""
    if not units:
        figure.text(0.05, 0.35 / tall, "今日没有在办工单。", fontsize=11, color=GREY)
        return
    height = 0.36 * len(units)
    axes = figure.add_axes((0.26, 0.42 / tall, 0.66, height / tall))
    places = range(len(units))
    axes.barh(places, [line.open for line in units], color=BLUE, height=0.6, label="在办")
    axes.barh(places, [line.overdue for line in units], color=RED, height=0.6, label="其中逾期")
    for place, line in zip(places, units, strict=True):
        note = f"{line.open}" + (f"（逾期 {line.overdue}）" if line.overdue else "")
        axes.text(line.open, place, f" {note}", va="center", fontsize=9, color=INK)
    axes.set_yticks(list(places), [_short(line.unit) for line in units], fontsize=9.5)
    axes.invert_yaxis()
    axes.set_xlim(0, max(line.open for line in units) * 1.3 + 1)
    axes.xaxis.set_visible(False)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(LINE)
    axes.tick_params(left=False)
    figure.text(0.05, 0.14 / tall, "蓝：在办　红：其中逾期", fontsize=8.5, color=GREY)


def _short(name: str, limit: int = 8) -> str:
    return name if len(name) <= limit else name[: limit - 1] + "…"


def chart(
    path: Path,
    *,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    kind: str = "bar",
    unit: str = "件",
) -> Path:
    """Bars or lines over labels; png or svg by the name of `path`.

    Args:
        kind: "bar" (grouped) or "line".
        unit: of the values, shown on the axis.
    """
    with _DRAWING:
        figure = _figure(7.2, 3.8)
        flat = len(labels) * max((len(one) for one in labels), default=0) <= LABEL_SIGNS
        foot = 0.2 if flat else 0.27  # slanted names need more room
        axes = figure.add_axes((0.09, foot, 0.88, 0.84 - foot))
        places = list(range(len(labels)))
        colours = (BLUE, AMBER, GREEN, RED, GREY)
        for number, one in enumerate(series):
            colour = colours[number % len(colours)]
            if kind == "line":
                axes.plot(places, one.values, color=colour, marker="o", label=one.name)
            else:
                width = 0.8 / len(series)
                shifted = [place - 0.4 + width * (number + 0.5) for place in places]
                bars = axes.bar(
                    shifted, one.values, width=width * 0.92, color=colour, label=one.name
                )
                if len(labels) * len(series) <= MAX_NUMBERED:
                    axes.bar_label(bars, fmt="%g", fontsize=8, color=GREY)
        axes.set_xticks(
            places,
            [_short(one) for one in labels],
            fontsize=9 if len(labels) <= 16 else 7.5,
            rotation=0 if flat else 45,
            ha="center" if flat else "right",
            rotation_mode="anchor",
        )
        axes.margins(y=0.12)
        axes.set_ylim(bottom=0)  # a cut axis makes small changes look large
        axes.set_ylabel(unit, fontsize=9, color=GREY)
        if unit in WHOLE:
            axes.locator_params(axis="y", integer=True)
        axes.set_title(title, fontsize=13, color=INK, loc="left")
        axes.grid(axis="y", color=LINE, linewidth=0.7)
        axes.set_axisbelow(True)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        if len(series) > 1:
            axes.legend(fontsize=9, frameon=False)
        return _save(figure, path)


@dataclass(frozen=True, slots=True)
class Reach:
    """A forecast with its interval."""

    expected: float
    low: float
    high: float


def forecast_chart(
    path: Path,
    *,
    title: str,
    labels: Sequence[str],
    past: Sequence[float],
    reaches: Sequence[Reach],
    unit: str = "件",
) -> Path:
    """What was (a line) and what is expected (points with their interval); png or svg.

    Args:
        labels: of the past first, then of the forecasts. Without a past they stand down the side.
    """
    with _DRAWING:
        if not past:
            return _save(_reaches_down(title, labels, reaches), path)
        figure = _figure(7.2, 3.8)
        axes = figure.add_axes((0.09, 0.2, 0.88, 0.64))
        places = range(len(labels))
        axes.plot(places[: len(past)], past, color=BLUE, marker="o", markersize=3.5, label="实际")
        for at, one in zip(places[len(past) :], reaches, strict=True):
            spread = [[one.expected - one.low], [one.high - one.expected]]
            axes.errorbar(
                [at],
                [one.expected],
                yerr=spread,
                color=RED,
                marker="D",
                capsize=5,
                label="预测和区间",
            )
        step = max(1, len(labels) // 12)
        shown = [at for at in places if (len(labels) - 1 - at) % step == 0]
        axes.set_xticks(shown, [labels[at] for at in shown], fontsize=9, rotation=45)
        axes.set_ylim(bottom=0)
        axes.set_ylabel(unit, fontsize=9, color=GREY)
        if unit in WHOLE:
            axes.locator_params(axis="y", integer=True)
        _plain_look(axes, title, "y")
        axes.legend(fontsize=9, frameon=False, loc="lower left")
        return _save(figure, path)


def _reaches_down(title: str, labels: Sequence[str], reaches: Sequence[Reach]) -> Figure:
    figure = _figure(7.2, 1.3 + 0.34 * max(len(labels), 1))
    tall = figure.get_figheight()
    axes = figure.add_axes((0.3, 0.45 / tall, 0.66, 1 - 1.0 / tall))
    places = list(range(len(labels)))
    axes.barh(places, [one.expected for one in reaches], color=BLUE, height=0.55)
    for at, one in zip(places, reaches, strict=True):
        axes.plot([one.low, one.high], [at, at], color=INK, linewidth=1.6, marker="|")
        axes.text(one.high, at, f"  {one.expected:.0f}", va="center", fontsize=9, color=INK)
    axes.set_yticks(places, [_short(label, 14) for label in labels], fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(0, max((one.high for one in reaches), default=1.0) * 1.12 + 1)
    _plain_look(axes, title, "x")
    return figure


def _plain_look(axes: Any, title: str, grid: str) -> None:
    axes.set_title(title, fontsize=13, color=INK, loc="left")
    axes.grid(axis=grid, color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a picture: counts down the side; `before` of the earlier period, or nothing."""

    name: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    before: tuple[float, ...] = ()


def panels_chart(path: Path, *, title: str, panels: Sequence[Panel]) -> Path:
    """Panels one under the other, each with its bars; the earlier period in grey below each bar."""
    with _DRAWING:
        heights = [0.75 + 0.36 * max(len(panel.labels), 1) for panel in panels]
        figure = _figure(7.2, 1.1 + sum(heights))
        tall = figure.get_figheight()
        figure.text(0.04, 1 - 0.45 / tall, title, fontsize=15, color=INK)
        top = tall - 0.7
        for panel, height in zip(panels, heights, strict=True):
            axes = figure.add_axes((0.28, (top - height + 0.1) / tall, 0.66, (height - 0.5) / tall))
            _panel_bars(axes, panel)
            top -= height
        if any(panel.before for panel in panels):
            figure.text(0.04, 0.12 / tall, "蓝：本期　灰：上期", fontsize=8.5, color=GREY)
        return _save(figure, path)


def _panel_bars(axes: Any, panel: Panel) -> None:
    places = list(range(len(panel.labels)))
    size = 0.38 if panel.before else 0.6
    shift = 0.2 if panel.before else 0.0
    axes.barh([at - shift for at in places], panel.values, color=BLUE, height=size)
    if panel.before:
        axes.barh([at + shift for at in places], panel.before, color=LINE, height=size)
    for at, value in zip(places, panel.values, strict=True):
        axes.text(value, at - shift, f" {value:g}", va="center", fontsize=9, color=INK)
    axes.set_yticks(places, [_short(label, 12) for label in panel.labels], fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(0, max([*panel.values, *panel.before, 1.0]) * 1.15)
    axes.xaxis.set_visible(False)
    axes.set_title(panel.name, fontsize=11, color=INK, loc="left")
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(left=False)
