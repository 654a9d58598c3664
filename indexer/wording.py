"""What the wording of a question alone tells: learned weights of its character runs and its vector.

Search looks at content words; what is wanted of them hangs on the small ones (引哪几条, 咋跟人说, 谁签的字),
which a vector made of content hardly holds. So character runs are weighed beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.tokens import code_points, each_once

Floats = npt.NDArray[np.float32]

BUCKETS = 8192  # character runs of one to three are told apart by a hash of so many values
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0x100000001B3), np.uint64(0xC2B2AE3D27D4EB4F)
_PAIR = _SECOND >> np.uint64(1)
_SHIFT, _MASK = np.uint64(40), np.uint64(BUCKETS - 1)


def buckets(text: str) -> npt.NDArray[np.int64]:
    """The hashed character runs of a normalised question, each once; both ends are marked."""
    codes = code_points(f"^{text.replace(' ', '')}$").astype(np.uint64)
    two = codes[:-1] * _FIRST + codes[1:]
    three = two[:-1] * _FIRST + codes[2:] + _SECOND
    runs = np.concatenate((codes, two + _PAIR, three))
    return each_once((runs * _SPREAD >> _SHIFT & _MASK).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Wording:
    """Weights that turn a question into one number per output."""

    runs: Floats  # [BUCKETS, outputs]
    vector: Floats  # [dimension of the embedder, outputs]; no rows where the vector does not count
    constant: Floats  # [outputs]

    def values(self, text: str, query: Floats) -> Floats | None:
        """One number per output, for a normalised question; None for vectors of another model."""
        if len(self.vector) and len(query) != len(self.vector):
            return None
        held = buckets(text)
        told = self.runs[held].sum(axis=0) / np.sqrt(len(held)) + self.constant
        return np.asarray(told + query @ self.vector if len(self.vector) else told, np.float32)


def nothing_learned(outputs: int) -> Wording:
    """Before anything is learned: 0 for every question."""
    return Wording(
        np.zeros((BUCKETS, outputs), np.float32), np.zeros((0, outputs), np.float32),
        np.zeros(outputs, np.float32),
    )  # fmt: skip


def wording_of(said: Mapping[str, Sequence[float]]) -> Wording:
    """The weights of one output, as a parameter file holds them (`parameters_of`)."""
    constant = np.array(said["constant"], np.float32)
    return Wording(_column(said["runs"]), _column(said["vector"]), constant)


def parameters_of(wording: Wording) -> dict[str, list[float]]:
    """The content of a parameter file for the weights of one output."""
    return {
        "runs": _rounded(wording.runs[:, 0]),
        "vector": _rounded(wording.vector[:, 0]),
        "constant": _rounded(wording.constant),
    }


def _column(values: Sequence[float]) -> Floats:
    return np.array(values, np.float32)[:, None]


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 4) for value in values]
