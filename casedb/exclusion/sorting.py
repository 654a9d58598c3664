"""Pure: which paper a handed-in file is, told by its name, its title and its small headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from casedb.exclusion.pieces import MaterialFile
from casedb.exclusion.rulebook import Category, ExclusionRules, PaperRule

WIDE = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF5B))} | {
    0x3000: " ",
    0xA0: " ",
}
TITLE_LINES = 4  # of the first page, short ones
TITLE_LENGTH = 34
HEADING_LENGTH = 22
NUMBERED = re.compile(
    r"^\s*(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|[(（]?\d{1,2}[)）、.．]|#{1,4})\s*"
)
LIST_OF_PAPERS = re.compile(r"^\s*(?:附件|附[:：]|附表|材料清单|附图)")
SENTENCE = re.compile(r"[。；;，,]")
PAPERLESS = 40  # characters; a picture with less text is a photograph, not a photographed paper


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, full-width digits and letters made plain."""

    page: int
    text: str


@dataclass(frozen=True)
class Sorted:
    """A file and the papers it can stand for.

    `main` are those its title (or else its name) says; `papers` also those its headings say.
    """

    file: MaterialFile
    main: tuple[PaperRule, ...]
    papers: tuple[PaperRule, ...]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line with something in it."""
        return tuple(lines_of(self.file))

    @property
    def readable(self) -> bool:
        """Whether any text was read."""
        return bool(self.lines)

    @property
    def is_photograph(self) -> bool:
        """A picture of a place, not of a paper."""
        if not self.file.is_picture:
            return False
        return len(re.sub(r"\s", "", self.file.text)) < PAPERLESS and not self._shows_paper

    @property
    def _shows_paper(self) -> bool:
        return any(one.has("phones") for one in self.main)

    def all_main(self, flag: str) -> bool:
        """Whether every paper the title may mean carries the flag."""
        return bool(self.main) and all(one.has(flag) for one in self.main)

    def any_main(self, flag: str) -> bool:
        """Whether a paper the title may mean carries the flag."""
        return any(one.has(flag) for one in self.main)

    def needs(self, sign: str) -> str:
        """How much a sign (seal, signature, signed, date) is asked for, the least of its papers."""
        asked = {getattr(one, sign) for one in self.main}
        return asked.pop() if len(asked) == 1 else ""


def sort_files(
    files: Sequence[MaterialFile], category: Category, rules: ExclusionRules
) -> tuple[Sorted, ...]:
    """Every file with the papers it stands for; where its title may mean several, those asked for."""
    asked = {name for group in category.papers for name in group}
    return tuple(_sorted(file, asked, rules) for file in files)


def lines_of(file: MaterialFile) -> Iterator[Line]:
    """The lines of all pages."""
    for page in file.pages:
        for text in page.text.splitlines():
            plain = text.translate(WIDE).strip()
            if plain:
                yield Line(page.number, plain)


def _sorted(file: MaterialFile, asked: set[str], rules: ExclusionRules) -> Sorted:
    lines = list(lines_of(file))
    titles = _titles(lines)
    by_title = _named(titles, rules)
    by_name = _named([_stem(file.name)], rules)
    headings = [line.text for line in _headings(lines) if line.text not in titles]
    main = tuple(one for one in by_title if one in by_name) or by_title or by_name
    every = dict.fromkeys([*by_title, *by_name, *_named(headings, rules)])
    if not every:
        every = dict.fromkeys(_in_body(lines, rules))
        main = tuple(every)[:1]
    wanted = tuple(one for one in main if one.id in asked)
    return Sorted(file, wanted or main, tuple(every))


def _stem(name: str) -> str:
    stem = PurePath(name.replace("\\", "/")).stem.translate(WIDE)
    return re.sub(
        r"^[\dA-Za-z_\-. ()（）]{1,40}(?=[^\x00-\x7f])|[_\-\s]*[\dA-Za-z()（）]+$", "", stem
    )


def _titles(lines: Sequence[Line]) -> list[str]:
    found: list[str] = []
    for line in lines[:TITLE_LINES]:
        text = NUMBERED.sub("", line.text)
        if LIST_OF_PAPERS.match(text) and len(text) > 8:
            continue
        spaceless = re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text)
        if (
            len(spaceless) <= TITLE_LENGTH
            and not SENTENCE.search(spaceless)
            and not _labelled(spaceless)
        ):
            found.append(spaceless)
    return found[:2]


def _labelled(text: str) -> bool:
    return bool(re.match(r".{1,10}[:：]", text))


def _headings(lines: Sequence[Line]) -> Iterator[Line]:
    """Short lines that stand alone; a list of what is attached is no heading."""
    listing = False
    for line in lines:
        if LIST_OF_PAPERS.match(line.text):
            listing = True
            continue
        numbered = NUMBERED.match(line.text)
        if listing and numbered:
            continue
        listing = False
        text = NUMBERED.sub("", line.text)
        if len(text) <= HEADING_LENGTH and not SENTENCE.search(text) and not _labelled(text):
            yield Line(line.page, text)


def _named(texts: Sequence[str], rules: ExclusionRules) -> tuple[PaperRule, ...]:
    return tuple(
        one
        for one in rules.papers
        if any(pattern.search(text) for text in texts for pattern in one.names)
    )


def _in_body(lines: Sequence[Line], rules: ExclusionRules) -> tuple[PaperRule, ...]:
    """For a file without a telling title: papers that its first words speak of."""
    opening = "".join(line.text for line in lines)[:160]
    return tuple(one for one in rules.papers if any(p.search(opening) for p in one.names))
