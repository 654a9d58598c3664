"""Which passages of those found an answer shows, which it only names, and in what order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.dialogue.answering import asking, fitting, lookup
from bot.dialogue.answering.answers import is_rule
from indexer.passages import Hit, Passage
from indexer.search import Index

MOST_PASSAGES = 3
MARGIN, CLOSE = 3.0, 0.5  # how far below the first score a passage is still shown
CORRECTS = "要点"  # sections that say what a law does and does not hold
_INLINE = re.compile(
    r"《([^》]{2,30})》(第[一二三四五六七八九十百零\d]+条(?:之[一二三四五六七八九十])?)"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What decides about passages besides their scores. `day`: the Beijing date whose law counts."""

    text: str
    index: Index
    day: date
    past: bool  # that day lies before today
    access: tuple[str, ...]


def chosen(asked: Choice, hits: Sequence[Hit], leads: Sequence[Passage]) -> tuple[Passage, ...]:
    """At most three passages: the best, those hardly worse, and a rule where the best is none.

    `leads` come first whatever the scores say.
    """
    best = hits[0].score if hits else 0.0
    close = [hit.passage for hit in hits if _close(hit.score, best)]
    first = list(leads) or _lead(asked, close)
    shown = [*first, *(one for one in close if one not in first)]
    shown = [one for place, one in enumerate(shown) if place == 0 or one.article or one.heading]
    if shown and not is_rule(shown[0]) and not any(is_rule(one) for one in shown[:MOST_PASSAGES]):
        rule = _rule_behind(asked, shown[0])
        shown = [shown[0], *([rule] if rule else []), *shown[1:]]
    if asked.past:
        shown.sort(key=lambda one: not is_rule(one))  # a guide tells today's rules
    return tuple(_once(shown))[:MOST_PASSAGES]


def further(hits: Sequence[Hit], shown: Sequence[Passage]) -> tuple[Passage, ...]:
    """The next best sections, to be named only, where fewer than three are shown."""
    rest = (hit.passage for hit in hits if hit.passage.article or hit.passage.heading)
    return tuple(_once([*shown, *rest]))[len(shown) : MOST_PASSAGES]


def _lead(asked: Choice, close: Sequence[Passage]) -> list[Passage]:
    lead = None
    if asking.confirms(asked.text):
        lead = next((one for one in close[:4] if one.heading.startswith(CORRECTS)), None)
    if lead is None and close:
        lead = fitting.section_of_kind(asked.text, asked.index, close[0])
    return [lead] if lead else []


def _once(passages: Iterable[Passage]) -> list[Passage]:
    return list({one.id: one for one in passages}.values())


def _close(score: float, best: float) -> bool:
    """Hardly worse than the best."""
    return score >= best - MARGIN and lookup.reaches(score, best, CLOSE)


def _rule_behind(asked: Choice, passage: Passage) -> Passage | None:
    """The article a technique rests on."""
    for title, article in _INLINE.findall(passage.text):
        found = asked.index.article(title, article, as_of=asked.day)
        if found and found.access in asked.access:
            return found
    return None
