"""Checks each digest against the article it digests: every number, and enough rare words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from eval.paper_numbers import numbers
from eval.papers import Fault, Sheet, articles_of, sheets

# Of a digest's pairs of characters, rare ones weighing more, the share that must stand in its
# article. Chosen from the corpus: 99 in 100 digests share 0.27 or more with their own article,
# and 95 in 100 share 0.21 or less with another article of the same law.
LEAST_SHARED = 0.2
# A digest put under the wrong article lies closer to the right one and to its neighbours.
MOST_CLOSER = 3
SHORTEST = 40  # characters; an article such as 自2011年9月1日起施行 has no words to share
_EVERY_ARTICLE = "逐条摘要"
_UNSEEN = 1.0  # weight of a pair no law uses: our own word, it says little about the article
_QUOTED = re.compile(r"《[^《》]*》|“[^“”]*”")
_DATES = ("adopted_on", "effective_on", "repealed_on", "version")


def number_faults(sheet: Sheet) -> Iterator[Fault]:
    """Numbers of a digest that its article has not; dates of the front matter may stand too."""
    articles = articles_of(sheet)
    parts = "-".join(sheet.paper.front.get(key, "") for key in _DATES).split("-")
    dates = {part.lstrip("0") for part in parts}
    for passage in sheet.passages:
        if not articles or not passage.article:
            continue
        if passage.article not in articles:
            yield Fault(sheet.name, passage.article, "法规原文里没有这一条")
            continue
        mine = numbers(_QUOTED.sub(" ", passage.text), own_words=True)
        missing = mine - numbers(articles[passage.article]) - dates
        if missing:
            told = f"原文这一条没有的数字：{'、'.join(sorted(missing))}"
            yield Fault(sheet.name, passage.article, told)


def whole_faults(sheet: Sheet) -> Iterator[Fault]:
    """Articles missing from a paper that says of itself that it digests every one (逐条摘要)."""
    if not sheet.passages or _EVERY_ARTICLE not in sheet.passages[0].text:
        return
    held = {passage.article for passage in sheet.passages}
    for article in articles_of(sheet):
        if article not in held:
            yield Fault(sheet.name, article, "开头说逐条摘要，却没有这一条")


def likeness_faults(sheet: Sheet) -> Iterator[Fault]:
    """Digests that share too few rare words with their article, or more with several others."""
    articles = articles_of(sheet)
    for passage in sheet.passages:
        own_text = articles.get(passage.article or "", "")
        if len(own_text) < SHORTEST:
            continue
        shares = {name: shared(passage.text, text) for name, text in articles.items()}
        own = shares[passage.article or ""]
        closer = sorted((share, name) for name, share in shares.items() if share > own)
        if own < LEAST_SHARED or len(closer) > MOST_CLOSER:
            best = f"，更像{closer[-1][1]}（{closer[-1][0]:.2f}）" if closer else ""
            yield Fault(sheet.name, passage.article or "", f"与原文同词 {own:.2f}{best}")


def shared(digest: str, article: str) -> float:
    """The weighted share (0–1) of a digest's pairs of characters that stand in the article."""
    weights = _weights()
    mine = _pairs(digest)
    total = sum(weights.get(pair, _UNSEEN) for pair in mine)
    met = sum(weights.get(pair, _UNSEEN) for pair in mine & _pairs(article))
    return met / total if total else 1.0


@cache
def _weights() -> dict[str, float]:
    """How rare each pair of characters is over all official articles the papers digest."""
    texts = [text for sheet in sheets() for text in articles_of(sheet).values()]
    seen = Counter(pair for text in texts for pair in _pairs(text))
    return {pair: math.log((len(texts) + 1) / (count + 0.5)) for pair, count in seen.items()}


@cache
def _pairs(text: str) -> frozenset[str]:
    words = re.findall(r"[\u4e00-\u9fff]+", text)
    return frozenset(word[at : at + 2] for word in words for at in range(len(word) - 1))
