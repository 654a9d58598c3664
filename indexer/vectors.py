"""The vectors on disk: exact ones in half precision, and a coarse faiss index that finds candidates."""

from __future__ import annotations

import os
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Rows = npt.NDArray[np.int64]

COARSE_FROM = 20_000  # vectors; below it an exact scan takes less than a millisecond
_TRAINING_ROWS = 65_536
_BITS = 4  # 16 centroids a part: the table fits a register, so a scan runs at memory speed
_DEPTH = 2  # the coarse scan keeps this many times the wanted, the exact vectors then order them

faiss.omp_set_num_threads(
    1
)  # one question, one thread: two threads a question are slower under load


def write_vectors(folder: Path, vectors: Halves) -> None:
    """Save the exact vectors and, when there are many, the coarse index beside them."""
    np.save(folder / "vectors.npy", vectors)
    parts = _parts(vectors.shape[1]) if len(vectors) >= COARSE_FROM else 0
    if not parts:
        return
    coarse = faiss.IndexPQFastScan(vectors.shape[1], parts, _BITS, faiss.METRIC_INNER_PRODUCT)
    sample = np.random.default_rng(7).permutation(len(vectors))[:_TRAINING_ROWS]
    faiss.omp_set_num_threads(_cores())
    try:
        coarse.train(vectors[np.sort(sample)].astype(np.float32))
        for start in range(0, len(vectors), _TRAINING_ROWS):
            coarse.add(vectors[start : start + _TRAINING_ROWS].astype(np.float32))
    finally:
        faiss.omp_set_num_threads(1)
    faiss.write_index(coarse, str(folder / "coarse.faiss"))


def _cores() -> int:
    return os.cpu_count() or 1


def _parts(dimension: int) -> int:
    """How many parts a vector is cut into: an even divisor near a quarter of the dimension."""
    fitting = [m for m in range(2, dimension // 2 + 1, 2) if dimension % m == 0]
    return min(fitting, key=lambda m: abs(m - dimension / 4), default=0)


class VectorIndex:
    """Read side: exact vectors mapped from disk, the coarse index or a small exact one in memory."""

    def __init__(self, folder: Path) -> None:
        self.exact: Halves = np.load(folder / "vectors.npy", mmap_mode="r").view(np.ndarray)
        self._coarse = self._small = None
        coarse = folder / "coarse.faiss"
        if coarse.is_file():
            self._coarse = faiss.read_index(str(coarse))
        elif len(self.exact):
            self._small = faiss.IndexFlatIP(self.exact.shape[1])
            self._small.add(self.exact.astype(np.float32))

    def similarities(self, query: Floats, rows: Rows) -> Floats:
        """Exact inner products of the query with these vectors."""
        return self.exact[rows].astype(np.float32) @ query

    def search(
        self, query: Floats, wanted: int, allowed: npt.NDArray[np.bool_] | None
    ) -> tuple[Rows, Floats]:
        """The nearest vectors, best first; `allowed` (one flag per vector) is applied before."""
        if not len(self.exact):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if self._small is not None:
            return self._search_small(query, wanted, allowed)
        if self._coarse is None:
            return self._search_every(query, wanted, allowed)
        return self._search_coarse(query, wanted, allowed)

    def _search_small(
        self, query: Floats, wanted: int, allowed: npt.NDArray[np.bool_] | None
    ) -> tuple[Rows, Floats]:
        assert self._small is not None
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        found = self._small.search(query[None, :], min(wanted, len(self.exact)), params=parameters)
        similarity, rows = found[0][0], found[1][0]
        return rows[rows >= 0], similarity[rows >= 0]

    def _search_coarse(
        self, query: Floats, wanted: int, allowed: npt.NDArray[np.bool_] | None
    ) -> tuple[Rows, Floats]:
        assert self._coarse is not None
        depth = wanted * _DEPTH
        if allowed is not None:
            share = max(float(allowed.mean()), 1e-9)
            if share < 0.05:
                return self._search_every(query, wanted, allowed)
            depth = int(depth / share) + wanted
        rows = self._coarse.search(query[None, :], min(depth, len(self.exact)))[1][0]
        rows = rows[rows >= 0]
        if allowed is not None:
            rows = rows[allowed[rows]]
            if len(rows) < wanted:
                return self._search_every(query, wanted, allowed)
        return _best(rows, self.similarities(query, rows), wanted)

    def _search_every(
        self, query: Floats, wanted: int, allowed: npt.NDArray[np.bool_] | None
    ) -> tuple[Rows, Floats]:
        rows = np.arange(len(self.exact)) if allowed is None else np.flatnonzero(allowed)
        kept, similarity = np.empty(0, np.int64), np.empty(0, np.float32)
        for start in range(0, len(rows), _TRAINING_ROWS):
            block = rows[start : start + _TRAINING_ROWS]
            kept, similarity = _best(
                np.concatenate([kept, block]),
                np.concatenate([similarity, self.similarities(query, block)]),
                wanted,
            )
        return kept, similarity


def _best(rows: Rows, similarity: Floats, wanted: int) -> tuple[Rows, Floats]:
    order = np.lexsort((rows, -similarity))[:wanted]
    return rows[order], similarity[order]
