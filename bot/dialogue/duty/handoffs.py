"""Hand-offs: a question without basis goes to the analyst on duty, whose answer is relayed back."""

from __future__ import annotations

from bot.access import Action, Scope
from bot.dialogue import flows
from bot.dialogue.answering.alike import alike_to
from bot.dialogue.answering.answers import Outcome
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.learning import passing_on
from bot.wording import drafts as draft_wording
from bot.wording import general
from bot.wording import handoffs as wording
from casedb import questions
from casedb.errors import Refused
from casedb.learning import handoffs
from casedb.learning.handoffs import HandoffRecord
from casedb.questions import QuestionRecord
from indexer.paper_faults import bare

ANSWER, MORE = "answer", "ask_more"  # flows
TURNS_SHOWN = 4
SURELY_ALIKE = 0.75  # a question kept back by mistake is worse than one asked twice
MINUTES = int(passing_on.CLAIM_LASTS.total_seconds() // 60)


def ask_analyst(turn: Turn, data: str) -> Reply:
    """handoff:<question>: the asker wants a person's answer."""
    if not data.isdigit():
        return toast(general.STALE_BUTTON)
    with turn.rooms.store.reading() as s:
        asked = questions.question(s, int(data))
        known = handoffs.of_question(s, asked.id)
        mine = [one for one in handoffs.open_handoffs(s) if _same_asker(turn, one)]
    if asked.person_id != turn.person.id and not turn.in_group:
        return toast(general.STALE_BUTTON)
    if known is not None:
        return _known(known)
    waiting = [one.question for one in mine]
    place = alike_to(turn.rooms, asked.text, waiting, at_least=SURELY_ALIKE)
    if place is not None:
        return _asked_again(turn, mine[place], asked)
    return _hand_off(turn, asked.id, _context(turn, asked.text))


def ask_apart(turn: Turn, data: str) -> Reply:
    """handnew:<question>: alike to one that waits, and yet another matter."""
    if not data.isdigit():
        return toast(general.STALE_BUTTON)
    with turn.rooms.store.reading() as s:
        asked = questions.question(s, int(data))
        known = handoffs.of_question(s, asked.id)
    if asked.person_id != turn.person.id:
        return toast(general.STALE_BUTTON)
    return _known(known) if known else _hand_off(turn, asked.id, _context(turn, asked.text))


def _same_asker(turn: Turn, one: HandoffRecord) -> bool:
    return one.asked_by == turn.person.id and one.chat == turn.incoming.chat


def _context(turn: Turn, text: str) -> tuple[str, ...]:
    before = [one for one in flows.turns_before(turn) if bare(one) not in (bare(text), "")]
    return tuple(before[-TURNS_SHOWN:])


def _hand_off(
    turn: Turn, question_id: int, context: tuple[str, ...], first: int | None = None
) -> Reply:
    heard = turn.incoming
    with turn.rooms.store.session() as s:
        made = handoffs.hand_off(
            s,
            question_id,
            channel=heard.channel,
            chat=heard.chat,
            topic=heard.topic,
            context=context,
            now=turn.now,
        )
        told = passing_on.begin(s, made, turn.now, first=first)
        asked = handoffs.handoff(s, made.id).told
    said = wording.HANDED_OFF if asked else wording.HANDED_OFF_UP
    said = (said if told else wording.HANDED_OFF_NOBODY).format(id=made.id)
    return Reply(said, toast=said[:60])


def _known(known: HandoffRecord) -> Reply:
    """Pressed a second time."""
    if not known.open:
        return Reply(wording.ANSWERED_ALREADY.format(id=known.id, answer=known.answer))
    said = wording.WAITING_ALREADY.format(id=known.id, state=_state(known))
    return Reply(said, toast=said[:180])


def _asked_again(turn: Turn, one: HandoffRecord, asked: QuestionRecord) -> Reply:
    with turn.rooms.store.session() as s:
        passing_on.note_again(s, one, asked.id, asked.text, turn.now)
    text = wording.WAITING_ALIKE.format(id=one.id, question=one.question[:40], state=_state(one))
    button = Button(wording.ANOTHER_MATTER, f"handnew:{asked.id}")
    return Reply(text, ((button,),), toast=text[:180])


def _state(one: HandoffRecord) -> str:
    return wording.STATE_CLAIMED if one.claimed_by else wording.STATE_ASKED


def claim(turn: Turn, data: str) -> Reply:
    """claim:<handoff>"""
    if not data.isdigit():
        return toast(general.STALE_BUTTON)
    if turn.in_group or turn.scope(Action.ANSWER_HANDOFFS) is Scope.NONE:
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    until = turn.now + passing_on.CLAIM_LASTS
    with turn.rooms.store.session() as s:
        taken = handoffs.claim(s, int(data), person_id=turn.person.id, now=turn.now, until=until)
    flows.keep(turn, ANSWER, {"handoff": data})
    said = wording.CLAIMED.format(id=taken.id, question=taken.question, minutes=MINUTES)
    button = Button(wording.GIVE_UP, f"unclaim:{taken.id}")
    return Reply(said, ((button,),), toast=wording.CLAIMED_TOAST)


def unclaim(turn: Turn, data: str) -> Reply:
    """unclaim:<handoff>: somebody else shall answer."""
    if not data.isdigit():
        return toast(general.STALE_BUTTON)
    with turn.rooms.store.session() as s:
        had = handoffs.give_up(s, int(data), person_id=turn.person.id, now=turn.now)
    flows.leave(turn)
    if not had:
        return toast(general.STALE_BUTTON)
    said = wording.GIVEN_UP.format(id=data)
    return toast(said, edit_to=said)


def leave(turn: Turn) -> bool:
    """Out of any step-by-step talk; a claimed question is given up with it."""
    flow, state = flows.current(turn)
    if flow == ANSWER:
        with turn.rooms.store.session() as s:
            number = int(state["handoff"])
            handoffs.give_up(s, number, person_id=turn.person.id, now=turn.now)
    return flows.leave(turn)


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
    try:
        with turn.rooms.store.session() as s:
            done = handoffs.answer(s, handoff_id, text, person_id=turn.person.id, now=turn.now)
            passing_on.relay(s, done, turn.person, turn.now)
    except Refused:
        flows.leave(turn)  # somebody else has it now: what comes next is no answer to it
        raise
    flows.leave(turn)
    button = Button(draft_wording.MAKE, f"draft:new:{done.id}")
    return Reply(wording.RELAYED.format(id=done.id), ((button,),))


def ask_more(turn: Turn, data: str) -> Reply:
    """hmore:<handoff>: the answer did not settle it."""
    if not data.isdigit():
        return toast(general.STALE_BUTTON)
    with turn.rooms.store.reading() as s:
        before = handoffs.handoff(s, int(data))
    if before.asked_by != turn.person.id or turn.in_group:
        return toast(general.STALE_BUTTON)
    flows.keep(turn, MORE, {"handoff": data})
    return Reply(wording.MORE_WHAT, toast=wording.MORE_WHAT[:40])


def more(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """What the asker still wants to know goes to whoever answered before."""
    flows.leave(turn)
    with turn.rooms.store.session() as s:
        before = handoffs.handoff(s, int(state["handoff"]))
        kept = questions.record(
            s,
            text=text,
            outcome=Outcome.HANDOFF.value,
            now=turn.now,
            person_id=turn.person.id,
            channel=turn.incoming.channel,
            chat=turn.incoming.chat,
        )
    context = (before.question, before.answer)
    return _hand_off(turn, kept.id, context, first=before.claimed_by)
