"""Turns of phrase that mean the same, and how they are found in what somebody writes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LONGEST = 300  # characters that are looked at
GAP = ".{0,12}?"  # what "…" in a turn of phrase stands for


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns of phrase by what they mean."""

    words: Mapping[str, frozenset[str]]  # a word -> what it may mean
    longest: int
    apart: tuple[tuple[str, re.Pattern[str]], ...]  # a word, something between, another

    @classmethod
    def of(cls, said: Mapping[str, Iterable[str]]) -> Turns:
        """From the table of the file: meaning -> turns of phrase."""
        words: dict[str, frozenset[str]] = {}
        apart = []
        for meaning, phrases in said.items():
            for first, *others in ([plain(part) for part in one.split("…")] for one in phrases):
                if others:
                    gapped = GAP.join(map(re.escape, (first, *others)))
                    apart.append((meaning, re.compile(gapped)))
                else:
                    words[first] = words.get(first, frozenset()) | {meaning}
        return cls(words, max(map(len, words), default=0), tuple(apart))

    def met(self, text: str) -> Iterator[tuple[str, int]]:
        """The meanings a text holds a turn of phrase for, each with where that ends."""
        for meaning, pattern in self.apart:
            if found := pattern.search(text):
                yield meaning, found.end()
        for at in range(len(text)):
            for end in range(at + 1, min(at + self.longest, len(text)) + 1):
                if meanings := self.words.get(text[at:end]):
                    for meaning in meanings:
                        yield meaning, end


def plain(text: str) -> str:
    """Small letters, full and half width made alike, one comma for every sign but quotes."""
    alike = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    return re.sub(r"[^\w“”]+", "，", alike).strip("，")
