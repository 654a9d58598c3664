"""How much two texts speak of the same: the pairs of characters that both hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.passages import Passage

QUOTED = 60  # characters of an excerpt
_NUMBER = (
    r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万]+)"
    r"(?:个?(?:工作)?[天日月年元块倍]|个?小时|分钟)?(?:之?内|以[上下内])?"
)
_NOT_A_WORD = re.compile(rf"{_NUMBER}|[^\u4e00-\u9fff]")
_MODEL_WORDING = re.compile(r"^>.*$", re.M)
# said of any matter, so that meeting in them tells nothing
_COMMON = frozenset(
    [
        "可以",
        "不能",
        "不得",
        "规定",
        "没有",
        "一个",
        "怎么",
        "什么",
        "居民",
        "物业",
        "业主",
        "申请",
        "提交",
        "提出",
        "办理",
        "必须",
        "材料",
        "应当",
        "条例",
    ]
)


def pairs(text: str) -> frozenset[str]:
    """Neighbouring characters of the words of a text, numbers and common words left out."""
    runs = _NOT_A_WORD.sub(" ", text).split()
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1)) - _COMMON


def asked(question: str, terms: Iterable[str]) -> frozenset[str]:
    """The pairs of a question and of the rules' terms for what it says."""
    return pairs("，".join((question, *terms)))


def plain(passage: Passage) -> str:
    """The text of a passage without its model wording, whose numbers and places are invented."""
    return _MODEL_WORDING.sub("", passage.text)


def sentences(passage: Passage) -> tuple[str, ...]:
    """What stands between full stops and semicolons; each says one thing about one case."""
    return tuple(one.strip() for one in re.split(r"[。；;\n]", plain(passage)) if one.strip())


def clauses(sentence: str) -> tuple[str, ...]:
    """What stands between the commas of a sentence."""
    return tuple(one.strip() for one in re.split(r"[，,]", sentence) if one.strip())


def about(passage: Passage) -> frozenset[str]:
    """What a passage speaks of, in its own words and in those people ask for it with."""
    return pairs("，".join((passage.title, passage.heading, plain(passage), *passage.questions)))


def excerpt(clause: str, sentence: str) -> str:
    """The whole sentence where it is short, else the clause with as much before it as fits."""
    if len(sentence) <= QUOTED:
        return sentence
    pieces = clauses(sentence)
    at = pieces.index(clause)
    words = clause
    while at and len(pieces[at - 1]) + len(words) < QUOTED:
        at -= 1
        words = f"{pieces[at]}，{words}"
    return f"……{words}" if at else words
