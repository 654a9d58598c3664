"""Rebuilds the index when a paper below the watched folders changes, while the service runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from watchfiles import Change
from watchfiles import watch as changes_below

from indexer.build import build_index, is_stale
from indexer.embedders import Embedder
from indexer.errors import IndexerError
from indexer.further import FURTHER_SUFFIX
from indexer.readers import KNOWN_SUFFIXES
from indexer.record import BuildRecord

_QUIET_MS = 1_600  # an editor saves in several steps; wait until they are over
_WATCHED = (*KNOWN_SUFFIXES, FURTHER_SUFFIX, ".toml")


def watch(
    sources: Sequence[Path],
    target: Path,
    *,
    embedder: Embedder,
    stop: Event,
    built: Callable[[BuildRecord], None],
    failed: Callable[[IndexerError], None],
    quiet_ms: int = _QUIET_MS,
) -> None:
    """Watch until `stop` is set; runs in a thread of its own.

    `built` is told of every new index, `failed` of a build that could not be done; the index in
    use stays in use then, and the next change tries again.
    """
    watched = [source for source in sources if source.exists()]
    for _ in changes_below(
        *watched, watch_filter=_is_paper, debounce=quiet_ms, stop_event=stop,
        raise_interrupt=False,
    ):  # fmt: skip
        try:
            if is_stale(target, sources, embedder):
                built(build_index(sources, target, embedder=embedder))
        except IndexerError as error:
            failed(error)


def _is_paper(change: Change, path: str) -> bool:
    file = Path(path)
    return file.suffix.lower() in _WATCHED and not file.name.startswith((".", "~$"))
