"""「已收到」 and what it stops; later, hand over, cannot: the buttons under a reminder."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.access import Action, Scope
from bot.dialogue import flows
from bot.dialogue.reminding.when import parse
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.wording import general
from bot.wording import reminders as wording
from casedb import obligations, people
from casedb.beijing import BEIJING, beijing
from casedb.closing import sheet as closing_sheet
from casedb.days import moment_text
from casedb.obligations.reminder_text import KIND_WORDS
from casedb.outgoing import outbox
from casedb.records import ObligationRecord
from casedb.store import Session
from casedb.vocabulary import ObligationState

SNOOZE = "snooze"  # flow
NINE = 9
DIGEST_NAMED = 10
COLLEAGUES_SHOWN = 8
WINDOW = timedelta(days=60)


def _number(data: str) -> int | None:
    head = data.split(":", 1)[0]
    return int(head) if head.isdigit() else None


def ack(turn: Turn, data: str) -> Reply:
    """ack:<obligation>"""
    number = _number(data)
    if number is None:
        return toast(general.STALE_BUTTON)

    def deed(s: Session) -> tuple[ObligationRecord, str]:
        after = obligations.acknowledge(
            s, number, by=turn.person, channel=turn.incoming.channel, now=turn.now
        )
        if after.acknowledged_by in (None, turn.person.id):
            return after, turn.person.name
        return after, people.person(s, after.acknowledged_by).name

    after, who = turn.rooms.store.together(deed)
    if after.acknowledged_by is None:
        return toast(wording.ALREADY_OVER)
    if not _confirmed_now(turn, after):
        return toast(wording.ALREADY_ACKED.format(who=who))
    return toast(wording.ACKED, edit_to=_confirmed(turn, after))


def _confirmed_now(turn: Turn, done: ObligationRecord) -> bool:
    """Whether this very press confirmed it, not an earlier one or somebody else's."""
    return (done.acknowledged_by, done.acknowledged_at) == (turn.person.id, turn.now)


def _confirmed(turn: Turn, done: ObligationRecord) -> str:
    text = _what(turn, done)
    return wording.ACKED_EDIT.format(text=text, name=turn.person.name, at=moment_text(turn.now))


def _what(turn: Turn, done: ObligationRecord) -> str:
    order = done.order_no[-6:] if turn.in_group else done.order_no
    what = done.text or KIND_WORDS.get(done.kind, "")
    return " ".join(filter(None, [f"工单 {order}" if order else "", what]))


def ack_all(turn: Turn, data: str) -> Reply:
    """ackall:<message> under a digest"""
    number = _number(data)
    if number is None:
        return toast(general.STALE_BUTTON)
    done = turn.rooms.store.together(
        lambda s: obligations.acknowledge_all(
            s, number, by=turn.person, channel=turn.incoming.channel, now=turn.now
        )
    )
    if not done:
        return toast(wording.ALREADY_OVER)
    said = wording.ACKED_ALL.format(count=len(done))
    return toast(said, edit_to=_all_confirmed(turn, done))


def _all_confirmed(turn: Turn, done: tuple[ObligationRecord, ...]) -> str:
    """The digest once it is dealt with: what it was about, who confirmed it, and no buttons."""
    named = "；".join(_what(turn, one) for one in done[:DIGEST_NAMED])
    more = f" 等 {len(done)} 项" if len(done) > DIGEST_NAMED else ""
    fresh = any(_confirmed_now(turn, one) for one in done)
    name = turn.person.name if fresh else wording.SOMEBODY
    return wording.ACKED_EDIT.format(text=f"{named}{more}", name=name, at=moment_text(turn.now))


def snooze(turn: Turn, data: str) -> Reply:
    """snooze:<id>:1h | tomorrow | choose"""
    if data.endswith(":choose"):
        return _choose(turn, _number(data))
    number, until = _number(data), _until(turn.now, data.partition(":")[2])
    if number is None or until is None:
        return toast(general.STALE_BUTTON)
    _snoozed(turn, number, until)
    return toast(wording.SNOOZED.format(at=moment_text(until)))


def _snoozed(turn: Turn, number: int, until: datetime) -> ObligationRecord:
    return turn.rooms.store.together(
        lambda s: obligations.snooze(s, number, until=until, by=turn.person, now=turn.now)
    )


def _choose(turn: Turn, number: int | None) -> Reply:
    """Ask when; the answer is read as a reminder's time is."""
    return _asked_back(turn, number, SNOOZE, wording.SNOOZE_WHEN)


def _asked_back(turn: Turn, number: int | None, flow: str, question: str) -> Reply:
    """Ask for what the button did not say; not in a group, nor when the reminder is over."""
    if number is None:
        return toast(general.STALE_BUTTON)
    if turn.in_group:
        return toast(wording.IN_PRIVATE)
    with turn.rooms.store.reading() as s:
        duty = obligations.get(s, number)
    if duty.state in (ObligationState.DONE, ObligationState.CANCELLED):
        return toast(wording.ALREADY_OVER)
    flows.keep(turn, flow, {"obligation": str(number)})
    return Reply(question)


def snooze_until(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """The time was typed."""
    meant = parse(text, now=turn.now, calendar=turn.rooms.calendar)
    if meant.due is None:
        return Reply(wording.SNOOZE_UNREADABLE.format(question=meant.question or ""))
    done = _snoozed(turn, int(state["obligation"]), meant.due)
    flows.leave(turn)
    until = done.next_at or meant.due
    said = wording.SNOOZED.format(at=moment_text(until))
    return Reply(said + (wording.SNOOZED_EARLIER if until < meant.due else ""))


def _until(now: datetime, word: str) -> datetime | None:
    if word == "1h":
        return now + timedelta(hours=1)
    if word == "tomorrow":
        tomorrow = beijing(now).date() + timedelta(days=1)
        return datetime(tomorrow.year, tomorrow.month, tomorrow.day, NINE, tzinfo=BEIJING)
    return None


def hand_over(turn: Turn, data: str) -> Reply:
    """handover:<id>: to whom?"""
    number = _number(data)
    if number is None:
        return toast(general.STALE_BUTTON)
    if turn.in_group:
        return toast(wording.IN_PRIVATE)
    with turn.rooms.store.reading() as s:
        obligations.get(s, number)
        every = people.people(s, unit_id=turn.person.unit_id)
    colleagues = [one for one in every if one.id != turn.person.id][:COLLEAGUES_SHOWN]
    flows.keep(turn, "handover", {"obligation": str(number)})
    buttons = tuple((Button(one.name, f"handto:{number}:{one.id}"),) for one in colleagues)
    return Reply(wording.HAND_TO_WHOM if buttons else wording.NOBODY_ELSE, buttons)


def hand_to(turn: Turn, data: str) -> Reply:
    """handto:<id>:<person>"""
    number, _, person = data.partition(":")
    if not (number.isdigit() and person.isdigit()):
        return toast(general.STALE_BUTTON)
    return _handed(turn, int(number), int(person))


def hand_named(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """The colleague's name was typed."""
    with turn.rooms.store.reading() as s:
        to = people.find_person(s, text)
    if to is None:
        return Reply(wording.UNKNOWN_PERSON.format(name=text[:20]))
    return _handed(turn, int(state["obligation"]), to.id)


def _handed(turn: Turn, number: int, person_id: int) -> Reply:
    with turn.rooms.store.session() as s:
        to = people.person(s, person_id)
        obligations.hand_over(s, number, to=to, by=turn.person, now=turn.now)
    flows.leave(turn)
    return Reply(wording.HANDED.format(name=to.name))


def cannot(turn: Turn, data: str) -> Reply:
    """cannot:<id>: why?"""
    return _asked_back(turn, _number(data), "cannot", wording.CANNOT_WHY)


def cannot_because(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """The reason was typed."""
    with turn.rooms.store.session() as s:
        obligations.cannot(s, int(state["obligation"]), because=text, by=turn.person, now=turn.now)
    flows.leave(turn)
    return Reply(wording.CANNOT_DONE.format(reason=text[:100]))


def urge_late(turn: Turn, _data: str) -> Reply:
    """urge_late: everybody whose materials are late is reminded again."""
    from bot.wording import cases as case_wording

    if turn.scope(Action.CLOSING_SHEET) is not Scope.ALL:
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    with turn.rooms.store.session() as s:
        count = closing_sheet.urge_late(
            s, by=turn.person, now=turn.now, begins=turn.now - WINDOW, ends=turn.now
        )
    return toast(case_wording.URGED.format(count=count) if count else case_wording.URGED_NONE)


def resend(turn: Turn, data: str) -> Reply:
    """resend:<message>: it did not arrive, send it again."""
    return _decide(turn, data, again=True)


def settled(turn: Turn, data: str) -> Reply:
    """settled:<message>: it is there, do not send it again."""
    return _decide(turn, data, again=False)


def _decide(turn: Turn, data: str, *, again: bool) -> Reply:
    number = _number(data)
    if number is None:
        return toast(general.STALE_BUTTON)
    if turn.scope(Action.SETTLE_SENDING) is Scope.NONE:
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    deed = outbox.resend if again else outbox.settle
    with turn.rooms.store.session() as s:
        changed = deed(s, number, by=turn.person, now=turn.now)
    if not changed:
        return toast(wording.ALREADY_OVER)
    return toast("好的，再发一次" if again else "好的，不再发")
