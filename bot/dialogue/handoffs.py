"""Hand-offs: a question without basis goes to the analyst on duty, whose answer is relayed back."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.access import Action, Scope
from bot.dialogue import flows
from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn, toast
from bot.rooms import Rooms
from bot.wording import general
from bot.wording import handoffs as wording
from bot.wording import people as people_wording
from casedb import people, questions
from casedb.days import beijing_day
from casedb.outgoing import outbox
from casedb.outgoing.alerts import account_of, private_target
from casedb.questions import HandoffRecord
from casedb.records import OutgoingButton, PersonRecord, Target
from casedb.store import Session
from casedb.vocabulary import Role

NEXT_AFTER = timedelta(minutes=10)  # unanswered for so long: the next on the roster is asked too
GIVE_UP_AFTER = timedelta(days=3)


def roster(s: Session, now: datetime) -> tuple[PersonRecord, ...]:
    """Who answers today, in order: the analysts in daily turns, then the desk. With an account only."""
    analysts = people.people(s, roles=(Role.ANALYST,))
    turn_of = beijing_day(now).toordinal() % len(analysts) if analysts else 0
    order = (*analysts[turn_of:], *analysts[:turn_of], *people.desk(s))
    return tuple(one for one in order if account_of(s, one.id) is not None)


def ask_analyst(turn: Turn, data: str) -> Reply:
    """handoff:<question>: the asker wants a person's answer."""
    if not data.isdigit():
        return toast(general.STALE_BUTTON)
    with turn.rooms.store.session() as s:
        asked = questions.question(s, int(data))
        if asked.person_id != turn.person.id and not turn.in_group:
            return toast(general.STALE_BUTTON)
        made = questions.hand_off(
            s,
            asked.id,
            channel=turn.incoming.channel,
            chat=turn.incoming.chat,
            topic=turn.incoming.topic,
            now=turn.now,
        )
        told = _tell(s, made, turn.now, place=0)
    said = wording.HANDED_OFF if told else wording.HANDED_OFF_NOBODY
    return Reply(said.format(id=made.id), toast=said.format(id=made.id)[:60])


def _tell(s: Session, made: HandoffRecord, now: datetime, *, place: int) -> bool:
    """Tell the one at this place of the roster; once per hand-off and person."""
    order = roster(s, made.asked_at)
    if place >= len(order):
        return False
    analyst = order[place]
    account = account_of(s, analyst.id)
    assert account is not None
    asker = people.person(s, made.asked_by) if made.asked_by else None
    outbox.put(
        s,
        key=f"handoff:{made.id}:p{analyst.id}",
        target=private_target(account),
        text=wording.TO_ANALYST.format(
            id=made.id,
            person=f"{asker.unit_name}{asker.name}" if asker else "未知",
            question=made.question,
        ),
        now=now,
        buttons=((OutgoingButton(wording.CLAIM, f"claim:{made.id}"),),),
        person_id=analyst.id,
        step="handoff",
    )
    return True


def pass_on(rooms: Rooms, now: datetime) -> int:
    """Ask the next on the roster about hand-offs nobody has claimed; returns how many were told.

    Called by the schedule; keys make it safe to call at any time, in several processes.
    """
    told = 0
    with rooms.store.reading() as s:
        waiting = [
            one
            for one in questions.open_handoffs(s)
            if one.claimed_by is None and NEXT_AFTER <= now - one.asked_at < GIVE_UP_AFTER
        ]
    for one in waiting:
        with rooms.store.session() as s:
            told += _tell(s, one, now, place=int((now - one.asked_at) / NEXT_AFTER))
    return told


def claim(turn: Turn, data: str) -> Reply:
    """claim:<handoff>"""
    if not data.isdigit():
        return toast(general.STALE_BUTTON)
    if turn.in_group or turn.scope(Action.ANSWER_HANDOFFS) is Scope.NONE:
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    with turn.rooms.store.session() as s:
        questions.claim(s, int(data), person_id=turn.person.id, now=turn.now)
    flows.keep(turn, "answer", {"handoff": data})
    return Reply(wording.CLAIMED, toast=wording.CLAIMED_TOAST)


def answer(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """The analyst typed the answer: relay it to where the question was asked."""
    return _relay(turn, int(state["handoff"]), text)


def answer_command(turn: Turn, argument: str) -> Reply:
    """/answer ID TEXT"""
    number, _, text = argument.strip().partition(" ")
    if not number.isdigit() or not text.strip():
        return Reply(wording.ANSWER_USAGE)
    return _relay(turn, int(number), text)


def _relay(turn: Turn, handoff_id: int, text: str) -> Reply:
    with turn.rooms.store.session() as s:
        done = questions.answer(s, handoff_id, text, person_id=turn.person.id, now=turn.now)
        outbox.put(
            s,
            key=f"handoff:{done.id}:answer",
            target=_asked_in(s, done),
            text=wording.RELAY.format(
                id=done.id, question=done.question, answer=done.answer, name=turn.person.name
            ),
            now=turn.now,
            step="handoff",
        )
    flows.leave(turn)
    return Reply(wording.RELAYED)


def _asked_in(s: Session, done: HandoffRecord) -> Target:
    """The chat where it was asked."""
    group = bool(people.chats_at(s, done.channel, done.chat, done.topic))
    return Target(done.channel, done.chat, done.topic, group)


def oncall(turn: Turn, _argument: str = "") -> Reply:
    """/oncall: who answers today and what waits."""
    with turn.rooms.store.reading() as s:
        order = roster(s, turn.now)
        waiting = questions.open_handoffs(s)
    if not order:
        return Reply(people_wording.ONCALL_NOBODY)
    lines = [people_wording.ONCALL_HEAD]
    lines += [
        f"{place}. {one.name}（{one.unit_name}，{general.ROLES[one.role.value]}）"
        for place, one in enumerate(order, start=1)
    ]
    if turn.scope(Action.ANSWER_HANDOFFS) is not Scope.NONE and waiting and not turn.in_group:
        lines.append(people_wording.ONCALL_WAITING.format(count=len(waiting)))
        lines += [f"- {one.id} 号：{one.question[:60]}" for one in waiting[:10]]
    return Reply("\n".join(lines))
