"""Pure: which paper a handed-in file is, told by its title, its name and its small headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from casedb.exclusion.lines import WIDE, Line, lines_of
from casedb.exclusion.parts import parts_of
from casedb.exclusion.pieces import MaterialFile
from casedb.exclusion.rulebook import Category, ExclusionRules, PaperRule

TITLE_LINES = 5  # of the first page, short ones
TITLE_LENGTH = 40
HEADING_LENGTH = 22
OPENING = 400  # characters in which a paper without a telling title says what it is
NUMBERED = re.compile(
    r"^\s*(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|[(（]?\d{1,2}[)）、.．]|#{1,4})\s*"
)
LIST_OF_PAPERS = re.compile(r"^\s*(?:附件|附[:：]|附表|材料清单|附图)")
ATTACHED = re.compile(r"^\s*附件?\s*[\d一二三四五六七八九十]{0,2}\s*[:：.、]?\s*")
SENTENCE = re.compile(r"[。；;，,]")
ORDER_NO = re.compile(r"[A-Za-z]{0,6}[\d-][\dA-Za-z-]{5,}号?")
LETTERHEAD = re.compile(
    r"文件$|^.{1,12}[〔\[（(【]\s*20\d{2}\s*[〕\]）)】].{1,8}号$|^第?\s*\d+\s*[页期号]"
)
LEFT_OUT = re.compile(r"剔除|不予?考核|不纳入考核")
PAPERLESS = 40  # characters; a picture with less text is a photograph, not a photographed paper
# Nouns that any paper's title may end with; a name followed by nothing else reaches to the end.
TAIL = re.compile(
    r"^(?:的|工作|告知|发送|意见|相关|有关|材料|资料|情况|结果|记录|登记|说明|报告|图片|照片|截图|截屏|打印件|复印件|扫描件|原件|摘录|节选|摘编|摘页"
    r"|汇总|一览|笔录|纪要|明细|单|表|书|函|件|样本|[\s\d(（)）\[\]【】《》.\-_])*$"
)
AND = re.compile(r"[及和与暨、+＋&]|以及")
ASKS = re.compile(
    r"申请.{0,6}剔除|予以剔除|不纳入考核|特此(?:说明|报告|申请)|专此(?:说明|报告|申请)"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper's name found in a title, from `start` to `end`."""

    paper: PaperRule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A file (slot 0) or one of its sections may stand for a paper; the heavier the surer."""

    paper: PaperRule
    slot: int
    weight: int


TITLE, SECTION, NAME, HINT = 4, 3, 3, 1  # how sure a title, a section, a file name, a hint is


@dataclass(frozen=True)
class Sorted:
    """A file and the papers it can stand for.

    `main` are those its title (or else its name) says; `papers` also those its headings say;
    `claims` say which required papers it may count as, each slot for one of them.
    """

    file: MaterialFile
    main: tuple[PaperRule, ...]
    papers: tuple[PaperRule, ...]
    claims: tuple[Claim, ...] = ()

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
    """Every file with the papers it stands for; where its title may mean several, those asked for.

    A file in which several papers lie one after the other comes as several.
    """
    asked = {name for group in category.papers for name in group}

    def names(text: str) -> frozenset[str]:
        found = _heads(_hits(_plain(text), rules), [text], rules, asked)
        return frozenset(one.id for one in found)

    return tuple(
        _sorted(piece, asked, rules, name=file.name if at == 0 else "")
        for file in files
        for at, piece in enumerate(parts_of(file, names, frozenset(asked)))
    )


def _sorted(file: MaterialFile, asked: set[str], rules: ExclusionRules, *, name: str) -> Sorted:
    """`name` tells which paper it is as well; "" for a paper further back in a file of several."""
    lines = list(lines_of(file))
    titles = _titles(lines)
    in_title = [found for title in titles for found in [_hits(title, rules)] if found]
    stem = _plain(_stem(name))
    in_name = _hits(stem, rules)
    by_title = _heads(in_title[0], titles, rules, asked) if in_title else ()
    by_name = _heads(in_name, [stem], rules, asked)
    heads = tuple(one for one in by_title if one in by_name) or by_title or by_name
    asks = bool(LEFT_OUT.search(file.text))
    if _states(by_title) and any(one.id in asked for one in by_name) and not asks:
        heads = by_name  # 情况说明 is what many a paper calls itself
    said = [hit.paper for hit in in_title[0] if hit.paper.id == "statement"] if in_title else []
    if asks and said and not any(one.id in asked for one in heads):
        heads = tuple(said)  # whatever it is about, it asks for exclusion
    sections = list(_sections(lines, titles, everywhere=not heads))
    hits = [hit for found in in_title for hit in found] + in_name
    every = dict.fromkeys([*heads, *(hit.paper for hit in hits)])
    every |= dict.fromkeys(hit.paper for text in sections for hit in _hits(text, rules))
    claims = [Claim(one, 0, TITLE) for one in heads]
    claims += [Claim(one, 0, NAME) for one in by_name]
    # A statement about another paper may be that paper; three letters of a longer title hardly are.
    least = 2 if _states(heads) else 4
    claims += [
        Claim(hit.paper, 0, HINT)
        for hit in hits
        if hit.end - hit.start >= least and not (asks and _from_others(hit.paper))
    ]
    for slot, text in enumerate(sections, start=1):
        found = _hits(text, rules)
        claims += [Claim(hit.paper, slot, HINT) for hit in found if hit.paper.id in asked]
        claims += [Claim(one, slot, SECTION) for one in _heads(found, [text], rules, asked)]
    if not every:
        every = dict.fromkeys(_in_body(lines, rules))
        heads = tuple(every)[:1]
        claims = [Claim(one, 0, HINT) for one in (heads if _states(heads) else every)]
    wanted = tuple(one for one in heads if one.id in asked)
    return Sorted(file, wanted or heads, tuple(every), tuple(claims))


def _from_others(paper: PaperRule) -> bool:
    """Somebody else writes it; a unit's own request for exclusion never is one."""
    return not paper.has("ours") and paper.date == "must"


def _plain(title: str) -> str:
    """A title without the order number and the letters' number in it."""
    return ORDER_NO.sub("", title)


def _states(heads: Sequence[PaperRule]) -> bool:
    return any(one.id == "statement" for one in heads)


def _stem(name: str) -> str:
    stem = PurePath(name.replace("\\", "/")).stem.translate(WIDE)
    return re.sub(
        r"^[\dA-Za-z_\-. ()（）]{1,40}(?=[^\x00-\x7f])|[_\-\s]*[\dA-Za-z()（）]+$", "", stem
    )


def _titles(lines: Sequence[Line]) -> list[str]:
    found: list[str] = []
    for at, line in enumerate(lines[:TITLE_LINES]):
        text = NUMBERED.sub("", line.text)
        if at and LIST_OF_PAPERS.match(text) and len(text) > 8:
            continue
        spaceless = re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", ATTACHED.sub("", text))
        if (
            0 < len(spaceless) <= TITLE_LENGTH
            and not SENTENCE.search(spaceless)
            and not _labelled(spaceless)
            and not LETTERHEAD.search(spaceless)
        ):
            found.append(_plain(spaceless))
    return found[:2]


def _labelled(text: str) -> bool:
    return bool(re.match(r".{1,10}[:：|]", text))


def _sections(lines: Sequence[Line], titles: Sequence[str], *, everywhere: bool) -> Iterator[str]:
    """Headings under which another paper begins: numbered ones, and the first of a further page.

    In a file whose title and name tell nothing any short line that stands alone may be one; a list
    of what is attached never is.
    """
    listing, page = False, lines[0].page if lines else 0
    for line in lines:
        fresh, page = line.page != page, line.page
        if LIST_OF_PAPERS.match(line.text):
            listing = True
            continue
        numbered = NUMBERED.match(line.text)
        if listing and numbered:
            continue
        listing = False
        text = NUMBERED.sub("", line.text)
        if len(text) > HEADING_LENGTH or SENTENCE.search(text) or _labelled(text):
            continue
        if (numbered or fresh or everywhere) and text not in titles:
            yield text


def _hits(text: str, rules: ExclusionRules) -> list[Hit]:
    """The papers whose names stand in a text, each by the place that reaches furthest."""
    found: list[Hit] = []
    for paper in rules.papers:
        places = [match for pattern in paper.names for match in pattern.finditer(text)]
        if places:
            reach = [(_reach(text, one.end()), one.start()) for one in places]
            end, start = max(reach, key=lambda one: (one[0], -one[1]))
            found.append(Hit(paper, start, end))
    return found


def _reach(text: str, end: int) -> int:
    """In Chinese the word that says what a thing is stands last; general nouns behind it go with it."""
    return len(text) if TAIL.match(text[end:]) else end


def _heads(
    hits: Sequence[Hit], texts: Sequence[str], rules: ExclusionRules, asked: set[str]
) -> tuple[PaperRule, ...]:
    """What a title names: the hit that ends last, one that is asked for before others, the longest.

    On both sides of an "and" it names two.
    """
    if not hits:
        return ()
    last = max(hit.end for hit in hits)
    ending = [hit for hit in hits if hit.end == last]
    ending = [hit for hit in ending if hit.paper.id in asked] or ending
    longest = min(hit.start for hit in ending)
    heads = [hit.paper for hit in ending if hit.start == longest]
    for text in texts:
        joined = AND.search(text, 0, longest) if longest else None
        if joined is not None:
            heads += [hit.paper for hit in _hits(text[: joined.start()], rules)]
    return tuple(dict.fromkeys(heads))


def _in_body(lines: Sequence[Line], rules: ExclusionRules) -> tuple[PaperRule, ...]:
    """For a file without a telling title: papers that its first words speak of."""
    opening = "".join(line.text for line in lines)[:OPENING]
    found = [one for one in rules.papers if any(p.search(opening) for p in one.names)]
    if ASKS.search("".join(line.text for line in lines)):
        found = [one for one in rules.papers if one.id == "statement"] + found
    return tuple(dict.fromkeys(found))
