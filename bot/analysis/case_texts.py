"""Texts of cases as the index of similar texts holds them: kept up with the records, found by reach."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from bot.embedding import embedder
from bot.settings import Settings
from casedb.cases.texts import CaseText, last_id, texts_after, texts_of, versions
from casedb.store import Session
from indexer.similar import Marked, SimilarTexts, embedded_text
from indexer.similar_parts import NOBODY

FOLDER = "similar"
MOST_AT_ONCE = 5000  # new cases taken in while somebody waits; more wait for the nightly run
CHANGED_AT_ONCE = 2000


def similar_texts(settings: Settings) -> SimilarTexts:
    """The index of this data dir."""
    return _opened(settings.data_dir / FOLDER, settings)


@lru_cache(maxsize=2)
def _opened(folder: Path, settings: Settings) -> SimilarTexts:
    return SimilarTexts(folder, embedder(settings))


def take_new(settings: Settings, s: Session, *, limit: int | None = MOST_AT_ONCE) -> int:
    """Take in cases recorded since the last time; how many."""
    texts = similar_texts(settings)
    newest = texts.newest
    if last_id(s) <= newest:
        return 0
    return texts.take(_marked(texts_after(s, newest, limit=limit)))


def take_changed(settings: Settings, s: Session) -> int:
    """Take in what is new, then what was changed or erased; for the nightly run."""
    taken = take_new(settings, s, limit=None)
    texts = similar_texts(settings)
    held = texts.known()
    stale: list[int] = []
    for number, version in versions(s):
        if held.pop(number, None) != version:
            stale.append(number)
    if stale or held:
        texts.take(_marked(_again(s, stale)), gone=held)
    return taken + len(stale)


def _again(s: Session, numbers: list[int]) -> Iterator[CaseText]:
    for at in range(0, len(numbers), CHANGED_AT_ONCE):
        yield from texts_of(s, numbers[at : at + CHANGED_AT_ONCE]).values()


def _marked(texts: Iterator[CaseText]) -> Iterator[Marked]:
    for one in texts:
        unit = one.unit_id if one.unit_id is not None else NOBODY
        yield Marked(one.id, one.version, embedded_text(one.title, one.appeal), unit, one.community)
