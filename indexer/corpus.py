"""A corpus file, one {"id", "name", "text"} a line, read as a stream: a million lines fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from indexer.chunks import line_passage
from indexer.errors import IndexerError
from indexer.passages import Passage
from indexer.record import Source


class CorpusFile:
    """Counts and fingerprints the file once, then gives its passages.

    Raises:
        IndexerError: missing or empty file, a line that is no such object, an id that comes twice,
            a file that changes between the two readings; the message names the line.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.count = 0
        try:
            digest = self._counted()
        except OSError as error:
            raise IndexerError(
                f"打不开 {file}：{error.strerror}。", "请检查路径后再试。"
            ) from error
        if not self.count:
            raise IndexerError(f"{file.name} 里一行也没有。", "请检查文件内容后再试。")
        self.source = Source(file.name, digest, self.count)

    def _counted(self) -> str:
        digest = hashlib.sha256()
        with self._file.open("rb") as lines:
            for line in lines:
                digest.update(line)
                self.count += bool(line.strip())
        return digest.hexdigest()

    def passages(self) -> Iterator[Passage]:
        """Every line as a passage, in order."""
        seen: set[str] = set()
        with self._file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    passage = self._passage(line, number)
                    if passage.id in seen:
                        raise self._wrong(number, f"的编号（id）“{passage.id}”前面已经用过")
                    seen.add(passage.id)
                    yield passage
        if len(seen) != self.count:
            raise IndexerError(
                f"{self._file.name} 正在被改动，没能读完整。", "请等它保存好后再试。"
            )

    def _passage(self, line: bytes, number: int) -> Passage:
        try:
            said = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            name, text = said.get("name") or "", said["text"]
            if not isinstance(text, str) or not isinstance(name, str):
                raise TypeError("name and text must be strings")
            return line_passage(str(said["id"]), name, text, number - 1)
        except UnicodeDecodeError as error:
            raise self._wrong(number, "有损坏的字节，不是完整的 UTF-8 文字") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._wrong(number, "不是所要的样子") from error

    def _wrong(self, number: int, what: str) -> IndexerError:
        return IndexerError(
            f"{self._file.name} 第 {number} 行{what}。",
            '请写成 {"id": "1", "name": "名称", "text": "正文"} 这样一行一条，编号各不相同，存为 UTF-8。',
        )
