"""Counts in plain Chinese: "本月 噪声 按社区" -> a table and a picture, cut to what the asker may see."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

from bot.access import Action, Scope
from bot.dialogue.analysis.pivot_asked import Asked, NotUnderstood
from bot.dialogue.analysis.pivot_text import Answer, rows_of, shown, text_of, title, whole
from bot.dialogue.analysis.pivot_words import OPEN, read
from bot.dialogue.duty import ledger
from bot.dialogue.talk import Attachment, Button, Reply
from bot.dialogue.turn import Turn
from bot.wording import counts as wording
from casedb.beijing import beijing
from casedb.errors import CasedbError
from casedb.rules.rate_rules import RateRules, load_rate_rules
from casedb.tally import pivot as tally
from casedb.tally.dimensions import TIMES, Dimension
from casedb.tally.facts import first_day
from casedb.tally.marks import Mark
from casedb.tally.measures import BAD_MARKS
from casedb.tally.names import NOT_SAID, names_of
from casedb.tally.opening import Place, opened
from casedb.tally.pivot import Pivot, pivot
from casedb.tally.words import Meaning
from reports.sheets import STAGE_WORDS, beijing_text

MAX_BUTTONS, MAX_LISTED = 5, 20
WHOLE_FROM = timedelta(days=3)  # records that begin later in a period do not hold the whole of it
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
    standing = asked.measure.mark in STANDING and asked.span.days == 1
    if asked.rows is None and not asked.words and (standing or _all_open(asked)):
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
    if not table.whole and asked.against is None:
        return Reply(wording.EMPTY.format(title=title(table)))
    if asked.listed:
        return _listing(turn, asked, (), rules)
    found = _answer(turn, asked, table, rules)
    files = _picture(turn, found) if table.rows else ()
    return Reply(text_of(found), buttons=_buttons(turn, text, found), files=files)


def _all_open(asked: Asked) -> bool:
    return asked.measure is OPEN and not asked.period_said


def _answer(turn: Turn, asked: Asked, table: Pivot, rules: RateRules) -> Answer:
    """The table, what it is compared with, and how many residents its communities have."""
    then = None
    with turn.rooms.store.reading() as s:
        if asked.against is not None:
            then = pivot(
                s, asked.against, rows=table.rows, columns=table.columns, measure=asked.measure,
                scope=_scope(turn, asked), rules=rules, now=turn.now,
            )  # fmt: skip
        first = first_day(s)
        residents = names_of(s).residents if table.rows is Dimension.COMMUNITY else ()
    if first is None or (asked.against and first > asked.against.start + WHOLE_FROM):
        then = None
    late = first is not None and first > table.span.start + WHOLE_FROM
    since = beijing(first).date() if first is not None and late else None
    return Answer(table, asked, then, dict(residents), since)


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
        if asked.rows is None and (parted := _either(table)) is not None:
            table = pivot(
                s, asked.span, rows=parted, measure=asked.measure, scope=_scope(turn, asked),
                rules=rules, now=turn.now,
            )  # fmt: skip
        if asked.rows is Dimension.TOPIC and _by_topic(table):
            # Within one topic its parts are wanted, not the topic itself.
            table = pivot(
                s, asked.span, rows=Dimension.TOPIC_3, columns=asked.columns,
                measure=asked.measure, scope=_scope(turn, asked), rules=rules, now=turn.now,
            )  # fmt: skip
    return table


_SIDES = {
    Meaning.COMMUNITY: Dimension.COMMUNITY, Meaning.UNIT: Dimension.UNIT,
    Meaning.KIND: Dimension.KIND, Meaning.SOURCE: Dimension.SOURCE,
}  # fmt: skip


def _either(table: Pivot) -> Dimension | None:
    """What parts "投诉和求助各多少": two values of one dimension."""
    met = [one.meaning for one in table.filters]
    return next((way for meaning, way in _SIDES.items() if met.count(meaning) > 1), None)


def _by_topic(table: Pivot) -> bool:
    return any(one.meaning is Meaning.TOPIC for one in table.filters)


def _means_nothing_known(asked: Asked, table: Pivot) -> bool:
    """Words that only a title could hold: then it is rather a question, unless it clearly counts."""
    unknown = any(one.meaning is Meaning.TITLE for one in table.filters)
    return unknown and not (asked.period_said and (asked.by_said or table.whole))


def _folder(turn: Turn) -> Path:
    return turn.rooms.files_dir / "pivots"


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _buttons(turn: Turn, text: str, found: Answer) -> tuple[tuple[Button, ...], ...]:
    """The cases behind the first rows, or behind the whole; what was asked is kept in a file."""
    on, table = beijing(turn.now).date(), found.table
    rows = [row.row for row in rows_of(found)][:MAX_BUTTONS] if table.rows else []
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
    lost = table.measure.is_rate and table.measure.mark not in BAD_MARKS  # what a good rate misses
    label = wording.OPEN_LOST if lost else wording.OPEN
    if not rows:
        return ((Button(label.format(name="").rstrip("："), f"piv:{digest}:-1"),),)
    return tuple(
        (Button(label.format(name=shown(row)), f"piv:{digest}:{at}"),)
        for at, row in enumerate(rows)
    )


def _listing(turn: Turn, asked: Asked, places: tuple[Place, ...], rules: RateRules) -> Reply:
    with turn.rooms.store.reading() as s:
        found = opened(
            s, asked.span, places=places, measure=asked.measure, scope=_scope(turn, asked),
            rules=rules, now=turn.now, limit=MAX_LISTED,
        )  # fmt: skip
    words = "".join(f"“{word}”" for word in asked.words)
    where = "".join(f"　{shown(value)}" for _, value in places)
    measure = "" if asked.measure.name == "件数" else f"　{asked.measure.name}"
    name = f"{asked.span.name or asked.span.text()}{words}{where}{measure}"
    if not found.total:
        return Reply(wording.NO_CASES.format(title=name))
    lines = [wording.LISTED.format(title=name, total=found.total)]
    for one in found.cases:
        state = STAGE_WORDS.get(one.stage, one.stage)
        unit = one.unit or NOT_SAID
        lines.append(f"- `{one.order_no}` {beijing_text(one.at)} {unit} {one.title}（{state}）")
    if found.total > len(found.cases):
        lines.append(wording.MORE.format(shown=len(found.cases)))
    return Reply("\n".join(lines))


def _picture(turn: Turn, found: Answer) -> tuple[Attachment, ...]:
    from reports.pictures import Series, chart

    table = found.table
    rows = rows_of(found)[: 31 if table.rows in TIMES else 10]
    path = _folder(turn) / f"{_digest(found)}.png"
    series = [Series(_when(table), tuple(found.value(row) for row in rows))]
    if found.then is not None:
        before = found.before
        series.append(
            Series(_when(found.then), tuple(found.value(before.get(row.row)) for row in rows))
        )
    if rows and not path.exists():
        chart(
            path,
            title=f"{title(table)}（{whole(table)}）",
            labels=[shown(row.row) for row in rows],
            series=series,
            kind="line" if table.rows in (Dimension.DAY, Dimension.MONTH) else "bar",
            unit="%" if table.measure.is_rate else "小时" if table.measure.is_mean else "件",
        )
    return (Attachment(path, f"{title(table)}.png", as_picture=True),) if rows else ()


def _when(table: Pivot) -> str:
    return table.span.name or table.span.text()
