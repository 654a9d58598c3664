"""Looks a question up: what may be found at all, and what a follow-up leans on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.dialogue.answering import asking, fitting
from bot.dialogue.answering.answers import Reader
from indexer.passages import Filters, Hit, Passage, SearchResult
from indexer.search import Index

LOOKED_AT = 10
BEFORE_LOOKED_AT = 3
OUR_PLACES = ("北京", "全国")
ALONE_COUNTS = 0.5  # of a follow-up searched without the turn before
SURE_IN_FORMAL_WORDS = 0.7  # support from which the second asking counts
WITHIN_COUNTS = 0.4  # of a follow-up searched in the paper in hand
EXAMPLE_LOSES = 0.25  # what a case or lesson loses when no example is asked for
KIND_ASKED = 0.15  # lift of a passage of the kind the follow-up asks for
FALL = 0.1  # of the best score, from one place to the next
SAME_PAPER = 0.1  # lift of a passage from the papers of the turn before


@dataclass(frozen=True, slots=True)
class Elliptical:
    """A follow-up by itself, and the turn it leans on."""

    text: str
    before: str


def filters(reader: Reader, on: date | None, *, include_superseded: bool = False) -> Filters:
    """What this reader may find of the law of that Beijing day."""
    return Filters(
        as_of=on,
        include_superseded=include_superseded,
        places=OUR_PLACES,
        access=reader.access,
    )


def leans(index: Index, question: str, context: Sequence[str], allowed: Filters) -> bool:
    """Whether it continues the turn before: it says so, or is short and of the same papers."""
    before = asking.turn_before(context)
    if not before or asking.leans(question) or not asking.may_lean(question):
        return bool(before) and asking.leans(question)
    own = {hit.passage.title for hit in index.search(question, filters=allowed, top=5).hits}
    earlier = index.search(before, filters=allowed, top=LOOKED_AT).hits
    return any(hit.passage.title in own for hit in earlier)


def search(
    index: Index,
    question: str,
    elliptical: Elliptical | None,
    allowed: Filters,
    terms: Sequence[str] = (),
) -> SearchResult:
    """Search; a follow-up by itself too, because its own words count more than the turn before.

    `terms` are the rules' words for what the question says: with them it is asked a second time
    when nothing supports an answer as it was put.
    """
    if elliptical is None:
        found = index.search(question, filters=allowed, top=LOOKED_AT)
        if not found.supported:
            found = _in_formal_words(index, question, found, terms, allowed)
        return replace(found, hits=fitting.rerank(question, found.hits))
    own = asking.bare(elliptical.text)
    joined = index.search(f"{question}，{own}", filters=allowed, top=LOOKED_AT)
    if len(own) < 2:
        return joined
    alone = index.search(own, filters=allowed, top=LOOKED_AT)
    before = index.search(elliptical.before, filters=allowed, top=BEFORE_LOOKED_AT)
    in_hand = before.hits[0].passage.title if before.hits else ""
    within = index.search(f"《{in_hand}》{own}", filters=allowed, top=LOOKED_AT)
    papers = {hit.passage.title for hit in before.hits}
    return _fused(own, joined, alone, _of_paper(within, in_hand), papers)


def _of_paper(found: SearchResult, title: str) -> tuple[Hit, ...]:
    return tuple(hit for hit in found.hits if hit.passage.title == title)


def _in_formal_words(
    index: Index, question: str, plain: SearchResult, terms: Sequence[str], allowed: Filters
) -> SearchResult:
    """The same question with the rules' words; hits that both find first."""
    if not terms:
        return plain
    formal = index.search(f"{question}，{'，'.join(terms)}", filters=allowed, top=LOOKED_AT)
    if formal.support < SURE_IN_FORMAL_WORDS:
        return plain
    merits: dict[str, float] = {}
    for hit in (*plain.hits, *formal.hits):
        merits[hit.passage.id] = merits.get(hit.passage.id, 0.0) + 1 / (1 + hit.rank)
    return replace(formal, hits=_ordered((*plain.hits, *formal.hits), merits))


def _ordered(found: Sequence[Hit], merits: Mapping[str, float]) -> tuple[Hit, ...]:
    """Each passage once by merit, with scores that fall evenly from the best."""
    every = {hit.passage.id: hit for hit in found}
    order = sorted(merits, key=lambda one: -merits[one])[:LOOKED_AT]
    best = max((hit.score for hit in every.values()), default=0.0)
    return tuple(
        replace(every[one], rank=place, score=best - FALL * abs(best) * place)
        for place, one in enumerate(order, start=1)
    )


def reaches(score: float, best: float, share: float) -> bool:
    """Whether a score is that share of the best. Scores are log odds: of one below zero no share
    says anything, so there every score reaches it."""
    return best <= 0 or score >= share * best


def _fused(
    own: str,
    joined: SearchResult,
    alone: SearchResult,
    within: Sequence[Hit],
    papers: Collection[str],
) -> SearchResult:
    """Hits of the joined question; lifted where the follow-up alone finds them too, where they
    stand in a paper the turn before was about, or where they are of the kind now asked for."""
    merits: dict[str, float] = {}
    lists = ((1.0, joined.hits), (ALONE_COUNTS, alone.hits), (WITHIN_COUNTS, within))
    for weight, hits in lists:
        for place, hit in enumerate(hits, start=1):
            known = merits.setdefault(hit.passage.id, _lift(own, hit.passage, papers))
            merits[hit.passage.id] = known + weight / (2 + place)
    hits = _ordered([hit for _, found in lists for hit in found], merits)
    return replace(
        joined,
        hits=hits,
        support=max(joined.support, alone.support),
        supported=joined.supported or alone.supported,
    )


def _lift(own: str, passage: Passage, papers: Collection[str]) -> float:
    of_kind = KIND_ASKED if fitting.fits(own, passage) else 0.0
    example = EXAMPLE_LOSES if fitting.is_unasked_example(own, passage) else 0.0
    return of_kind + (SAME_PAPER if passage.title in papers else 0.0) - example
