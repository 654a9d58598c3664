"""The guide and the articles that fit a case, read off the knowledge index."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.dialogue.answering import lookup, quoting
from bot.dialogue.answering.answers import Reader
from indexer.passages import Filters, PaperKind, Passage
from indexer.search import Index

LOOKED_AT = 12
ARTICLES = 4
SENTENCES = 3
KEEP = 0.5  # of the best score, below which another article is left out
# Support from which a case is served. It tells and does not ask, so it sounds less answerable than a
# question: of texts tried, foreign matters stayed below .03, our own above .07.
STATED = 0.04
_NAMED = re.compile(
    r"《([^》]{2,40})》\s*(第[一二三四五六七八九十百零\d]+条(?:之[一二三四五六七八九十])?)"
)
# What a handling guide calls its sections, in the order in which one acts.
CHECK, WHOM, SAY, DONE, NO, BASIS = (
    "先核实", "找谁", "怎么说", "怎样算办好", "常见的", "依据",
)  # fmt: skip
ACTING = (CHECK, WHOM, DONE, NO)


@dataclass(frozen=True, slots=True)
class Guide:
    """A handling guide, and its sections by what they are for."""

    title: str
    sections: dict[str, Passage]


def guide_for(index: Index, text: str, reader: Reader, today: date) -> Guide | None:
    """The handling guide whose sections speak most of this; None when the index knows of none."""
    allowed = _of(reader, today, PaperKind.TECHNIQUE)
    found = index.search(text, filters=allowed, top=LOOKED_AT)
    if found.support < STATED:
        return None
    worth: dict[str, float] = defaultdict(float)
    for hit in found.hits:
        worth[hit.passage.title] += max(0.0, hit.score + 1) / (1 + hit.rank / 4)
    for title in sorted(worth, key=lambda one: -worth[one]):
        sections = _sections(index.paper(title), reader)
        if CHECK in sections or WHOM in sections:
            return Guide(title, sections)
    return None


def _sections(paper: Sequence[Passage], reader: Reader) -> dict[str, Passage]:
    named: dict[str, Passage] = {}
    for passage in paper:
        for name in (*ACTING, SAY, BASIS):
            if passage.heading.startswith(name) and passage.access in reader.access:
                named.setdefault(name, passage)
    return named


def _of(reader: Reader, today: date, *kinds: PaperKind) -> Filters:
    base = lookup.filters(reader, today)
    return Filters(as_of=base.as_of, places=base.places, access=base.access, kinds=kinds)


def articles_for(
    index: Index, text: str, guide: Guide | None, reader: Reader, today: date
) -> tuple[Passage, ...]:
    """The articles the guide rests on, and those that speak of the case themselves; in force today."""
    found: list[Passage] = []
    if guide and BASIS in guide.sections:
        found += [
            passage
            for title, article in _NAMED.findall(guide.sections[BASIS].text)
            if (passage := index.article(title, article, as_of=today)) is not None
        ]
    allowed = _of(reader, today, PaperKind.POLICY, PaperKind.OFFICIAL)
    result = index.search(text, filters=allowed, top=ARTICLES)
    if result.support >= STATED:
        best = result.hits[0].score
        own = [hit.passage for hit in result.hits if lookup.reaches(hit.score, best, KEEP)]
        found = own[:2] + found + own[2:]
    readable = [one for one in found if one.access in reader.access and one.article]
    return tuple({(one.title, one.article): one for one in reversed(readable)}.values())[::-1][
        :ARTICLES
    ]


def told(passage: Passage) -> str:
    """The first sentences of a section."""
    return "".join(quoting.sentences(passage.text)[:SENTENCES])
