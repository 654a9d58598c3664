"""Pure: what one cell of the details says about a rate: an answer, a percentage or a score."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta

from casedb.assessment.states import Rate
from casedb.intake.cells import ANSWERS, Unreadable, said
from casedb.intake.sheetfile import Cell
from casedb.rules.rate_rules import RateRules
from casedb.vocabulary import RevisitAnswer

EXAMPLE_RATE = "是、否、基本满意、未接通，或 0%、60%、100%"
EXAMPLE_POINTS = "0.5"
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_DIGITS = "零一二三四五六七八九"
_HUNDREDTHS = re.compile(rf"百分之([{_DIGITS}十百]+)(?:点([{_DIGITS}]+))?")
_SPOKEN_NUMBER = re.compile(r"百分之(\d+(?:\.\d+)?)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_RATE_WORDS = (
    (Rate.RESPONSE, ("响应", "联系")),
    (Rate.RESOLUTION, ("解决",)),
    (Rate.SATISFACTION, ("满意",)),
)
_ALL_THREE = ("三率", "全部", "三项")
_YES = frozenset({"是", "已剔除", "剔除", "同意剔除", "不纳入", "不计入", "y", "yes", "√", "1"})


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of one point is kept, 0–1; None when nobody was asked or reached."""

    share: float | None
    answer: str  # as printed


def kept(cell: Cell, rate: Rate, rules: RateRules) -> Kept:
    """Read one cell of a rate column.

    Answers as people write them (是, 基本满意, 未接通), percentages as text or number (60%, 0.6, 60),
    by the weights of `rules`.

    Raises:
        Unreadable: neither.
    """
    if isinstance(cell, bool):
        return Kept(float(cell), "是" if cell else "否")
    if isinstance(cell, date | time | timedelta):
        raise Unreadable(EXAMPLE_RATE, "这是日期，不是评价")
    text = unicodedata.normalize("NFKC", said(cell)).strip()
    if not text:
        return Kept(None, "")
    answer = ANSWERS.get(text.lower()) if not isinstance(cell, int | float) else None
    if answer is not None:
        return Kept(_weight(answer, rate, rules), text)
    found = _PERCENT.fullmatch(text.replace(" ", "")) or _SPOKEN_NUMBER.fullmatch(text)
    number = float(found[1]) / 100 if found else _share(text)
    if number is None and (words := _HUNDREDTHS.fullmatch(text)):
        number = _spoken(words)
    if number is None or not 0 <= number <= 1:
        raise Unreadable(EXAMPLE_RATE, "读不出是多少")
    return Kept(number, text)


def _spoken(words: re.Match[str]) -> float | None:
    """百分之九十八点五 → 0.985, 百分之百 → 1; None where the words make no number."""
    if words[1] in ("百", "一百"):
        return 1.0
    tens, ten, ones = words[1].rpartition("十")
    digits = [_DIGITS.find(one) for one in (tens or "一", ones or "零") if len(one) == 1]
    if not (ten or len(words[1]) == 1) or len(digits) < 2 or -1 in digits:
        return None
    rest = "".join(str(_DIGITS.index(one)) for one in words[2] or "")
    return float(f"{digits[0] * (10 if ten else 0) + digits[1]}.{rest or 0}") / 100


def _share(text: str) -> float | None:
    """0.6 and 60 both mean 60 %; 1 is all of it."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number / 100 if 1 < number <= 100 else number


def _weight(answer: RevisitAnswer, rate: Rate, rules: RateRules) -> float | None:
    if answer is RevisitAnswer.YES:
        return 1.0
    if answer is RevisitAnswer.NO:
        return 0.0
    if answer is RevisitAnswer.NOT_REACHED:
        return 0.0 if rules.count_not_reached else None
    if rate is Rate.SATISFACTION:
        return rules.mostly_satisfied
    return rules.mostly_resolved if rate is Rate.RESOLUTION else 1.0


def rates_in(text: str) -> tuple[Rate, ...]:
    """The rates that a cell such as 解决率、满意率 or 未解决 names."""
    if any(word in text for word in _ALL_THREE):
        return tuple(rate for rate, _ in _RATE_WORDS)
    return tuple(rate for rate, words in _RATE_WORDS if any(word in text for word in words))


def points_of(cell: Cell) -> float | None:
    """A number of points lost (失分值): 0.5, -0.5, 0.5分, 2%; None for an empty cell.

    Raises:
        Unreadable: there is no number in it.
    """
    if isinstance(cell, bool | date | time | timedelta):
        raise Unreadable(EXAMPLE_POINTS, "这不是分值")
    text = unicodedata.normalize("NFKC", said(cell)).strip()
    if not text:
        return None
    found = _NUMBER.match(text)
    if found is None or not re.fullmatch(r"[\s分%]*", text[found.end() :]):
        raise Unreadable(EXAMPLE_POINTS, "读不出分值")
    return abs(float(found[0])) / (100 if "%" in text else 1)


def is_excluded(heading: str, cell: Cell) -> bool:
    """Whether a row is left out of the assessment (已剔除); 是否纳入考核 asks the other way round."""
    text = unicodedata.normalize("NFKC", said(cell)).strip().lower()
    if "纳入" in heading:
        return text in ("否", "不纳入", "no", "0", "×", "n")
    return text in _YES
