"""False premises: what people take for written, and what is really written."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.errors import BotError
from indexer.passages import Passage
from indexer.search import Index

_WRONG = "这个前提不对："
_KNOWS = re.compile(r"(?:没有?|未|不曾)(?:写|规定|说|列|定)|有没有(?:写|规定)|[写定]没[写定]|有写")


@dataclass(frozen=True, slots=True)
class Premise:
    """One common error: the words that give it away, the correction, the passage that bears it out."""

    id: str
    words: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    says: str
    lead: str  # "title#article or heading", "" when no paper of ours holds it
    source: str
    pattern: re.Pattern[str] | None = None  # in place of words, where their order matters

    def met(self, question: str) -> bool:
        """Whether the question rests on it."""
        if any(word in question for word in self.unless):
            return False
        if self.pattern is not None:
            return bool(self.pattern.search(question))
        return all(any(word in question for word in group) for group in self.words)


def met(question: str, folder: Path) -> Premise | None:
    """The first premise of the table that the question rests on."""
    path = folder / "premises.toml"
    if not path.is_file():
        return None
    text = question.translate(_EVEN)
    return next((one for one in _load(path, path.stat().st_mtime_ns) if one.met(text)), None)


def says(premise: Premise, question: str) -> str:
    """What it says, without calling wrong a question that knows or only asks whether it is so."""
    return premise.says.removeprefix(_WRONG) if _KNOWS.search(question) else premise.says


_EVEN = str.maketrans("０１２３４５６７８９", "0123456789", " \t\u3000")


def lead_passage(premise: Premise, index: Index) -> Passage | None:
    """The passage that says so."""
    title, _, part = premise.lead.partition("#")
    if not title:
        return None
    found = index.article(title, part) if part.startswith("第") else None
    return found or next((one for one in index.paper(title) if one.heading == part), None)


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int) -> tuple[Premise, ...]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Premise(
                id=str(one["id"]),
                words=tuple(tuple(group) for group in one.get("words", ())),
                unless=tuple(one.get("unless", ())),
                says=str(one["says"]),
                lead=str(one.get("lead", "")),
                source=str(one.get("source", "")),
                pattern=re.compile(one["pattern"]) if "pattern" in one else None,
            )
            for one in content.get("premise", ())
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, re.error) as wrong:
        raise BotError(f"{path.name} 读不懂：{wrong}。", "请改正这个文件后再试。") from wrong
