"""From a sentence to clusters of marks that stand together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from bot.dialogue.reminding.timewords import clock, days, repeats, spans
from bot.dialogue.reminding.timewords.marks import (
    AheadMark,
    AskMark,
    ClockMark,
    DayMark,
    Mark,
    PartMark,
    RepeatMark,
    SpanMark,
)

M = TypeVar("M", bound=Mark)

_TRADITIONAL = str.maketrans("點週號後個時鐘兩禮幾過節內開剛從", "点周号后个时钟两礼几过节内开刚从")
ONE_TIME = "一条提醒只能有一个时间，请分成几条说。"
HIDDEN = "\x00"  # stands where a unit's name stood: 甲一社区 holds no number
_AND = ("和", "及", "以及", "跟", "与", "、", "还有", "或", "或者", "还是")
_JOIN = re.compile(
    r"(?:[，,、的在就于从是到()~至]|之前|以前|前|之后|以后|后|之内|以内|内|起|开始|算起|往后|那天|当天|再|我想|时间)*"
)
_AROUND_BEFORE = re.compile(
    r"(?:截止到?|截至到?|定在|定于|放在|约在|赶在|安排在|等到|到了?|过[了完]|在|于|从|自|就)$"
)
_AROUND_AFTER = re.compile(
    r"(?:之前|以前|前夕|前(?!往|来|去|期|台|面|端|置|门|后)|之后|以后|后(?!续|期|台|勤|面|门|者|续)|之内|以内|内(?!容|部|勤|网|涝)"
    r"|起(?=$|[，,每])|开始(?=$|[，,])|的时候|时候|那天|当天|左右|截止(?!日)|为止|之际|的(?=$|[，,]))+"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The sentence made even: `text` for the grammar, `places[i]` where it stood originally."""

    original: str
    text: str
    places: tuple[int, ...]

    def cut(self, spans: Sequence[tuple[int, int]]) -> str:
        """The original without these stretches of `text`."""
        gone = [False] * len(self.original)
        for start, end in spans:
            first = self.places[start] if start < len(self.places) else len(self.original)
            last = self.places[end] if end < len(self.places) else len(self.original)
            gone[first:last] = [True] * (last - first)
        return "".join(c for c, out in zip(self.original, gone, strict=True) if not out)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Marks that stand together and speak of one time."""

    marks: tuple[Mark, ...]
    start: int
    end: int

    def of(self, kind: type[M]) -> tuple[M, ...]:
        """The marks of one kind, in order."""
        return tuple(mark for mark in self.marks if isinstance(mark, kind))

    @property
    def has_clock(self) -> bool:
        """Whether it says a time of day or an exact span."""
        return any(
            isinstance(mark, ClockMark | PartMark) or (isinstance(mark, SpanMark) and mark.seconds)
            for mark in self.marks
        )

    @property
    def has_day(self) -> bool:
        """Whether it says a day."""
        return any(
            isinstance(mark, DayMark)
            or (isinstance(mark, RepeatMark) and mark.days is not None)
            or (isinstance(mark, SpanMark) and not mark.seconds)
            for mark in self.marks
        )

    @property
    def weight(self) -> int:
        """How likely this cluster, and not another one, is when the reminder is meant."""
        if asks := self.of(AskMark):
            return 20 if any(ask.firm for ask in asks) else 1
        described = all(isinstance(mark, DayMark) and mark.described for mark in self.marks)
        only_ahead = all(isinstance(mark, AheadMark) for mark in self.marks)
        repeat = bool(self.of(RepeatMark))
        return (
            2 + 3 * self.has_clock + 2 * self.has_day + 3 * repeat - 2 * described - 2 * only_ahead
        )


def even(original: str) -> Sentence:
    """Full width made half, traditional made simplified, spaces dropped; places are kept."""
    text: list[str] = []
    places: list[int] = []
    for place, char in enumerate(original):
        normal = unicodedata.normalize("NFKC", char)
        normal = (normal if len(normal) == 1 else char).translate(_TRADITIONAL)
        if normal.isspace():
            following = original[place + 1 : place + 2]
            if not (text and text[-1].isascii() and text[-1].isalnum() and following.isdigit()):
                continue
            normal = " "
        text.append(normal)
        places.append(place)
    return Sentence(original, "".join(text), tuple(places))


def marks(text: str) -> tuple[Mark, ...]:
    """Every mark, left to right, never overlapping."""
    found: list[Mark] = []
    at = 0
    while at < len(text):
        free = not found or found[-1].end != at
        mark = (
            repeats.match(text, at)
            or spans.match(text, at)
            or days.match(text, at)
            or clock.match(text, at, free=free)
        )
        if mark is None or mark.end <= at:
            at += 1
            continue
        found.append(mark)
        at = mark.end
    return tuple(found)


def clusters(text: str) -> tuple[Cluster, ...]:
    """Marks joined when nothing but small words stands between them."""
    groups: list[list[Mark]] = []
    for mark in marks(text):
        between = text[groups[-1][-1].end : mark.start] if groups else ""
        if (
            groups
            and _JOIN.fullmatch(between.replace(" ", ""))
            and _fits(groups[-1], mark, between)
        ):
            groups[-1].append(mark)
        else:
            groups.append([mark])
    found = [_cluster(text, group) for group in groups]
    return tuple(_refuse_pairs(text, found))


def _refuse_pairs(text: str, found: list[Cluster]) -> list[Cluster]:
    """明天上午9点和下午3点: two times in one reminder."""
    for one, other in pairwise(found):
        between = text[one.marks[-1].end : other.marks[0].start]
        wanted = one.weight > 2 and other.weight > 2 and not text.startswith("的", other.end)
        if wanted and between in _AND:
            ask = AskMark(one.start, other.end, ONE_TIME, firm=True)
            return [Cluster((ask,), one.start, other.end)]
    return found


def _fits(group: list[Mark], mark: Mark, between: str) -> bool:
    """明天9点，下午3点 are two times; 明天，上午9点 is one."""
    comma = any(c in between for c in "，,、")
    kinds = {type(one) for one in group}
    if isinstance(mark, ClockMark) and ClockMark in kinds:
        return False
    return not (comma and type(mark) in kinds and not isinstance(mark, AheadMark))


def _cluster(text: str, group: list[Mark]) -> Cluster:
    start, end = group[0].start, group[-1].end
    before = _AROUND_BEFORE.search(text[:start])
    after = _AROUND_AFTER.match(text, end)
    return Cluster(tuple(group), before.start() if before else start, after.end() if after else end)
