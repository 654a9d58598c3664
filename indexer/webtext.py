"""HTML to plain text: blocks become lines, tables become rows."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SKIPPED = frozenset(("script", "style", "head", "nav", "noscript", "template", "svg"))
_BLOCKS = frozenset(
    ("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "br", "section", "article",
     "table", "ul", "ol", "blockquote", "pre", "hr", "dd", "dt", "center", "title")
)  # fmt: skip


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title = ""
        self._skipping = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        if tag in _SKIPPED:
            self._skipping += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        if tag in ("h1", "h2"):
            self.parts.append("# " if tag == "h1" else "## ")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag in _SKIPPED:
            self._skipping = max(0, self._skipping - 1)
        elif tag in ("td", "th"):
            self.parts.append(" | ")
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._skipping:
            # A line break in the source is a blank, and between Han characters nothing.
            self.parts.append(re.sub(r"\s*\n\s*", " ", data))


def html_text(source: str) -> tuple[str, str]:
    """The text of a page, and its <title>."""
    parser = _Text()
    parser.feed(source)
    parser.close()
    lines = ("".join(parser.parts)).split("\n")
    tidy = (re.sub(r"[ \t\xa0]+", " ", line).strip().removesuffix("|").strip() for line in lines)
    return "\n".join(line for line in tidy if line.strip("# ")), parser.title.strip()


def declared_encoding(content: bytes) -> str | None:
    """The charset that the page declares in its first bytes."""
    found = re.search(rb"charset=[\"']?([A-Za-z0-9_-]+)", content[:2048])
    return found[1].decode("ascii") if found else None
