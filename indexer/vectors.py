"""The vectors on disk: fine ones in 8 bits, and a coarse faiss index that finds candidates.

An 8-bit vector is widened far faster than a half-precision one, takes half the room, and its
inner products differ from the full ones by about a thousandth.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

COARSE_FROM = 20_000  # vectors; below it an exact scan takes less than a millisecond
_TRAINING_ROWS = 16_384
_ROUNDS = 10  # of k-means for 16 centroids; more change nothing
_BLOCK = 65_536  # vectors widened at a time
_BITS = 4  # 16 centroids a part: the table fits a register, so a scan runs at memory speed
_LEAST_DEPTH = 200
_DEPTH = 1.5  # times the wanted
_FEW = 0.05  # share of vectors allowed below which looking at each of them is faster

faiss.omp_set_num_threads(
    1
)  # one question, one thread: two threads a question are slower under load


@dataclass(frozen=True, slots=True)
class FineVectors:
    """Vectors in 8 bits, each with the scale that makes it whole again."""

    bytes: Bytes
    scales: Floats

    def __len__(self) -> int:
        return len(self.bytes)

    def widened(self, rows: Rows | slice) -> Floats:
        """The full vectors of these rows."""
        return np.asarray(self.bytes[rows] * self.scales[rows][:, None], dtype=np.float32)

    def similarities(self, query: Floats, rows: Rows) -> Floats:
        """Inner products of the query with these rows."""
        return np.asarray((self.bytes[rows].astype(np.float32) @ query) * self.scales[rows])


def narrowed(vectors: Floats) -> FineVectors:
    """The vectors in 8 bits."""
    scales = np.abs(vectors).max(axis=1, initial=0.0) / 127
    scales[scales == 0] = 1
    return FineVectors(
        np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)
    )


def together(parts: Sequence[FineVectors], dimension: int) -> FineVectors:
    """One table of several."""
    none = FineVectors(np.empty((0, dimension), np.int8), np.empty(0, np.float32))
    return FineVectors(
        np.concatenate([part.bytes for part in (none, *parts)]),
        np.concatenate([part.scales for part in (none, *parts)]),
    )


def load_fine(folder: Path) -> FineVectors:
    """The fine vectors of a version folder, mapped from disk."""
    return FineVectors(
        np.load(folder / "vectors.npy", mmap_mode="r").view(np.ndarray),
        np.load(folder / "vectors_scales.npy", mmap_mode="r").view(np.ndarray),
    )


def write_vectors(folder: Path, vectors: FineVectors) -> None:
    """Save the fine vectors and, when there are many, the coarse index beside them."""
    np.save(folder / "vectors.npy", vectors.bytes)
    np.save(folder / "vectors_scales.npy", vectors.scales)
    dimension = vectors.bytes.shape[1]
    parts = _parts(dimension) if len(vectors) >= COARSE_FROM else 0
    if not parts:
        return
    coarse = faiss.IndexPQFastScan(dimension, parts, _BITS, faiss.METRIC_INNER_PRODUCT)
    coarse.pq.cp.niter = _ROUNDS
    sample = np.sort(np.random.default_rng(7).permutation(len(vectors))[:_TRAINING_ROWS])
    faiss.omp_set_num_threads(_cores())
    try:
        coarse.train(vectors.widened(sample))
        for start in range(0, len(vectors), _BLOCK):
            coarse.add(vectors.widened(slice(start, start + _BLOCK)))
    finally:
        faiss.omp_set_num_threads(1)
    faiss.write_index(coarse, str(folder / "coarse.faiss"))


def _cores() -> int:
    return os.cpu_count() or 1


def _parts(dimension: int) -> int:
    """How many parts a vector is cut into: an even divisor near half of the dimension.

    Two numbers a part keep 99 % of the true nearest 100 among the coarse 300; four keep 90 %.
    """
    fitting = [m for m in range(2, dimension // 2 + 1, 2) if dimension % m == 0]
    return min(fitting, key=lambda m: abs(m - dimension / 2), default=0)


class VectorIndex:
    """Read side: fine vectors mapped from disk, the coarse index or a small exact one in memory."""

    def __init__(self, folder: Path) -> None:
        self.fine = load_fine(folder)
        self._coarse = self._small = None
        coarse = folder / "coarse.faiss"
        if coarse.is_file():
            self._coarse = faiss.read_index(str(coarse))
        elif 0 < len(self.fine) < COARSE_FROM:
            self._small = faiss.IndexFlatIP(self.fine.bytes.shape[1])
            self._small.add(self.fine.widened(slice(None)))

    def similarities(self, query: Floats, rows: Rows) -> Floats:
        """Inner products of the query with these vectors."""
        return self.fine.similarities(query, rows)

    def nearest(self, query: Floats, wanted: int, allowed: Flags | None) -> Rows:
        """The nearest vectors in no order; `allowed` (one flag per vector) is applied before.

        The coarse scan gives half as many again as wanted, so that the true nearest are among
        them; who asks measures them by `similarities` in any case.
        """
        if not len(self.fine):
            return np.empty(0, np.int64)
        if self._small is not None:
            return self._nearest_small(query, wanted, allowed)
        if self._coarse is None:
            return self._nearest_every(query, wanted, allowed)
        return self._nearest_coarse(query, wanted, allowed)

    def _nearest_small(self, query: Floats, wanted: int, allowed: Flags | None) -> Rows:
        assert self._small is not None
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        size = min(wanted, len(self.fine))
        rows: Rows = self._small.search(query[None, :], size, params=parameters)[1][0]
        return rows[rows >= 0]

    def _nearest_coarse(self, query: Floats, wanted: int, allowed: Flags | None) -> Rows:
        assert self._coarse is not None
        depth = max(int(wanted * _DEPTH), _LEAST_DEPTH)
        if allowed is not None:
            share = float(allowed.mean())
            if share < _FEW:
                return self._nearest_every(query, wanted, allowed)
            depth = int(depth / share) + wanted
        rows: Rows = self._coarse.search(query[None, :], min(depth, len(self.fine)))[1][0]
        rows = rows[rows >= 0]
        if allowed is None:
            return rows
        rows = rows[allowed[rows]]
        return rows if len(rows) >= wanted else self._nearest_every(query, wanted, allowed)

    def _nearest_every(self, query: Floats, wanted: int, allowed: Flags | None) -> Rows:
        rows = np.arange(len(self.fine)) if allowed is None else np.flatnonzero(allowed)
        kept, similarity = np.empty(0, np.int64), np.empty(0, np.float32)
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            similarity = np.concatenate([similarity, self.similarities(query, block)])
            best = np.argsort(-similarity, kind="stable")[:wanted]
            kept, similarity = np.concatenate([kept, block])[best], similarity[best]
        return kept
