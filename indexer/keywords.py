"""Read side of the lexical index: for each term the passages that hold it, with BM25 weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.postings import FULL, K1
from indexer.tokens import Keys

LIGHT_POSTINGS = 400_000  # read in full for one question; about two milliseconds

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matched:
    """The query terms that the index knows: where their postings lie and what each is worth."""

    begin: Rows
    end: Rows
    worth: Floats  # idf × query weight × (K1 + 1): the most a passage can gain from the term
    term: Rows  # position in the query's own list of terms
    keys: Keys

    def some(self, which: Rows) -> Matched:
        """Only these of the terms."""
        return Matched(
            self.begin[which], self.end[which], self.worth[which], self.term[which],
            self.keys[which],
        )  # fmt: skip


class KeywordIndex:
    """Read side: arrays mapped from disk, shared by all threads."""

    def __init__(self, folder: Path, count: int) -> None:
        self._terms: Keys = _mapped(folder, "terms")
        self._starts: Rows = _mapped(folder, "starts")
        self._docs: npt.NDArray[np.int32] = _mapped(folder, "docs")
        self._weights: npt.NDArray[np.uint8] = _mapped(folder, "weights")
        self.count = count

    def match(self, keys: Keys, weights: Floats) -> Matched:
        """Look the query's terms up; unknown terms fall away."""
        if not len(self._terms) or not len(keys):
            none = np.empty(0, np.int64)
            return Matched(none, none, np.empty(0, np.float32), none, np.empty(0, np.uint64))
        at = np.minimum(np.searchsorted(self._terms, keys), len(self._terms) - 1)
        known = np.flatnonzero(self._terms[at] == keys)
        begin, end = self._starts[at[known]], self._starts[at[known] + 1]
        held = (end - begin).astype(np.float32)
        idf = np.log1p((self.count - held + 0.5) / (held + 0.5))
        worth = (idf * weights[known] * (K1 + 1)).astype(np.float32)
        return Matched(begin, end, worth, known, keys[known])

    def scores(self, matched: Matched, wanted: int) -> npt.NDArray[np.float64]:
        """BM25 of every passage. Beyond `LIGHT_POSTINGS` the commonest terms are added only to
        the passages that lead without them, which keeps the time bounded at a million passages."""
        order = np.argsort(matched.end - matched.begin, kind="stable")
        light = np.cumsum((matched.end - matched.begin)[order]) <= LIGHT_POSTINGS
        light[:1] = True
        scores = self._summed(matched, order[light])
        if not light.all():
            leading = best_rows(scores, wanted * 8)
            scores[leading] += self.gained(matched.some(order[~light]), leading).sum(axis=0)
        return scores

    def _summed(self, matched: Matched, terms: Rows) -> npt.NDArray[np.float64]:
        begin, end = matched.begin[terms].tolist(), matched.end[terms].tolist()
        spans = [slice(*span) for span in zip(begin, end, strict=True)]
        if not spans:
            return np.zeros(self.count)
        docs = np.concatenate([self._docs[span] for span in spans])
        weights = np.concatenate([self._weights[span] for span in spans])
        worth = np.repeat(matched.worth[terms] / FULL, matched.end[terms] - matched.begin[terms])
        summed = np.bincount(docs, weights=weights * worth, minlength=self.count)
        return summed.astype(np.float64, copy=False)

    def gained(self, matched: Matched, rows: Rows) -> Floats:
        """What each term adds to each of these passages, as a [terms, rows] table."""
        wanted = rows.astype(np.int32)
        at = np.zeros((len(matched.term), len(rows)), np.int64)
        bounds = zip(matched.begin.tolist(), matched.end.tolist(), strict=True)
        for term, (begin, end) in enumerate(bounds):
            at[term] = self._docs[begin:end].searchsorted(wanted)
        at += matched.begin[:, None]
        np.minimum(at, matched.end[:, None] - 1, out=at)
        share = np.where(self._docs[at] == wanted, self._weights[at], 0)
        return np.asarray(share * (matched.worth / FULL)[:, None], dtype=np.float32)

    def beginning_with(self, first: int, last: int) -> Keys:
        """Known terms whose keys lie in [first, last), the commonest 50."""
        low, high = np.searchsorted(self._terms, np.array([first, last], np.uint64))
        sizes = self._starts[low + 1 : high + 1] - self._starts[low:high]
        return np.asarray(self._terms[low:high][np.argsort(-sizes, kind="stable")[:50]])


def best_rows(scores: npt.NDArray[np.float64], wanted: int) -> Rows:
    """At least the `wanted` best passages with a score above zero, unordered.

    A threshold taken from every 16th passage saves ordering all of them.
    """
    sample = scores[::16]
    share = int(wanted * 1.5 / 16) + 4
    if share < len(sample):
        threshold = np.partition(sample, len(sample) - share)[len(sample) - share]
        rows = np.flatnonzero(scores >= threshold) if threshold > 0 else None
        if rows is not None and len(rows) >= wanted:
            return rows
    rows = np.flatnonzero(scores > 0)
    if len(rows) <= wanted:
        return rows
    return rows[np.argpartition(-scores[rows], wanted)[:wanted]]


def _mapped(folder: Path, name: str) -> npt.NDArray[Any]:
    # A plain view of the map: np.memmap itself costs microseconds at every slice.
    return np.load(folder / f"keywords_{name}.npy", mmap_mode="r").view(np.ndarray)
