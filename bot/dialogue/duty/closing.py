"""/closing: the closing sheet (结案作业表): who owes what by when; an exclusion is started from it."""

from __future__ import annotations

from bot.access import Action, Scope
from bot.dialogue.talk import Attachment, Button, Reply
from bot.dialogue.turn import Turn, rows
from bot.filing.closing_round import lines_now, window
from bot.wording import materials as wording
from casedb import people
from casedb.beijing import beijing
from casedb.closing import sheet as closing_sheet
from casedb.closing.records import HANDED_IN
from casedb.closing.text import desk_text, group_text, urge_button
from casedb.exclusion import requests
from casedb.records import ClosingLine
from casedb.store import Session

BUTTONS = 10


def show(turn: Turn, _argument: str = "") -> Reply:
    """What is owed: all of it for the desk, one's own unit for a worker; tails only in a group."""
    if turn.in_group:
        return _group(turn)
    whole = turn.scope(Action.CLOSING_SHEET) is Scope.ALL
    if whole:
        _generate(turn)
    with turn.rooms.store.reading() as s:
        lines = lines_now(s, turn.now, None if whole else turn.person.unit_id)
        asked = {line.case_id for line in lines if _asked(s, line)}
    buttons = [_button(line, line.case_id in asked) for line in lines if line.state != HANDED_IN]
    shown = tuple((one,) for one in buttons[:BUTTONS])
    urge = rows(urge_button()) if whole and any(line.late for line in lines) else ()
    return Reply(desk_text(lines), (*shown, *urge), files=(_sheet(turn, lines),) if lines else ())


def _generate(turn: Turn) -> None:
    """List what asks for exclusion, appeals, or got a no, and falls due in the window."""
    begins, ends = window(turn.now)
    with turn.rooms.store.session() as s:
        closing_sheet.generate(
            s, begins=begins, ends=ends, actor=turn.actor, now=turn.now,
            rules=turn.rooms.rules, calendar=turn.rooms.calendar,
        )  # fmt: skip


def _group(turn: Turn) -> Reply:
    """What every member of the group may see: its units' state, without persons."""
    with turn.rooms.store.reading() as s:
        units = [people.unit(s, unit_id) for unit_id in turn.group_units]
        said = [group_text(lines_now(s, turn.now, unit.id), unit.name) for unit in units]
    return Reply("\n\n".join(said) or wording.CLOSING_PRIVATE)


def _sheet(turn: Turn, lines: tuple[ClosingLine, ...]) -> Attachment:
    from reports.closing import closing_xlsx

    name = f"closing-{turn.person.id}-{turn.now:%Y%m%d%H%M%S}.xlsx"
    path = turn.rooms.files_dir / "closing" / name
    closing_xlsx(lines, path, saved_at=turn.now)
    return Attachment(path, f"结案作业表-{beijing(turn.now).date()}.xlsx")


def _asked(s: Session, line: ClosingLine) -> bool:
    known = requests.request_of_case(s, line.case_id)
    return known is not None and known.open


def _button(line: ClosingLine, asked: bool) -> Button:
    label = wording.BUTTON_OPEN_REQUEST if asked else wording.BUTTON_START_REQUEST
    return Button(label.format(tail=line.order_no[-6:]), f"ex:case:{line.case_id}")
