"""Today's ledger on request; the same snapshot that goes out at 08:30."""

from __future__ import annotations

from datetime import date

from bot.access import Action, Scope
from bot.dialogue.talk import Attachment, Reply
from bot.dialogue.turn import Turn
from bot.filing.ledger import papers, unit_papers
from bot.filing.month import month_of, month_record
from bot.wording import general
from casedb import ledger, people
from casedb.beijing import beijing
from casedb.errors import CasedbError
from casedb.ledger.text import desk_text, leader_text, unit_text
from casedb.records import LedgerSnapshot, OutgoingFile
from casedb.vocabulary import Role

FILING = "报备"


def show(turn: Turn, argument: str = "") -> Reply:
    """/ledger [DATE]: the desk's version, the leader's, or one's own unit's; /ledger 报备 [MONTH]."""
    if argument.strip().startswith(FILING):
        return filed(turn, argument.strip().removeprefix(FILING).removeprefix("记录"))
    snapshot = _snapshot(turn, _day(turn, argument))
    if turn.in_group:
        return _group(turn, snapshot)
    if turn.scope(Action.LEDGER) is not Scope.ALL:
        own = turn.person.unit_name
        sheet = unit_papers(turn.rooms, snapshot, own)
        return Reply(unit_text(snapshot, own), files=_files(turn, sheet))
    text = leader_text if turn.person.role is Role.LEADER else desk_text
    return Reply(text(snapshot), files=_files(turn, papers(turn.rooms, snapshot, version="desk")))


def filed(turn: Turn, argument: str = "") -> Reply:
    """/filing [MONTH]: which ledger reached whom when, as xlsx; for those who see every unit."""
    if turn.in_group:
        return Reply(general.PRIVATE_ONLY)
    if turn.scope(Action.LEDGER) is not Scope.ALL:
        return Reply(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    month = month_of(argument, beijing(turn.now).date())
    made = month_record(turn.rooms, month, turn.now)
    return Reply(made.text, files=_files(turn, (made.file,)))


def _day(turn: Turn, argument: str) -> date:
    today = beijing(turn.now).date()
    said = argument.strip()
    if not said:
        return today
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise CasedbError(
            f"“{said[:20]}”不是日期。", "请写成 /ledger 2026-06-01 这样，不写就是今天。"
        ) from None
    if day > today:
        raise CasedbError(f"{day} 还没有到。", "只能看今天和以前的台账。")
    return day


def _snapshot(turn: Turn, on: date) -> LedgerSnapshot:
    rooms = turn.rooms
    with rooms.store.session() as s:
        return ledger.freeze(s, on=on, now=turn.now, rules=rooms.rules, calendar=rooms.calendar)


def _group(turn: Turn, snapshot: LedgerSnapshot) -> Reply:
    """What every member of the group may see."""
    if turn.is_ledger_group:
        return Reply(desk_text(snapshot))
    with turn.rooms.store.reading() as s:
        names = [people.unit(s, unit_id).name for unit_id in turn.group_units]
    if not names:
        raise CasedbError("本群不显示台账。", "请私聊我发“今日台账”。")
    return Reply("\n\n".join(unit_text(snapshot, name) for name in names))


def _files(turn: Turn, files: tuple[OutgoingFile, ...]) -> tuple[Attachment, ...]:
    below = turn.rooms.settings.data_dir
    return tuple(
        Attachment(below / file.path, file.name, as_picture=file.as_picture) for file in files
    )
