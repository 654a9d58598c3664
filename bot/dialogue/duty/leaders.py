"""/leader: who leads on which day (带班领导), shown, set by hand or taken from a sheet."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.access import Action, Scope
from bot.dialogue.duty.said_day import day_of
from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn
from bot.wording import general
from bot.wording import people as wording
from casedb import people
from casedb.days import beijing_day, day_text
from casedb.people.leader_sheet import import_leaders
from casedb.records import IntakeResult
from casedb.vocabulary import Role

DAYS_SHOWN = 14


def leader(turn: Turn, argument: str = "") -> Reply:
    """/leader, or /leader DAY NAME"""
    if argument.strip():
        return _set(turn, argument.split())
    return Reply("\n".join(roster_lines(turn) or [wording.LEADER_NONE]) + hint(turn))


def roster_lines(turn: Turn) -> list[str]:
    """Who leads today and on the next days; nothing where no roster was ever set."""
    today = beijing_day(turn.now)
    with turn.rooms.store.reading() as s:
        leads = people.duty_leader(s, today)
        later = people.leader_days(s, today + timedelta(days=1), today + timedelta(days=DAYS_SHOWN))
    if leads is None and not later:
        return []
    lines = [wording.LEADER_TODAY.format(name=leads.name) if leads else wording.LEADER_NOT_TODAY]
    if later:
        days = "；".join(f"{day_text(on)} {one.name}" for on, one in later)
        lines.append(wording.LEADER_LATER.format(days=days))
    return lines


def hint(turn: Turn) -> str:
    """How to change it, for those who may."""
    return f"\n{wording.LEADER_HINT}" if turn.scope(Action.ROSTER) is not Scope.NONE else ""


def _set(turn: Turn, words: list[str]) -> Reply:
    if turn.scope(Action.ROSTER) is Scope.NONE:
        refused = general.PRIVATE_ONLY if turn.in_group else general.NOT_ALLOWED
        return Reply(refused.format(role=general.ROLES[turn.person.role]))
    today = beijing_day(turn.now)
    on, name = day_of(words[0], today), "".join(words[1:])
    if on is None or not name:
        return Reply(wording.LEADER_USAGE)
    if on < today:
        return Reply(wording.ONCALL_PAST.format(day=day_text(on)))
    with turn.rooms.store.session() as s:
        found = people.find_person(s, name)
        if found is None or found.role is not Role.LEADER:
            leaders = people.people(s, roles=(Role.LEADER,))
            known = "、".join(one.name for one in leaders) or wording.LEADER_NOBODY
            return Reply(wording.LEADER_UNKNOWN.format(name=name[:20], known=known))
        people.set_duty_leader(s, on, found, by=turn.person.id, now=turn.now)
    return Reply(wording.LEADER_DONE.format(day=day_text(on), name=found.name))


def taken(turn: Turn, path: Path, name: str) -> IntakeResult:
    """A roster sent as a sheet."""
    with turn.rooms.store.session() as s:
        return import_leaders(s, path, name, by=turn.person.id, now=turn.now)
