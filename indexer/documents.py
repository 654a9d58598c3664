"""What a reader hands to the cutter: a text with its pages, or a paper with its sections."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Document:
    """An official text as read from a file: whole text, and where its pages and tables lie.

    `text` is the source: the chunks cut from it, put end to end, are equal to it.
    """

    title: str
    text: str
    path: str = ""
    version: str = ""  # ISO date of the wording, as text, "" when not found
    effective_on: date | None = None
    repealed_on: date | None = None
    level: str = ""
    issuer: str = ""
    place: str = ""
    page_starts: tuple[int, ...] = ()  # offset in `text` where each page begins; empty = no pages
    access: str = "staff"
    notes: tuple[str, ...] = ()  # what could not be read, in Chinese

    def page_at(self, offset: int) -> int | None:
        """The page (from 1) on which the character at `offset` stands."""
        return bisect_right(self.page_starts, offset) if self.page_starts else None


@dataclass(frozen=True, slots=True)
class Section:
    """One `##` section of a knowledge paper. `questions` (问法) are not part of the text."""

    heading: str
    text: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A knowledge paper: front matter as read, and its sections in order."""

    path: str
    front: dict[str, str] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()

    @property
    def title(self) -> str:
        """The title of the front matter."""
        return self.front.get("title", "")

    def listed(self, key: str) -> tuple[str, ...]:
        """A front matter value that holds a list separated by `；`."""
        return tuple(part.strip() for part in self.front.get(key, "").split("；") if part.strip())
