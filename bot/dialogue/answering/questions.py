"""A question said in chat: answered, kept for the record, with its buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.access import Action, Scope
from bot.dialogue import flows
from bot.dialogue.answering import asking
from bot.dialogue.answering.answers import Answer, Citation, Outcome
from bot.dialogue.answering.ask import ask
from bot.dialogue.casework import case_cards, cases
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn
from bot.wording import handoffs as wording
from casedb import questions
from casedb.beijing import beijing
from casedb.cases import find
from casedb.errors import CasedbError
from casedb.records import CaseRecord

LEAST_NUMBER = 6  # characters of what passes for an order number inside a question
NAME_LENGTH = 16
COPY_LENGTH = 256  # what a chat's copy button can hold
_THAT_DAY = re.compile(
    r"(?:工单|派单|接单|诉求|投诉|来电|打电话|当时)(?:的)?(?:那天|当天|当日|时候)|按当时"
)
_THIS_CASE = re.compile(r"(?:这|该|此|那)(?:一?[个件条])?(?:工单|案件|案子|单子|单)")


def answer(turn: Turn, text: str) -> Reply:
    """Answer a question and remember it for follow-ups."""
    before = [one for one in flows.turns_before(turn) if not one.startswith("工单 ")]
    return answer_after(turn, text, before)


def answer_after(turn: Turn, text: str, before: Sequence[str]) -> Reply:
    """Answer a question that leans on these turns, or on none."""
    found = ask(
        turn.rooms, text, as_of=_day_of_case(turn, text), context=tuple(before), reader=turn.reader
    )
    if not found.citations and found.outcome is Outcome.ANSWERED:
        return Reply(found.text)  # small talk
    if asking.wordless(text) or len(text) > asking.LONGEST:
        return Reply(found.text)
    kept = _keep(turn, text, found)
    flows.remember(turn, found.question or text)
    said = "\n\n".join(part for part in (_case_line(turn, text), found.text) if part)
    return Reply(said, _buttons(found, kept))


def _case_line(turn: Turn, text: str) -> str:
    """Where the case asked about stands, as far as this reader may see it."""
    numbers = [one for one in cases.numbers_in(text) if len(one) >= LEAST_NUMBER]
    number = max(numbers, key=len, default="") or (
        cases.this_one(turn) if _THIS_CASE.search(text) else ""
    )
    if not number or turn.scope(Action.SEE_CASES) is Scope.NONE:
        return ""
    line = case_cards.group_line if turn.in_group else case_cards.private_line
    with turn.rooms.store.reading() as s:
        try:
            return line(cases.find(turn, s, number), turn.now)
        except CasedbError as missing:
            return missing.what


def _day_of_case(turn: Turn, text: str) -> date | None:
    """工单那天: the day the case spoken of came in."""
    case = _spoken_of(turn) if _THAT_DAY.search(text) else None
    came = case and (case.received_at or case.dispatched_at)
    return beijing(came).date() if came else None


def _case_of(turn: Turn, text: str) -> int | None:
    """The case a question was asked about, so that a changed paper leads back to it."""
    case = _spoken_of(turn) if _THIS_CASE.search(text) else None
    return case.id if case else None


def _spoken_of(turn: Turn) -> CaseRecord | None:
    """The case this talk was about last."""
    order_no = cases.this_one(turn)
    if not order_no:
        return None
    with turn.rooms.store.reading() as s:
        return find(s, order_no)


def _keep(turn: Turn, text: str, found: Answer) -> int:
    with turn.rooms.store.session() as s:
        kept = questions.record(
            s,
            text=text,
            outcome=found.outcome.value,
            now=turn.now,
            person_id=turn.person.id,
            channel=turn.incoming.channel,
            chat=turn.incoming.chat,
            passages=found.passage_ids,
            answer=found.text,
            support=found.score,
            case_id=_case_of(turn, text),
        )
    return kept.id


def _button_name(cited: Citation) -> str:
    """Short enough for a button; a guide bears one name, because the button opens all of it."""
    name = cited.title.removeprefix("中华人民共和国").removeprefix("北京市")
    short = name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"
    return f"{short}{cited.article or ''}"


def _buttons(found: Answer, question_id: int) -> tuple[tuple[Button, ...], ...]:
    of_parts = [one.citations[0] for one in found.parts if one.citations]
    cited = of_parts or found.citations[:3]
    shown: dict[str, str] = {}  # of two sections of one guide the first; in the order of the answer
    for one in cited:
        shown.setdefault(_button_name(one), one.passage_id)
    rows: list[tuple[Button, ...]] = [
        (Button(wording.ARTICLE.format(name=name), f"art:{passage}"),)
        for name, passage in shown.items()
    ]
    rows += [(Button(wording.COPY, copy=said[:COPY_LENGTH]),) for said in found.wordings[:1]]
    if found.outcome is Outcome.HANDOFF:
        rows.append((Button(wording.ASK_ANALYST, f"handoff:{question_id}"),))
    else:
        up, down = Button("👍", f"fb:up:{question_id}"), Button("👎", f"fb:down:{question_id}")
        rows.append((up, down))
    return tuple(rows)
