"""Our Markdown -> plain text with marks; any text renders, so no text can be refused."""

from __future__ import annotations

import re

from bot.channels.rendered import Kind, Rendered, Span, sliced
from bot.channels.splitting import in_parts, split

__all__ = ["Kind", "Rendered", "Span", "escape", "in_parts", "render", "split", "web_address"]


def escape(text: str) -> str:
    """Somebody else's words, so that none of their signs are taken for our markup."""
    return re.sub(r"([\\`*\[\]#>+\-~_|])", r"\\\1", text)


_FENCE = re.compile(r" {0,3}```([\w+-]*)\s*$")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"(\s*)[-*+]\s+(.*)$")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*$")
_QUOTE = re.compile(r" {0,3}>\s?(.*)$")
_INLINE = re.compile(
    r"\\(?P<literal>[\\`*\[\]#>+\-~_|!().])"
    r"|`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<bold>(?=\S)(?:[^*\n]|\*(?!\*))+?(?<=\S))\*\*"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<url>[^\s()]+)\)"
)
_WEB = re.compile(r"https?://(?:[\w-]+\.)+[\w-]{1,63}(?::\d+)?(?:[/?#]\S*)?", re.ASCII)
_CONTROLS = {code: " " for code in range(32) if code not in (9, 10)} | {13: None, 0x7F: " "}
_SURROGATE = re.compile("[\ud800-\udfff]")


def web_address(url: str) -> bool:
    """Whether a chat accepts this as a link: http(s) and a host with a dot."""
    return _WEB.fullmatch(url) is not None


def render(markdown: str) -> Rendered:
    """Our Markdown as plain text with spans. Any text renders; markup not closed stays literal."""
    page = _Page()
    lines = _clean(markdown).split("\n")
    at = 0
    while at < len(lines):
        at = page.block(lines, at)
    return page.rendered()


def _clean(text: str) -> str:
    """What a chat server would silently change is changed here, so that offsets stay true."""
    return _SURROGATE.sub("\ufffd", text).translate(_CONTROLS)


class _Page:
    """Text being written, with the spans found so far."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._spans: list[Span] = []
        self._length = 0

    def rendered(self) -> Rendered:
        text = "".join(self._pieces)
        return sliced(Rendered(text, tuple(self._spans)), 0, len(text))

    def block(self, lines: list[str], at: int) -> int:
        """Write the block that begins at line `at`; the number of the line after it."""
        if (fence := _FENCE.match(lines[at])) and (end := _closing(lines, at)):
            return self._fenced(lines[at + 1 : end], fence[1], end + 1)
        if _QUOTE.match(lines[at]):
            return self._quoted(lines, at)
        self._line(lines[at])
        self._write("\n")
        return at + 1

    def _fenced(self, code: list[str], language: str, after: int) -> int:
        start = self._length
        self._write("\n".join(code))
        self._mark(Kind.PRE, start, language=language)
        self._write("\n")
        return after

    def _quoted(self, lines: list[str], at: int) -> int:
        start = self._length
        while at < len(lines) and (quote := _QUOTE.match(lines[at])):
            if self._length > start:
                self._write("\n")
            self._line(quote[1])
            at += 1
        self._mark(Kind.QUOTE, start)
        self._write("\n")
        return at

    def _line(self, line: str) -> None:
        if heading := _HEADING.match(line):
            start = self._length
            self._inline(heading[1], bold=False)
            self._mark(Kind.BOLD, start)
        elif _RULE.match(line):
            self._write("──────────")
        elif item := _ITEM.match(line):
            self._write(item[1] + "• ")
            self._inline(item[2])
        else:
            self._inline(line)

    def _inline(self, text: str, *, bold: bool = True) -> None:
        """Write one line; with `bold` off we are inside bold text, where nothing else nests."""
        at = 0
        for found in _INLINE.finditer(text):
            self._write(text[at : found.start()])
            self._inline_mark(found, bold)
            at = found.end()
        self._write(text[at:])

    def _inline_mark(self, found: re.Match[str], bold: bool) -> None:
        start = self._length
        if found["literal"]:
            self._write(found["literal"])
        elif found["code"]:
            self._write(found["code"])
            if bold:
                self._mark(Kind.CODE, start)
        elif found["bold"]:
            self._inline(found["bold"], bold=False)
            if bold:
                self._mark(Kind.BOLD, start)
        else:
            self._link(found["label"], found["url"])

    def _link(self, label: str, url: str) -> None:
        start = self._length
        self._write(label)
        if web_address(url):
            self._mark(Kind.LINK, start, url=url)
        elif url.startswith(("http://", "https://")):
            self._write(f"（{url}）")

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _mark(self, kind: Kind, start: int, *, url: str = "", language: str = "") -> None:
        if self._length > start:
            self._spans.append(Span(kind, start, self._length, url, language))


def _closing(lines: list[str], at: int) -> int:
    """Line of the fence that closes the one at `at`; 0 when there is none."""
    return next((i for i in range(at + 1, len(lines)) if lines[i].strip() == "```"), 0)
