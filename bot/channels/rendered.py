"""Plain text with marks on it: bold, code, quotes, links; lengths in UTF-16 units."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MESSAGE_UNITS = 4096  # UTF-16 units; Telegram's limit for a message
CAPTION_UNITS = 1024  # and for the text under a file


class Kind(StrEnum):
    """How a stretch of text looks; the values are Telegram's names of entities."""

    BOLD = "bold"
    CODE = "code"
    PRE = "pre"
    QUOTE = "blockquote"
    LINK = "text_link"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in characters (code points), `end` not included."""

    kind: Kind
    start: int
    end: int
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """The same stretch in UTF-16 units, as a chat wants it."""

    kind: Kind
    offset: int
    length: int
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Plain text and what is bold, code, quoted or a link in it."""

    text: str
    spans: tuple[Span, ...] = ()

    @property
    def units(self) -> int:
        """Length in UTF-16 units."""
        return units(self.text)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The spans in UTF-16 units."""
        return tuple(
            Entity(
                span.kind,
                units(self.text[: span.start]),
                units(self.text[span.start : span.end]),
                span.url,
                span.language,
            )
            for span in self.spans
        )


def units(text: str) -> int:
    """Length of a text in UTF-16 units: characters beyond the basic plane count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def visible(text: str) -> bool:
    """Whether a reader would see anything; a chat refuses a message that shows nothing."""
    return any(not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc") for c in text)


def sliced(whole: Rendered, start: int, end: int) -> Rendered:
    """A stretch of a rendered text without white space at its ends, spans cut to fit."""
    while end > start and whole.text[end - 1].isspace():
        end -= 1
    while start < end and whole.text[start].isspace():
        start += 1
    text = whole.text[start:end]
    cut = (_clipped(span, start, end, text) for span in whole.spans)
    return Rendered(text, tuple(span for span in cut if span is not None))


def _clipped(span: Span, start: int, end: int, text: str) -> Span | None:
    first, last = max(span.start, start) - start, min(span.end, end) - start
    # A chat drops marks that begin or end in white space, so ours never do.
    while last > first and text[last - 1].isspace():
        last -= 1
    while first < last and text[first].isspace():
        first += 1
    return Span(span.kind, first, last, span.url, span.language) if last > first else None
