"""Many short texts by number: grows batch by batch on disk, and finds those that mean the like.

A big part that is rarely rewritten (8-bit vectors, a coarse index above them) and a small recent one.
Each text carries two marks (unit and place codes), so that a reader's reach is applied before ranking.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from threading import Lock

import numpy as np
from filelock import FileLock

from indexer.embedders import Embedder
from indexer.similar_parts import (
    EMBEDDED,
    RECENT,
    Floats,
    Like,
    Marked,
    Numbers,
    Opened,
    Part,
    Reach,
    joined,
    last_of_each,
    merged,
    nothing,
    part_of,
    write_recent,
)  # fmt: skip
from indexer.vectors import write_vectors

__all__ = ["Like", "Marked", "Reach", "SimilarTexts", "embedded_text"]

FORMAT = "similar-2"
RECORD = "record.json"
BATCH = 5000  # texts embedded at a time
MOST_RECENT = 20_000  # texts of the recent part; above it, and above a tenth of all, it is merged
AT_ONCE = 200_000  # texts of a large first load that are put in place together


def embedded_text(title: str, text: str) -> str:
    """What stands for a case before the embedder."""
    return f"{title} {text}".strip()[:EMBEDDED]


class SimilarTexts:
    """The texts below `folder`. Thread-safe; another process may write meanwhile."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder, self._embedder = folder, embedder
        self._lock = Lock()
        self._stamp: tuple[str, int] = ("", -1)
        self._opened: Opened | None = None

    def __len__(self) -> int:
        opened = self._current()
        return opened.living if opened else 0

    def known(self) -> dict[int, int]:
        """Version of every text by its number."""
        opened = self._current()
        return opened.known() if opened else {}

    @property
    def newest(self) -> int:
        """The greatest number, 0 when empty."""
        opened = self._current()
        return opened.newest if opened else 0

    def take(self, texts: Iterable[Marked], *, gone: Iterable[int] = ()) -> int:
        """Add texts, put changed ones in the place of the old, and forget those gone."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / "lock"):
            taken, lost = 0, set(gone)
            waiting: list[Part] = []
            for some in _batches(texts):
                waiting.append(part_of(some, self._embedder))
                taken += len(some)
                if sum(map(len, waiting)) >= AT_ONCE:
                    self._append(joined(waiting, self._embedder.dimension), lost)
                    waiting, lost = [], set()
            if waiting or lost:
                none = nothing(self._embedder.dimension)
                self._append(joined([none, *waiting], self._embedder.dimension), lost)
        return taken

    def search(self, text: str, *, top: int, reach: Reach | None = None) -> tuple[Like, ...]:
        """The texts most like this one; `reach` is applied before ranking."""
        opened = self._current()
        if opened is None or not any(c.isalnum() for c in text):
            return ()
        query = self._embedder.encode_passages([text[:EMBEDDED]])[0]
        return opened.nearest(query, top, reach)

    def vectors_of(self, numbers: Numbers) -> Floats:
        """The vectors of these texts in their order; a text that is not held has zeros."""
        found = np.zeros((len(numbers), self._embedder.dimension), np.float32)
        opened = self._current()
        if opened is not None:
            opened.fill(found, numbers)
        return found

    def _current(self) -> Opened | None:
        record = _record(self._folder, self._embedder)
        if record is None:
            return None
        base = self._folder / record
        recent = base / RECENT
        try:
            stamp = (record, recent.stat().st_mtime_ns if recent.is_file() else 0)
            with self._lock:
                if stamp != self._stamp or self._opened is None:
                    self._opened, self._stamp = Opened(base, self._embedder.dimension), stamp
                return self._opened
        except FileNotFoundError:  # merged away by another process between two looks
            with self._lock:
                self._stamp = ("", -1)
            return self._current()

    def _append(self, part: Part, gone: set[int]) -> None:
        part = part.only(last_of_each(part.numbers))
        opened = self._current()
        if opened is None:
            self._write_base(part)
            return
        recent = joined([opened.recent, part], self._embedder.dimension)
        lost = np.union1d(opened.lost, np.fromiter(gone, np.int64, len(gone)))
        lost = np.setdiff1d(lost, part.numbers)
        if len(recent) > max(MOST_RECENT, len(opened.base) // 10):
            self._write_base(merged(opened.base, recent, lost, self._embedder.dimension))
        else:
            recent = recent.only(last_of_each(recent.numbers))
            write_recent(self._folder / _named(self._folder), recent, lost)

    def _write_base(self, part: Part) -> None:
        """A new big part beside the old, then the record that names it, then the old one away."""
        old = _named(self._folder)
        name = f"v{int(old[1:] or 0) + 1 if old else 1}"
        base = self._folder / name
        shutil.rmtree(base, ignore_errors=True)
        base.mkdir(parents=True)
        write_vectors(base, part.fine)
        np.savez(base / "rows.npz", numbers=part.numbers, versions=part.versions,
                 units=part.units, places=part.places)  # fmt: skip
        record = {"format": FORMAT, "model": self._embedder.model_id, "base": name}
        draft = self._folder / f"{RECORD}.part"
        draft.write_text(json.dumps(record), encoding="utf-8")
        draft.replace(self._folder / RECORD)
        if old and old != name:
            shutil.rmtree(self._folder / old, ignore_errors=True)


def _batches(texts: Iterable[Marked]) -> Iterator[list[Marked]]:
    stream = iter(texts)
    while some := list(islice(stream, BATCH)):
        yield some


def _record(folder: Path, embedder: Embedder) -> str | None:
    """The folder of the big part; None when there is none or another model made it."""
    try:
        said = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    fits = said.get("format") == FORMAT and said.get("model") == embedder.model_id
    return str(said["base"]) if fits else None


def _named(folder: Path) -> str:
    try:
        return str(json.loads((folder / RECORD).read_text(encoding="utf-8"))["base"])
    except (FileNotFoundError, ValueError, KeyError):
        return ""
