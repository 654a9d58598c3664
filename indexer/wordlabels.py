"""Automatic numbers of Word paragraphs (第%1条, （%1）), which are not part of the text itself."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from indexer.numerals import chinese

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographTraditional",
            "taiwaneseCounting", "taiwaneseCountingThousand")  # fmt: skip


class WordLabels:
    """Counts numbered paragraphs of one Word file in the order they are asked for."""

    def __init__(self, document: Any) -> None:
        self._levels = _levels(document)
        self._styles = _style_numbers(document)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)

    def label(self, paragraph: Any) -> str:
        """The number that Word shows before this paragraph; "" when it shows none."""
        where = _own_number(paragraph._p) or self._styles.get(_style_of(paragraph._p), ("", 0))
        numbering, level = where
        pattern, _, _ = self._levels.get(numbering, {}).get(level, ("", "", 1))
        if not pattern or not paragraph.text.strip():
            return ""
        counts = self._counts[numbering]
        start = self._levels[numbering][level][2]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return self._written(numbering, pattern, counts)

    def _written(self, numbering: str, pattern: str, counts: dict[int, int]) -> str:
        for level, (_, style, start) in self._levels[numbering].items():
            count = counts.get(level, start)
            number = chinese(count) if style in _CHINESE and count < 10_000 else str(count)
            pattern = pattern.replace(f"%{level + 1}", number)
        return pattern


def _levels(document: Any) -> dict[str, dict[int, tuple[str, str, int]]]:
    """Numbering id -> level -> (pattern, number style, first number)."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return {}
    abstract = {one.get(f"{_W}abstractNumId"): one for one in root.iter(f"{_W}abstractNum")}
    found = {}
    for number in root.iter(f"{_W}num"):
        base = number.find(f"{_W}abstractNumId")
        one = abstract.get(base.get(f"{_W}val")) if base is not None else None
        if one is not None:
            found[number.get(f"{_W}numId")] = dict(_level(lvl) for lvl in one.iter(f"{_W}lvl"))
    return found


def _level(element: Any) -> tuple[int, tuple[str, str, int]]:
    style = _value(element, "numFmt")
    pattern = "" if style in ("bullet", "none") else _value(element, "lvlText")
    return int(element.get(f"{_W}ilvl")), (pattern, style, int(_value(element, "start") or 1))


def _value(element: Any, name: str) -> str:
    child = element.find(f"{_W}{name}")
    return (child.get(f"{_W}val") or "") if child is not None else ""


def _own_number(element: Any) -> tuple[str, int] | None:
    numbered = element.find(f"{_W}pPr/{_W}numPr")
    if numbered is None:
        return None
    return _value(numbered, "numId"), int(_value(numbered, "ilvl") or 0)


def _style_of(element: Any) -> str:
    properties = element.find(f"{_W}pPr")
    return _value(properties, "pStyle") if properties is not None else ""


def _style_numbers(document: Any) -> dict[str, tuple[str, int]]:
    found = {}
    for style in document.styles.element.iter(f"{_W}style"):
        if number := _own_number(style):
            found[style.get(f"{_W}styleId")] = number
    return found
