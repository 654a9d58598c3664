"""Laws that exist and are none of ours: what is asked of them by name is not answered from others."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from bot.materials.lawbook import load_counts
from indexer.passages import Passage
from indexer.search import Index
from indexer.terms import load_lexicon

# 公司法人, 广告法务: the same characters, and no law
CITY = "北京市"
_KINDS = ("法", "条例", "法典")
_GOES_ON = r"(?![人务院官定律规治制学])"


def named(index: Index, question: str, rules: Path) -> str:
    """The title of a law that the question names and no paper of ours holds, "" for none.

    The names are those of knowledge/rules/laws.toml, which lists every law in force.
    """
    file = rules / "laws.toml"
    if not file.is_file():
        return ""
    for found in _names(file, file.stat().st_mtime_ns).finditer(question):
        if not _held(index, found[0], rules):
            return found[0]
    return ""


def _held(index: Index, name: str, rules: Path) -> bool:
    """Whether a paper bears the name, in any version, or the one that took its place (信访条例)."""
    since = load_lexicon(rules).successors.get(name, name)
    return bool(index.paper(name) or index.paper(since)) or any(
        title.startswith(name) for title in index.titles()
    )


def speaks_of(passage: Passage, title: str) -> bool:
    """Whether the passage itself refers to that law."""
    return title in passage.title or title in passage.text


@lru_cache(maxsize=2)
def _names(file: Path, _changed: int) -> re.Pattern[str]:
    """Any of the names, Beijing's also without the city; of two that begin alike the longer."""
    listed = [name for name in load_counts(file.parent) if name.endswith(_KINDS)]
    every = {*listed, *(name.removeprefix(CITY) for name in listed)}
    ordered = sorted(every, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, ordered))}){_GOES_ON}")
