"""/closing: the closing sheet (结案作业表): who owes what by when; an exclusion is started from it."""

from __future__ import annotations

from datetime import timedelta

from bot.access import Action, Scope
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, rows
from bot.wording import materials as wording
from casedb import people
from casedb.closing import sheet as closing_sheet
from casedb.closing.text import desk_text, group_text, urge_button
from casedb.exclusion import requests
from casedb.records import ClosingLine
from casedb.store import Session

BACK, AHEAD = timedelta(days=30), timedelta(days=14)
BUTTONS = 10


def show(turn: Turn, _argument: str = "") -> Reply:
    """What is owed: all of it for the desk, one's own unit for a worker; tails only in a group."""
    whole = turn.scope(Action.CLOSING_SHEET) is Scope.ALL and not turn.in_group
    rooms, begins, ends = turn.rooms, turn.now - BACK, turn.now + AHEAD
    if whole:
        with rooms.store.session() as s:
            closing_sheet.generate(
                s, begins=begins, ends=ends, actor=turn.actor, now=turn.now, rules=rooms.rules,
                calendar=rooms.calendar,
            )  # fmt: skip
    with rooms.store.reading() as s:
        if turn.in_group:
            lines = closing_sheet.sheet(s, begins=begins, ends=ends, now=turn.now)
            names = [people.unit(s, unit_id).name for unit_id in turn.group_units]
            said = "\n\n".join(group_text(lines, name) for name in names)
            return Reply(said or wording.CLOSING_PRIVATE)
        unit_id = None if whole else turn.person.unit_id
        lines = closing_sheet.sheet(s, begins=begins, ends=ends, now=turn.now, unit_id=unit_id)
        asked = {line.case_id for line in lines if _asked(s, line)}
    buttons = [_button(line, line.case_id in asked) for line in lines if line.state != "已交"]
    shown = tuple((one,) for one in buttons[:BUTTONS])
    return Reply(desk_text(lines), (*shown, *(rows(urge_button()) if whole and lines else ())))


def _asked(s: Session, line: ClosingLine) -> bool:
    known = requests.request_of_case(s, line.case_id)
    return known is not None and known.open


def _button(line: ClosingLine, asked: bool) -> Button:
    label = wording.BUTTON_OPEN_REQUEST if asked else wording.BUTTON_START_REQUEST
    return Button(label.format(tail=line.order_no[-6:]), f"ex:case:{line.case_id}")
