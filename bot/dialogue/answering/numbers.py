"""Numbers a question takes for granted, beside those that the cited articles really hold.

„信息公开15个工作日必须答复，对吧“ is answered by an article that says 20: the reader is told so in
the first line instead of having to notice it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer import numerals
from indexer.passages import Passage

_NUMBER = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)"
_UNITS = {
    "hour": r"个?(?:小时|钟头)",
    "day": r"个?(?:工作日|自然日|日(?!常)|天)",
    "month": r"个月",
    "year": r"(?:周?年(?!度|龄|轻|底|初)|周?岁)",
    "money": r"万?(?:元|块钱?)",
    "times": r"倍",
    "head": r"(?:只|条(?=狗|犬))",
}
_SAID = {kind: re.compile(rf"(?P<n>{_NUMBER})\s*(?P<unit>{unit})") for kind, unit in _UNITS.items()}
_HALF_DAY = r"(?P<half>早上|上午|凌晨|中午|下午|傍晚|晚上|夜里|夜间|晚)?"
_CLOCK = re.compile(
    rf"{_HALF_DAY}(?P<n>{_NUMBER})(?P<unit>点(?!五|几|半)钟?|(?<!小)时(?![间段限候代]))"
)
_LATE = frozenset(["下午", "傍晚", "晚上", "夜里", "夜间", "晚"])
_TAKEN = re.compile(
    r"(?:对|是|没错|不是|行)吧|吧[？?。！!]*$|对不对|是吗|是不是|没错|(?:规定|条例|法律?|办法|文件|依据|通知)[^，。？?]{0,6}(?:说|写|要求|规定|定)(?:的|了|是|要|必须)?|必须|一律|就行|就够|就算|才算|最多|最少|封顶|起步|顶格|第几条|哪一?条|依据"
)
_STEPS = frozenset(["申请", "提交", "提出", "办理", "规定", "可以", "必须", "材料"])
LEAST_SHARED = 2
_ASKED = re.compile(r"多少|几[天小个点年倍日只元块]|多久|多长|啥时候|什么时候")


@dataclass(frozen=True, slots=True)
class Differs:
    """What the question says, and what the first article says of the same kind."""

    said: str
    held: tuple[str, ...]
    passage: Passage
    elsewhere: Passage | None = None  # another shown passage that holds what the question says


def differs(question: str, shown: Sequence[Passage]) -> Differs | None:
    """The number the question takes for granted and the first passage does not hold.

    None when nothing is taken for granted, or when the first speaks of no number of that kind.
    """
    if not shown or not shown[0].article or not _TAKEN.search(question) or _ASKED.search(question):
        return None
    if not _same_matter(question, shown[0]):
        return None  # the article may be about another step of the same matter
    for kind in (*_UNITS, "clock"):
        said = _numbers(kind, question)
        held = _numbers(kind, shown[0].text)
        wrong = [n for n in said if n not in held]
        if wrong and held and len(wrong) == len(said):
            other = next((one for one in shown[1:] if wrong[0] in _numbers(kind, one.text)), None)
            return Differs(said[wrong[0]], tuple(held.values())[:3], shown[0], other)
    return None


def _same_matter(question: str, passage: Passage) -> bool:
    """Whether the heading or the text of the article speaks of what the question speaks of."""
    own = _pairs(question) - _pairs(passage.title) - _STEPS
    return bool(own & _pairs(passage.heading)) or len(own & _pairs(passage.text)) >= LEAST_SHARED


def _pairs(text: str) -> set[str]:
    bare = re.sub(rf"{_NUMBER}|[^\u4e00-\u9fff]", " ", text)
    return {run[at : at + 2] for run in bare.split() for at in range(len(run) - 1)}


def _numbers(kind: str, text: str) -> dict[float, str]:
    """Values in the text by unit, each with the words that said it."""
    found: dict[float, str] = {}
    for one in (_CLOCK if kind == "clock" else _SAID[kind]).finditer(text):
        value = _value(one["n"])
        if value is None:
            continue
        if one["unit"].startswith("万"):
            value *= 10_000
        if kind == "clock" and one["half"] in _LATE and value < 12:
            value += 12
        found.setdefault(value, re.sub(r"\s", "", one.group()))
    return found


def _value(text: str) -> float | None:
    if re.fullmatch(r"\d+\.\d+", text):
        return float(text)
    number = numerals.parse(text)
    return None if number is None else float(number)
