"""Every number of a text in one spelling, so that a digest can be held against its law."""

from __future__ import annotations

import re

from indexer.numerals import ARTICLE, parse

_DIGIT = "零〇○一二三四五六七八九十百千两"
_POWERS = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_CHINESE_FRACTION = re.compile(rf"([{_DIGIT}]+)分之([{_DIGIT}0-9]+)")
_ARABIC_FRACTION = re.compile(r"(\d+)\s*[/／]\s*(\d+)")
_POINT = re.compile(rf"([{_DIGIT}]+)点([{_DIGIT}]+)")
_PLAIN = re.compile(rf"([0-9]+(?:\.[0-9]+)?|[{_DIGIT}]+)([百千万亿]*)")
_DATE = re.compile(r"(\d{4})[-年](\d{1,2})[-月](\d{1,2})日?")
# Our own counting (六种情形, 两件事) is no number of the law.
_COUNTED = re.compile(
    rf"[{_DIGIT}0-9]{{1,2}}\s*(?=[种类件项样点步块档方角句道家把面层者套端边头条]|个(?!月|工作日|采暖期|供冷期|小时))"
)
_ORDER = re.compile(
    r"[第之][一二三四五六七八九十]+|[（(][一二三四五六七八九十]+[）)]|[一二三][是、，]"
)
_SMALL = frozenset(("1", "2", "3"))
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


def numbers(text: str, *, own_words: bool = False) -> set[str]:
    """Values as text: 三万元 → 30000, 百分之五 → 5%, 三分之二 → 2/3.

    own_words: leave out what a digest counts itself and a bare 一, 二, 三.
    """
    text = re.sub(ARTICLE, " ", text.translate(_HALF_WIDTH))
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"(?<=\d)\s+(?=[百千万亿%])", "", text)
    found: set[str] = set()
    text = _take_fractions(text, found)
    if own_words:
        text = _COUNTED.sub(" ", _ORDER.sub(" ", text))
    for one in _PLAIN.finditer(text):
        if value := _value(one[1], one[2]):
            chinese = not one[1][0].isdigit()
            words = value in _SMALL or set(one[1]) <= set("百千")  # 两边, 老百姓
            if not (own_words and chinese and not one[2] and words):
                found.add(value)
    return found


def _take_fractions(text: str, found: set[str]) -> str:
    def chinese(match: re.Match[str]) -> str:
        below, above = match[1], parse(match[2])
        found.add(f"{above}%" if below == "百" else f"{above}/{parse(below)}")
        return " "

    def arabic(match: re.Match[str]) -> str:
        found.add(f"{match[1]}/{match[2]}")
        return " "

    def percent(match: re.Match[str]) -> str:
        found.add(f"{_short(float(match[1]))}%")
        return " "

    def point(match: re.Match[str]) -> str:
        digits = "".join(str(parse(digit)) for digit in match[2])
        return f" {parse(match[1])}.{digits} "

    text = _CHINESE_FRACTION.sub(chinese, text)
    text = _ARABIC_FRACTION.sub(arabic, text)
    text = re.sub(r"(\d+(?:\.\d+)?)%", percent, text)
    return _POINT.sub(point, text)


def _value(digits: str, powers: str) -> str:
    if digits[0].isdigit():
        value: float | None = float(digits)
    else:
        value = parse(digits)
    if value is None:
        return ""
    for power in powers:
        value *= _POWERS[power]
    return _short(value)


def _short(value: float) -> str:
    return str(int(value)) if value == int(value) else str(round(value, 4))
