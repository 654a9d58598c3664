"""Where the articles (条) of a statute begin, told apart from mere mentions of articles.

A line may open with 第十二条 because an article begins there, or because a sentence that cites
one happened to break there. Form alone does not decide: the run of numbers does. Candidates are
lines that open with an article number; the headings are the chain of them that counts on best.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.numerals import ARTICLE, ArticleKey, article_name, parse

# Some texts run on: 。 第二条 … within a line opens an article when a space follows the number.
_LINE = re.compile(
    rf"(?:^(?P<mark>[ \t　>*#_【]*)|(?<=[。；：])[ \t　]+(?=第[^，。]{{1,12}}条[ \t　]))"
    rf"(?P<number>{ARTICLE})(?P<after>[】*_]*)",
    re.MULTILINE,
)
# What follows a cited article. After an article's own number comes a space, a title or a sentence.
_CITED = re.compile(
    r"[、，,；;。）)”」》]|至|和|或者|及|以及|与|第[一二三四五六七八九十百零0-9]+[款项条]|规定|的规定|所|之规定|的|中|"
    r"情形|内容|修改|改为|删除|增加|(?:一|二|三|四|五|六|七|八|九|十)款"
)
_LOOK_BACK = 12  # candidates; the one that counts directly before is found however far back

_STEP, _RESTART, _GAP, _FORM, _GLUED = 3.0, -4.0, -1.5, 2.0, 0.5
_CITES, _CITES_AFTER_SPACE = -6.0, -1.0


@dataclass(frozen=True, slots=True)
class Opening:
    """A line that opens with an article number."""

    start: int  # offset of the line
    key: ArticleKey
    worth: float  # how much its form alone speaks for a heading

    @property
    def name(self) -> str:
        """The number as a statute prints it."""
        return article_name(self.key)


def article_openings(text: str) -> list[Opening]:
    """The articles of a text in order; empty when it has none."""
    candidates = [c for found in _LINE.finditer(text) if (c := _candidate(text, found))]
    chain = _best_chain(candidates)
    return [] if len(chain) == 1 and chain[0].worth < _FORM else chain


def _candidate(text: str, found: re.Match[str]) -> Opening | None:
    number = parse(found[3])
    if number is None:
        return None
    sub = (parse(found[4]) or 0) if found[4] else 0
    return Opening(found.start(), (number, sub), _worth(text, found))


def _worth(text: str, found: re.Match[str]) -> float:
    after = text[found.end() : found.end() + 12]
    bare = after.lstrip(" \t　")
    spaced = len(bare) < len(after) or not after or after[0] == "\n"
    if "#" in (found["mark"] or "") or found["after"]:
        return _FORM + 2
    if not bare or bare[0] == "\n":
        return _FORM
    cited = _CITED.match(bare)
    if spaced:
        return _CITES_AFTER_SPACE if cited else _FORM
    return _CITES if cited else _GLUED + _unfinished_before(text, found.start())


def _unfinished_before(text: str, start: int) -> float:
    """A line before that does not end a sentence makes a citation likelier."""
    before = text[:start].rstrip()[-1:]
    return 0.0 if not before or before in "。；：！？）】》>-—" else -2.0


def _best_chain(candidates: list[Opening]) -> list[Opening]:
    """The chain of candidates with the greatest sum of worth and good steps."""
    best = [0.0] * len(candidates)
    before = [-1] * len(candidates)
    last: dict[ArticleKey, int] = {}
    for at, here in enumerate(candidates):
        best[at] = here.worth + (0.0 if here.key <= (1, 0) else _GAP)
        near = range(max(0, at - _LOOK_BACK), at)
        far = (last.get((here.key[0] - 1, 0)), last.get((here.key[0], here.key[1] - 1)))
        for back in {*near, *(f for f in far if f is not None)}:
            step = _step(candidates[back].key, here.key)
            if step is not None and best[back] + step + here.worth > best[at]:
                best[at] = best[back] + step + here.worth
                before[at] = back
        last[here.key] = at
    at = max(range(len(candidates)), key=best.__getitem__, default=-1)
    chain = []
    while at >= 0:
        chain.append(candidates[at])
        at = before[at]
    return chain[::-1]


def _step(last: ArticleKey, here: ArticleKey) -> float | None:
    """What going on from one number to the next is worth; None when it cannot be."""
    if here in ((last[0] + 1, 0), (last[0], last[1] + 1)):
        return _STEP
    if here == (1, 0):  # an annexed rule starts again
        return _RESTART
    if here > last:  # articles were repealed, or only a part is printed
        return _GAP - min(here[0] - last[0], 40) / 20
    return None
