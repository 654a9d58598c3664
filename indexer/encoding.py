"""Bytes to text as offices save them: UTF-8 with or without mark, UTF-16, GB18030."""

from __future__ import annotations

import codecs

from indexer.errors import IndexerError

_BROKEN_SHARE = 0.2  # of the wide characters; above it the file is no UTF-8 at all


def decode(content: bytes, name: str) -> str:
    """The text with line ends as \\n and without a byte order mark.

    Raises:
        IndexerError: neither encoding fits, or a UTF-8 file has broken bytes.
    """
    return _decoded(content, name).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes, name: str) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _is_broken_utf8(content):
            line = content[: error.start].count(b"\n") + 1
            raise IndexerError(
                f"文件 {name} 第 {line} 行有损坏的字节，不是完整的 UTF-8 文字。",
                "请重新取得这个文件，或用记事本打开、检查后另存为 UTF-8。",
            ) from error
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _unreadable(name) from error
    if b"\0" in content or not _looks_written(text):
        raise _unreadable(name)
    return text


def _is_broken_utf8(content: bytes) -> bool:
    """Mostly sound multi-byte UTF-8 with a few wrong bytes; GB18030 text is not."""
    text = content.decode("utf-8", "replace")
    wide = sum(1 for c in text if ord(c) > 0x7F and c != "\ufffd")
    return wide > 0 and text.count("\ufffd") <= _BROKEN_SHARE * wide


def _looks_written(text: str) -> bool:
    """Most wide characters of real Chinese text are in the common block or are punctuation."""
    wide = [c for c in text if ord(c) > 0x7F]
    common = sum(
        "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or c >= "\uff00" for c in wide
    )
    return not wide or common / len(wide) > 0.6


def _unreadable(name: str) -> IndexerError:
    return IndexerError(
        f"文件 {name} 不是能读懂的文字（既不是 UTF-8，也不是 GB18030）。",
        "请确认文件没有损坏，用记事本或 WPS 打开后另存为 UTF-8 文本再添加。",
    )
