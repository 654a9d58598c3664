"""Write side of the lexical index: passages block by block, then merged term by term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.tokens import Keys, block_keys

K1, B = 1.2, 0.75
FULL = 255.0  # a term weight is stored in 8 bits: 255 is the BM25 ceiling
_STEPS = 16  # field weights are counted in sixteenths

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of every passage, and how much a term in it counts."""

    texts: Sequence[str]
    weight: float


@dataclass(frozen=True, slots=True)
class _Block:
    """The postings of one block, ordered by term, then by passage."""

    terms: Keys  # each once, ascending
    sizes: Rows  # how many passages hold each
    owners: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.float16]  # weighted count of the term in the passage


class KeywordWriter:
    """Collects passages block by block and writes the arrays of the lexical index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blocks: list[_Block] = []
        self._lengths: list[Floats] = [np.empty(0, np.float32)]
        self._count = 0

    def add(self, fields: Sequence[Field]) -> None:
        """One block of passages; every field holds one text per passage."""
        size = len(fields[0].texts)
        keys, owners, steps = _tokenised(fields)
        lengths = np.bincount(owners, weights=steps, minlength=size) / _STEPS
        self._blocks.append(_block(keys, owners, steps, self._count))
        self._lengths.append(lengths.astype(np.float32))
        self._count += size

    def write(self) -> None:
        """Merge the blocks term by term and save the arrays."""
        lengths = np.concatenate(self._lengths)
        norms = K1 * (1 - B + B * lengths / max(float(lengths.mean()) if len(lengths) else 1, 1e-6))
        terms, sizes = _vocabulary(self._blocks)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        docs = np.empty(starts[-1], np.int32)
        weights = np.empty(starts[-1], np.uint8)
        filled = starts[:-1].copy()
        for block in self._blocks:
            at = _places(np.searchsorted(terms, block.terms), block.sizes, filled)
            docs[at] = block.owners
            count = block.counts.astype(np.float32)
            share = count / (count + norms[block.owners])
            weights[at] = np.clip(np.rint(FULL * share), 1, FULL)
        self._blocks = []
        arrays = {"terms": terms, "starts": starts, "docs": docs, "weights": weights}
        for name, array in arrays.items():
            np.save(self._folder / f"keywords_{name}.npy", array)


def _tokenised(
    fields: Sequence[Field],
) -> tuple[Keys, npt.NDArray[np.uint32], npt.NDArray[np.uint16]]:
    """Every term of every field with its passage and its weight in steps."""
    keys, owners, steps = [], [], []
    for field in fields:
        found, whose = block_keys(field.texts)
        keys.append(found)
        owners.append(whose)
        steps.append(np.full(len(found), round(field.weight * _STEPS), np.uint16))
    return np.concatenate(keys), np.concatenate(owners), np.concatenate(steps)


def _block(
    keys: Keys, owners: npt.NDArray[np.uint32], steps: npt.NDArray[np.uint16], offset: int
) -> _Block:
    """Terms sorted by packing term, passage and weight into one number each: the fastest sort."""
    terms, term_ids = np.unique(keys, return_inverse=True)
    packed = term_ids.astype(np.uint64) << np.uint64(40)
    packed |= owners.astype(np.uint64) << np.uint64(16)
    packed |= steps.astype(np.uint64)
    packed.sort()
    places = packed >> np.uint64(16)
    first = np.flatnonzero(np.r_[True, places[1:] != places[:-1]][: len(places)])
    weight = (packed & np.uint64(0xFFFF)).astype(np.float32)
    counts = np.add.reduceat(weight, first) / _STEPS if len(first) else weight
    places = places[first]
    sizes = np.bincount((places >> np.uint64(24)).astype(np.int64), minlength=len(terms))
    owner = (places & np.uint64(0xFFFFFF)).astype(np.uint32) + np.uint32(offset)
    return _Block(terms, sizes, owner, counts.astype(np.float16))


def _vocabulary(blocks: Sequence[_Block]) -> tuple[Keys, Rows]:
    """All terms in key order, and how many passages hold each."""
    none = np.empty(0, np.uint64)
    terms = np.unique(np.concatenate([none, *(block.terms for block in blocks)]))
    sizes = np.zeros(len(terms), np.int64)
    for block in blocks:
        sizes[np.searchsorted(terms, block.terms)] += block.sizes
    return terms, sizes


def _places(term_ids: Rows, sizes: Rows, filled: Rows) -> Rows:
    """Where each posting of a block goes; `filled` moves on."""
    before = np.cumsum(sizes) - sizes
    at = np.repeat(filled[term_ids] - before, sizes) + np.arange(int(sizes.sum()))
    filled[term_ids] += sizes
    return at
