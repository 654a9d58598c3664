"""Which papers a question names: full titles, aliases, and the short forms people use."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.terms import Lexicon
from indexer.tokens import normalise

_GENERIC = frozenset(("条例", "工作条例", "办法", "规定", "细则", "通知", "意见", "法"))
_NATIONAL = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Named:
    """A paper named in a question: which titles it may be, and whether its numbers still count."""

    start: int
    end: int
    titles: tuple[int, ...]
    numbered: bool  # False for a repealed law: its article numbers are not those of the new one


class TitleList:
    """The titles of an index with all their names, saved beside it."""

    def __init__(self, titles: Iterable[tuple[str, tuple[str, ...]]], lexicon: Lexicon) -> None:
        self.titles: list[str] = []
        self._names: dict[str, list[int]] = {}
        self._lexicon = lexicon
        for title, aliases in titles:
            self._add(title, aliases)
        self._short = self._short_forms(lexicon.law_names)
        self._old = self._short_forms(lexicon.successors)
        self._longest = max(map(len, [*self._names, *self._short, *self._old]), default=0)
        self._openings = {name[:2] for name in [*self._names, *self._short, *self._old]}

    def _add(self, title: str, aliases: tuple[str, ...]) -> None:
        at = len(self.titles)
        self.titles.append(title)
        names = {title, *aliases, title.removeprefix(_NATIONAL)}
        names.add(title.removeprefix(f"{self._lexicon.home}市"))
        for name in names:
            if len(name) >= 3 or name == title:
                self._names.setdefault(normalise(name), []).append(at)

    def _short_forms(self, table: dict[str, str]) -> dict[str, tuple[int, ...]]:
        found = {}
        for short, full in table.items():
            names = (full, full.removeprefix(_NATIONAL))
            if titles := next((tuple(self._names[n]) for n in names if n in self._names), ()):
                found[normalise(short)] = titles
        return found

    def exact(self, name: str) -> tuple[int, ...]:
        """Titles that this name stands for; short forms count, generic words do too."""
        name = normalise(name.strip().strip("《》"))
        own = [at for at in self._names.get(name, ()) if normalise(self.titles[at]) == name]
        if own and name not in self._short:
            return tuple(own)
        return self._short.get(name) or tuple(self._names.get(name, ()))

    def named_in(self, text: str) -> list[Named]:
        """Every name in a normalised question, the longest at each place."""
        return list(self._scan(text)) if self._openings else []

    def _scan(self, text: str) -> Iterator[Named]:
        at = 0
        while at < len(text) - 1:
            named = self._at(text, at) if text[at : at + 2] in self._openings else None
            if named:
                yield named
            at = named.end if named else at + 1

    def _at(self, text: str, at: int) -> Named | None:
        for end in range(min(len(text), at + self._longest), at + 1, -1):
            name = text[at:end]
            if name in _GENERIC and not _pointed_at(text, at, end):
                continue
            # A short form and a full title of the same spelling may both be meant.
            if titles := (*self._short.get(name, ()), *self._names.get(name, ())):
                return Named(at, end, tuple(dict.fromkeys(titles)), True)
            if titles := self._old.get(name, ()):
                return Named(at, end, titles, False)
        return None


def _pointed_at(text: str, start: int, end: int) -> bool:
    """《条例》 and 条例第十四条 name a paper; 有没有条例 does not."""
    return text[start - 1 : start] == "《" or text[end : end + 1] in ("第", "》")


def save_titles(file: Path, titles: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    """Write titles with their aliases."""
    file.write_text(json.dumps([list(t) for t in titles], ensure_ascii=False), "utf-8")


def load_titles(file: Path, lexicon: Lexicon) -> TitleList:
    """Read titles with their aliases."""
    rows = json.loads(file.read_text("utf-8"))
    return TitleList(((title, tuple(aliases)) for title, aliases in rows), lexicon)
