"""/gaps: what the knowledge does not answer well, who fills it and by when."""

from __future__ import annotations

from datetime import datetime, time

from bot.access import Action, Scope
from bot.dialogue import flows
from bot.dialogue.duty.oncall import ANSWERERS
from bot.dialogue.knowledge import drafts as draft_cards
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.learning import gaps as gathering
from bot.learning.own_papers import body_from
from bot.learning.publishing import title_of
from bot.rooms import Rooms
from bot.wording import drafts as draft_wording
from bot.wording import gaps as wording
from bot.wording import general
from casedb import people
from casedb.days import at_beijing, beijing_day, day_text, moment_text
from casedb.learning import drafts, gaps
from casedb.learning.gaps import GapRecord

FLOW = "gap_name"
LISTED, TO_SHOWN = 12, 6
USUAL_WORKDAYS, CHOICES = 5, (3, 5, 10)
DUE_CLOCK = time(18, 0)  # end of the working day


def listing(turn: Turn, argument: str = "") -> Reply:
    """/gaps [NUMBER]"""
    if argument.strip().isdigit():
        return _shown(turn, int(argument))
    gathering.gather(turn.rooms, turn.now)
    with turn.rooms.store.reading() as s:
        found = gaps.listing(s)
    if not found:
        return Reply(wording.EMPTY)
    lines = [wording.HEAD.format(count=len(found)), *map(gathering.line, found[:LISTED])]
    buttons = tuple(
        (Button(f"{one.id} 号 {one.name[:16]}", f"gap:{one.id}:show"),) for one in found[:LISTED]
    )
    return Reply("\n".join(lines), buttons)


def pressed(turn: Turn, data: str) -> Reply:
    """gap:list or gap:<id>:<deed>[:<value>]"""
    if turn.in_group or turn.scope(Action.KNOWLEDGE) is Scope.NONE:
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    number, _, rest = data.partition(":")
    deed, _, value = rest.partition(":")
    if number == "list":
        return listing(turn)
    if not number.isdigit():
        return toast(general.STALE_BUTTON)
    gap_id = int(number)
    if deed == "to" and value.isdigit():
        return _assign(turn, gap_id, int(value), USUAL_WORKDAYS)
    if deed == "due" and value.isdigit():
        return _due(turn, gap_id, int(value))
    if deed in (gaps.FILLED, gaps.DROPPED):
        return _close(turn, gap_id, deed)
    if deed == "write":
        return _write(turn, gap_id)
    if deed == "name":
        flows.keep(turn, FLOW, {"gap": number})
        return Reply(wording.NEW_NAME)
    return _shown(turn, gap_id) if deed == "show" else toast(general.STALE_BUTTON)


def named(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """The new name was typed."""
    with turn.rooms.store.session() as s:
        gaps.rename(s, int(state["gap"]), text, by=turn.person.id, now=turn.now)
    flows.leave(turn)
    return _shown(turn, int(state["gap"]))


def _shown(turn: Turn, gap_id: int) -> Reply:
    with turn.rooms.store.reading() as s:
        one = gaps.gap(s, gap_id)
        staff = people.people(s, roles=ANSWERERS)
    whys = "、".join(f"{wording.WHYS[why]} {count}" for why, count in one.whys.items())
    due = f"，{moment_text(one.due_at)} 前" if one.due_at and one.owner else ""
    text = wording.CARD.format(
        id=one.id,
        name=one.name,
        state=wording.STATES[one.state],
        count=one.count,
        askers=one.askers,
        whys=whys,
        last=day_text(beijing_day(one.last_at)),
        owner=f"{one.owner or wording.NO_OWNER}{due}",
        examples="\n".join(f"- {said[:80]}" for said in one.examples),
    )
    others = [(person.id, person.name) for person in staff if person.id != turn.person.id]
    return Reply(text, _buttons(turn, one, others[:TO_SHOWN]))


def _buttons(
    turn: Turn, one: GapRecord, others: list[tuple[int, str]]
) -> tuple[tuple[Button, ...], ...]:
    def button(label: str, deed: str) -> Button:
        return Button(label, f"gap:{one.id}:{deed}")

    to = [
        button(wording.TO_ME, f"to:{turn.person.id}"),
        *(button(wording.TO.format(name=name), f"to:{number}") for number, name in others),
    ]
    rows = [tuple(to[at : at + 3]) for at in range(0, len(to), 3)]
    if one.owner_id is not None:
        rows.append(tuple(button(wording.DUE.format(days=n), f"due:{n}") for n in CHOICES))
    rows.append((button(wording.WRITE, "write"), button(wording.RENAME, "name")))
    rows.append((button(wording.FILLED, gaps.FILLED), button(wording.DROPPED, gaps.DROPPED)))
    rows.append((Button(wording.BACK, "gap:list"),))
    return tuple(rows)


def due_after(rooms: Rooms, now: datetime, workdays: int) -> datetime:
    """End of the `workdays`-th working day from tomorrow on."""
    return at_beijing(rooms.calendar.after(beijing_day(now), workdays=workdays), DUE_CLOCK)


def _assign(turn: Turn, gap_id: int, owner_id: int, workdays: int) -> Reply:
    due_at = due_after(turn.rooms, turn.now, workdays)
    with turn.rooms.store.session() as s:
        owner = people.person(s, owner_id)
        if not owner.active or owner.role not in ANSWERERS:
            return toast(general.STALE_BUTTON)
        gaps.assign(
            s, gap_id, owner, due_at=due_at, by=turn.person, now=turn.now, rules=turn.rooms.rules
        )
    said = wording.ASSIGNED.format(id=gap_id, owner=owner.name, due=moment_text(due_at))
    return _said_above(turn, gap_id, said)


def _due(turn: Turn, gap_id: int, workdays: int) -> Reply:
    with turn.rooms.store.reading() as s:
        one = gaps.gap(s, gap_id)
    if one.owner_id is None:
        return toast(wording.NO_OWNER_YET)
    return _assign(turn, gap_id, one.owner_id, workdays)


def _close(turn: Turn, gap_id: int, state: str) -> Reply:
    with turn.rooms.store.session() as s:
        gaps.close(s, gap_id, state, by=turn.person.id, now=turn.now)
    said = wording.CLOSED.format(id=gap_id, state=wording.STATES[state])
    return _said_above(turn, gap_id, said)


def _said_above(turn: Turn, gap_id: int, said: str) -> Reply:
    card = _shown(turn, gap_id)
    return Reply(f"{said}\n\n{card.text}", card.buttons, toast=said[:180], edit=True)


def _write(turn: Turn, gap_id: int) -> Reply:
    """A draft with the ways it was asked; the text is for its author to write."""
    with turn.rooms.store.session() as s:
        one = gaps.gap(s, gap_id)
        asked = [said for said in one.examples if "*" not in said and "某" not in said]
        body = body_from(draft_wording.BODY_TO_WRITE, asked)
        made = drafts.make(
            s, title=title_of(one.name), text=body.text(), author_id=turn.person.id, now=turn.now
        )
    card = draft_cards.card(turn, made)
    return Reply(f"{wording.DRAFT_MADE}\n\n{card.text}", card.buttons)
