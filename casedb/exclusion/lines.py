"""Pure: the lines of a handed-in file as somebody wrote them, not as a page happened to break them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casedb.exclusion.pieces import MaterialFile, MaterialPage

WIDE = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF5B))} | {
    0x3000: " ",
    0xA0: " ",
}
BROKEN_KINDS = ("pdf", "png", "jpeg")  # a docx paragraph or a cell of a sheet is never broken
NARROWEST = 18.0  # Chinese characters; nobody breaks shorter lines than these
SLACK = 0.92  # of the widest line; recognised text loses blanks
ENDED = re.compile(r"[。；;！!？?：:]$")
PROSE = re.compile(r"[，。；、,]")
FRESH = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．](?!\d)|第[一二三四五六七八九十\d]+[条项次]|附件?[:：\d]"
    r"|.{1,10}[:：]|(?:19|20)\d{2}\s*[年./-]\s*\d|\d{1,2}\s*月\s*\d{1,2}\s*日|\d{1,2}[:：]\d{2})"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, full-width digits and letters made plain."""

    page: int
    text: str


def lines_of(file: MaterialFile) -> Iterator[Line]:
    """The lines of all pages; one that a page broke because it was full is whole again."""
    for page in file.pages:
        texts = [text.translate(WIDE).strip() for text in page.text.splitlines()]
        found = [text for text in texts if text]
        if file.kind in BROKEN_KINDS:
            found = _rejoined(found, page)
        for text in found:
            yield Line(page.number, text)


def _rejoined(texts: Sequence[str], page: MaterialPage) -> list[str]:
    widest, longest = max(map(width, texts), default=0.0), max(map(len, texts), default=0)
    if widest < NARROWEST:
        return list(texts)
    full = widest * SLACK if page.how == "ocr" else widest - 2
    whole: list[str] = []
    last = ""  # the last piece of the line that is being put together
    for text in texts:
        # Most programs break at a width, some after a number of characters.
        broken = width(last) >= full or len(last) >= longest - (page.how == "ocr")
        if whole and broken and _goes_on(whole[-1], text):
            whole[-1] += text
        else:
            whole.append(text)
        last = text
    return whole


def _goes_on(one: str, following: str) -> bool:
    if ENDED.search(one) or FRESH.match(following):
        return False
    return bool(PROSE.search(one) or PROSE.search(following))


def width(text: str) -> float:
    """How wide a text is, in Chinese characters."""
    return sum(0.5 if sign.isascii() else 1.0 for sign in text)
