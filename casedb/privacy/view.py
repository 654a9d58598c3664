"""Pure: a text as the masking rules look at it, character for character as long as the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the text, and what stands there instead."""

    start: int
    end: int
    instead: str


def _table() -> dict[int, str]:
    """Full-width letters and signs to ASCII, every kind of digit to 0-9, odd dashes and spaces."""
    table: dict[int, str] = {}
    for code in range(0xFF01, 0xFF5F):
        table[code] = chr(code - 0xFEE0)
    for code in range(0x80, 0x1FC00):
        value = unicodedata.digit(chr(code), None)
        if value is not None:
            table[code] = str(value)
    table.update(dict.fromkeys(map(ord, "‐‑‒–—―−﹣－─━ー"), "-"))
    table.update(dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f\t"), " "))
    # Invisible characters part digits as a space would.
    table.update(dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u20e3"), " "))
    table[ord("﹟")] = "#"
    return table


VIEW = _table()
# Almost every Chinese text has these; replacing them one by one is ten times as fast.
EVERYDAY = {sign: VIEW[ord(sign)] for sign in "，：；！？（）"}
# Beyond the basic plane one range stands for all: a long list there is slow to search.
RARE = re.compile(
    "["
    + re.escape("".join(chr(code) for code in VIEW if code < 0x10000 and chr(code) not in EVERYDAY))
    + "\U00010000-\U0001fbff]"
)
CHINESE_DIGITS = str.maketrans(
    "〇零○一幺壹二两贰三叁四肆五伍六陆七柒八捌九玖", "00011122233445566778899"
)


def view_of(text: str) -> str:
    """The text with full-width forms, odd digits, dashes and spaces made plain."""
    if text.isascii() and "\t" not in text:
        return text
    if RARE.search(text):
        return text.translate(VIEW)
    for sign, plain in EVERYDAY.items():
        text = text.replace(sign, plain)
    return text


def windows(gate: re.Pattern[str], view: str, *, before: int, after: int) -> list[tuple[int, int]]:
    """The stretches around every match of a cheap pattern; only there dear ones need to look."""
    found: list[tuple[int, int]] = []
    for match in gate.finditer(view):
        start, end = max(0, match.start() - before), min(len(view), match.end() + after)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def matches(
    pattern: re.Pattern[str], view: str, places: Iterable[tuple[int, int]]
) -> Iterable[re.Match[str]]:
    """Every match of a pattern within the given stretches."""
    for start, end in places:
        yield from pattern.finditer(view, start, end)
