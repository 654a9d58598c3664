"""👍/👎 with a reason, and free words: what should be mended in the knowledge."""

from __future__ import annotations

from bot.dialogue import flows
from bot.dialogue.answering.answers import Outcome
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.wording import general
from bot.wording import handoffs as wording
from casedb import questions

FLOW = "reason"
OTHER = "other"


def rate(turn: Turn, data: str) -> Reply:
    """fb:up:<question> | fb:down:<question>"""
    verdict, _, number = data.partition(":")
    if verdict not in questions.FEEDBACK or not number.isdigit():
        return toast(general.STALE_BUTTON)
    with turn.rooms.store.session() as s:
        questions.feedback(s, int(number), verdict)
    if verdict == "up":
        return toast(wording.THANKS_UP)
    reasons = {**wording.REASONS, OTHER: wording.REASON_OTHER}
    buttons = [(Button(label, f"fbr:{key}:{number}"),) for key, label in reasons.items()]
    if not turn.in_group:
        buttons.append((Button(wording.ASK_ANALYST, f"handoff:{number}"),))
    return Reply(wording.THANKS_DOWN, tuple(buttons), toast=wording.THANKS_DOWN)


def reason(turn: Turn, data: str) -> Reply:
    """fbr:<reason>:<question>"""
    key, _, number = data.partition(":")
    if not number.isdigit():
        return toast(general.STALE_BUTTON)
    if key == OTHER:
        flows.keep(turn, FLOW, {"question": number})
        return Reply(wording.REASON_WHAT, toast=wording.REASON_WHAT)
    if key not in wording.REASONS:
        return toast(general.STALE_BUTTON)
    said = wording.REASONS[key]
    with turn.rooms.store.session() as s:
        questions.feedback(s, int(number), "down", reason=said)
    return toast(said, edit_to=wording.REASON_TAKEN.format(reason=said))


def reason_written(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """The reason in the reader's own words."""
    with turn.rooms.store.session() as s:
        kept = questions.feedback(s, int(state["question"]), "down", reason=text[:300])
    flows.leave(turn)
    return Reply(wording.REASON_TAKEN.format(reason=kept.feedback_reason))


def words(turn: Turn, argument: str) -> Reply:
    """/feedback TEXT"""
    if not argument.strip():
        return Reply(wording.FEEDBACK_USAGE)
    with turn.rooms.store.session() as s:
        kept = questions.record(
            s,
            text=f"意见：{argument}",
            outcome=Outcome.HANDOFF.value,
            now=turn.now,
            person_id=turn.person.id,
            channel=turn.incoming.channel,
            chat=turn.incoming.chat,
        )
        questions.feedback(s, kept.id, "down", reason="意见")
    return Reply(wording.FEEDBACK_TAKEN)
