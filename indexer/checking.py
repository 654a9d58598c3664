"""Is the index in use whole and true to its sources: orphans, drift, damage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from indexer.errors import IndexerError
from indexer.record import BuildRecord, Problem, read_record
from indexer.shelf import Shelf
from indexer.sources import digests
from indexer.swap import current_version
from indexer.units import load_units
from indexer.vectors import load_fine

_REBUILD = "请运行 zhiban index build 重建索引。"


def check_index(target: Path, sources: Sequence[Path]) -> list[Problem]:
    """Everything that is wrong with the index in use below `target`; empty when it is sound.

    Orphans: passages of files that are gone. Drift: files changed or added since the build.
    Damage: tables of the index that do not fit each other. What could not be read at the build
    is told again.
    """
    folder = current_version(target)
    if folder is None:
        return [Problem("", "还没有索引。", "请运行 zhiban index build 建立索引。")]
    try:
        record = read_record(folder)
    except IndexerError as error:
        return [Problem(folder.name, error.what, error.fix)]
    except (OSError, ValueError, KeyError, TypeError):
        return [Problem(folder.name, "索引记录读不出来。", _REBUILD)]
    return [*_damage(folder, record), *_drift(record, sources), *record.problems]


def _drift(record: BuildRecord, sources: Sequence[Path]) -> Iterator[Problem]:
    now = digests(sources)
    known = {source.path: source for source in record.sources}
    for path, source in known.items():
        if path not in now:
            what = f"资料已经不在，索引里还有它的 {source.passages} 段。"
            yield Problem(path, what, _REBUILD)
        elif now[path] != source.digest:
            yield Problem(path, "资料在建索引之后改过。", _REBUILD)
    for path in now.keys() - known.keys():
        yield Problem(path, "资料还没有进索引。", _REBUILD)


def _damage(folder: Path, record: BuildRecord) -> Iterator[Problem]:
    try:
        yield from (Problem(folder.name, what, _REBUILD) for what in _misfits(folder, record))
    except (OSError, ValueError, EOFError, TypeError) as error:
        yield Problem(folder.name, f"索引文件已损坏：{error}。", _REBUILD)


def _misfits(folder: Path, record: BuildRecord) -> Iterator[str]:
    shelf = Shelf(folder)
    facets = np.load(folder / "facets.npy", mmap_mode="r")
    units = load_units(folder)
    vectors = load_fine(folder)
    if not len(shelf) == len(facets) == units.passages == record.passages:
        yield "段落、属性、向量三张表的条数对不上。"
        return
    if len(vectors) != units.passages + int(units.starts[-1]):
        yield "向量的条数与段落对不上。"
    if not np.isfinite(vectors.scales).all():
        yield "有的向量不是数。"
    docs = np.load(folder / "keywords_docs.npy", mmap_mode="r")
    if len(docs) and int(docs.max()) >= len(shelf):
        yield "词表指到了不存在的段落。"
    yield from _passage_misfits(shelf, record)


def _passage_misfits(shelf: Shelf, record: BuildRecord) -> Iterator[str]:
    known = {source.path for source in record.sources}
    seen: set[str] = set()
    for passage in shelf:
        if passage.id in seen:
            yield f"段落编号 {passage.id} 出现了两次（《{passage.title}》）。"
        seen.add(passage.id)
        if passage.path and passage.path not in known:
            yield f"段落 {passage.id} 的出处 {passage.path} 不在建立记录里。"
