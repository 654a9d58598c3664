"""/oncall: who answers today and on the next days, in order; the desk may set a day by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.access import Action, Scope
from bot.dialogue.duty import leaders
from bot.dialogue.duty.said_day import day_of
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn
from bot.wording import general
from bot.wording import handoffs as handoff_wording
from bot.wording import people as wording
from casedb import people
from casedb.days import beijing_day, day_text
from casedb.learning import handoffs
from casedb.outgoing.alerts import account_of
from casedb.records import PersonRecord
from casedb.store import Session
from casedb.vocabulary import Role

ANSWERERS = (Role.ANALYST, Role.DESK, Role.ADMIN)
DAYS_SHOWN = 3
WAITING_SHOWN = 10


def planned(s: Session, on: date) -> tuple[PersonRecord, ...]:
    """Who answers on a Beijing day, in order: as set by the desk, else the analysts in daily turns."""
    if chosen := people.duty(s, on):
        return chosen
    analysts = people.people(s, roles=(Role.ANALYST,))
    turn_of = on.toordinal() % len(analysts) if analysts else 0
    return (*analysts[turn_of:], *analysts[:turn_of])


def roster(s: Session, now: datetime) -> tuple[PersonRecord, ...]:
    """Who is asked today, in order: those on duty, then the desk. With an account only."""
    order = dict.fromkeys((*planned(s, beijing_day(now)), *people.desk(s)))
    return tuple(one for one in order if account_of(s, one.id) is not None)


def oncall(turn: Turn, argument: str = "") -> Reply:
    """/oncall, or /oncall DAY NAME …"""
    if argument.strip():
        return _set(turn, argument.split())
    today = beijing_day(turn.now)
    with turn.rooms.store.reading() as s:
        order, by_hand = roster(s, turn.now), bool(people.duty(s, today))
        waiting = handoffs.open_handoffs(s)
        later = [
            f"{day_text(day)} {found[0].name}"
            for ahead in range(1, DAYS_SHOWN + 1)
            if (found := planned(s, day := today + timedelta(days=ahead)))
        ]
    leads = leaders.roster_lines(turn)
    if not order:
        return Reply("\n".join([wording.ONCALL_NOBODY, *leads]))
    how = wording.ONCALL_SET if by_hand else wording.ONCALL_TURNS
    lines = [wording.ONCALL_HEAD.format(how=how)]
    lines += [
        f"{place}. {one.name}（{one.unit_name}，{general.ROLES[one.role.value]}）"
        for place, one in enumerate(order, start=1)
    ]
    lines += [wording.ONCALL_LATER.format(days="；".join(later))] if later else []
    lines += leads
    if turn.scope(Action.ROSTER) is not Scope.NONE:
        lines += [wording.ONCALL_HINT, wording.LEADER_HINT]
    return _with_waiting(turn, lines, waiting)


def _with_waiting(
    turn: Turn, lines: list[str], waiting: tuple[handoffs.HandoffRecord, ...]
) -> Reply:
    """For those who answer, in private: what waits, with a button each."""
    if turn.in_group or turn.scope(Action.ANSWER_HANDOFFS) is Scope.NONE or not waiting:
        return Reply("\n".join(lines))
    shown = waiting[:WAITING_SHOWN]
    lines.append(wording.ONCALL_WAITING.format(count=len(waiting)))
    lines += [f"- {one.id} 号：{one.question[:60]}" for one in shown]
    buttons = tuple(
        (Button(f"{handoff_wording.CLAIM}（{one.id} 号）", f"claim:{one.id}"),)
        for one in shown
        if one.claimed_by in (None, turn.person.id)
    )
    return Reply("\n".join(lines), buttons)


def _set(turn: Turn, words: list[str]) -> Reply:
    if turn.scope(Action.ROSTER) is Scope.NONE:
        refused = general.PRIVATE_ONLY if turn.in_group else general.NOT_ALLOWED
        return Reply(refused.format(role=general.ROLES[turn.person.role]))
    today = beijing_day(turn.now)
    on, names = day_of(words[0], today), words[1:]
    if on is None or not names:
        return Reply(wording.ONCALL_USAGE)
    if on < today:
        return Reply(wording.ONCALL_PAST.format(day=day_text(on)))
    turns = names == ["轮换"]
    with turn.rooms.store.session() as s:
        chosen = [] if turns else [people.find_person(s, name) for name in names]
        for name, one in zip(names, chosen, strict=False):
            if one is None or one.role not in ANSWERERS:
                return Reply(wording.ONCALL_UNKNOWN.format(name=name[:20]))
        found = [one for one in chosen if one is not None]
        people.set_duty(s, on, [one.id for one in found], by=turn.person.id, now=turn.now)
        order = planned(s, on)
        silent = [one.name for one in order if account_of(s, one.id) is None]
    said = wording.ONCALL_DONE.format(day=day_text(on), names="、".join(one.name for one in order))
    if silent:
        said += "\n" + wording.ONCALL_NO_ACCOUNT.format(names="、".join(silent))
    return Reply(said)
