"""Counts in plain Chinese: "本月 噪声 按社区" -> a table and a picture, cut to what the asker may see."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from bot.access import Action, Scope
from bot.dialogue.talk import Attachment, Reply
from bot.dialogue.turn import Turn
from casedb.beijing import beijing
from casedb.tally.pivot import Dimension, Pivot, pivot
from casedb.tally.spans import Span, before, month

MAX_ROWS = 15
_DIMENSIONS = {
    "社区": Dimension.COMMUNITY, "居委会": Dimension.COMMUNITY,
    "承办单位": Dimension.UNIT, "单位": Dimension.UNIT, "科室": Dimension.UNIT,
    "诉求性质": Dimension.KIND, "性质": Dimension.KIND, "类型": Dimension.KIND,
    "一级分类": Dimension.TOPIC, "大类": Dimension.TOPIC, "分类": Dimension.TOPIC,
    "问题": Dimension.TOPIC, "二级分类": Dimension.TOPIC_2, "小类": Dimension.TOPIC_2,
    "三级分类": Dimension.TOPIC_3, "来源": Dimension.SOURCE, "渠道": Dimension.SOURCE,
    "阶段": Dimension.STAGE, "状态": Dimension.STAGE,
}  # fmt: skip
_BY = re.compile(
    rf"(?:按|分|各)({'|'.join(sorted(_DIMENSIONS, key=len, reverse=True))})(?:来|统计|看|分|排|列)*"
)
_PERIOD = re.compile(
    r"本月|这个月|当月|上个?月|今年|去年|(?:(\d{4})年)?(1[0-2]|0?[1-9])月(?:份)?|(\d{4})年"
)
_NOISE = re.compile(
    r"统计|一下|的|诉求|工单|案件|数量|件数|多少|看看?|帮我|请|有|各|量|情况|[\s，,。？?！!、]+"
)
STAGE_WORDS = {
    "received": "受理", "dispatched": "流转", "handling": "办理", "under_review": "审核",
    "closed": "结案",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted."""

    span: Span
    rows: Dimension
    columns: Dimension | None
    words: tuple[str, ...]


def read(text: str, today: date) -> Asked | None:
    """A request to count, or None when the sentence asks for something else.

    It must name by what to count (按社区 …) and, apart from period and topic words, nothing else.
    """
    wanted = [_DIMENSIONS[found[1]] for found in _BY.finditer(text)]
    if not wanted or len(text) > 40:
        return None
    rest = _BY.sub(" ", text)
    period = _PERIOD.search(rest)
    span = _span(period, today) if period else month(f"{today:%Y-%m}")
    words = tuple(word for word in _NOISE.sub(" ", _PERIOD.sub(" ", rest)).split() if word)
    if len(words) > 3 or any(len(word) > 8 for word in words):
        return None
    return Asked(span, wanted[0], wanted[1] if len(wanted) > 1 else None, words)


def _span(period: re.Match[str], today: date) -> Span:
    this = month(f"{today:%Y-%m}")
    said = period[0]
    if said.startswith("上"):
        return before(this)
    if said in ("今年", "去年") or period[3]:
        year = int(period[3]) if period[3] else today.year - (said == "去年")
        return Span(date(year, 1, 1), date(year + 1, 1, 1), f"{year}年")
    if period[2]:
        number = int(period[2])
        year = int(period[1]) if period[1] else today.year - (number > today.month)
        return month(f"{year}-{number:02d}")
    return this


def answer(turn: Turn, text: str) -> Reply | None:
    """Count and show; None when it is no request to count."""
    asked = read(text, beijing(turn.now).date())
    if asked is None:
        return None
    reach = turn.scope(Action.SEE_CASES)
    if reach is Scope.NONE or turn.in_group:
        return Reply("统计请私聊我，或者由专班来查。")
    units = None if reach is Scope.ALL else (turn.person.unit_name,)
    with turn.rooms.store.reading() as s:
        table = pivot(
            s, asked.span, rows=asked.rows, columns=asked.columns, words=asked.words, units=units
        )
    if not table.total:
        return Reply(f"{_title(table)}：没有工单。")
    return Reply(_text(table), files=_picture(turn, table))


def _title(table: Pivot) -> str:
    words = f"“{'、'.join(table.words)}”" if table.words else ""
    return f"{table.span.name}{words}按{table.rows}统计"


def _text(table: Pivot) -> str:
    lines = [f"**{_title(table)}**，共 {table.total} 件"]
    sums = _row_sums(table)
    for row, count in sums[:MAX_ROWS]:
        lines.append(
            f"- {_shown(row)}：{count} 件（{count / table.total:.1%}）{_inside(table, row)}"
        )
    if len(sums) > MAX_ROWS:
        lines.append(f"另有 {len(sums) - MAX_ROWS} 项。")
    return "\n".join(lines)


def _row_sums(table: Pivot) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for cell in table.cells:
        sums[cell.row] = sums.get(cell.row, 0) + cell.count
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


def _inside(table: Pivot, row: str) -> str:
    if table.columns is None:
        return ""
    parts = [f"{_shown(cell.column)} {cell.count}" for cell in table.cells if cell.row == row]
    return f"：{'，'.join(parts[:6])}"


def _shown(value: str) -> str:
    return STAGE_WORDS.get(value, value)


def _picture(turn: Turn, table: Pivot) -> tuple[Attachment, ...]:
    from reports.pictures import Series, chart

    top = _row_sums(table)[:10]
    digest = hashlib.sha256(repr(table).encode()).hexdigest()[:16]
    path = turn.rooms.files_dir / "pivots" / f"{digest}.png"
    if not path.exists():
        chart(
            path,
            title=f"{_title(table)}（共 {table.total} 件）",
            labels=[_shown(row) for row, _ in top],
            series=[Series("件数", tuple(float(count) for _, count in top))],
        )
    return (Attachment(path, f"{_title(table)}.png", as_picture=True),)
