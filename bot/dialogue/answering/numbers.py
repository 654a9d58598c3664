"""Numbers a question takes for granted, beside those that the cited articles really hold.

„信息公开15个工作日必须答复，对吧“ is answered by an article that says 20: the reader is told so in
the first line instead of having to notice it. Numbers of the case itself („昨天58分钟到的“) claim
nothing; which is which is told by the words beside the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.dialogue.answering import overlap, quantities
from bot.dialogue.answering.quantities import Quantity
from indexer.passages import PaperKind, Passage

LOOKED_AT = 2  # shown passages whose numbers are compared
MOST_SHOWN = 3
LEAST_SHARED = 2  # pairs that question and first passage must share; one more for the second
_BREAK = re.compile(r"[，,。；;？?！!、]")
_ASKED = re.compile(r"几|多少|多[大高长久]|(?<![对是])[吗么]$")
_OF_THE_CASE = re.compile(
    r"(?:今天|今儿|昨天|昨儿|昨晚|前天|现在|已经|都|刚|去年|今年|来了|交了|扣了|打了|剩|多了|少了|满了|住了|等了|过了|差|拖了?|欠了?|花了?|收了|买了?|卖了|租了|干了|用了|有|这|那|头|前|上|我|他|她|咱|晚|第|才)[^，。？?\d]{0,2}$"
)
_HAPPENED = re.compile(
    r"^(?:了(?!吗)|多(?!少)|没(?!错|毛病|问题|结果)|又|还没|到的|来的|的(?!保修|期限|时限|罚款|标准|赔偿|那?档|规定)|前(?!通知|公告|告知|报)|以后|之后|过去|来[个位人])"
)
_SURELY_A_RULE = re.compile(r"(?:必须|最多|最少|至少|再延长?|不超过|提前|要等满|规定)(?:了|个)?$")
_OWN_DOING = re.compile(r"(?:已经|都|刚|才|[我他咱]们?)(?:就|给|要|是)?$")
_RULE_BEFORE = re.compile(
    r"(?:必须|应该?|得|要|要等?满|需要?|最多|最少|最低|最高|顶多|至少|不超过?|不能超过?|超过|提前|每隔?|罚款?|是|就|按|只|保修期?|任期|期限|时限|时效|周期|比例|标准|延|延长|延期|公告|公示|通知|赔|加付|给|规定|写了?|定的?|推|到|(?:能|可以|得)[\u4e00-\u9fff]{1,2})(?:个|了|的|是|要|得)?$"
)
_RULE_AFTER = re.compile(
    r"^(?:的[^，。]{1,8}(?:就|才)(?:得|行|能|可以|够)|呢|之?内|以内|以下|以上|必须|就(?!是|我|来|有|他)|才|封顶|起|顶|[\u4e00-\u9fff]{0,2}?一[次回届换遍趟]|一律|为限|为准|算|够|也行|也可以|都行|都可以|吧|来回|保养|巡|工资|合法|合规|之后才|后才|到(?:就|场|都)|[，,]?(?:对|没错|没毛病|是不是|是吗|数没))"
)
_UNWRITTEN = re.compile(
    r"没有(?:写|规定|列|要求|明确)[^，。；]{0,14}(?:几|多少|数|小时|天|日|次|时限|期限|比例|金额|遍)|没有写(?!明)"
)
_HOW_OFTEN = re.compile(r"^[^，。；？?\d]{0,4}一[次回遍趟]")
_OFTEN = re.compile(r"每|[次遍]")
_FINED = re.compile(r"罚(?:款|金)?[^，。；]{0,6}$")


@dataclass(frozen=True, slots=True)
class Differs:
    """What the question says, and what the passage holds of the same kind.

    `unwritten` is its sentence that no such number is written, where it says so.
    """

    said: str
    held: tuple[str, ...]
    passage: Passage
    unwritten: str = ""


@dataclass(frozen=True, slots=True)
class _Held:
    quantity: Quantity
    about: frozenset[str]  # what the words around it speak of
    words: str

    def near(self, topic: frozenset[str]) -> int:
        """How much of the question the words around it say."""
        return len(topic & self.about)


def differs(question: str, shown: Sequence[Passage], terms: Iterable[str] = ()) -> Differs | None:
    """The number the question takes for granted and the passage that answers does not hold.

    None when nothing is taken for granted, or when the passages speak of no number of that kind.
    """
    said = quantities.find(question)
    claims = [one for one in said if _claimed(question, one, said)]
    topic = overlap.asked(question, terms)
    for place, passage in enumerate(shown[:LOOKED_AT] if claims else ()):
        if (
            passage.kind is PaperKind.CASE
            or len(topic & overlap.about(passage)) < LEAST_SHARED + place
        ):
            continue
        others = [held for other in shown if other is not passage for held in _held(other)]
        if found := _against(question, claims, said, topic, passage, others):
            return found
        kinds = {one.quantity.kind for one in _held(passage)}
        if any(one.kind in kinds for one in said):
            return None  # the passage speaks of it and does not say otherwise
    return None


def _against(
    question: str,
    claims: Sequence[Quantity],
    said: Sequence[Quantity],
    topic: frozenset[str],
    passage: Passage,
    others: Sequence[_Held],
) -> Differs | None:
    every = _held(passage)
    for one in claims:
        same = _of_kind(every, one, question)
        bears_out = [held.near(topic) for held in others if one.meets(held.quantity)]
        if any(one.meets(held.quantity) for held in same):
            continue
        if bears_out and max(bears_out) > max((held.near(topic) for held in same), default=0):
            continue  # another passage says so of what is nearer to the question
        if sentence := _unwritten(passage, topic):
            return Differs(one.words, (), passage, unwritten=sentence)
        if not same or _beside_a_right_one(question, one, said, same):
            continue
        return Differs(one.words, _shown(same, topic), passage)
    return None


def _claimed(question: str, one: Quantity, said: Sequence[Quantity]) -> bool:
    """Whether the number is said to be the rule, and not to be what happened."""
    if any(other.start == one.end and one.meets(other) for other in said):
        return False  # said again in the next words (一天24小时)
    again = (other.start for other in said if other.end == one.start and one.meets(other))
    before = _BREAK.split(question[: next(again, one.start)])[-1]
    after = question[one.end :]
    if one.kind == "times" and one.low == 1:
        return False
    follows = bool(_RULE_AFTER.search(after))
    if (_HAPPENED.search(after) and not follows) or _ASKED.search(before + _BREAK.split(after)[0]):
        return False
    if _SURELY_A_RULE.search(before):
        return True
    ruled = bool(_RULE_BEFORE.search(before))
    if _OWN_DOING.search(before) or (_OF_THE_CASE.search(before) and not ruled):
        return False
    return ruled or follows


def _of_kind(every: Sequence[_Held], one: Quantity, question: str) -> list[_Held]:
    """Those of the same kind; a fine said in money also where the rule says it in multiples."""
    same = [held for held in every if held.quantity.kind == one.kind]
    if one.kind == "span" and _HOW_OFTEN.search(question[one.end :]):
        same = [held for held in same if _OFTEN.search(held.words)]
    if same or one.kind != "money" or not _FINED.search(question[: one.start]):
        return same
    return [held for held in every if held.quantity.kind == "share" and "罚" in held.words]


def _beside_a_right_one(
    question: str, one: Quantity, said: Sequence[Quantity], same: Sequence[_Held]
) -> bool:
    """Whether the question also says what the rule holds: this number may well be of the case."""
    others = (other for other in said if other is not one and other.kind == one.kind)
    right = any(other.meets(held.quantity) for other in others for held in same)
    return right and not _SURELY_A_RULE.search(question[: one.start])


def _shown(held: Sequence[_Held], topic: frozenset[str]) -> tuple[str, ...]:
    """The words of the numbers nearest to what is asked."""
    best = max(one.near(topic) for one in held)
    near = [one.quantity.words for one in held if one.near(topic) == best]
    return tuple(dict.fromkeys(near))[:MOST_SHOWN]


def _unwritten(passage: Passage, topic: frozenset[str]) -> str:
    for sentence in overlap.sentences(passage):
        if _UNWRITTEN.search(sentence) and topic & overlap.pairs(sentence):
            return sentence
    return ""


def _held(passage: Passage) -> list[_Held]:
    found = []
    for sentence in (passage.heading, *overlap.sentences(passage)):
        if _UNWRITTEN.search(sentence):
            continue  # its numbers are those that people say
        at = 0
        for one in quantities.find(sentence):
            tail = re.match(r"[^，、。；]*", sentence[one.end :])
            words = sentence[at : one.end] + (tail.group() if tail else "")
            found.append(_Held(one, overlap.pairs(words), words))
            at = one.end
    return found
