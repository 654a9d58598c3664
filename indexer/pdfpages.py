"""A handed-in PDF page by page: its text layer, or the picture of the page read by OCR."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pypdfium2
from pypdfium2 import raw as pdfium

from indexer.errors import IndexerError
from indexer.ocr import NOT_INSTALLED
from indexer.pages import Page
from indexer.pdftext import Ocr
from indexer.seals import count_seals

if TYPE_CHECKING:
    from PIL.Image import Image

Progress = Callable[[str, int, int], None]  # file name, page about to be read, pages in the file

MOST_PAGES = 1000
MOST_SCANS = 100  # pages of one file read by OCR; at several seconds each, more would block others
TOO_MANY_SCANS = f"一份文件一次最多识别 {MOST_SCANS} 页扫描件，这一页没有识别，请拆开再交"
NO_WORDS = "这一页没有认出文字，可能太模糊、太暗或是空白页"
_OCR_DOTS, _SEAL_DOTS = 200, 50  # per inch
_LARGEST_EDGE = 3000  # pixels; a page of poster size is drawn smaller
_BLANK_SPAN = 12  # grey levels between the darkest and the lightest dot of an empty page
_FEW_LETTERS = 20  # a scanner's stamp or a page number is no text layer
_PICTURE_PAGE = 0.35  # share of the page under pictures from which words may be in them
_ENOUGH_LETTERS = 150  # beyond them the text layer is believed even under a full-page picture


def pdf_pages(
    content: bytes, name: str, ocr: Ocr | None, progress: Progress | None
) -> tuple[Page, ...]:
    """Every page of the file; a page that cannot be read says why.

    Raises:
        IndexerError: damaged, locked by a password, or without any page.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise IndexerError(f"文件 {name} 有打开密码。", "请去掉密码后再交。") from error
        raise IndexerError(f"文件 {name} 已损坏，打不开。", "请重新导出或扫描后再交。") from error
    try:
        count = len(document)
        if not count:
            raise IndexerError(f"文件 {name} 里没有页面。", "请重新导出后再交。")
        if count > MOST_PAGES:
            raise IndexerError(f"文件 {name} 有 {count} 页，太多了。", "请拆开后再交。")
        return tuple(_Pages(document, name, ocr, progress).read())
    finally:
        document.close()


class _Pages:
    def __init__(
        self, document: pypdfium2.PdfDocument, name: str, ocr: Ocr | None,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self._document, self._name, self._ocr, self._progress = document, name, ocr, progress
        self._scans = 0

    def read(self) -> list[Page]:
        return [self._page(at) for at in range(len(self._document))]

    def _page(self, at: int) -> Page:
        try:
            page = self._document[at]
        except pypdfium2.PdfiumError:
            return Page(at + 1, "", "none", "这一页已损坏，打不开")
        try:
            text = _layer(page)
            small = _drawn(page, _SEAL_DOTS)
            seals = count_seals(small)
            if _blank(small) or not _words_may_be_in_pictures(page, text):
                return Page(at + 1, text, "text", "", seals)
            return self._scanned(page, at + 1, text, seals)
        except (pypdfium2.PdfiumError, MemoryError):
            return Page(at + 1, "", "none", "这一页已损坏，打不开")
        finally:
            page.close()

    def _scanned(self, page: pypdfium2.PdfPage, number: int, text: str, seals: int) -> Page:
        """`text` is the little that the text layer says; it stays when OCR finds no more."""
        how = "text" if text else "none"
        if self._ocr is None or self._scans >= MOST_SCANS:
            why = NOT_INSTALLED if self._ocr is None else TOO_MANY_SCANS
            return Page(number, text, how, "" if len(text) >= _FEW_LETTERS else why, seals)
        if self._progress:
            self._progress(self._name, number, len(self._document))
        self._scans += 1
        picture = _drawn(page, _OCR_DOTS)
        try:
            found = self._ocr(_png(picture))
        except IndexerError as error:
            return Page(number, text, how, error.what.removesuffix("。"), seals)
        if len(found) <= len(text):
            return Page(number, text, how, "" if text else NO_WORDS, seals)
        return Page(number, found, "ocr", "", seals)


def _layer(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage().get_text_bounded()
    # pdfium marks a word broken at the line end with U+FFFE; the parts belong together.
    text = text.replace("\ufffe\r\n", "").replace("\ufffe", "")
    if _garbled(text):
        return ""  # a font without a map to letters: what is seen is not what is copied
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _garbled(text: str) -> bool:
    odd = sum(
        letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or letter < "\t" for letter in text
    )
    return odd > 0.3 * max(1, len(text.strip()))


def _words_may_be_in_pictures(page: pypdfium2.PdfPage, text: str) -> bool:
    if len(text) >= _ENOUGH_LETTERS:
        return False
    if not text:
        return True  # pictures, or letters drawn as lines
    width, height = page.get_size()
    covered = 0.0
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = thing.get_bounds()
        covered += max(0.0, right - left) * max(0.0, top - bottom)
    return covered > _PICTURE_PAGE * width * height


def _blank(picture: Image) -> bool:
    darkest, lightest = picture.convert("L").getextrema()
    return int(lightest) - int(darkest) < _BLANK_SPAN  # type: ignore[arg-type]


def _drawn(page: pypdfium2.PdfPage, dots: int) -> Image:
    scale = min(dots / 72, _LARGEST_EDGE / max(1.0, *page.get_size()))
    return page.render(scale=scale).to_pil()


def _png(picture: Image) -> bytes:
    from io import BytesIO

    kept = BytesIO()
    picture.convert("RGB").save(kept, "PNG", compress_level=1)
    return kept.getvalue()
