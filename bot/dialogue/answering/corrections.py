"""The first line of an answer that says openly what the question takes for granted wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.dialogue.answering import allowed, numbers, quoting, responsible
from bot.wording import corrections as wording
from indexer.passages import Passage

SURELY = 2  # shared pairs from which words of the passage are taken to be about the same act


def line(question: str, shown: Sequence[Passage], terms: Iterable[str] = ()) -> str:
    """What to check before reading on; "" where the passages bear the question out or are silent.

    `terms` are the rules' words for what the question says.
    """
    terms = tuple(terms)
    if number := numbers.differs(question, shown, terms):
        return _number(number)
    if body := responsible.another(question, shown, terms):
        says = wording.BODY_UNNAMED if body.unnamed else wording.BODY_OF_ANOTHER
        return says.format(said=body.said, name=quoting.name(body.passage), words=body.clause)
    if otherwise := allowed.contrary(question, shown, terms):
        says = wording.OTHERWISE if otherwise.shared >= SURELY else wording.PERHAPS_OTHERWISE
        return says.format(name=quoting.name(otherwise.passage), words=otherwise.words)
    return ""


def _number(found: numbers.Differs) -> str:
    says = wording.NUMBER_UNWRITTEN if found.unwritten else wording.NUMBER_DIFFERS
    return says.format(
        said=found.said,
        name=quoting.name(found.passage),
        held="、".join(f"“{one}”" for one in found.held),
        words=found.unwritten,
    )
