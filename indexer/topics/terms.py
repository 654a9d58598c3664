"""Text to the terms a topic is told by: words, their pairs, character pieces, and the words said first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import chain, pairwise
from typing import Any
from zlib import crc32

from indexer.tokens import normalise

LONGEST = 3000  # characters; what a complaint is about is said before that
OPENING = 40  # characters of the opening, where people say what it is about
FAMILIES = ("word", "opening", "piece")
WEIGHTS = {"word": 1.0, "opening": 0.7, "piece": 0.7}  # length of each family's vector
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_SPACES = re.compile(r"\s+")

Keys = Counter[int]


def keys_of(title: str, text: str) -> dict[str, Keys]:
    """How often each term stands in a text, one counter a family; terms are 32-bit keys."""
    whole = normalise(f"{title}\n{text}")[:LONGEST]
    words = cut(whole)
    opening = _opening(words, max(OPENING, len(title)))
    return {
        "word": _keys("w", chain(words, (f"{one} {two}" for one, two in pairwise(words)))),
        "opening": _keys("o", opening),
        "piece": _keys("p", _pieces(whole)),
    }


def cut(text: str) -> list[str]:
    """The words of a normalised text that hold a Han character or a letter."""
    return [word for word in _cutter().cut(text, hmm=False) if _is_word(word)]


@cache
def _cutter() -> Any:
    import rjieba

    return rjieba.Jieba()


def _is_word(word: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" or c.isalpha() for c in word)


def _opening(words: Iterable[str], length: int) -> list[str]:
    taken: list[str] = []
    for word in words:
        if length <= 0:
            break
        taken.append(word)
        length -= len(word)
    return taken


def _pieces(text: str) -> Iterable[str]:
    """Pairs and triples of Han characters; spaces between them do not count."""
    for run in _HAN_RUN.findall(_SPACES.sub("", text)):
        for size in (2, 3):
            for at in range(len(run) - size + 1):
                yield run[at : at + size]


def _keys(family: str, terms: Iterable[str]) -> Keys:
    counted = Counter(terms)
    return Counter({crc32(f"{family}{term}".encode()): count for term, count in counted.items()})
