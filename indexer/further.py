"""Further 问法 of a paper, in a file beside it: `养犬规定.md` has `养犬规定.asked`.

A paper is for its readers and shows a handful of 问法 a section; the encoder and the index want
dozens. The file beside it holds the others under the same `##` headings, one `- ` line each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

FURTHER_SUFFIX = ".asked"

_HEADING = re.compile(r"^## +(.*?)[ \t]*$", re.M)
_ASKED_LIST = re.compile(r"^问法[：:][ \t]*\n(?:[ \t]*\n)*(?:[-*] .*(?:\n|\Z))+", re.M)


def beside(paper: Path) -> Path:
    """Where the further 问法 of this paper would stand."""
    return paper.with_suffix(FURTHER_SUFFIX)


def joined(paper: str, further: str) -> str:
    """The text of a paper with the further 问法 behind its own; what has no place is left out."""
    if not further.strip():
        return paper
    more = dict(_blocks(further))
    return "".join(_with(section, more) for section in _cut(paper))


def without_place(paper: str, further: str) -> tuple[str, ...]:
    """Headings of the file beside a paper that no section with 问法 of the paper has."""
    held = {_heading(section) for section in _cut(paper) if _ASKED_LIST.search(section)}
    return tuple(heading for heading, _ in _blocks(further) if heading not in held)


def _with(section: str, more: dict[str, list[str]]) -> str:
    lines = more.get(_heading(section))
    found = _ASKED_LIST.search(section) if lines else None
    if not lines or not found:
        return section
    own = found[0].rstrip("\n")
    return section[: found.start()] + "\n".join([own, *lines]) + "\n" + section[found.end() :]


def _heading(section: str) -> str:
    found = _HEADING.match(section)
    return found[1] if found else ""


def _cut(text: str) -> list[str]:
    """The text in sections, what stands before the first heading first."""
    return re.split(r"^(?=## )", text, flags=re.M)


def _blocks(further: str) -> Iterator[tuple[str, list[str]]]:
    for block in _cut(further):
        lines = [line for line in block.split("\n") if line.startswith(("- ", "* "))]
        if _HEADING.match(block):
            yield _heading(block), lines
