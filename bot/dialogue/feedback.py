"""👍/👎 with a reason, and free words: what should be mended in the knowledge."""

from __future__ import annotations

from bot.dialogue.answers import Outcome
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.wording import general
from bot.wording import handoffs as wording
from casedb import questions


def rate(turn: Turn, data: str) -> Reply:
    """fb:up:<question> | fb:down:<question>"""
    verdict, _, number = data.partition(":")
    if verdict not in ("up", "down") or not number.isdigit():
        return toast(general.STALE_BUTTON)
    with turn.rooms.store.session() as s:
        questions.feedback(s, int(number), verdict)
    if verdict == "up":
        return toast(wording.THANKS_UP)
    buttons = tuple(
        (Button(label, f"fbr:{key}:{number}"),) for key, label in wording.REASONS.items()
    )
    return Reply(wording.THANKS_DOWN, buttons, toast=wording.THANKS_DOWN)


def reason(turn: Turn, data: str) -> Reply:
    """fbr:<reason>:<question>"""
    key, _, number = data.partition(":")
    if key not in wording.REASONS or not number.isdigit():
        return toast(general.STALE_BUTTON)
    said = wording.REASONS[key]
    with turn.rooms.store.session() as s:
        questions.feedback(s, int(number), "down", reason=said)
    return toast(said, edit_to=wording.REASON_TAKEN.format(reason=said))


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
