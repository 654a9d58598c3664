"""/advice NO: what helped in the like, what the rules say, what to do next, and how risky it stands."""

from __future__ import annotations

from bot.access import Action, Scope
from bot.advice import advise
from bot.advice.text import WORDINGS, text
from bot.dialogue import flows
from bot.dialogue.casework import cases
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn
from bot.wording import advice as wording
from bot.wording import general
from bot.wording import handoffs as answer_wording
from casedb import cases as records
from casedb.beijing import beijing
from casedb.records import CaseRecord
from indexer.similar import Reach

COPY_LENGTH = 256  # what a chat's copy button can hold
ARTICLE_BUTTONS = 3


def command(turn: Turn, argument: str) -> Reply:
    """/advice NO; without a number the case last spoken of."""
    said = argument.strip() or cases.this_one(turn)
    if turn.in_group:
        return Reply(general.PRIVATE_ONLY)
    if not said:
        return Reply(wording.USAGE)
    with turn.rooms.store.reading() as s:
        case = cases.find(turn, s, said)
    return about(turn, case)


def pressed(turn: Turn, data: str) -> Reply:
    """advice:<case>, a button under a card"""
    if not data.isdigit() or turn.in_group:
        said = general.STALE_BUTTON if not turn.in_group else general.PRIVATE_ONLY
        return Reply(said, toast=said)
    with turn.rooms.store.reading() as s:
        case = cases.find(turn, s, records.case(s, int(data)).order_no)
    return about(turn, case)


def about(turn: Turn, case: CaseRecord) -> Reply:
    """Advice on a case the speaker may see; past cases only as far as their reach goes."""
    own = turn.scope(Action.SEE_CASES) is not Scope.ALL
    reach = Reach(turn.person.unit_id, turn.person.unit_name) if own else None
    found = advise(turn.rooms, case, reader=turn.reader, reach=reach, now=turn.now)
    flows.remember(turn, f"工单 {case.order_no}")
    rows = [
        (Button(answer_wording.ARTICLE.format(name=f"{one.title[:12]}{one.article or ''}"),
                f"art:{one.id}"),)
        for one in found.articles[:ARTICLE_BUTTONS]
    ]  # fmt: skip
    rows += [
        (Button(wording.COPY.format(number=at), copy=one.text[:COPY_LENGTH]),)
        for at, one in enumerate(found.wordings[:WORDINGS], start=1)
    ]
    return Reply(text(found, beijing(turn.now).date()), tuple(rows))
