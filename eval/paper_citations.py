"""Checks that whatever a paper cites exists, and that papers point at each other both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.papers import Fault, Sheet, articles_of, bare_name, by_name, law_articles, laws_by_name
from indexer.numerals import ARTICLE, article_key, article_name

_CITED = re.compile(
    rf"《((?:[^《》]|《[^《》]*》)+)》(?:（[^（）]*）)?((?:[、和及至]?{ARTICLE}(?:第[^条、，。]{{1,3}}[款项])?)+)"
)


def citations(text: str) -> Iterator[tuple[str, str]]:
    """(name of the paper, article) of each 《…》第X条, lists of articles taken apart."""
    for found in _CITED.finditer(text):
        for one in re.finditer(ARTICLE, found[2]):
            key = article_key(one[0])
            if key:
                yield found[1], article_name(key)


def citation_faults(sheet: Sheet) -> Iterator[Fault]:
    """Every citation names a paper and an article that are in the corpus or in the official text."""
    for passage in sheet.passages:
        for name, article in citations(passage.text):
            if not _exists(name, article):
                section = passage.article or passage.heading
                yield Fault(sheet.name, section, f"《{name}》{article} 在资料和法规原文里都找不到")


def _exists(name: str, article: str) -> bool:
    papers = by_name().get(bare_name(name), ())
    if any(article in {one.article for one in paper.passages} for paper in papers):
        return True
    if any(article in articles_of(paper) for paper in papers):
        return True
    files = laws_by_name().get(bare_name(name), ())
    return any(article in law_articles(file) for file in files)


def link_faults(sheet: Sheet) -> Iterator[Fault]:
    """superseded_by and supersedes name papers that are here, and these point back."""
    for key, back in (("superseded_by", "supersedes"), ("supersedes", "superseded_by")):
        for name in sheet.paper.listed(key):
            others = [one for one in by_name().get(bare_name(name), ()) if one is not sheet]
            if not others:
                yield Fault(sheet.name, key, f"{name} 不在资料里")
            elif not any(_points_at(one, back, sheet) for one in others):
                yield Fault(sheet.name, key, f"{name} 没有用 {back} 指回来")


def _points_at(other: Sheet, key: str, sheet: Sheet) -> bool:
    names = {bare_name(name) for name in other.paper.listed(key)}
    return any(sheet in by_name().get(name, ()) for name in names)
