"""The key terms of a cluster: words its texts share and other texts do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import permutations

import numpy as np

from indexer.clusters.records import Told
from indexer.clusters.words import Bearers, words_of
from indexer.tokens import normalise

LOOKED_AT = 60  # texts of a large cluster
SHARED = 0.4  # share of them that must bear a key term
TERMS = 3
CANDIDATES = 9
LONGEST = 10  # characters of a term
WHOLE = 0.6  # share of the bearers of both words that must say them as one, when they overlap
ALWAYS = 0.9  # the same when one only follows the other
IN_TITLE = 2.0  # a bearer counts so much more when it says the word in its title


def key_terms(texts: Sequence[Told], bearers: Bearers, *, top: int = TERMS) -> tuple[str, ...]:
    """The terms that tell these texts from all others, in the order in which they are said."""
    some = [words_of(one) for one in texts[:LOOKED_AT]]
    borne: Counter[str] = Counter(word for words in some for word in words)
    least = max(min(2, len(some)), SHARED * len(some))
    shared = [word for word, count in borne.items() if count >= least]
    if not shared:
        return ()
    titles = [normalise(one.title) for one in texts[:LOOKED_AT]]
    merit = np.array([borne[word] + IN_TITLE * _bearing(word, titles) for word in shared])
    merit *= bearers.worth(shared)
    merit *= np.array([min(len(word), 4) for word in shared])
    ranked = [shared[int(at)] for at in np.argsort(-merit, kind="stable") if merit[int(at)] > 0]
    said = [normalise(f"{one.title} {one.text}") for one in texts[:LOOKED_AT]]
    kept: list[str] = []
    for word in _whole(ranked[:CANDIDATES], said):
        if not any(word in one or one in word for one in kept):
            kept.append(word)
    first = " ".join(said)
    return tuple(sorted(kept[:top], key=lambda word: first.find(word)))


def _whole(words: Sequence[str], said: Sequence[str]) -> list[str]:
    """The words, those that overlap or follow each other in the texts made one (伊景园 + 滨河苑)."""
    kept = list(words)
    merging = True
    while merging:
        merging = False
        for one, other in permutations(kept, 2):
            made = _made(one, other, said)
            if made:
                place = min(kept.index(one), kept.index(other))
                kept = [word for word in kept if word not in made]
                kept.insert(min(place, len(kept)), made)
                merging = True
                break
    return kept


def _made(one: str, other: str, said: Sequence[str]) -> str:
    """Both as one word, when that is how they are mostly said; else nothing."""
    bearers = min(_bearing(one, said), _bearing(other, said))
    for shared in range(min(len(one), len(other)) - 1, -1, -1):
        if one.endswith(other[:shared]):
            made = one + other[shared:]
            least = (WHOLE if shared else ALWAYS) * bearers
            if len(made) <= LONGEST and made not in (one, other) and _bearing(made, said) >= least:
                return made
    return ""


def _bearing(word: str, said: Sequence[str]) -> int:
    return sum(word in text for text in said)


def typical(texts: Sequence[Told], terms: Sequence[str]) -> Told:
    """The text whose title says most of the key terms; the shorter one of equals."""
    return max(texts, key=lambda one: (sum(term in one.title for term in terms), -len(one.title)))
