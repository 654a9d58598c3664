"""Passages on disk: read one at a time when shown, never all held in memory."""

from __future__ import annotations

import json
import mmap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, fields
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from indexer.passages import PaperKind, Passage

_DEFAULTS = {f.name: f.default for f in fields(Passage) if f.default is not MISSING}
_NAMES = tuple(f.name for f in fields(Passage))
_READ: dict[str, Callable[[Any], object]] = {
    "effective_on": date.fromisoformat, "repealed_on": date.fromisoformat, "kind": PaperKind,
    "aliases": tuple, "topics": tuple, "questions": tuple,
}  # fmt: skip


def id_hash(passage_id: str) -> int:
    """A 63-bit number for an id, so that ids can be looked up in a sorted array."""
    return int.from_bytes(blake2b(passage_id.encode(), digest_size=8).digest(), "big") >> 1


def to_line(passage: Passage) -> bytes:
    """One JSON line; fields at their default are left out."""
    said: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(passage, name)
        if name not in _DEFAULTS or value != _DEFAULTS[name]:
            said[name] = value.isoformat() if isinstance(value, date) else value
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def from_line(line: bytes) -> Passage:
    """The passage of one JSON line."""
    said = json.loads(line.decode("utf-8", "surrogatepass"))
    for name in said.keys() & _READ.keys():
        if said[name] is not None:
            said[name] = _READ[name](said[name])
    return Passage(**said)


class ShelfWriter:
    """Appends passages to a file and remembers where each begins."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = (folder / "passages.jsonl").open("wb")
        self._starts = [0]
        self._hashes: list[int] = []

    def add(self, passage: Passage) -> None:
        """Append one passage."""
        line = to_line(passage) + b"\n"
        self._file.write(line)
        self._starts.append(self._starts[-1] + len(line))
        self._hashes.append(id_hash(passage.id))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def finish(self) -> None:
        """Save the offsets and the id table."""
        self._file.close()
        hashes = np.array(self._hashes, np.int64)
        order = np.argsort(hashes, kind="stable")
        np.save(self._folder / "passages_starts.npy", np.array(self._starts, np.int64))
        np.save(self._folder / "passages_ids.npy", np.stack([hashes[order], order], axis=1))


class Shelf(Sequence[Passage]):
    """All passages of an index in order, as a sequence that reads on demand."""

    def __init__(self, folder: Path) -> None:
        self._starts = _mapped(folder / "passages_starts.npy")
        self._ids = _mapped(folder / "passages_ids.npy")
        with (folder / "passages.jsonl").open("rb") as file:
            size = file.seek(0, 2)
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> list[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | list[Passage]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if at < 0:
            at += len(self)
        if not 0 <= at < len(self):
            raise IndexError(at)
        return from_line(self._bytes[int(self._starts[at]) : int(self._starts[at + 1]) - 1])

    def __iter__(self) -> Iterator[Passage]:
        return (self[i] for i in range(len(self)))

    def id_at(self, row: int) -> str:
        """The id of a passage without reading the rest of it."""
        line = self._bytes[int(self._starts[row]) : int(self._starts[row + 1])]
        # The id is the first field of every line: {"id":"…",
        return str(json.loads(line[6 : line.index(b'",', 6) + 1]))

    def row_of(self, passage_id: str) -> int | None:
        """Where the passage with this id stands."""
        if not len(self._ids):
            return None
        wanted = id_hash(passage_id)
        at = int(np.searchsorted(self._ids[:, 0], wanted))
        while at < len(self._ids) and self._ids[at, 0] == wanted:
            row = int(self._ids[at, 1])
            if self[row].id == passage_id:
                return row
            at += 1
        return None


def _mapped(file: Path) -> npt.NDArray[np.int64]:
    # A plain view of the map: np.memmap itself costs microseconds at every look.
    return np.load(file, mmap_mode="r").view(np.ndarray)
