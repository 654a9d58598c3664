"""Pure: a text as the masking rules look at it, character for character as long as the original."""

from __future__ import annotations

import sys
import unicodedata
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
    for code in range(0x80, min(sys.maxunicode, 0x1FC00)):
        value = unicodedata.digit(chr(code), None)
        if value is not None:
            table[code] = str(value)
    # ⑩ and its like are numbers, not digits; they stay.
    table.update(dict.fromkeys(map(ord, "‐‑‒–—―−﹣－─━ー"), "-"))
    table.update(dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f\t"), " "))
    # Invisible characters part digits as a space would.
    table.update(dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u20e3"), " "))
    table.update({ord("。"): "。", ord("﹟"): "#", ord("＃"): "#"})
    return table


VIEW = _table()
CHINESE_DIGITS = str.maketrans(
    "〇零○一幺壹二两贰三叁四肆五伍六陆七柒八捌九玖", "000" + "111" + "222" + "33445566778899"
)


def view_of(text: str) -> str:
    """The text with full-width forms, odd digits, dashes and spaces made plain."""
    return text if text.isascii() else text.translate(VIEW)
