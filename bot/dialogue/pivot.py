"""Counts in plain Chinese: "本月 噪声 按社区" -> a table and a picture, cut to what the asker may see."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

from bot.access import Action, Scope
from bot.dialogue import ledger
from bot.dialogue.pivot_words import Asked, NotUnderstood, read
from bot.dialogue.talk import Attachment, Button, Reply
from bot.dialogue.turn import Turn
from bot.wording import counts as wording
from casedb.beijing import beijing
from casedb.errors import CasedbError
from casedb.rules.rate_rules import RateRules, load_rate_rules
from casedb.tally import pivot as tally
from casedb.tally.dimensions import TIMES, Dimension, in_order
from casedb.tally.marks import Mark
from casedb.tally.opening import Place, opened
from casedb.tally.pivot import NOT_SAID, Cell, Pivot, pivot
from casedb.tally.words import Meaning
from reports.sheets import STAGE_WORDS, beijing_text

MAX_ROWS, MAX_INSIDE, MAX_BUTTONS, MAX_LISTED = 15, 6, 5, 20

STANDING = frozenset((Mark.LATE, Mark.NOT_CONTACTED))


def answer(turn: Turn, text: str) -> Reply | None:
    """Count and show; None when it is no request to count."""
    today = beijing(turn.now).date()
    if read(text, today) is None:
        return None  # before the rules are read: any other sentence must not depend on them
    rules = load_rate_rules(turn.rooms.settings.rules_dir)
    asked = read(text, today, start_day=rules.start_day)
    if asked is None:
        return None
    if isinstance(asked, NotUnderstood):
        return Reply(wording.NOT_UNDERSTOOD.format(by=asked.by))
    if asked.rows is None and asked.measure.mark in STANDING and asked.span.days == 1:
        # "今天逾期的工单" means what is overdue today, not what came in today and is overdue.
        return ledger.show(turn)
    reach = turn.scope(Action.SEE_CASES)
    table = _counted(turn, asked, rules)
    if _means_nothing_known(asked, table):
        return None
    if reach is Scope.NONE or turn.in_group:
        return Reply(wording.PRIVATE)
    if asked.span.start > turn.now:
        raise CasedbError(f"{asked.span.name}还没有到。", "请选一个已经开始的时段。")
    if not table.whole:
        return Reply(wording.EMPTY.format(title=_title(table)))
    if asked.listed:
        return _listing(turn, asked, (), rules)
    buttons = _buttons(turn, text, table)
    return Reply(_text(table), buttons=buttons, files=_picture(turn, table) if asked.rows else ())


def pressed(turn: Turn, data: str) -> Reply:
    """Open a row of a pivot: `piv:<digest>:<row number>`; -1 opens the whole."""
    digest, _, row = data.partition(":")
    path = _folder(turn) / f"{digest}.json"
    if turn.scope(Action.SEE_CASES) is Scope.NONE or turn.in_group:
        return Reply(wording.PRIVATE, toast=wording.PRIVATE)
    if not digest.isalnum() or not path.exists():
        return Reply(wording.STALE, toast=wording.STALE)
    kept = json.loads(path.read_text(encoding="utf-8"))
    rules = load_rate_rules(turn.rooms.settings.rules_dir)
    asked = read(kept["text"], date.fromisoformat(kept["on"]), start_day=rules.start_day)
    if not isinstance(asked, Asked):
        return Reply(wording.STALE, toast=wording.STALE)
    at = int(row)
    places = ((Dimension(kept["by"]), kept["rows"][at]),) if kept["by"] and at >= 0 else ()
    return _listing(turn, asked, places, rules)


def _scope(turn: Turn, asked: Asked) -> tally.Scope:
    all_of_it = turn.scope(Action.SEE_CASES) is Scope.ALL
    return tally.Scope(asked.words, None if all_of_it else (turn.person.unit_name,))


def _counted(turn: Turn, asked: Asked, rules: RateRules) -> Pivot:
    with turn.rooms.store.reading() as s:
        table = pivot(
            s, asked.span, rows=asked.rows, columns=asked.columns, measure=asked.measure,
            scope=_scope(turn, asked), rules=rules, now=turn.now,
        )  # fmt: skip
        if asked.rows is Dimension.TOPIC and _by_topic(table):
            # Within one topic its parts are wanted, not the topic itself.
            table = pivot(
                s, asked.span, rows=Dimension.TOPIC_3, columns=asked.columns,
                measure=asked.measure, scope=_scope(turn, asked), rules=rules, now=turn.now,
            )  # fmt: skip
    return table


def _by_topic(table: Pivot) -> bool:
    return any(one.meaning is Meaning.TOPIC for one in table.filters)


def _means_nothing_known(asked: Asked, table: Pivot) -> bool:
    """Words that only a title could hold: then it is rather a question, unless it clearly counts."""
    unknown = any(one.meaning is Meaning.TITLE for one in table.filters)
    return unknown and not (asked.period_said and (asked.by_said or table.whole))


def _title(table: Pivot) -> str:
    words = "".join(f"“{one.word}”" for one in table.filters)
    by = f"按{table.rows}" if table.rows else ""
    by += f"和{table.columns}" if table.columns else ""
    name = table.span.name or table.span.text()
    measure = "" if table.measure.name == "件数" and by else table.measure.name
    return f"{name}{words}{by}{'统计' if by else ''}{measure}"


def _text(table: Pivot) -> str:
    lines = [f"**{_title(table)}**，{_whole(table)}（{table.span.text()}）"]
    lines += [wording.BY_TITLE.format(word=one.word) for one in table.filters
              if one.meaning is Meaning.TITLE]  # fmt: skip
    rows = _rows(table) if table.rows else []
    lines += [
        f"- {_shown(row.row)}：{_told(table, row)}{_inside(table, row)}" for row in rows[:MAX_ROWS]
    ]
    if len(rows) > MAX_ROWS:
        lines.append(f"另有 {len(rows) - MAX_ROWS} 项。")
    return "\n".join(lines)


def _whole(table: Pivot) -> str:
    if not table.measure.is_rate:
        return f"共 {table.total} 件"
    return f"合计 {_rate(table.part, table.whole)}"


def _told(table: Pivot, row: Cell) -> str:
    if table.measure.is_rate:
        return f"{_rate(row.part, row.whole)}（{row.part:g} ÷ {row.whole}）"
    share = f"（{row.count / table.total:.1%}）" if table.total else ""
    return f"{row.count} 件{share}"


def _rate(part: float, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "—"


def _rows(table: Pivot) -> list[Cell]:
    """One cell a row, its columns added up; rates from the lowest, where one has to look."""
    sums: dict[str, tuple[float, int]] = {}
    for cell in table.cells:
        before = sums.get(cell.row, (0, 0))
        sums[cell.row] = (before[0] + cell.part, before[1] + cell.whole)
    rows = [Cell(row, "", part, whole) for row, (part, whole) in sums.items()]
    if not table.measure.is_rate:
        rows = [row for row in rows if row.part]
    if table.rows in TIMES:
        return sorted(rows, key=lambda row: in_order(row.row))
    if table.measure.is_rate:
        return sorted(rows, key=lambda row: (row.part / row.whole if row.whole else 2, row.row))
    return sorted(rows, key=lambda row: (-row.part, row.row))


def _inside(table: Pivot, row: Cell) -> str:
    if table.columns is None:
        return ""
    cells = [cell for cell in table.cells if cell.row == row.row and cell.whole]
    if table.columns in TIMES:
        cells.sort(key=lambda cell: in_order(cell.column))
    told = [
        f"{_shown(cell.column)} "
        + (_rate(cell.part, cell.whole) if table.measure.is_rate else f"{cell.count}")
        for cell in cells
    ]
    rest = f" 等 {len(told)} 项" if len(told) > MAX_INSIDE else ""
    return f"：{'，'.join(told[:MAX_INSIDE])}{rest}"


def _shown(value: str) -> str:
    return STAGE_WORDS.get(value, value)


def _folder(turn: Turn) -> Path:
    return turn.rooms.files_dir / "pivots"


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _buttons(turn: Turn, text: str, table: Pivot) -> tuple[tuple[Button, ...], ...]:
    """The cases behind the first rows, or behind the whole; what was asked is kept in a file."""
    on = beijing(turn.now).date()
    rows = [row.row for row in _rows(table)][:MAX_BUTTONS] if table.rows else []
    digest = _digest(text, on, rows)
    path = _folder(turn) / f"{digest}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(
            {"text": text, "on": on.isoformat(), "by": table.rows, "rows": rows}, ensure_ascii=False
        ),
        encoding="utf-8",
    )
    if not table.part and not table.measure.is_rate:
        return ()
    label = wording.OPEN_LOST if table.measure.is_rate else wording.OPEN
    if not rows:
        return ((Button(label.format(name="").rstrip("："), f"piv:{digest}:-1"),),)
    return tuple(
        (Button(label.format(name=_shown(row)), f"piv:{digest}:{at}"),)
        for at, row in enumerate(rows)
    )


def _listing(turn: Turn, asked: Asked, places: tuple[Place, ...], rules: RateRules) -> Reply:
    with turn.rooms.store.reading() as s:
        found = opened(
            s, asked.span, places=places, measure=asked.measure, scope=_scope(turn, asked),
            rules=rules, now=turn.now, limit=MAX_LISTED,
        )  # fmt: skip
    words = "".join(f"“{word}”" for word in asked.words)
    where = "".join(f"　{_shown(value)}" for _, value in places)
    measure = "" if asked.measure.name == "件数" else f"　{asked.measure.name}"
    title = f"{asked.span.name or asked.span.text()}{words}{where}{measure}"
    if not found.total:
        return Reply(wording.NO_CASES.format(title=title))
    lines = [wording.LISTED.format(title=title, total=found.total)]
    for one in found.cases:
        state = STAGE_WORDS.get(one.stage, one.stage)
        unit = one.unit or NOT_SAID
        lines.append(f"- `{one.order_no}` {beijing_text(one.at)} {unit} {one.title}（{state}）")
    if found.total > len(found.cases):
        lines.append(wording.MORE.format(shown=len(found.cases)))
    return Reply("\n".join(lines))


def _picture(turn: Turn, table: Pivot) -> tuple[Attachment, ...]:
    from reports.pictures import Series, chart

    rows = _rows(table)[: 31 if table.rows in TIMES else 10]
    path = _folder(turn) / f"{_digest(table)}.png"
    rate = table.measure.is_rate
    values = [row.part / row.whole * 100 if rate and row.whole else row.part for row in rows]
    if not path.exists():
        chart(
            path,
            title=f"{_title(table)}（{_whole(table)}）",
            labels=[_shown(row.row) for row in rows],
            series=[Series(table.measure.name, tuple(round(one, 2) for one in values))],
            kind="line" if table.rows in (Dimension.DAY, Dimension.MONTH) else "bar",
            unit="%" if rate else "件",
        )
    return (Attachment(path, f"{_title(table)}.png", as_picture=True),)
