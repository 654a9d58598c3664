"""Matters that people ask and no paper of ours holds: said so, with where to ask instead."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.errors import BotError


@dataclass(frozen=True, slots=True)
class Outside:
    """One such matter: the words that give it away, what it is called, who knows."""

    words: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    says: str
    ask: str

    def met(self, question: str) -> bool:
        """Whether the question is about it: a word of every group, none of `unless`."""
        return all(any(word in question for word in group) for group in self.words) and not any(
            word in question for word in self.unless
        )


def met(question: str, folder: Path) -> Outside | None:
    """The first matter of the table that the question is about; a rule cited by name is ours."""
    path = folder / "outside.toml"
    if not path.is_file() or "《" in question or "条例" in question:
        return None
    return next((one for one in _load(path, path.stat().st_mtime_ns) if one.met(question)), None)


@lru_cache(maxsize=2)
def _load(path: Path, _changed: int) -> tuple[Outside, ...]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Outside(
                tuple(tuple(group) for group in one["words"]),
                tuple(one.get("unless", ())),
                str(one["says"]),
                str(one["ask"]),
            )
            for one in content.get("outside", ())
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as wrong:
        raise BotError(f"{path.name} 读不懂：{wrong}。", "请改正这个文件后再试。") from wrong
