"""What is embedded: each passage, its sentences and its 问法, and which vector belongs to which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.passages import PaperKind, Passage
from indexer.vectors import VectorIndex

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

LONG_PASSAGE = 200  # characters; a shorter one has one point, and its own vector says it
MOST_SENTENCES = 12  # of one passage; the rest of a very long one speaks through the whole
SHORTEST_SENTENCE = 8
# What is measured of a passage, in the order of `UnitIndex.similarities`.
NEAR = ("whole", "sentence", "question", "questions_3", "questions_6")
_MEANS_OF = (1, 3, 6)  # of the best 问法 of a passage
_NONE = np.float32(-2)  # below every similarity
_SENTENCE_END = re.compile(r"(?<=[。；！？!?;])|\n+")


def passage_text(passage: Passage) -> str:
    """What stands for the whole passage before the embedder: where it is from, then its text."""
    if passage.kind is PaperKind.PLAIN:
        return f"{passage.title}{passage.article or ''} {passage.text}".strip()
    head = " ".join(filter(None, (passage.title, passage.article, passage.heading)))
    return f"{head} {passage.text}"


def sentences(passage: Passage) -> tuple[str, ...]:
    """The sentences of a long passage: one of them may answer what the whole drowns."""
    if len(passage.text) < LONG_PASSAGE:
        return ()
    found = [part.strip() for part in _SENTENCE_END.split(passage.text) if part]
    found = [part for part in found if len(part) >= SHORTEST_SENTENCE]
    return tuple(found[:MOST_SENTENCES]) if len(found) > 1 else ()


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Vectors 0…n-1 are the passages; the others follow, passage by passage, sentences first."""

    starts: Rows  # [n + 1]: where the extra vectors of each passage begin, counted from n
    sentences: npt.NDArray[np.int32]  # [n]: how many of them are sentences

    @property
    def passages(self) -> int:
        """How many passages."""
        return len(self.starts) - 1

    def owners(self) -> npt.NDArray[np.int32]:
        """Which passage each vector belongs to."""
        mains = np.arange(self.passages, dtype=np.int32)
        return np.concatenate([mains, np.repeat(mains, np.diff(self.starts))])

    def save(self, folder: Path) -> None:
        """Write both arrays."""
        np.save(folder / "units_starts.npy", self.starts)
        np.save(folder / "units_sentences.npy", self.sentences)


def load_units(folder: Path) -> UnitTable:
    """Read both arrays."""
    return UnitTable(np.load(folder / "units_starts.npy"), np.load(folder / "units_sentences.npy"))


class UnitIndex:
    """Nearest passages by any of their vectors."""

    def __init__(self, folder: Path) -> None:
        self._table = load_units(folder)
        self._vectors = VectorIndex(folder)
        self._owners = self._table.owners()

    def nearest(self, query: Floats, wanted: int, allowed: npt.NDArray[np.bool_] | None) -> Rows:
        """Passages that own one of the nearest `wanted` vectors; one may come more than once."""
        mask = None if allowed is None else allowed[self._owners]
        return self._owners[self._vectors.nearest(query, wanted, mask)].astype(np.int64)

    def similarities(self, query: Floats, rows: Rows) -> Floats:
        """[`NEAR`, rows]: of the whole, of its best sentence (else the whole), of its best 问法 and
        the mean of its best three and six (else 0)."""
        begin = self._table.starts[rows]
        sizes = self._table.starts[rows + 1] - begin
        split = self._table.sentences[rows].astype(np.int64)
        first = np.cumsum(sizes) - sizes
        count = int(sizes.sum())
        extra = np.arange(count) + np.repeat(self._table.passages + begin - first, sizes)
        found = self._vectors.similarities(query, np.concatenate([rows, extra]))
        whole, others = found[: len(rows)], found[len(rows) :]
        sentence = _greatest(others, first, split, whole)
        return np.stack((whole, sentence, *_best_means(others, first + split, sizes - split)))

    def has_questions(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Which passages have 问法."""
        sizes = self._table.starts[rows + 1] - self._table.starts[rows]
        return np.asarray(sizes > self._table.sentences[rows])


def _greatest(values: Floats, starts: Rows, sizes: Rows, otherwise: Floats) -> Floats:
    """The greatest value of each group; groups lie one behind the other, an empty one says otherwise."""
    if not sizes.any():
        return otherwise
    bounds = np.stack([starts, starts + sizes], axis=1).ravel()
    padded = np.append(values, np.float32(-1))  # a group may begin where the values end
    return np.where(sizes > 0, np.maximum.reduceat(padded, bounds)[::2], otherwise)


def _best_means(values: Floats, starts: Rows, sizes: Rows) -> list[Floats]:
    """Of each group the best value and the means of its best three and six; 0 for an empty one."""
    if not sizes.any():
        return [np.zeros(len(sizes), np.float32)] * len(_MEANS_OF)
    places = np.arange(int(sizes.max()))
    held = places < sizes[:, None]
    at = np.where(held, starts[:, None] + places, 0)
    best = -np.sort(-np.where(held, values[at], _NONE), axis=1)[:, : _MEANS_OF[-1]]
    summed = np.cumsum(np.where(best > _NONE, best, 0), axis=1)
    counted = [np.minimum(np.maximum(sizes, 1), many) for many in _MEANS_OF]
    return [summed[np.arange(len(sizes)), many - 1] / many.astype(np.float32) for many in counted]
