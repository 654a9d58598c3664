"""Chapters that other analyses write, and the numbers of chapters, tables and pictures of a paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.papers import Picture, Section, Table

NUMBERS = "一二三四五六七八九十"
_REFERENCE = re.compile(r"〔(表|图)：([^〕]+)〕")


@dataclass(frozen=True, slots=True)
class Chapters:
    """Chapters that other analyses write; headings and numbers are given by the report.

    None stands for an analysis that has nothing to say; the report says so in its place.
    """

    hot_topics: Section | None = None
    forecast: Section | None = None
    measures: Section | None = None

    @property
    def given(self) -> tuple[Section, ...]:
        """Those that were written, in the order of the report."""
        return tuple(
            one for one in (self.measures, self.hot_topics, self.forecast) if one is not None
        )


NO_CHAPTERS = Chapters()


def numbered(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Give chapters, tables and pictures their numbers.

    "〔表：一级分类〕" in a sentence becomes "（见表 5）", the number of the table of that caption.
    """
    tables, pictures = _Numbers("表"), _Numbers("图")
    made = []
    for at, one in enumerate(sections):
        made.append(
            replace(
                one,
                heading=f"{_number(at)}、{one.heading}",
                tables=tuple(_table(table, tables) for table in one.tables),
                pictures=tuple(_picture(picture, pictures) for picture in one.pictures),
            )
        )
    known = {"表": tables.given, "图": pictures.given}
    return tuple(
        replace(one, paragraphs=tuple(_referred(text, known) for text in one.paragraphs))
        for one in made
    )


class _Numbers:
    """Counts on, and remembers which caption got which number."""

    def __init__(self, word: str) -> None:
        self.word, self.given = word, dict[str, int]()

    def caption(self, text: str) -> str:
        self.given.setdefault(text, len(self.given) + 1)
        return f"{self.word} {self.given[text]}　{text}"


def _table(table: Table, numbers: _Numbers) -> Table:
    return replace(table, caption=numbers.caption(table.caption))


def _picture(picture: Picture, numbers: _Numbers) -> Picture:
    return replace(picture, caption=numbers.caption(picture.caption))


def _referred(text: str, known: dict[str, dict[str, int]]) -> str:
    def number(found: re.Match[str]) -> str:
        at = known[found[1]].get(found[2])
        return f"（见{found[1]} {at}）" if at else ""

    return _REFERENCE.sub(number, text)


def _number(at: int) -> str:
    return NUMBERS[at] if at < len(NUMBERS) else f"十{NUMBERS[at - 10]}"
