"""Chinese and Arabic numbers, and article numbers (第14条 = 第十四条 = 14条) as one key."""

from __future__ import annotations

import re

DIGITS = "零一二三四五六七八九"
_VALUES = {c: i for i, c in enumerate(DIGITS)} | {"〇": 0, "○": 0, "两": 2, "O": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMBER = r"[零〇○一二三四五六七八九十百千两0-9０-９]+"
ARTICLE = rf"第\s*({NUMBER})\s*条(?:\s*之\s*([一二三四五六七八九十0-9]+))?"

_ARTICLE_EXACT = re.compile(
    rf"(?:第)?\s*({NUMBER})\s*条?(?:\s*之\s*([一二三四五六七八九十0-9]+))?$"
)
# `(?!例|款|…)` keeps 3条例, 两条腿 and the like from passing for an article number.
_ARTICLE_ASKED = re.compile(
    rf"(?:第\s*({NUMBER})\s*条(?!例)|(?<![0-9０-９])([0-9０-９]{{1,4}})\s*条(?![例件路街狗鱼]))"
    r"(?:\s*之\s*([一二三四五六七八九十0-9]+))?"
)

ArticleKey = tuple[int, int]  # (number, 之 number or 0)


def parse(text: str) -> int | None:
    """The value of a Chinese or Arabic whole number below ten thousand, or None."""
    text = text.strip().translate(_HALF_WIDTH)
    if text.isdigit() and text.isascii():
        return int(text)
    if text and all(c in _VALUES for c in text):  # 二〇二一, read digit by digit
        return int("".join(str(_VALUES[c]) for c in text))
    total = digit = 0
    for c in text:
        if c in _UNITS:
            total += (digit or 1) * _UNITS[c]
            digit = 0
        elif c in _VALUES:
            digit = _VALUES[c]
        else:
            return None
    return total + digit if text else None


_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def chinese(number: int) -> str:
    """The number as a statute prints it: 14 → 十四, 110 → 一百一十. Below ten thousand."""
    if number < 10:
        return DIGITS[number]
    parts, gap = [], False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            parts.append(("零" if gap else "") + DIGITS[digit] + name)
            gap = False
        elif parts:
            gap = True
    text = "".join(parts)
    return text[1:] if text.startswith("一十") else text


def article_key(text: str) -> ArticleKey | None:
    """第十四条, 第14条, 14条 and 十四 are all (14, 0); 第六十条之一 is (60, 1)."""
    found = _ARTICLE_EXACT.match(text.strip())
    if not found:
        return None
    number = parse(found[1])
    return None if number is None else (number, (parse(found[2]) or 0) if found[2] else 0)


def article_name(key: ArticleKey) -> str:
    """The article number as a statute prints it: (60, 1) → 第六十条之一."""
    return f"第{chinese(key[0])}条" + (f"之{chinese(key[1])}" if key[1] else "")


def articles_asked(question: str) -> list[tuple[int, ArticleKey]]:
    """Every article number named in a question, with where it stands."""
    keys = []
    for found in _ARTICLE_ASKED.finditer(question):
        number = parse(found[1] or found[2])
        if number:
            keys.append((found.start(), (number, (parse(found[3]) or 0) if found[3] else 0)))
    return keys
