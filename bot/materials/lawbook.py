"""Answers the material review from the knowledge base: does an article exist, was it in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from casedb.exclusion.pieces import LawStanding, LawState
from casedb.rules import toml_file
from indexer.numerals import article_key
from indexer.passages import Passage, Standing
from indexer.search import Index

COUNTRY = "中华人民共和国"
VERSION = re.compile(r"[（(](?:19|20)\d{2}.{0,10}[)）]$")
ALWAYS_LISTED = re.compile(r"(?<!办)法$|法典$|条例$")  # kinds of which the list is whole


@dataclass(frozen=True, slots=True)
class Counted:
    """How many articles a law has, by the text of `version` (ISO date, "" unknown)."""

    articles: int
    version: str


class LawBook:
    """The index (what is in force, since when) and knowledge/rules/laws.toml (how many articles)."""

    def __init__(
        self,
        index: Index | None,
        counts: Mapping[str, Counted],
        successors: Mapping[str, str] | None = None,
    ) -> None:
        self._index, self._counts = index, counts
        self._successors = {_plain(old): new for old, new in (successors or {}).items()}
        self._titles: dict[str, list[str]] = {}
        for title in index.titles() if index else ():
            self._titles.setdefault(_plain(title), []).append(title)
        self._versions = lru_cache(maxsize=256)(self._papers)

    def standing(self, title: str, article: str, on: date) -> LawStanding:
        """What is known of `article` ("" = the law itself) on a Beijing date.

        A law is called unknown to exist only where the list of its kind is whole, an article only
        where the number of articles is known; otherwise nothing is claimed.
        """
        plain = _plain(title)
        versions = self._versions(plain, title)
        counted = self._counted(plain)
        replaced = self._successors.get(plain)
        if replaced and plain not in self._titles:
            return LawStanding(LawState.REPEALED, f"由《{replaced}》取代")
        if versions:
            return _in_base(versions, article, on, counted)
        if counted is not None:
            return _by_count(article, counted)
        if ALWAYS_LISTED.search(plain) and not self._resembles(plain):
            return LawStanding(LawState.NO_LAW)
        return LawStanding(LawState.UNKNOWN)

    def _papers(self, plain: str, title: str) -> tuple[Passage, ...]:
        """The passages of every version that bears this very title, else of what it is short for."""
        if self._index is None:
            return ()
        own = self._titles.get(plain, ())
        if own:
            return tuple(
                one for name in own for one in self._index.paper(name) if one.title == name
            )
        return self._index.paper(title) or self._index.paper(plain)

    def _counted(self, plain: str) -> Counted | None:
        return self._counts.get(plain) or self._counts.get(f"北京市{plain}")

    def _resembles(self, plain: str) -> bool:
        """A short or long form of a law that is listed: 物业条例, 北京市海淀区…"""
        return any(
            known.endswith(plain) or plain.endswith(known) or _short_of(plain, known)
            for known in self._counts
        )


def load_counts(folder: Path) -> dict[str, Counted]:
    """Titles (without 中华人民共和国) and their number of articles.

    Raises:
        RuleBroken: an entry is no "number date".
    """
    file = toml_file.read(folder / "laws.toml")
    found: dict[str, Counted] = {}
    for title, said in file.content.get("articles", {}).items():
        number, _, version = str(said).partition(" ")
        if not number.isdigit():
            raise file.broken(title, "条数不是数字", '请写成 "74 2021-04-29"。')
        found[title] = Counted(int(number), version.strip())
    return found


def load_repealed(folder: Path) -> dict[str, str]:
    """Laws that no longer hold and are not in the knowledge base: old title -> the one since."""
    file = toml_file.read(folder / "laws.toml")
    return {str(old): str(new) for old, new in file.content.get("repealed", {}).items()}


def _plain(title: str) -> str:
    bare = VERSION.sub("", title.strip().strip("《》")).replace("〈", "《").replace("〉", "》")
    return re.sub(r"\s", "", bare).removeprefix(COUNTRY)


def _short_of(short: str, known: str) -> bool:
    """Whether the characters of a short name stand in order in a known one: 物业条例, 物业管理条例."""
    if len(short) < 3 or len(short) * 2 < len(known) - 3:
        return False
    rest = iter(known)
    return all(sign in rest for sign in short)


def _in_base(
    versions: tuple[Passage, ...], article: str, on: date, counted: Counted | None
) -> LawStanding:
    states = {one.standing(on) for one in versions}
    if Standing.IN_FORCE in states:
        valid = [one for one in versions if one.standing(on) is Standing.IN_FORCE]
        if not article or any(_same_article(one, article) for one in valid):
            return LawStanding(LawState.IN_FORCE)
        return _past_the_end(article, valid, counted)
    if states == {Standing.SUPERSEDED} or Standing.SUPERSEDED in states:
        last = max(versions, key=lambda one: one.version)
        until = f"{last.repealed_on:%Y-%m-%d} 起" if last.repealed_on else ""
        by = f"由《{last.superseded_by}》取代" if last.superseded_by else "不再有效"
        return LawStanding(LawState.REPEALED, f"{until}{by}")
    if Standing.NOT_YET in states:
        begins = min(one.effective_on for one in versions if one.effective_on)
        return LawStanding(LawState.NOT_YET, f"{begins:%Y-%m-%d} 起施行")
    return LawStanding(LawState.UNKNOWN)


def _same_article(passage: Passage, article: str) -> bool:
    return bool(passage.article) and article_key(passage.article or "") == article_key(article)


def _past_the_end(article: str, valid: list[Passage], counted: Counted | None) -> LawStanding:
    """The digest does not hold the article: it may be left out, or past the end of the law."""
    key = article_key(article)
    if key is None or counted is None:
        return LawStanding(LawState.UNKNOWN)
    newest = max(one.version for one in valid)
    known = max((found[0] for one in valid if (found := article_key(one.article or ""))), default=0)
    # A younger wording than the one counted may have grown; then only a wide miss is claimed.
    slack = 1.0 if not counted.version or newest <= counted.version else 1.5
    last = max(counted.articles, known)
    if key[0] > last * slack or key[0] < 1:
        return LawStanding(LawState.NO_ARTICLE, f"全文共 {last} 条" if slack == 1.0 else "")
    return LawStanding(LawState.UNKNOWN)


def _by_count(article: str, counted: Counted) -> LawStanding:
    key = article_key(article) if article else None
    if key is None:
        return LawStanding(LawState.UNKNOWN)
    if key[0] > counted.articles or key[0] < 1:
        return LawStanding(LawState.NO_ARTICLE, f"全文共 {counted.articles} 条")
    return LawStanding(LawState.UNKNOWN)
