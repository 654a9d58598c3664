"""Passages as a reader sees them: the point, the citation line, the text cut at a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from indexer import numerals
from indexer.passages import PaperKind, Passage, Standing

FIRST_LENGTH = 600
OTHER_LENGTH = 220
POINT_LENGTH = 150
SAY = "可以这样说：“{said}”"
LEAST_LEFT = 12  # characters of a text below which what the point left over is not shown
ANOTHER_SENTENCE = 2  # pairs of characters a later sentence must share more than the first
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?[”’」）]*")
_QUOTE = re.compile(r"^>\s?(.*)$", re.M)
_KIND = {
    PaperKind.TECHNIQUE: "办理技巧",
    PaperKind.CASE: "虚构案例",
    PaperKind.LESSON: "培训资料",
    PaperKind.LOCAL: "本单位知识",
}
_STOP_PAIRS = frozenset(
    [
        "什么",
        "怎么",
        "么办",
        "如何",
        "可以",
        "是否",
        "有没",
        "没有",
        "规定",
        "请问",
        "一下",
        "多少",
        "哪些",
        "应该",
        "需要",
        "这个",
        "那个",
        "我们",
        "他们",
        "的时",
        "时候",
    ]
)


def name(passage: Passage) -> str:
    """《北京市接诉即办工作条例》第十五条, or the paper and its heading."""
    if passage.article:
        return f"《{passage.title}》{passage.article}"
    page = f"第{passage.page}页" if passage.page else ""
    return f"《{passage.title}》{passage.heading or page}"


def full_name(passage: Passage) -> str:
    """Its name, and of an article what it is about."""
    said = passage.heading if passage.article else ""
    return f"{name(passage)}（{said}）" if said else name(passage)


def citation_line(passage: Passage, today: date) -> str:
    """Name, version date, standing and whether the words are the paper's own."""
    standing = passage.standing(today)
    if standing is Standing.NOT_A_RULE:
        facts = [
            _KIND.get(passage.kind, "资料"),
            f"{passage.issuer}编写" if passage.kind is PaperKind.LOCAL else "",
            f"{passage.version} 版" if passage.version else "",
        ]
    else:
        facts = [
            passage.heading if passage.article else "",
            f"{passage.version} 版" if passage.version else "",
            f"{passage.effective_on} 起施行" if passage.effective_on else "",
            _standing_words(passage, standing),
            "原文" if passage.verbatim else "摘要",
        ]
    if re.search("推断|单源|弱|未核|待核|样例", passage.confidence):
        facts.append("部分内容未核实")
    return f"{name(passage)}（{'，'.join(fact for fact in facts if fact)}）"


def _standing_words(passage: Passage, standing: Standing) -> str:
    if standing is Standing.SUPERSEDED:
        new = f"，现行的是《{passage.superseded_by}》" if passage.superseded_by else ""
        return f"**已废止**（{passage.repealed_on} 起）{new}"
    if standing is Standing.NOT_YET:
        return f"**尚未施行**（{passage.effective_on} 起施行）"
    return str(standing)


def sentences(text: str) -> list[str]:
    """The sentences of a passage, model wording left out."""
    plain = re.sub(r"^>.*$", "", text, flags=re.M)
    plain = re.sub(r"^\s*(?:[-*]|\d+[.、])\s*", "", plain, flags=re.M)
    found = (one.strip() for one in _SENTENCE.findall(plain))
    return [one for one in found if len(one) > 1 and not one.endswith(("：", ":"))]


def point(passage: Passage, question: str) -> str:
    """The one or two sentences that answer: those that share most with the question."""
    every = sentences(passage.text)
    if not every:
        said = next((line.strip() for line in _QUOTE.findall(passage.text) if line.strip()), "")
        return (
            SAY.format(said=_cut(said, POINT_LENGTH)) if said else _cut(passage.text.strip(), 300)
        )
    wanted = _pairs(question) - _STOP_PAIRS - _pairs(passage.title)
    shared = [len(_pairs(sentence) & wanted) for sentence in every]
    best = max(range(len(every)), key=lambda at: (shared[at], -at))
    if shared[best] < shared[0] + ANOTHER_SENTENCE or numerals.articles_asked(question):
        best = 0  # our papers say first what matters most
    chosen = every[best]
    if len(chosen) < 40 and best + 1 < len(every) and len(every[best + 1]) < POINT_LENGTH - 40:
        chosen += every[best + 1]
    return _cut(chosen, POINT_LENGTH * 2)


def _pairs(text: str) -> set[str]:
    text = re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", text)
    return {text[at : at + 2] for at in range(len(text) - 1)}


def block(passage: Passage, number: int, today: date, *, length: int, said: str = "") -> str:
    """One cited passage: the citation first, so that splitting never parts it from its text.

    What was said above as the point is not said again where the text begins with it.
    """
    text = passage.text.strip()
    if said and text.startswith(said):
        text = text[len(said) :].strip()
        if len(text) < LEAST_LEFT:
            return f"**{number}. {citation_line(passage, today)}**"
    return f"**{number}. {citation_line(passage, today)}**\n{_cut(text, length)}"


def _cut(text: str, length: int) -> str:
    """Whole sentences only; a cut text says so."""
    if len(text) <= length:
        return text
    head = text[:length]
    end = max(head.rfind(mark) for mark in "。！？；\n")
    return f"{head[: end + 1] if end > length // 3 else head}……"


def wordings(passages: Sequence[Passage]) -> tuple[str, ...]:
    """Model sentences (> …) of the passages, for copying in one tap."""
    found = []
    for passage in passages:
        lines = [line.strip() for line in _QUOTE.findall(passage.text)]
        joined = "\n".join(line for line in lines if line)
        if joined:
            found.append(joined)
    return tuple(found)
