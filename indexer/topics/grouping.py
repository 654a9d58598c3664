"""Which texts nearly repeat another: they must not stand on both sides of a check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

PIECE = 4  # characters
PIECES_KEPT = 24  # the smallest hashes of a text's pieces stand for it
ALIKE = 0.4  # share of kept pieces in common from which two texts are near copies
MOST_BEARERS = 60  # a piece borne by more texts tells nothing
LARGEST = 30  # more near copies than that are a form people fill in, not one text sent again

Ints = npt.NDArray[np.intp]


def groups_of(texts: Sequence[str]) -> Ints:
    """A group number for each text; near copies, and copies of copies, share theirs up to a size."""
    sketches = [_sketch(text) for text in texts]
    parent, size = list(range(len(texts))), [1] * len(texts)
    bearers: dict[int, list[int]] = defaultdict(list)
    for at, sketch in enumerate(sketches):
        for other in _candidates(sketch, bearers):
            if _alike(sketch, sketches[other]):
                _join(parent, size, at, other)
        for piece in sketch:
            bearers[piece].append(at)
    return np.array([_root(parent, at) for at in range(len(texts))], np.intp)


def _sketch(text: str) -> frozenset[int]:
    plain = "".join(c for c in text if "\u4e00" <= c <= "\u9fff") or text
    hashes = {
        crc32(plain[at : at + PIECE].encode()) for at in range(max(1, len(plain) - PIECE + 1))
    }
    return frozenset(sorted(hashes)[:PIECES_KEPT])


def _candidates(sketch: frozenset[int], bearers: dict[int, list[int]]) -> list[int]:
    met: dict[int, int] = defaultdict(int)
    for piece in sketch:
        for other in bearers[piece][-MOST_BEARERS:]:
            met[other] += 1
    return [other for other, count in met.items() if count >= ALIKE * len(sketch)]


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= ALIKE * max(len(one), len(other))


def _join(parent: list[int], size: list[int], one: int, other: int) -> None:
    first, second = _root(parent, one), _root(parent, other)
    if first != second and size[first] + size[second] <= LARGEST:
        parent[first] = second
        size[second] += size[first]


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at
