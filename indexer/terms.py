"""The trade's words as data: dictionary, stop words, synonyms, short names of laws, places."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from indexer.errors import IndexerError

SHIPPED_RULES = Path(__file__).resolve().parent.parent / "knowledge" / "rules"


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """A kind of question (penalty, deadline …): how it is asked, and what an answer then holds."""

    name: str
    asked: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything read from terms.toml and synonyms.toml. Empty when a field is left out."""

    words: tuple[str, ...] = ()
    stop: frozenset[str] = frozenset()
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    law_names: dict[str, str] = field(default_factory=dict)  # short form -> full title in force
    successors: dict[str, str] = field(default_factory=dict)  # repealed law -> the one since
    home: str = "北京"
    national: str = "全国"
    other_places: tuple[str, ...] = ()
    kinds: tuple[QuestionKind, ...] = ()
    particular: tuple[str, ...] = ()  # asks for one case, one day, one price: no paper says that
    fingerprint: str = ""  # of terms.toml: the index stores what it says; synonyms act when asking

    def place_of(self, title: str) -> str:
        """The place whose rule this is, by its title: 北京, 全国, 上海 …; "" when not said."""
        bare = title.removeprefix("《").removeprefix("中共")
        if bare.startswith(("中华人民共和国", "国务院", "最高人民")):
            return self.national
        for place in (self.home, *self.other_places):
            if bare.startswith(place):
                return place
        return ""


def load_lexicon(folder: Path | None = None) -> Lexicon:
    """Read the two files below `folder` (the shipped ones when None); cached by content."""
    folder = folder or SHIPPED_RULES
    return _parsed(folder, _bytes(folder / "terms.toml"), _bytes(folder / "synonyms.toml"))


def _bytes(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


@cache
def _parsed(folder: Path, terms: bytes, synonyms: bytes) -> Lexicon:
    said = _toml(folder / "terms.toml", terms)
    same = _toml(folder / "synonyms.toml", synonyms)
    places = said.get("places", {})
    return Lexicon(
        words=tuple(said.get("words", ())),
        stop=frozenset(said.get("stop", ())),
        synonyms=_synonyms(same),
        law_names=dict(said.get("law_names", {})),
        successors=dict(said.get("successors", {})),
        home=places.get("home", "北京"),
        national=places.get("national", "全国"),
        other_places=tuple(places.get("others", ())),
        kinds=tuple(
            QuestionKind(kind["name"], tuple(kind["asked"]), tuple(kind["found"]))
            for kind in said.get("question_kind", ())
        ),
        particular=tuple(said.get("particular", {}).get("asked", ())),
        fingerprint=hashlib.sha256(terms).hexdigest()[:16],
    )


def _toml(file: Path, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IndexerError(
            f"检索词典 {file.name} 读不懂：{error}。", "请改正这一处的写法后再运行一次。"
        ) from error


def _synonyms(said: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for group in said.get("group", ()):
        for word in group:
            found.setdefault(word, []).extend(other for other in group if other != word)
    for lay in said.get("lay", ()):
        for word in lay["said"]:
            found.setdefault(word, []).extend(w for w in lay["law"] if w != word)
    return {word: tuple(dict.fromkeys(others)) for word, others in found.items()}
