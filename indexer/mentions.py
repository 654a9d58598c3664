"""What a question points at outright: named papers and single articles of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.asking import Asked
from indexer.facets import Facets
from indexer.names import Named, TitleList
from indexer.numerals import ArticleKey

# Before 第N条 these say that some paper was named, even one that the index does not hold.
_NAME_ENDINGS = ("法", "典", "例", "定", "则", "释", "》", "准", "知", "见")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Title numbers named in the question, and the articles asked for by number."""

    titles: frozenset[int]
    articles: tuple[tuple[frozenset[int], ArticleKey], ...]  # (titles it may belong to, number)
    numbers: frozenset[ArticleKey]

    def found(self, facets: Facets) -> bool:
        """Whether one of the articles asked for by number is among these passages."""
        for titles, key in self.articles:
            numbered = (facets["article"] == key[0]) & (facets["sub"] == key[1])
            if (numbered & np.isin(facets["title"], list(titles))).any():
                return True
        return False

    def rows(self, facets: Facets) -> npt.NDArray[np.int64]:
        """The passages of the articles asked for by number."""
        if not self.articles:
            return np.empty(0, np.int64)
        found = []
        for titles, key in self.articles:
            numbered = np.flatnonzero(facets["article"] == key[0])
            some = facets[numbered]
            found.append(numbered[(some["sub"] == key[1]) & np.isin(some["title"], list(titles))])
        return np.unique(np.concatenate(found))


def mentions(asked: Asked, titles: TitleList, default: tuple[int, ...]) -> Mentions:
    """Read the mentions. An article number with no paper before it means the `default` one."""
    named = titles.named_in(asked.text)
    articles = []
    for place, key in asked.articles:
        owner = _owner(asked.text, place, named, default)
        if owner:
            articles.append((frozenset(owner), key))
    return Mentions(
        frozenset(title for name in named for title in name.titles),
        tuple(articles),
        frozenset(key for _, key in asked.articles),
    )


def _owner(text: str, place: int, named: list[Named], default: tuple[int, ...]) -> tuple[int, ...]:
    before = [name for name in named if name.end <= place]
    if before:
        return before[-1].titles if before[-1].numbered else ()
    if text[:place].rstrip(" 的").endswith(_NAME_ENDINGS):
        return ()
    return named[0].titles if named and named[0].numbered else default
