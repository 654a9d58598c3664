"""/closing: the closing sheet (结案作业表), whose materials are due when, who owes what."""

from __future__ import annotations

from bot.access import Action, Scope
from bot.closing_round import lines_now, window
from bot.dialogue.talk import Attachment, Reply
from bot.dialogue.turn import Turn, rows
from bot.wording import cases as wording
from casedb import people
from casedb.beijing import beijing
from casedb.closing import sheet as closing_sheet
from casedb.closing.text import desk_text, group_text, urge_button
from casedb.records import ClosingLine

GENERATE = ("生成", "重新生成")


def show(turn: Turn, argument: str = "") -> Reply:
    """/closing, or /closing 生成: the desk's sheet; one's own unit's for everybody else."""
    if turn.in_group:
        return _group(turn)
    if turn.scope(Action.CLOSING_SHEET) is not Scope.ALL:
        return _own(turn)
    if argument.strip() in GENERATE:
        return _desk(turn, _generated(turn))
    if argument.strip():
        return Reply(wording.CLOSING_USAGE)
    with turn.rooms.store.reading() as s:
        return _desk(turn, lines_now(s, turn.now))


def _generated(turn: Turn) -> tuple[ClosingLine, ...]:
    begins, ends = window(turn.now)
    with turn.rooms.store.session() as s:
        return closing_sheet.generate(
            s, begins=begins, ends=ends, actor=turn.actor, now=turn.now,
            rules=turn.rooms.rules, calendar=turn.rooms.calendar,
        )  # fmt: skip


def _desk(turn: Turn, lines: tuple[ClosingLine, ...]) -> Reply:
    if not lines:
        return Reply(f"{desk_text(lines)}\n{wording.CLOSING_HOW}")
    buttons = rows(urge_button()) if any(line.late for line in lines) else ()
    return Reply(desk_text(lines), buttons, files=(_sheet(turn, lines),))


def _sheet(turn: Turn, lines: tuple[ClosingLine, ...]) -> Attachment:
    from reports.closing import closing_xlsx

    path = turn.rooms.files_dir / "closing" / f"closing-{turn.now:%Y%m%d%H%M%S}.xlsx"
    closing_xlsx(lines, path, saved_at=turn.now)
    return Attachment(path, f"结案作业表-{beijing(turn.now).date()}.xlsx")


def _own(turn: Turn) -> Reply:
    with turn.rooms.store.reading() as s:
        lines = lines_now(s, turn.now, turn.person.unit_id)
    return Reply(group_text(lines, turn.person.unit_name))


def _group(turn: Turn) -> Reply:
    """What every member of the group may see: its units' state, without persons."""
    with turn.rooms.store.reading() as s:
        units = [people.unit(s, unit_id) for unit_id in turn.group_units]
        found = [group_text(lines_now(s, turn.now, unit.id), unit.name) for unit in units]
    return Reply("\n\n".join(found) if found else wording.CLOSING_IN_GROUP)
