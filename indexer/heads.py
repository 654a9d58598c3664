"""The terms of each passage's title, aliases and heading, kept apart from its text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.passages import Passage
from indexer.tokens import Keys, block_keys


def head_text(passage: Passage) -> str:
    """Title, other names, article number, heading and topics in one line."""
    parts = (passage.title, *passage.aliases, passage.article or "", passage.heading)
    return " ".join(part for part in (*parts, *passage.topics) if part)


class HeadWriter:
    """Collects the heads block by block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: list[Keys] = []
        self._sizes: list[npt.NDArray[np.int64]] = []

    def add(self, heads: Sequence[str]) -> None:
        """One block of head texts."""
        keys, owners = block_keys(heads)
        order = np.lexsort((keys, owners))
        keys, owners = keys[order], owners[order]
        new = np.r_[True, (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])][: len(keys)]
        self._keys.append(keys[new])
        self._sizes.append(np.bincount(owners[new], minlength=len(heads)))

    def write(self) -> None:
        """Save the arrays."""
        sizes = np.concatenate([np.zeros(1, np.int64), *self._sizes])
        np.save(self._folder / "heads_starts.npy", np.cumsum(sizes))
        np.save(
            self._folder / "heads_keys.npy",
            np.concatenate([np.empty(0, np.uint64), *self._keys]),
        )


class HeadIndex:
    """Read side."""

    def __init__(self, folder: Path) -> None:
        self._starts = np.load(folder / "heads_starts.npy", mmap_mode="r").view(np.ndarray)
        self._keys = np.load(folder / "heads_keys.npy", mmap_mode="r").view(np.ndarray)

    def held(self, keys: Keys, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of these terms stand in the head of which passage, as a [terms, rows] table."""
        table = np.zeros((len(keys), len(rows)), bool)
        begin, sizes = self._starts[rows], self._starts[rows + 1] - self._starts[rows]
        group = np.repeat(np.arange(len(rows)), sizes)
        if not len(keys) or not len(group):
            return table
        within = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        held = self._keys[np.repeat(begin, sizes) + within]
        order = np.argsort(keys)
        at = np.minimum(np.searchsorted(keys, held, sorter=order), len(keys) - 1)
        met = keys[order[at]] == held
        table[order[at[met]], group[met]] = True
        return table
