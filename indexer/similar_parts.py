"""Parts of many texts: vectors with number, version, unit and place, row by row; joined, merged, kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from indexer.embedders import Embedder
from indexer.vectors import FineVectors, VectorIndex, narrowed, together

RECENT = "recent.npz"
EMBEDDED = 300  # characters of a text
NOBODY = -1

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Marked:
    """A text to be found again: `number` is the caller's own, `version` tells a changed text."""

    number: int
    version: int
    text: str
    unit: int = NOBODY
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose texts may be found: those of the unit or of the place."""

    unit: int
    place: str


@dataclass(frozen=True, slots=True)
class Like:
    """A found text and its similarity (inner product of unit vectors, at most about 1)."""

    number: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Part:
    """Some texts: vectors and what is known of each, row by row."""

    fine: FineVectors
    numbers: Numbers
    versions: Numbers
    units: Numbers
    places: Numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def within(self, reach: Reach) -> Flags:
        """Which rows the reach covers."""
        own = self.units == reach.unit if reach.unit != NOBODY else np.zeros(len(self), bool)
        return own | (self.places == place_code(reach.place)) if reach.place else own

    def only(self, rows: Flags) -> Part:
        """These rows."""
        kept = np.flatnonzero(rows)
        fine = FineVectors(np.asarray(self.fine.bytes[kept]), np.asarray(self.fine.scales[kept]))
        return Part(
            fine, self.numbers[kept], self.versions[kept], self.units[kept], self.places[kept]
        )


def place_code(place: str) -> int:
    """A number for a place name."""
    return crc32(place.encode()) if place else NOBODY


def part_of(some: Sequence[Marked], embedder: Embedder) -> Part:
    vectors = embedder.encode_passages([one.text[:EMBEDDED] for one in some])
    return Part(
        narrowed(vectors),
        np.array([one.number for one in some], np.int64),
        np.array([one.version for one in some], np.int64),
        np.array([one.unit for one in some], np.int64),
        np.array([place_code(one.place) for one in some], np.int64),
    )


def nothing(dimension: int) -> Part:
    empty = np.empty(0, np.int64)
    return Part(together([], dimension), empty, empty, empty, empty)


def joined(parts: Sequence[Part], dimension: int) -> Part:
    return Part(
        together([one.fine for one in parts], dimension),
        np.concatenate([one.numbers for one in parts]),
        np.concatenate([one.versions for one in parts]),
        np.concatenate([one.units for one in parts]),
        np.concatenate([one.places for one in parts]),
    )


def merged(base: Part, recent: Part, lost: Numbers, dimension: int) -> Part:
    every = joined([base, recent], dimension)
    return every.only(last_of_each(every.numbers) & ~np.isin(every.numbers, lost))


def last_of_each(numbers: Numbers) -> Flags:
    """The last row of each number."""
    _, first = np.unique(numbers[::-1], return_index=True)
    kept = np.zeros(len(numbers), bool)
    kept[len(numbers) - 1 - first] = True
    return kept


def write_recent(base: Path, part: Part, lost: Numbers) -> None:
    draft = base / f"{RECENT}.part"
    with draft.open("wb") as file:
        np.savez(file, bytes=part.fine.bytes, scales=part.fine.scales, numbers=part.numbers,
                 versions=part.versions, units=part.units, places=part.places, lost=lost)  # fmt: skip
    draft.replace(base / RECENT)


def read_recent(path: Path, dimension: int) -> tuple[Part, Numbers]:
    if not path.is_file():
        return nothing(dimension), np.empty(0, np.int64)
    with np.load(path) as kept:
        fine = FineVectors(kept["bytes"], kept["scales"])
        part = Part(fine, kept["numbers"], kept["versions"], kept["units"], kept["places"])
        return part, kept["lost"]


class Opened:
    """One state of the folder, read."""

    def __init__(self, base: Path, dimension: int) -> None:
        self._index = VectorIndex(base)
        with np.load(base / "rows.npz") as rows:
            self.base = Part(
                self._index.fine, rows["numbers"], rows["versions"], rows["units"], rows["places"]
            )
        self.recent, self.lost = read_recent(base / RECENT, dimension)
        replaced = np.concatenate([self.recent.numbers, self.lost])
        self._dead = np.isin(self.base.numbers, replaced) if len(replaced) else None
        self._living = ~np.isin(self.recent.numbers, self.lost)

    @property
    def living(self) -> int:
        dead = int(self._dead.sum()) if self._dead is not None else 0
        return len(self.base) - dead + int(self._living.sum())

    @property
    def newest(self) -> int:
        return max(
            int(self.base.numbers.max(initial=0)), int(self.recent.numbers.max(initial=0)),
            int(self.lost.max(initial=0)),
        )  # fmt: skip

    def known(self) -> dict[int, int]:
        held = dict(zip(self.base.numbers.tolist(), self.base.versions.tolist(), strict=True))
        held.update(zip(self.recent.numbers.tolist(), self.recent.versions.tolist(), strict=True))
        for number in self.lost.tolist():
            held.pop(number, None)
        return held

    def nearest(self, query: Floats, top: int, reach: Reach | None) -> tuple[Like, ...]:
        allowed = self.base.within(reach) if reach is not None else None
        if self._dead is not None:
            allowed = ~self._dead if allowed is None else allowed & ~self._dead
        rows = self._index.nearest(query, top, allowed)
        found = [(self.base.numbers[rows], self._index.similarities(query, rows))]
        keep = self._living if reach is None else self._living & self.recent.within(reach)
        near = np.flatnonzero(keep)
        found.append((self.recent.numbers[near], self.recent.fine.similarities(query, near)))
        numbers = np.concatenate([one for one, _ in found])
        similar = np.concatenate([one for _, one in found])
        order = np.argsort(-similar, kind="stable")[:top]
        return tuple(Like(int(numbers[at]), float(similar[at])) for at in order)

    def fill(self, found: Floats, numbers: Numbers) -> None:
        for part in (self.base, self.recent):
            if not len(part):
                continue
            order = np.argsort(part.numbers, kind="stable")
            at = np.minimum(np.searchsorted(part.numbers, numbers, sorter=order), len(part) - 1)
            rows = order[at]
            held = np.flatnonzero(part.numbers[rows] == numbers)
            found[held] = part.fine.widened(rows[held])
        found[np.isin(numbers, self.lost)] = 0
