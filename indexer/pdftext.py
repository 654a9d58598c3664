"""PDF to text with pages: lines joined into paragraphs, running heads and page numbers left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import pypdfium2

from indexer.errors import IndexerError
from indexer.numerals import ARTICLE

Ocr = Callable[[bytes], str]  # one page as PNG -> its text; a scan has no other way in

_PAGE_NUMBER = re.compile(
    r"^[\s\-—–·]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/共]\s*\d+\s*页?)?[\s\-—–·]*$"
)
_SENTENCE_ENDS = tuple("。；：！？”」）.;:!?")
_OPENS = re.compile(
    rf"^\s*(?:{ARTICLE}(?![、，款项规至和及或的])|第[一二三四五六七八九十百零0-9]+[编章节]|"
    r"[（(][一二三四五六七八九十0-9]+[)）]|[一二三四五六七八九十]+、|附件|#)"
)
_SCALE_FOR_OCR = 200 / 72  # 200 dots per inch


def pdf_text(content: bytes, name: str, ocr: Ocr | None = None) -> tuple[str, tuple[int, ...], int]:
    """The text, where each page begins in it, and how many pages had no text layer.

    Raises:
        IndexerError: damaged, locked by a password, or scanned with no OCR at hand.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise _unreadable(name, error) from error
    try:
        pages = [_page_lines(document, at, ocr) for at in range(len(document))]
    finally:
        document.close()
    empty = sum(not lines for lines in pages)
    if pages and empty == len(pages):
        raise IndexerError(
            f"文件 {name} 是扫描件，{len(pages)} 页都没有文字层。",
            "请先做文字识别（OCR）再添加，或换成可以复制文字的 PDF、Word 文件。",
        )
    return (*_put_together(_without_running_heads(pages)), empty)


def _unreadable(name: str, error: Exception) -> IndexerError:
    if "password" in str(error).lower():
        return IndexerError(f"文件 {name} 有打开密码。", "请去掉密码后再添加。")
    return IndexerError(f"文件 {name} 不是完整的 PDF。", "请重新取得这个文件后再添加。")


def _page_lines(document: pypdfium2.PdfDocument, at: int, ocr: Ocr | None) -> list[str]:
    page = document[at]
    try:
        text = page.get_textpage().get_text_bounded()
        if not text.strip() and ocr:
            text = ocr(_picture(page))
    finally:
        page.close()
    # pdfium marks a word broken at the line end with U+FFFE; the parts belong together.
    text = text.replace("\ufffe\r\n", "").replace("\ufffe", "")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _picture(page: pypdfium2.PdfPage) -> bytes:
    from io import BytesIO

    kept = BytesIO()
    page.render(scale=_SCALE_FOR_OCR).to_pil().save(kept, "PNG")
    return kept.getvalue()


def _without_running_heads(pages: Sequence[list[str]]) -> list[list[str]]:
    """Page numbers go; so does a first or last line that stands on more than half of the pages."""
    edges = Counter(line for lines in pages for line in {*lines[:1], *lines[-1:]})
    running = {line for line, count in edges.items() if len(pages) > 2 and count > len(pages) / 2}
    kept = []
    for lines in pages:
        while lines and (_PAGE_NUMBER.match(lines[-1]) or lines[-1] in running):
            lines = lines[:-1]
        while lines and (_PAGE_NUMBER.match(lines[0]) or lines[0] in running):
            lines = lines[1:]
        kept.append(lines)
    return kept


def _put_together(pages: Sequence[list[str]]) -> tuple[str, tuple[int, ...]]:
    """A line that neither ends a sentence nor fills less than the page's width goes on."""
    full = max((len(line) for lines in pages for line in lines), default=0) * 0.8
    text, starts, last = "", [], ""
    parts: list[str] = []
    length = 0
    for lines in pages:
        starts.append(length)
        for line in lines:
            if parts:
                glue = "" if _goes_on(last, line, full) else "\n"
                if glue == "" and last[-1:].isascii() and line[:1].isascii():
                    glue = " "
                parts.append(glue)
                length += len(glue)
            parts.append(line)
            length += len(line)
            last = line
    text = "".join(parts)
    return text, tuple(starts)


def _goes_on(last: str, line: str, full: float) -> bool:
    if _OPENS.match(line) and (last.endswith(_SENTENCE_ENDS) or len(last) < full):
        return False
    return not last.endswith(_SENTENCE_ENDS) and len(last) >= full
