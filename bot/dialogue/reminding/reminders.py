""" "提醒我 / 提醒甲一社区 …" in plain Chinese: set, list, cancel."""

from __future__ import annotations

from bot.access import Action, Scope
from bot.dialogue.reminding.timewords.whom import ME
from bot.dialogue.reminding.when import When, parse
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn
from bot.wording import reminders as wording
from casedb import obligations, people
from casedb.days import moment_text
from casedb.errors import NotFound, Refused
from casedb.obligations.reminder_text import KIND_WORDS
from casedb.privacy import mask
from casedb.records import ObligationRecord, UnitRecord
from casedb.store import Session
from casedb.vocabulary import ObligationKind

LISTED = 20


def start(turn: Turn, argument: str) -> Reply:
    """/remind TEXT, or the same said plainly."""
    if not argument.strip():
        return Reply(wording.USAGE)
    with turn.rooms.store.reading() as s:
        names = tuple(unit.name for unit in people.units(s))
    meant = parse(argument, now=turn.now, calendar=turn.rooms.calendar, units=names)
    if meant.due is None:
        return Reply(meant.question or wording.USAGE)
    with turn.rooms.store.session() as s:
        unit = _unit(turn, s, meant)
        made = obligations.ask(
            s,
            text=meant.what or wording.NO_TEXT,
            due_at=meant.due,
            by=turn.person,
            now=turn.now,
            rules=turn.rooms.rules,
            unit_id=unit.id if unit else None,
            repeats=meant.repeats or "",
            chat=turn.key,
            key=f"ask:{turn.incoming.channel}:{turn.incoming.id}"[:150],
        )
    return Reply(_said(made, unit), _cancel_button(made))


def _unit(turn: Turn, s: Session, meant: When) -> UnitRecord | None:
    """The unit to be reminded; None for oneself.

    Raises:
        NotFound: no such unit.
        Refused: not one's own unit and no right to remind others.
    """
    if meant.who == ME:
        return None
    unit = people.unit_named(s, meant.who)
    if unit is None:
        names = "、".join(one.name for one in people.units(s))
        raise NotFound(wording.UNKNOWN_UNIT.format(name=meant.who, units=names), "")
    if turn.scope(Action.REMIND_UNITS) is not Scope.ALL and unit.id != turn.person.unit_id:
        raise Refused(wording.ONLY_OWN_UNIT.format(unit=turn.person.unit_name), "")
    return unit


def _said(made: ObligationRecord, unit: UnitRecord | None) -> str:
    return wording.SET.format(
        when=moment_text(made.due_at),
        who=unit.name if unit else wording.ME,
        what=mask(made.text),
        repeats=wording.REPEATS.get(made.repeats, ""),
        id=made.id,
    )


def _cancel_button(made: ObligationRecord) -> tuple[tuple[Button, ...], ...]:
    return ((Button("取消这条提醒", f"unremind:{made.id}"),),)


def listing(turn: Turn, _argument: str = "") -> Reply:
    """/reminders: what one owes or asked for and is not over."""
    with turn.rooms.store.reading() as s:
        found = obligations.listing(s, turn.person)
    if turn.in_group:
        found = tuple(one for one in found if one.unit_id in turn.group_units)
    if not found:
        return Reply(wording.NONE)
    lines = [wording.LIST_HEAD.format(count=len(found))]
    for one in found[:LISTED]:
        order = one.order_no[-6:] if turn.in_group else one.order_no
        about = f"工单 {order} " if one.order_no else ""
        again = f"（{wording.REPEATS[one.repeats]}）" if one.repeats else ""
        what = one.text or KIND_WORDS.get(one.kind, "")
        lines.append(f"{one.id}. {moment_text(one.due_at)} {about}{what}{again}")
    return Reply("\n".join(lines))


def cancel(turn: Turn, argument: str) -> Reply:
    """/cancel ID: take a reminder back."""
    number = argument.strip().lstrip("#第").rstrip("号条")
    if not number.isdigit():
        return Reply(wording.CANCEL_USAGE)
    with turn.rooms.store.session() as s:
        if obligations.get(s, int(number)).kind is not ObligationKind.PERSONAL:
            raise Refused("这是工单的催办，不能取消。", "办结后它会自动停；收到了请按“已收到”。")
        gone = obligations.cancel(s, int(number), by=turn.person, now=turn.now)
    return Reply(wording.CANCELLED.format(id=gone.id, what=gone.text))


def pressed_cancel(turn: Turn, data: str) -> Reply:
    """unremind:<id>"""
    said = cancel(turn, data)
    return Reply(said.text, toast=said.text, edit=not turn.in_group)
