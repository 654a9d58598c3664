"""Files of many kinds to text: md, txt, html, docx, pdf, xlsx; and knowledge papers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.documents import Document, Paper
from indexer.encoding import decode
from indexer.errors import IndexerError
from indexer.further import beside, joined
from indexer.papers import parse_paper
from indexer.pdftext import Ocr, pdf_text
from indexer.terms import load_lexicon
from indexer.titlepage import effective_of, level_of, place_of, title_of, version_of
from indexer.webtext import declared_encoding, html_text
from indexer.wordlabels import WordLabels

if TYPE_CHECKING:
    from docx.document import Document as WordFile

KNOWN_SUFFIXES = (".md", ".txt", ".html", ".htm", ".docx", ".pdf", ".xlsx")
LARGEST_FILE = 200 * 2**20  # bytes
_LARGEST_UNPACKED = 500 * 2**20  # of a docx or xlsx; beyond it the file is a trap
_ATTEMPTS = 3
_SHEET_ROWS = 100_000


def read_paper(path: Path, root: Path | None = None) -> Paper:
    """A knowledge paper: front matter, sections, all its 问法. Paths are told below `root`."""
    return parse_paper(paper_text(path), relative(path, root))


def paper_text(path: Path) -> str:
    """The text of a paper with its further 问法, as it would stand in one file.

    Raises:
        IndexerError: one of the two files cannot be read.
    """
    further = decode(read_further(path), beside(path).name)
    return joined(decode(read_whole(path), path.name), further)


def read_further(paper: Path) -> bytes:
    """All bytes of the file with further 问法 beside a paper; none where it is missing or empty."""
    file = beside(paper)
    return read_whole(file) if file.is_file() and file.stat().st_size else b""


def read_official(path: Path, root: Path | None = None, ocr: Ocr | None = None) -> Document:
    """An official text with its title, dates and place as far as the file says them.

    Raises:
        IndexerError: unknown kind, empty, damaged, locked, too large, or nothing to read in it.
    """
    return document_from(read_whole(path), path, root, ocr)


def document_from(
    content: bytes, path: Path, root: Path | None = None, ocr: Ocr | None = None
) -> Document:
    """The same from bytes already read."""
    text, pages, notes = _text_of(content, path, ocr)
    if not text.strip():
        raise IndexerError(f"文件 {path.name} 里没有文字。", "请检查文件内容后再添加。")
    lexicon = load_lexicon()
    title = title_of(text, path)
    version = version_of(text, path)
    place = place_of(title, text, lexicon)
    return Document(
        title=title, text=text, path=relative(path, root), version=version,
        effective_on=effective_of(text, version), level=level_of(title, place, lexicon),
        place=place, page_starts=pages, notes=notes,
    )  # fmt: skip


def relative(path: Path, root: Path | None) -> str:
    """The path below its root, with forward slashes."""
    return path.relative_to(root).as_posix() if root else path.name


def read_whole(path: Path) -> bytes:
    """All bytes of a file that stood still while it was read.

    Raises:
        IndexerError: missing, empty, too large, or changing each time it was tried.
    """
    for _ in range(_ATTEMPTS):
        try:
            before = path.stat()
            if before.st_size > LARGEST_FILE:
                raise IndexerError(
                    f"文件 {path.name} 有 {before.st_size // 2**20} MB，太大了。",
                    f"请拆成每份不超过 {LARGEST_FILE // 2**20} MB 后再添加。",
                )
            content = path.read_bytes()
            after = path.stat()
        except FileNotFoundError as error:
            raise IndexerError(f"找不到文件 {path.name}。", "请检查路径后再试。") from error
        except OSError as error:
            raise IndexerError(
                f"文件 {path.name} 打不开：{error.strerror}。", "请检查权限后再试。"
            ) from error
        stood_still = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        if stood_still and len(content) == after.st_size:
            break
    else:
        raise IndexerError(f"文件 {path.name} 正在被改动，没能读完整。", "请等它保存好后再试。")
    if not content:
        raise IndexerError(f"文件 {path.name} 是空的（0 字节）。", "请重新取得这个文件。")
    return content


def _text_of(
    content: bytes, path: Path, ocr: Ocr | None
) -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    kind = _real_kind(content, path)
    if kind == ".pdf":
        text, pages, empty = pdf_text(content, path.name, ocr)
        notes = (f"{empty} 页没有文字层，未读入",) if empty else ()
        return text, pages, notes
    if kind in (".docx", ".xlsx"):
        _refuse_trap(content, path.name)
        read: Callable[[bytes, str], str] = _word_text if kind == ".docx" else _sheet_text
        return read(content, path.name), (), ()
    if kind in (".html", ".htm"):
        return html_text(_decode_page(content, path.name))[0], (), ()
    return decode(content, path.name), (), ()


def _real_kind(content: bytes, path: Path) -> str:
    """The kind by the first bytes, so that a renamed file is read or refused for what it is."""
    suffix = path.suffix.lower()
    if content.startswith(b"%PDF-"):
        return ".pdf"
    if content.startswith(b"PK\x03\x04"):
        return _zip_kind(content, path.name)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise IndexerError(
            f"文件 {path.name} 是旧版 Office 格式（或加了密码）。",
            "请在 Word 或 WPS 里另存为 .docx 或 .xlsx 后再添加。",
        )
    if suffix not in KNOWN_SUFFIXES:
        raise IndexerError(
            f"不会读 {path.name} 这种文件。", f"请换成 {'、'.join(KNOWN_SUFFIXES)} 之一。"
        )
    if suffix in (".docx", ".xlsx", ".pdf"):
        raise IndexerError(
            f"文件 {path.name} 的内容不是 {suffix[1:]}，可能改过名或已损坏。",
            "请用原来的软件打开确认后另存一份再添加。",
        )
    return suffix


def _zip_kind(content: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            inside = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise _damaged(name) from error
    if "word/document.xml" in inside:
        return ".docx"
    if "xl/workbook.xml" in inside:
        return ".xlsx"
    raise IndexerError(
        f"文件 {name} 是压缩包，不是 Word 或 Excel 文件。", "请解压后逐个添加里面的文件。"
    )


def _refuse_trap(content: bytes, name: str) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > _LARGEST_UNPACKED:
        raise IndexerError(
            f"文件 {name} 解开后有 {size // 2**20} MB，不正常。", "请确认来源可靠，或拆成小文件。"
        )


def _damaged(name: str) -> IndexerError:
    return IndexerError(f"文件 {name} 已损坏，打不开。", "请重新取得这个文件后再添加。")


def _decode_page(content: bytes, name: str) -> str:
    declared = declared_encoding(content)
    if declared:
        try:
            return content.decode("gb18030" if declared.lower().startswith("gb") else declared)
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong declaration; the bytes themselves decide below
    return decode(content, name)


def _word_text(content: bytes, name: str) -> str:
    import docx

    try:
        document = docx.Document(BytesIO(content))
        return "\n".join(line for line in _word_lines(document) if line.strip())
    except (KeyError, ValueError, zipfile.BadZipFile, SyntaxError) as error:
        raise _damaged(name) from error


def _word_lines(document: WordFile) -> Iterator[str]:
    from docx.table import Table

    labels = WordLabels(document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = list(dict.fromkeys(cell._tc for cell in row.cells))
                by_element = {cell._tc: cell.text for cell in row.cells}
                yield " | ".join(re.sub(r"\s+", " ", by_element[c]).strip() for c in cells)
        else:
            label = labels.label(block)
            text = block.text.replace("\t", " ")
            gap = " " if label and not label.endswith(("）", ")", "、")) else ""
            yield f"{label}{gap}{text.strip()}" if label else text


def _sheet_text(content: bytes, name: str) -> str:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [(sheet, book.get_sheet_by_name(sheet).to_python()) for sheet in book.sheet_names]
    except CalamineError as error:
        raise _damaged(name) from error
    lines = []
    for sheet, rows in sheets:
        filled = [row for row in rows[:_SHEET_ROWS] if any(str(cell).strip() for cell in row)]
        if filled:
            lines.append(f"## {sheet}")
            lines.extend(_sheet_rows(filled))
    return "\n".join(lines)


def _sheet_rows(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Each row on a line of its own, every cell after its column's heading."""
    heads = [_cell(cell) for cell in rows[0]]
    if len(rows) == 1 or sum(bool(head) for head in heads) < 2:
        yield from (" | ".join(filter(None, map(_cell, row))) for row in rows)
        return
    yield " | ".join(heads)
    for row in rows[1:]:
        named = zip(heads, map(_cell, row), strict=False)
        yield "；".join(f"{head}：{cell}" if head else cell for head, cell in named if cell)


def _cell(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip()
