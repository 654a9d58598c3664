"""Archives of handed-in files: opened in memory, within limits, with no trust in their names."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from indexer.errors import IndexerError

MOST_FILES = 300
LARGEST_UNPACKED = 300 * 2**20  # bytes, all files together
_LARGEST_ONE = 100 * 2**20
_SUSPECT_RATIO, _SUSPECT_SIZE = 200, 20 * 2**20  # unpacked to packed; small files may shrink more
_CHUNK = 2**20
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_NAME_LENGTH = 120
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1


def unpacked(content: bytes, name: str) -> list[tuple[str, bytes]]:
    """The files inside: a plain name (no folders) and the bytes of each.

    Raises:
        IndexerError: damaged, locked by a password, or larger inside than any honest archive.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not _is_litter(entry)]
            _refuse_bomb(entries, name)
            return list(_files(archive, entries, name))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise IndexerError(
            f"压缩包 {name} 已损坏，打不开。", "请重新打包成 zip，或逐个提交里面的文件。"
        ) from error


def plain_name(name: str) -> str:
    """The last part of a name without anything a file system could follow; never empty."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    kept = kept.strip(" .")
    return kept[-_NAME_LENGTH:] or "未命名"


def _refuse_bomb(entries: list[zipfile.ZipInfo], name: str) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise IndexerError(f"压缩包 {name} 有密码，打不开。", "请去掉密码后再交。")
    if len(entries) > MOST_FILES:
        raise IndexerError(
            f"压缩包 {name} 里有 {len(entries)} 个文件，太多了。",
            f"请拆成每包不超过 {MOST_FILES} 个文件后再交。",
        )
    size = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    too_tight = size > _SUSPECT_SIZE and size / packed > _SUSPECT_RATIO
    if size > LARGEST_UNPACKED or too_tight or any(e.file_size > _LARGEST_ONE for e in entries):
        raise _bomb(name, size)


def _bomb(name: str, size: int) -> IndexerError:
    return IndexerError(
        f"压缩包 {name} 解开后有 {max(1, size // 2**20)} MB，不正常，没有解开。",
        "请确认来源可靠，或逐个提交里面的文件。",
    )


def _files(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str
) -> Iterator[tuple[str, bytes]]:
    left = LARGEST_UNPACKED
    taken: set[str] = set()
    for entry in entries:
        content = _inflate(archive, entry, min(left, _LARGEST_ONE), name)
        left -= len(content)
        yield _fresh(plain_name(_told_name(entry)), taken), content


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, name: str) -> bytes:
    """The sizes an archive states may lie, so the bytes are counted as they come."""
    parts, size = [], 0
    with archive.open(entry) as stream:
        while part := stream.read(_CHUNK):
            size += len(part)
            if size > most:
                raise _bomb(name, size)
            parts.append(part)
    return b"".join(parts)


def _told_name(entry: zipfile.ZipInfo) -> str:
    """Windows packs Chinese names in GBK without saying so."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    raw = entry.orig_filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _fresh(name: str, taken: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    number, fresh = 1, name
    while fresh in taken:
        number += 1
        fresh = f"{stem}（{number}）{dot}{suffix}" if stem else f"{name}（{number}）"
    taken.add(fresh)
    return fresh


def _is_litter(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.replace("\\", "/")
    return entry.is_dir() or name.startswith(_LITTER[0]) or name.endswith(_LITTER[1:])
