"""Nearest vectors: coarse against exact, flags before the ranking, 8 bits against 32."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import indexer.vectors as vectors
from indexer.vectors import VectorIndex, narrowed, together, write_vectors


def unit_vectors(count: int, seed: int = 1) -> np.ndarray:
    chance = np.random.default_rng(seed)
    centres = chance.standard_normal((40, 64))
    found = centres[chance.integers(0, 40, count)] + chance.standard_normal((count, 64))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(params=["small", "coarse"])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[VectorIndex, np.ndarray]:
    if request.param == "coarse":
        monkeypatch.setattr(vectors, "COARSE_FROM", 100)
    full = unit_vectors(3000)
    write_vectors(tmp_path, narrowed(full))
    assert (tmp_path / "coarse.faiss").is_file() == (request.param == "coarse")
    return VectorIndex(tmp_path), full


def test_eight_bits_change_a_similarity_by_less_than_a_hundredth() -> None:
    full = unit_vectors(500)
    fine = narrowed(full)
    rows = np.arange(500)
    assert fine.similarities(full[0], rows) == pytest.approx(full @ full[0], abs=0.01)
    assert fine.widened(slice(None)) == pytest.approx(full, abs=0.01)


def test_the_nearest_are_found(opened: tuple[VectorIndex, np.ndarray]) -> None:
    index, full = opened
    hits = 0
    for query in unit_vectors(20, seed=2):
        rows = index.nearest(query, 20, None)
        hits += len(set(rows) & set(np.argsort(-(full @ query))[:20]))
    assert hits >= 0.93 * 20 * 20


@pytest.mark.parametrize("share", [0.5, 0.01])
def test_flags_are_applied_before_the_ranking(
    opened: tuple[VectorIndex, np.ndarray], share: float
) -> None:
    index, full = opened
    allowed = np.random.default_rng(5).random(3000) < share
    query = unit_vectors(1, seed=3)[0]
    rows = index.nearest(query, 10, allowed)
    expected = np.flatnonzero(allowed)[np.argsort(-(full[allowed] @ query))[:10]]
    assert allowed[rows].all() and len(rows) >= 10
    assert len(set(rows) & set(expected)) >= 8


def test_no_vectors_give_no_rows(tmp_path: Path) -> None:
    write_vectors(tmp_path, together([], 64))
    assert len(VectorIndex(tmp_path).nearest(unit_vectors(1)[0], 5, None)) == 0


def test_vectors_of_any_dimension_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "COARSE_FROM", 100)
    full = unit_vectors(400)[:, :37].copy()
    write_vectors(tmp_path, narrowed(full))
    rows = VectorIndex(tmp_path).nearest(full[7], 1, None)
    assert 7 in rows
