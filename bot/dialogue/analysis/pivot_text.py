"""Pure: a counted table in words, its rows in the order that was asked for, compared with another period."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.dialogue.analysis.pivot_asked import Asked
from bot.wording import counts as wording
from casedb.tally.dimensions import TIMES, in_order
from casedb.tally.pivot import Cell, Pivot
from casedb.tally.words import Meaning
from reports.figures import per_10_000
from reports.sheets import STAGE_WORDS

MAX_ROWS, MAX_INSIDE = 15, 6
HOURS_OF_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Answer:
    """What was counted and how it was asked; `then` is the period to compare with, None where the
    records do not reach back; residents by community; `since` is set where the records begin within
    the period."""

    table: Pivot
    asked: Asked
    then: Pivot | None = None
    residents: dict[str, int] = field(default_factory=dict)
    since: date | None = None

    @property
    def before(self) -> dict[str, Cell]:
        """The rows of the other period."""
        return {} if self.then is None else {cell.row: cell for cell in _added(self.then)}

    def value(self, row: Cell | None) -> float:
        """A row as a picture shows it: cases, per cent or hours."""
        if row is None:
            return 0.0
        value = _worth(self.table, row)
        return round((value or 0.0) * (100 if self.table.measure.is_rate else 1), 2)


def title(table: Pivot) -> str:
    """What a table shows."""
    words = "".join(f"“{one.word}”" for one in table.filters)
    by = f"按{table.rows}" if table.rows else ""
    by += f"和{table.columns}" if table.columns else ""
    name = table.span.name or table.span.text()
    measure = "" if table.measure.name == "件数" and by else table.measure.name
    return f"{name}{words}{by}{'统计' if by else ''}{measure}"


def whole(table: Pivot) -> str:
    """The figure of all rows together."""
    if table.measure.is_mean:
        return f"平均 {_said(table, table.part, table.whole)}"
    if table.measure.is_rate:
        return f"合计 {_said(table, table.part, table.whole)}"
    return f"共 {table.total} 件"


def text_of(found: Answer) -> str:
    """The whole answer."""
    table = found.table
    lines = [f"**{title(table)}**，{whole(table)}（{table.span.text()}）"]
    if found.since is not None:
        lines.append(wording.SINCE.format(day=found.since))
    lines += _compared(found)
    lines += [
        wording.BY_TITLE.format(word=one.word)
        for one in table.filters
        if one.meaning is Meaning.TITLE
    ]
    if table.measure.is_mean:
        lines.append(wording.MEAN.format(step=table.measure.step))
    rows = rows_of(found) if table.rows else []
    if table.rows and not rows:
        lines.append(wording.NONE_SUCH)
    before = found.before
    lines += [
        f"- {shown(row.row)}：{_told(found, row)}{_change(found, row, before)}{_inside(table, row)}"
        for row in rows[:MAX_ROWS]
    ]
    if len(rows) > MAX_ROWS:
        lines.append(f"另有 {len(rows) - MAX_ROWS} 项。")
    return "\n".join(lines)


def rows_of(found: Answer) -> list[Cell]:
    """One cell a row, its columns added up, in the order asked for, cut to what was asked for.

    Otherwise times as they go, rates from the lowest, where one has to look, all else from the most.
    """
    table, asked = found.table, found.asked
    rows = _added(table)
    if found.then is not None and not _is_ratio(table):
        met = {row.row for row in rows}
        rows += [Cell(name, "", 0, 0) for name in found.before if name not in met]
    elif not _is_ratio(table):
        rows = [row for row in rows if row.part]
    elif table.rows in TIMES:
        rows = [row for row in rows if row.whole]
    if asked.bound:
        rows = [
            row
            for row in rows
            if (value := _worth(table, row)) is not None and asked.bound.holds(value)
        ]
    if asked.grown is not None:
        before, sign = found.before, asked.grown.value
        rows.sort(key=lambda row: (-_change_rank(_grew(found, row, before), sign), row.row))
    elif table.rows in TIMES and asked.top is None:
        rows.sort(key=lambda row: in_order(row.row))
    else:
        least = table.measure.is_rate if asked.least_first is None else asked.least_first
        rows.sort(key=lambda row: (*_rank(table, row, least=least), row.row))
    return rows[: asked.top] if asked.top else rows


def shown(value: str) -> str:
    """A value as readers know it."""
    return STAGE_WORDS.get(value, value)


def _added(table: Pivot) -> list[Cell]:
    sums: dict[str, tuple[float, int]] = {}
    for cell in table.cells:
        before = sums.get(cell.row, (0, 0))
        sums[cell.row] = (before[0] + cell.part, before[1] + cell.whole)
    return [Cell(row, "", part, number) for row, (part, number) in sums.items()]


def _is_ratio(table: Pivot) -> bool:
    return table.measure.is_rate or table.measure.is_mean


def _worth(table: Pivot, row: Cell) -> float | None:
    """Cases, a rate 0–1, or mean hours; None where nothing was to be measured."""
    if not _is_ratio(table):
        return row.part
    return row.part / row.whole if row.whole else None


def _rank(table: Pivot, row: Cell, *, least: bool) -> tuple[bool, float]:
    value = _worth(table, row)
    return value is None, (value or 0.0) * (1 if least else -1)


def _said(table: Pivot, part: float, number: int) -> str:
    if not number:
        return "—"
    if table.measure.is_rate:
        return f"{part / number:.2%}"
    hours = part / number
    return (
        f"{hours / HOURS_OF_A_DAY:.1f} 天" if hours >= 2 * HOURS_OF_A_DAY else f"{hours:.1f} 小时"
    )


def _told(found: Answer, row: Cell) -> str:
    table = found.table
    if table.measure.is_mean:
        return f"{_said(table, row.part, row.whole)}（{row.whole} 件）"
    if table.measure.is_rate:
        return f"{_said(table, row.part, row.whole)}（{row.part:g} ÷ {row.whole}）"
    share = f"（{row.count / table.total:.1%}）" if table.total else ""
    each = None
    if table.measure.name == "件数" and not table.filters:
        each = per_10_000(row.count, found.residents.get(row.row))
    return f"{row.count} 件{share}" + ("" if each is None else f"，每万人 {each:.1f} 件")


def _compared(found: Answer) -> list[str]:
    """How the whole moved against the other period."""
    against, table, then = found.asked.against, found.table, found.then
    if against is None:
        return []
    name = against.text()
    if then is None:
        return [wording.NO_HISTORY.format(span=name)]
    if _is_ratio(table):
        if not (then.whole and table.whole):
            return [wording.NO_HISTORY.format(span=name)]
        now = Cell("", "", table.part, table.whole)
        change = _moved(table, now, Cell("", "", then.part, then.whole))
        return [f"对照 {name}：{_said(then, then.part, then.whole)}，{change}。"]
    difference = table.total - then.total
    share = f"（{difference / then.total:+.2%}）" if then.total else ""
    way = f"增加 {difference} 件" if difference > 0 else f"减少 {-difference} 件"
    return [
        f"对照 {name}：{then.total} 件，{way if difference else '持平'}{share if difference else ''}。"
    ]


def _change_rank(change: float, sign: int) -> float:
    return change * sign if sign else abs(change)


def _grew(found: Answer, row: Cell, before: dict[str, Cell]) -> float:
    then = before.get(row.row)
    return (_worth(found.table, row) or 0.0) - ((_worth(found.table, then) or 0.0) if then else 0.0)


def _change(found: Answer, row: Cell, before: dict[str, Cell]) -> str:
    if found.then is None or found.table.rows in TIMES:
        return ""
    then = before.get(row.row, Cell(row.row, "", 0, 0))
    if _is_ratio(found.table):
        if not (then.whole and row.whole):
            return ""
        return f"，对照期 {_said(found.table, then.part, then.whole)}，{_moved(found.table, row, then)}"
    return f"，对照期 {then.count} 件，{row.count - then.count:+d}"


def _moved(table: Pivot, now: Cell, then: Cell) -> str:
    difference = now.part / now.whole - then.part / then.whole
    if table.measure.is_rate:
        return f"{difference * 100:+.2f} 个百分点"
    return f"{difference:+.1f} 小时"


def _inside(table: Pivot, row: Cell) -> str:
    if table.columns is None:
        return ""
    cells = [cell for cell in table.cells if cell.row == row.row and cell.whole]
    if table.columns in TIMES:
        cells.sort(key=lambda cell: in_order(cell.column))
    told = [
        f"{shown(cell.column)} "
        + (_said(table, cell.part, cell.whole) if _is_ratio(table) else f"{cell.count}")
        for cell in cells
    ]
    rest = f" 等 {len(told)} 项" if len(told) > MAX_INSIDE else ""
    return f"：{'，'.join(told[:MAX_INSIDE])}{rest}"
