"""People's words as the rules write them: 送餐的一手扶把 -> 外卖配送 手持 驾驶非机动车."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from bot.errors import BotError

MOST_WORDS = 8
Sayings = tuple[tuple[str, tuple[str, ...]], ...]


def words(question: str, folder: Path) -> tuple[str, ...]:
    """The rules' terms for what the question says, of sayings that tell the matter by themselves.

    Longest saying first; those marked `sure` in synonyms.toml only.
    """
    path = folder / "synonyms.toml"
    if not path.is_file():
        return ()
    found: dict[str, None] = {}
    for said, terms in _sayings(path, path.stat().st_mtime_ns):
        if said in question:
            found.update((term, None) for term in terms if term not in question)
    return tuple(found)[:MOST_WORDS]


@lru_cache(maxsize=2)
def _sayings(path: Path, _changed: int) -> Sayings:
    try:
        lay = tomllib.loads(path.read_text(encoding="utf-8")).get("lay", ())
        found = [
            (str(said), tuple(map(str, one["law"])))
            for one in lay
            if one.get("sure")
            for said in one["said"]
        ]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as wrong:
        raise BotError(f"{path.name} 读不懂：{wrong}。", "请改正这个文件后再试。") from wrong
    return tuple(sorted(found, key=lambda one: -len(one[0])))
