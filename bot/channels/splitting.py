"""A rendered text -> parts that fit one message each; citations whole, and in the first part."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate

from bot.channels.rendered import MESSAGE_UNITS, Kind, Rendered, Span, sliced, units, visible

NOTE_UNITS = 700  # at most so much of a first part is given to the list of citations
NOTE_FRAME = 16  # what the note has besides the citations

_NUMBER = "[零〇一二三四五六七八九十百千万两0-9]{1,9}"
_CLAUSE = f"第{_NUMBER}[编章节条款项目](?:之{_NUMBER})?"
_CITATION = re.compile(
    r"《[^《》\n]{1,80}》(?:（[^（）\n]{1,40}）)?"
    rf"(?:\s?{_CLAUSE}(?:[、和至]?{_CLAUSE}){{0,8}}(?:（[^（）\n]{{1,60}}）)?)?"
)
# Better places to cut come first; each pattern ends where the cut may be.
_SEAMS = tuple(map(re.compile, (r"\n\s*\n", r"\n", r"[。！？!?；;…][”’」』）)]*", r"[，,、：:\s]")))
_JOINERS = "\u200d\ufe0e\ufe0f"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def citations(text: str) -> tuple[str, ...]:
    """What the text cites (《名称》第N条…), in order, each once."""
    cited = (
        found[0] for found in _CITATION.finditer(text) if "》第" in re.sub(r"\s", "", found[0])
    )
    return tuple(dict.fromkeys(cited))


def in_parts(whole: Rendered, limit: int = MESSAGE_UNITS) -> tuple[Rendered, ...]:
    """Split for a chat; what later parts cite is named at the end of the first part too."""
    cited = citations(whole.text)
    if whole.units <= limit or not cited:
        return split(whole, limit)
    room = min(NOTE_UNITS, limit // 3, units("；".join(cited)) + NOTE_FRAME)
    parts = split(whole, limit, first_limit=limit - room)
    missing = [citation for citation in cited if citation not in parts[0].text]
    if not (note := _note(missing, room)):
        return split(whole, limit)
    return (Rendered(parts[0].text + note, parts[0].spans), *parts[1:])


def _note(cited: Sequence[str], room: int) -> str:
    """ "Based on ..." for the end of a first part; empty when there is nothing to add."""
    named: list[str] = []
    for citation in cited:
        if units("；".join([*named, citation])) > room - NOTE_FRAME:
            break
        named.append(citation)
    if not named:
        return ""
    more = " 等" if len(named) < len(cited) else ""
    return f"\n\n依据：{'；'.join(named)}{more}（见后文）"


def split(
    whole: Rendered, limit: int = MESSAGE_UNITS, *, first_limit: int | None = None
) -> tuple[Rendered, ...]:
    """Cut into parts of at most `limit` UTF-16 units; only white space is lost at the cuts.

    Cuts fall between paragraphs, lines, sentences or words, in that order, and never inside a
    citation, a link, inline code or a joined character, as long as these fit into one part.
    """
    if limit < 2:
        raise ValueError("a part must hold at least one character of two units")
    text = whole.text
    before = [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]
    kept = _kept_whole(whole)
    parts: list[Rendered] = []
    start, room = 0, first_limit or limit
    while before[-1] - before[start] > room:
        end = _cut(text, before, kept, start, room)
        parts.append(sliced(whole, start, end))
        start = end + len(text[end:]) - len(text[end:].lstrip())
        room = limit
    parts.append(sliced(whole, start, len(text)))
    return tuple(part for part in parts if visible(part.text))


def _kept_whole(whole: Rendered) -> tuple[tuple[int, int], ...]:
    """Stretches no cut may fall into, in order."""
    cited = [found.span() for found in _CITATION.finditer(whole.text)]
    marked = [(s.start, s.end) for s in whole.spans if _short(s)]
    return tuple(sorted(cited + marked))


def _short(span: Span) -> bool:
    return span.kind in (Kind.LINK, Kind.CODE, Kind.BOLD) and span.end - span.start <= 200


def _cut(
    text: str, before: list[int], kept: Sequence[tuple[int, int]], start: int, room: int
) -> int:
    """Where the part that begins at `start` ends: the best seam in its second half."""
    last = _last_fitting(before, start, room)
    half = start + (last - start) // 2
    near = [(first, end) for first, end in kept if first < last and end > half]
    for seam in _SEAMS:
        places = [found.end() for found in seam.finditer(text, half, last)]
        for place in reversed(places):
            if not any(first < place < end for first, end in near):
                return place
    return _hard_cut(text, near, start, last)


def _last_fitting(before: list[int], start: int, room: int) -> int:
    """The furthest end whose stretch from `start` has at most `room` units."""
    low, high = start + 1, min(len(before) - 1, start + room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before[middle] - before[start] <= room else (low, middle - 1)
    return low


def _hard_cut(text: str, near: Sequence[tuple[int, int]], start: int, last: int) -> int:
    """No seam: as late as fits, but before a stretch kept whole or a joined character."""
    place = last
    for first, end in reversed(near):
        if first < place < end and first > start:
            place = first
    earliest = max(start + 1, place - 16)
    while place > earliest and _joined(text, place):
        place -= 1
    return last if _joined(text, place) else place


def _joined(text: str, place: int) -> bool:
    """Whether the characters on both sides of `place` make one sign to the reader."""
    if place >= len(text):
        return False
    left, right = text[place - 1], text[place]
    both_flags = ord(left) in _FLAG_LETTERS and ord(right) in _FLAG_LETTERS
    return (
        right in _JOINERS
        or left == "\u200d"
        or ord(right) in _SKIN_TONES
        or unicodedata.category(right).startswith("M")
        or (both_flags and _odd_flags(text, place))
    )


def _odd_flags(text: str, place: int) -> bool:
    """Flags are pairs of letters: only an odd run before `place` means the middle of a pair."""
    run = 0
    while place - run > 0 and ord(text[place - run - 1]) in _FLAG_LETTERS:
        run += 1
    return run % 2 == 1
