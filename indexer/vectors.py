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
_KEPT = 0.85  # share of the spread that the coarse scan reads; a little over half of the directions
_LEAST_DEPTH = 200
_DEPTH = 2.4  # times the wanted
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
    if len(vectors) < COARSE_FROM:
        return
    sample = np.sort(np.random.default_rng(7).permutation(len(vectors))[:_TRAINING_ROWS])
    seen = vectors.widened(sample)
    turn = _turn(seen)
    kept = turn.shape[1]
    coarse = faiss.IndexPQFastScan(kept, kept // 2, _BITS, faiss.METRIC_INNER_PRODUCT)
    coarse.pq.cp.niter = _ROUNDS
    faiss.omp_set_num_threads(_cores())
    try:
        coarse.train(seen @ turn)
        for start in range(0, len(vectors), _BLOCK):
            coarse.add(vectors.widened(slice(start, start + _BLOCK)) @ turn)
    finally:
        faiss.omp_set_num_threads(1)
    np.save(folder / "coarse_turn.npy", turn)
    faiss.write_index(coarse, str(folder / "coarse.faiss"))


def _cores() -> int:
    return os.cpu_count() or 1


def _turn(seen: Floats) -> Floats:
    """What leads from a vector to the numbers that the coarse scan reads: [dimension, kept].

    The directions in which these vectors differ most, mixed at random, so that every part of two
    numbers says about as much as any other. Of the true nearest 10, 50 and 125, 99.98, 99.6 and 97 %
    are among the coarse 300; all directions take twice the time, and four numbers a part lose more.
    """
    spread, directions = np.linalg.eigh(np.cov(seen.T))
    held = np.cumsum(spread[::-1])
    needed = int(np.searchsorted(held, _KEPT * held[-1])) + 1
    kept = max(2, min((needed + 1) // 2 * 2, seen.shape[1] // 2 * 2))
    mixed, _ = np.linalg.qr(np.random.default_rng(7).standard_normal((kept, kept)))
    return np.ascontiguousarray(directions[:, ::-1][:, :kept] @ mixed, dtype=np.float32)


class VectorIndex:
    """Read side: fine vectors mapped from disk, the coarse index or a small exact one in memory."""

    def __init__(self, folder: Path) -> None:
        self.fine = load_fine(folder)
        self._coarse = self._small = None
        coarse = folder / "coarse.faiss"
        if coarse.is_file():
            self._coarse = faiss.read_index(str(coarse))
            self._turn: Floats = np.load(folder / "coarse_turn.npy")
        elif 0 < len(self.fine) < COARSE_FROM:
            self._small = faiss.IndexFlatIP(self.fine.bytes.shape[1])
            self._small.add(self.fine.widened(slice(None)))

    def similarities(self, query: Floats, rows: Rows) -> Floats:
        """Inner products of the query with these vectors."""
        return self.fine.similarities(query, rows)

    def nearest(self, query: Floats, wanted: int, allowed: Flags | None) -> Rows:
        """The nearest vectors in no order; `allowed` (one flag per vector) is applied before.

        The coarse scan gives more than twice as many as wanted, so that the true nearest are among them; who
        asks measures them by `similarities` in any case.
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
        turned = query[None, :] @ self._turn
        rows: Rows = self._coarse.search(turned, min(depth, len(self.fine)))[1][0]
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
