"""Pure: the papers that lie one after the other in one file, each as a piece of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from casedb.exclusion.pieces import MaterialFile, MaterialPage

KINDS = ("pdf", "docx", "text")  # a sheet or a picture is one paper
HEADING = 34  # characters at most
ATTACHED = re.compile(
    r"^\s*附(?:[件表图]\s*[\d一二三四五六七八九十]{0,2}|\s*[\d一二三四五六七八九十]{1,2}|(?=[:：]))\s*[:：.、]?\s*"
)
NUMBERED = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）])\s*"
)
PROSE = re.compile(r"[。；;，,：:|]")
DAY = r"(?:\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?|[二〇○零一][二〇○零一二三四五六七八九]{2,3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
SIGNED_OFF = re.compile(
    rf"^[^。；，,]{{0,30}}{DAY}\s*(?:[(（][^()（）]{{1,6}}[)）])?$|^[^。；，,]{{2,30}}[(（](?:盖章|公章|章|印章|印)[)）]$"
)

Names = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Row:
    page: MaterialPage
    text: str


def parts_of(
    file: MaterialFile, names: Names, asked: frozenset[str] = frozenset()
) -> tuple[MaterialFile, ...]:
    """The file itself, or one piece for each paper in it; pages keep their numbers.

    A new paper begins with a heading that names one (`names`: which): on a further page, behind the
    sign-off of the paper before, as an attachment that is there and not only listed, in the same
    numbering as another that began so; in a file that is bound together also where one of those
    `asked` for is named the first time.
    """
    if file.kind not in KINDS:
        return (file,)
    rows = [_Row(page, text) for page in file.pages for text in page.text.splitlines()]
    starts = list(_starts(rows, names, asked))
    if not starts:
        return (file,)
    blank = [page for page in file.pages if not page.text.strip()]
    pieces = []
    for begin, end in zip((0, *starts), (*starts, len(rows)), strict=True):
        pages = _pages(rows[begin:end]) + (tuple(blank) if begin == 0 else ())
        pieces.append(replace(file, pages=tuple(sorted(pages, key=lambda one: one.number))))
    return tuple(pieces)


def _pages(rows: list[_Row]) -> tuple[MaterialPage, ...]:
    texts: dict[int, list[str]] = {}
    pages: dict[int, MaterialPage] = {}
    for row in rows:
        pages[row.page.number] = row.page
        texts.setdefault(row.page.number, []).append(row.text)
    return tuple(replace(pages[at], text="\n".join(lines)) for at, lines in texts.items())


def _starts(rows: list[_Row], names: Names, asked: frozenset[str]) -> Iterator[int]:
    full = [at for at, row in enumerate(rows) if row.text.strip()]
    numbering = bound = False
    seen: set[str] = set()
    for before, at, after in zip(full, full[1:], full[2:], strict=False):
        text = rows[at].text.strip()
        told = _told(text, names)
        if not told:
            continue
        further = rows[at].page.number != rows[before].page.number
        ended = bool(SIGNED_OFF.match(rows[before].text.strip()))
        numbered, follows = bool(NUMBERED.match(text)), rows[after].text.strip()
        if ATTACHED.match(text):
            # Listed only: another entry, a place for a seal or a date follows.
            begins = not (_listed(follows) or SIGNED_OFF.match(follows))
        elif numbered:
            begins = ended or numbering
        else:
            begins = ended or further or (bound and bool((told & asked) - seen))
        if begins:
            bound, numbering = True, numbering or (numbered and ended)
            yield at
        if begins or at == full[1]:
            seen |= told


def _told(text: str, names: Names) -> frozenset[str]:
    """The papers that a line names, when it is a heading."""
    heading = NUMBERED.sub("", ATTACHED.sub("", text))
    if len(heading) > HEADING or PROSE.search(heading) or SIGNED_OFF.match(heading):
        return frozenset()
    return names(heading)


def _listed(text: str) -> bool:
    """An entry of a list of papers, not a numbered sentence of one."""
    entry = ATTACHED.match(text) or NUMBERED.match(text) or re.match(r"^\s*\d{1,2}[.、．]", text)
    return bool(entry) and not re.search(r"[。；]", text)
