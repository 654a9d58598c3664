"""Corpus -> a new index folder with a build record -> swapped in whole."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.assembly import Assembled, KnownVectors, Progress, assemble
from indexer.chunks import CHUNKER_VERSION
from indexer.corpus import CorpusFile
from indexer.embedders import Embedder
from indexer.errors import IndexerError
from indexer.passages import Passage
from indexer.pdftext import Ocr
from indexer.record import (
    FORMAT,
    BuildRecord,
    Problem,
    Source,
    library_versions,
    read_record,
    write_record,
)  # fmt: skip
from indexer.sources import digests, gather
from indexer.swap import abandon, current_version, new_version, publish, tidy
from indexer.terms import Lexicon, load_lexicon
from indexer.tokens import TOKENS_VERSION

_LOCK_SECONDS = 600.0  # another build of the same index finishes long before
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def build_index(
    sources: Sequence[Path],
    target: Path,
    *,
    embedder: Embedder,
    previous: Path | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
    ocr: Ocr | None = None,
    rules: Path | None = None,
) -> BuildRecord:
    """Read the sources, build a new version below `target` and swap it in.

    Only texts that the version before (`previous`, else the current one) does not hold are
    embedded. Files that cannot be read are left out and listed in the record's `problems`.
    Until the swap the old version stays in use; after a crash it still is.

    Raises:
        IndexerError: a source is missing, the disk is full, or another build is running.
    """
    gathered = gather(sources, ocr)
    return _build(
        gathered.passages, len(gathered.passages), target, embedder=embedder, previous=previous,
        progress=progress, now=now, lexicon=load_lexicon(rules), sources=gathered.sources,
        problems=gathered.problems,
    )  # fmt: skip


def build_from_corpus(
    jsonl: Path,
    target: Path,
    *,
    embedder: Embedder,
    previous: Path | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
    rules: Path | None = None,
) -> BuildRecord:
    """Build from lines {"id", "name", "text"}; what is indexed is the name and the text.

    Raises:
        IndexerError: a line is no such object, or an id comes twice; the message names the line.
    """
    corpus = CorpusFile(jsonl)
    return _build(
        corpus.passages(), corpus.count, target, embedder=embedder, previous=previous,
        progress=progress, now=now, lexicon=load_lexicon(rules), sources=(corpus.source,),
        problems=(),
    )  # fmt: skip


def _build(
    passages: Iterable[Passage], count: int, target: Path, *, embedder: Embedder,
    previous: Path | None, progress: Progress | None, now: datetime | None, lexicon: Lexicon,
    sources: tuple[Source, ...], problems: tuple[Problem, ...],
) -> BuildRecord:  # fmt: skip
    started = time.monotonic()
    with _only_build(target), _unfinished(target) as folder:
        known = _known_vectors(previous or current_version(target), embedder)
        assembled = assemble(
            passages, count, folder, embedder=embedder, known=known, lexicon=lexicon,
            progress=progress or _silent,
        )  # fmt: skip
        record = _record(folder, assembled, embedder, lexicon, sources, problems, started, now)
        write_record(folder, record)
        publish(target, folder)
        tidy(target)
    return record


def _record(
    folder: Path, assembled: Assembled, embedder: Embedder, lexicon: Lexicon,
    sources: tuple[Source, ...], problems: tuple[Problem, ...], started: float,
    now: datetime | None,
) -> BuildRecord:  # fmt: skip
    digest_of = {source.path: source.digest for source in sources}
    return BuildRecord(
        folder=folder.name.removesuffix(".part"),
        fingerprint=fingerprint(digest_of, embedder.model_id, lexicon.fingerprint),
        model_id=embedder.model_id,
        dimension=embedder.dimension,
        passages=assembled.passages,
        vectors=assembled.vectors,
        embedded=assembled.embedded,
        reused=assembled.reused,
        seconds=round(time.monotonic() - started, 3),
        built_at=now.isoformat() if now else "",
        terms=lexicon.fingerprint,
        libraries=library_versions(),
        places=assembled.places,
        sources=sources,
        problems=problems,
    )


def fingerprint(digest_of: dict[str, str], model_id: str, terms: str) -> str:
    """One digest of everything that decides what an index holds."""
    parts = [FORMAT, CHUNKER_VERSION, TOKENS_VERSION, terms, model_id, *library_versions()]
    parts += [f"{path}={digest}" for path, digest in sorted(digest_of.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_stale(
    target: Path, sources: Sequence[Path], embedder: Embedder, *, rules: Path | None = None
) -> str | None:
    """Why the index in use no longer fits, in Chinese; None when it does."""
    folder = current_version(target)
    if folder is None:
        return "还没有索引"
    try:
        record = read_record(folder)
    except (IndexerError, OSError, ValueError, KeyError, TypeError):
        return "索引记录读不出来，或由另一版本的程序建立"
    if record.model_id != embedder.model_id:
        return f"嵌入模型变了（{record.model_id} → {embedder.model_id}）"
    if (record.chunker, record.tokens) != (CHUNKER_VERSION, TOKENS_VERSION):
        return "切分方法变了"
    if record.terms != load_lexicon(rules).fingerprint:
        return "检索词典 terms.toml 变了"
    if record.libraries != library_versions():
        return "所用程序库的版本变了"
    now = digests(sources)
    if record.fingerprint != fingerprint(now, record.model_id, record.terms):
        return _what_changed(record, now)
    return None


def _what_changed(record: BuildRecord, now: dict[str, str]) -> str:
    known = {source.path: source.digest for source in record.sources}
    new, gone = len(now.keys() - known.keys()), len(known.keys() - now.keys())
    changed = sum(known[path] != now[path] for path in known.keys() & now.keys())
    return f"资料变了：新增 {new}、改动 {changed}、删除 {gone} 份"


def _known_vectors(folder: Path | None, embedder: Embedder) -> KnownVectors:
    """Vectors of the version before; none when another model made it or it is damaged."""
    try:
        if folder is not None and read_record(folder).model_id == embedder.model_id:
            return KnownVectors(folder)
    except (IndexerError, OSError, ValueError, KeyError, TypeError):
        pass  # a damaged version is no reason not to build a sound one
    return KnownVectors(None)


@contextmanager
def _only_build(target: Path) -> Iterator[None]:
    """One build at a time; the lock of a killed build is released by the system."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        with FileLock(target / ".building", timeout=_LOCK_SECONDS):
            yield
    except Timeout as error:
        raise IndexerError("另一个程序正在建立同一份索引。", "请等它结束后再试。") from error
    except PermissionError as error:
        raise IndexerError(
            f"没有权限写入索引文件夹 {target}。", "请检查文件夹权限后再试。"
        ) from error


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A folder that is removed again when the build does not get to its end."""
    tidy(target)
    try:
        folder = new_version(target)
    except OSError as error:
        raise _not_written(target, error) from error
    try:
        yield folder
    except (OSError, RuntimeError) as error:  # numpy and faiss tell a full disk in their own ways
        abandon(folder)
        raise _not_written(target, error) from error
    except BaseException:
        abandon(folder)
        raise


def _not_written(target: Path, error: Exception) -> IndexerError:
    number = getattr(error, "errno", None)
    if number in _NO_ROOM or _free_bytes(target) < 2**20 or "requested and" in str(error):
        what = "磁盘空间不够，索引没有建成；原来的索引照常使用。"
        return IndexerError(what, f"请在 {target} 所在的磁盘腾出空间后再运行一次。")
    return IndexerError(
        f"索引没有建成：{error}；原来的索引照常使用。", f"请检查 {target} 能否写入后再运行一次。"
    )


def _free_bytes(target: Path) -> int:
    try:
        room = os.statvfs(target)
    except (AttributeError, OSError):  # Windows has no statvfs
        return 2**62
    return room.f_bavail * room.f_frsize


def _silent(stage: str, done: int, total: int) -> None:
    """No progress wanted."""
