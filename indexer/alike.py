"""Which short texts ask the same thing: how alike each two are, and groups of alike ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from indexer.embedders import Embedder

# From here on two questions count as asking the same. Measured on the 问法 of the corpus: of pairs
# from different sections 0.5 % lie above it, of pairs from one section 48 %.
ALIKE = 0.49
_WORDS_COUNT = 0.5  # weight of shared pairs of characters beside nearness in meaning
_SIGNS = re.compile(r"\W")

Likeness = npt.NDArray[np.float32]


def likeness(texts: Sequence[str], others: Sequence[str], embedder: Embedder) -> Likeness:
    """How alike each text is to each other one, shape [texts, others]; about 0 to 1.5."""
    if not texts or not others:
        return np.zeros((len(texts), len(others)), np.float32)
    near = embedder.encode_queries(list(texts)) @ embedder.encode_queries(list(others)).T
    left, right = [_pairs(one) for one in texts], [_pairs(one) for one in others]
    shared = np.array([[_shared(one, other) for other in right] for one in left], np.float32)
    return np.asarray(near + _WORDS_COUNT * shared, np.float32)


def _pairs(text: str) -> frozenset[str]:
    bare = _SIGNS.sub("", text.lower())
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter text's character pairs that stand in the longer one."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0


def groups(alike: Likeness, *, at_least: float = ALIKE) -> tuple[tuple[int, ...], ...]:
    """Positions that belong together, largest group first; every position is in exactly one.

    The two groups whose members are most alike on average are joined, again and again, while that
    average is at least `at_least`.
    """
    members = [[at] for at in range(len(alike))]
    sums = alike.astype(np.float64)
    while len(members) > 1:
        sizes = np.array([len(one) for one in members], np.float64)
        average = sums / np.outer(sizes, sizes)
        np.fill_diagonal(average, -np.inf)
        one, other = divmod(int(average.argmax()), len(members))
        if average[one, other] < at_least:
            break
        one, other = min(one, other), max(one, other)
        members[one] += members.pop(other)
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sums = np.delete(np.delete(sums, other, axis=0), other, axis=1)
    ordered = sorted((tuple(sorted(one)) for one in members), key=lambda one: (-len(one), one))
    return tuple(ordered)


def middle(alike: Likeness, members: Sequence[int]) -> int:
    """The member that is most like the rest: it names the group."""
    rows = alike[np.ix_(list(members), list(members))]
    return members[int(rows.sum(axis=1).argmax())]
