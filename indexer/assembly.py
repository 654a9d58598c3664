"""Passages -> the files of one index version, block by block, so that a million fit in memory."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.chunks import is_searchable
from indexer.embedders import Embedder
from indexer.facets import FACETS, cue_bits, facet
from indexer.heads import HeadWriter, head_text
from indexer.names import save_titles
from indexer.passages import Passage
from indexer.postings import Field, KeywordWriter
from indexer.shelf import ShelfWriter
from indexer.terms import Lexicon
from indexer.units import UnitTable, passage_text, sentences
from indexer.vectors import FineVectors, load_fine, narrowed, together, write_vectors

Progress = Callable[[str, int, int], None]

BLOCK = 8192  # passages handled at a time
SENTENCES_UP_TO = 200_000  # passages; beyond it only whole passages and 问法 are embedded

# What a term counts by where it stands.
_HEAD_WEIGHT, _TEXT_WEIGHT, _QUESTION_WEIGHT = 1.0, 1.0, 0.5


@dataclass(frozen=True, slots=True)
class Assembled:
    """What an assembly counted."""

    passages: int
    vectors: int
    embedded: int
    reused: int
    places: tuple[str, ...]


class KnownVectors:
    """Vectors of an earlier version by the text they stand for."""

    def __init__(self, folder: Path | None) -> None:
        self._hashes = np.empty(0, np.uint64)
        if folder and (folder / "units_hashes.npy").is_file():
            hashes = np.load(folder / "units_hashes.npy")
            self._order = np.argsort(hashes, kind="stable")
            self._hashes = hashes[self._order]
            self._vectors = load_fine(folder)

    def find(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """Row of each text's vector, -1 when it is new."""
        if not len(self._hashes):
            return np.full(len(hashes), -1)
        at = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        return np.where(self._hashes[at] == hashes, self._order[at], -1)

    def take(self, rows: npt.NDArray[np.int64]) -> FineVectors:
        """The vectors of these rows, as they were stored."""
        return FineVectors(self._vectors.bytes[rows], self._vectors.scales[rows])


class _Embedding:
    """Embeds texts, taking over what an earlier version already knows."""

    def __init__(self, embedder: Embedder, known: KnownVectors) -> None:
        self._embedder, self._known = embedder, known
        self.embedded = self.reused = 0

    def vectors(self, texts: Sequence[str]) -> tuple[FineVectors, npt.NDArray[np.uint64]]:
        """The vectors of these texts and the hashes by which a later build finds them."""
        hashes = np.fromiter(map(_text_hash, texts), np.uint64, len(texts))
        rows = self._known.find(hashes)
        old, new = np.flatnonzero(rows >= 0), np.flatnonzero(rows < 0)
        found = FineVectors(
            np.zeros((len(texts), self._embedder.dimension), np.int8),
            np.ones(len(texts), np.float32),
        )
        if len(old):
            _put(found, old, self._known.take(rows[old]))
        if len(new):
            wanted = [texts[at] for at in new.tolist()]
            _put(found, new, narrowed(self._embedder.encode_passages(wanted)))
        self.embedded += len(new)
        self.reused += len(old)
        return found, hashes


def _put(table: FineVectors, rows: npt.NDArray[np.int64], part: FineVectors) -> None:
    table.bytes[rows] = part.bytes
    table.scales[rows] = part.scales


def _text_hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


class _Assembly:
    """The writers of one version."""

    def __init__(
        self, folder: Path, embedder: Embedder, known: KnownVectors, lexicon: Lexicon
    ) -> None:
        self._folder, self._lexicon = folder, lexicon
        self._embedding = _Embedding(embedder, known)
        self._shelf, self._keywords, self._heads = (
            ShelfWriter(folder), KeywordWriter(folder), HeadWriter(folder),
        )  # fmt: skip
        self._titles: dict[str, tuple[int, set[str]]] = {}
        self._places: dict[str, int] = {"": 0}
        self._facets: list[npt.NDArray[np.void]] = []
        self._dimension = embedder.dimension
        self._mains: list[FineVectors] = []
        self._extras: list[FineVectors] = []
        self._hashes: tuple[list[npt.NDArray[np.uint64]], list[npt.NDArray[np.uint64]]] = ([], [])
        self._sizes: list[int] = [0]
        self._sentence_counts: list[int] = []

    def add(self, block: Sequence[Passage], *, with_sentences: bool) -> None:
        """One block of passages into every file."""
        searchable = [is_searchable(p) for p in block]
        for passage in block:
            self._shelf.add(passage)
        self._facets.append(
            np.array([self._facet(p, s) for p, s in zip(block, searchable, strict=True)], FACETS)
        )
        shown = [p if s else None for p, s in zip(block, searchable, strict=True)]
        self._add_words(shown)
        self._add_vectors(shown, with_sentences=with_sentences)

    def _facet(self, passage: Passage, searchable: bool) -> tuple[object, ...]:
        number, aliases = self._titles.setdefault(passage.title, (len(self._titles), set()))
        aliases.update(passage.aliases)
        return facet(
            passage,
            title=number,
            place=self._places.setdefault(passage.place, len(self._places)),
            cues=cue_bits(passage.text, self._lexicon.kinds),
            searchable=searchable,
        )

    def _add_words(self, block: Sequence[Passage | None]) -> None:
        heads = [head_text(p) if p else "" for p in block]
        self._heads.add(heads)
        self._keywords.add([
            Field(heads, _HEAD_WEIGHT),
            Field([p.text if p else "" for p in block], _TEXT_WEIGHT),
            Field(["\n".join(p.questions) if p else "" for p in block], _QUESTION_WEIGHT),
        ])  # fmt: skip

    def _add_vectors(self, block: Sequence[Passage | None], *, with_sentences: bool) -> None:
        mains, hashes = self._embedding.vectors([passage_text(p) if p else "" for p in block])
        self._mains.append(mains)
        self._hashes[0].append(hashes)
        extra: list[str] = []
        for passage in block:
            parts = sentences(passage) if passage and with_sentences else ()
            questions = passage.questions if passage else ()
            extra += [*parts, *questions]
            self._sizes.append(len(parts) + len(questions))
            self._sentence_counts.append(len(parts))
        extras, hashes = self._embedding.vectors(extra)
        self._extras.append(extras)
        self._hashes[1].append(hashes)

    def close(self) -> None:
        """Let go of open files, also after a failure."""
        self._shelf.close()

    def finish(self) -> Assembled:
        """Write everything that is only known at the end."""
        self._shelf.finish()
        self._keywords.write()
        self._heads.write()
        vectors = together([*self._mains, *self._extras], self._dimension)
        self._mains, self._extras = [], []
        write_vectors(self._folder, vectors)
        hashes = [np.empty(0, np.uint64), *self._hashes[0], *self._hashes[1]]
        np.save(self._folder / "units_hashes.npy", np.concatenate(hashes))
        starts = np.cumsum(np.array(self._sizes, np.int64))
        UnitTable(starts, np.array(self._sentence_counts, np.int32)).save(self._folder)
        np.save(self._folder / "facets.npy", np.concatenate([np.empty(0, FACETS), *self._facets]))
        save_titles(
            self._folder / "titles.json",
            ((title, tuple(sorted(names))) for title, (_, names) in self._titles.items()),
        )
        return Assembled(
            len(self._sentence_counts), len(vectors), self._embedding.embedded,
            self._embedding.reused, tuple(self._places),
        )  # fmt: skip


def assemble(
    passages: Iterable[Passage],
    count: int,
    folder: Path,
    *,
    embedder: Embedder,
    known: KnownVectors,
    lexicon: Lexicon,
    progress: Progress,
) -> Assembled:
    """Write all files of one index version but its record; `count` is how many passages come."""
    assembly = _Assembly(folder, embedder, known, lexicon)
    with closing(assembly):
        done = 0
        for block in _blocks(passages):
            assembly.add(block, with_sentences=count <= SENTENCES_UP_TO)
            done += len(block)
            progress("写入段落", done, count)
        progress("整理索引", 0, 1)
        assembled = assembly.finish()
        progress("整理索引", 1, 1)
    return assembled


def _blocks(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    remaining = iter(passages)
    while block := list(itertools.islice(remaining, BLOCK)):
        yield block
