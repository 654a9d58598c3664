"""Asks the roster about hand-offs, one after the other, day and night; then desk and leader."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.dialogue.duty.oncall import roster
from bot.rooms import Rooms
from bot.wording import handoffs as wording
from casedb import audit, people
from casedb.days import at_beijing, beijing_day
from casedb.learning import handoffs
from casedb.learning.handoffs import HandoffRecord
from casedb.outgoing import outbox
from casedb.outgoing.alerts import account_of, alert_desk, private_target
from casedb.records import OutgoingButton, PersonRecord, Target
from casedb.store import Session
from casedb.vocabulary import Role

NEXT_AFTER = timedelta(minutes=10)  # unanswered for so long: the next on the roster is asked too
CLAIM_LASTS = timedelta(minutes=20)  # claimed and still unanswered: the next may have it
MORNING = time(9, 0)  # Beijing; what nobody has answered is told to the desk again
STEP = "handoff"


def begin(s: Session, made: HandoffRecord, now: datetime, *, first: int | None = None) -> bool:
    """Ask the first on the roster (or `first`, who knows the matter); False when nobody can be."""
    return _ask_next(s, made, now, first=first)


def pass_on(rooms: Rooms, now: datetime) -> int:
    """Ask the next on the roster about what is late; returns how many hand-offs moved.

    Called by the schedule; the records say what is late, so that any number of processes may call
    it at any time.
    """
    with rooms.store.reading() as s:
        waiting = handoffs.late(s, now)
    for one in waiting:
        with rooms.store.session() as s:
            _move(s, handoffs.handoff(s, one.id), now)
    return len(waiting)


def _move(s: Session, one: HandoffRecord, now: datetime) -> None:
    if not one.open or one.next_at is None or one.next_at > now:
        return  # another process was faster
    if one.claimed_by is not None:
        _let_go(s, one, now)
        one = handoffs.handoff(s, one.id)
    _ask_next(s, one, now)


def _let_go(s: Session, one: HandoffRecord, now: datetime) -> None:
    """A claim that led to nothing ends; whoever had it hears of it."""
    assert one.claimed_by is not None
    handoffs.give_up(s, one.id, person_id=one.claimed_by, now=now)
    minutes = int(CLAIM_LASTS.total_seconds() // 60)
    said = wording.CLAIM_LAPSED.format(id=one.id, minutes=minutes)
    since = one.claimed_at or one.asked_at
    _put(s, f"handoff:{one.id}:lapsed:{since:%m%d%H%M%S}", one.claimed_by, said, now)


def _ask_next(s: Session, one: HandoffRecord, now: datetime, *, first: int | None = None) -> bool:
    order = [person for person in roster(s, now) if person.id != one.asked_by]
    order.sort(key=lambda person: person.id != first)
    left = [person for person in order if person.id not in one.told]
    if not left:
        return _escalate(s, one, now)
    person, before = left[0], one.told[-1] if one.told else None
    text = _question(s, one)
    if before is not None and before != person.id:
        minutes = int((now - one.asked_at).total_seconds() // 60)
        name = people.person(s, before).name
        text = f"{wording.TO_NEXT.format(name=name, minutes=minutes)}\n{text}"
    _put(s, f"handoff:{one.id}:p{person.id}", person.id, text, now, claim=one.id)
    handoffs.asked(s, one.id, person.id, next_at=now + NEXT_AFTER)
    return True


def _question(s: Session, one: HandoffRecord) -> str:
    """What the analyst reads: who asks, what, and what was said before."""
    asker = people.person(s, one.asked_by) if one.asked_by else None
    said = wording.TO_ANALYST.format(
        id=one.id,
        person=f"{asker.unit_name}{asker.name}" if asker else "未知",
        question=one.question,
    )
    before = "\n".join(f"> {line}" for turn in one.context for line in turn.splitlines() if line)
    return f"{said}\n{wording.CONTEXT_HEAD}\n{before}" if before else said


def _escalate(s: Session, one: HandoffRecord, now: datetime) -> bool:
    """Nobody is left: desk and leader on duty are told, and so is the asker; the desk every morning."""
    handoffs.nobody_left(s, one.id, now=now, again_at=_next_morning(now))
    claim = ((OutgoingButton(wording.CLAIM, f"claim:{one.id}"),),)
    key = f"handoff:{one.id}:up"
    if outbox.known(s, f"{key}:asker") or audit.events_of(s, f"alert:{key}"):
        said = wording.STILL_OPEN.format(id=one.id, question=one.question)
        day = beijing_day(now)
        return alert_desk(s, key=f"{key}:{day}", text=said, now=now, buttons=claim)
    text = wording.TO_DESK if one.told else wording.NO_ANALYST
    said = text.format(id=one.id, question=one.question)
    told = alert_desk(s, key=key, text=said, now=now, buttons=claim) and _reachable_desk(s)
    of_the_day = people.duty_leader(s, beijing_day(now))
    leaders = (of_the_day,) if of_the_day else people.people(s, roles=(Role.LEADER,))
    for leader in leaders:
        said = wording.TO_LEADER.format(id=one.id, question=one.question)
        told |= _put(s, f"{key}:p{leader.id}", leader.id, said, now)
    if one.told:
        said = wording.STILL_LOOKING.format(id=one.id)
        outbox.put(s, key=f"{key}:asker", target=asked_in(s, one), text=said, now=now, step=STEP)
    return told


def _next_morning(now: datetime) -> datetime:
    return at_beijing(beijing_day(now) + timedelta(days=1), MORNING)


def _reachable_desk(s: Session) -> bool:
    return any(account_of(s, one.id) is not None for one in people.desk(s))


def _put(
    s: Session, key: str, person_id: int, text: str, now: datetime, *, claim: int | None = None
) -> bool:
    """A private message to a member of staff; False without an account."""
    account = account_of(s, person_id)
    if account is None:
        return False
    button = OutgoingButton(wording.CLAIM, f"claim:{claim}")
    return outbox.put(
        s,
        key=key,
        target=private_target(account),
        text=text,
        now=now,
        buttons=((button,),) if claim is not None else (),
        person_id=person_id,
        step=STEP,
    )


def note_again(s: Session, one: HandoffRecord, question_id: int, said: str, now: datetime) -> None:
    """The asker said it again in other words: whoever has the question hears it."""
    to = one.claimed_by or (one.told[-1] if one.told else None)
    if to is not None:
        text = wording.AGAIN_NOTE.format(id=one.id, question=said)
        _put(s, f"handoff:{one.id}:again:{question_id}", to, text, now, claim=one.id)


def asked_in(s: Session, one: HandoffRecord) -> Target:
    """The chat where it was asked."""
    group = bool(people.chats_at(s, one.channel, one.chat, one.topic))
    return Target(one.channel, one.chat, one.topic, group)


def relay(s: Session, done: HandoffRecord, by: PersonRecord, now: datetime) -> None:
    """Bring the answer to where it was asked; a group reads no name."""
    target = asked_in(s, done)
    signed = wording.SIGNED_IN_GROUP if target.is_group else by.name
    more = (
        OutgoingButton(wording.SOLVED, f"fb:up:{done.question_id}"),
        OutgoingButton(wording.ASK_MORE, f"hmore:{done.id}"),
    )
    outbox.put(
        s,
        key=f"handoff:{done.id}:answer",
        target=target,
        text=wording.RELAY.format(
            id=done.id, question=done.question, answer=done.answer, name=signed
        ),
        now=now,
        buttons=() if target.is_group else ((more[0],), (more[1],)),
        step=STEP,
    )
