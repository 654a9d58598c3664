"""Our own 问法 beside the official wording of the article they ask about: from everyday to legal words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from indexer.training_data import (
    ARTICLE_LINE,
    ARTICLE_NUMBER,
    DATE_IN_FILE_NAME,
    LONGEST_TEXT,
    Article,
    Pair,
)

_NATIONAL = "中华人民共和国"
ArticleTexts = Mapping[tuple[str, str], str]  # (bare title, 第N条) -> official wording


def official_texts(laws: Path, articles: Sequence[Article]) -> ArticleTexts:
    """The wording of every article at hand; of several versions of a law the newest counts.

    Dates stand in the file names, so the order of names is the order of versions.
    """
    found: dict[tuple[str, str], str] = {}
    for article in articles:
        if number := ARTICLE_NUMBER.search(article.name):
            found[bare(article.title), number[0]] = article.text[:LONGEST_TEXT]
    for file in sorted(laws.rglob("*.md"), key=lambda file: file.name):
        title = bare(DATE_IN_FILE_NAME.sub("", file.stem))
        for line in file.read_text("utf-8", errors="replace").splitlines():
            if opened := ARTICLE_LINE.match(line):
                found[title, opened[0].rstrip(" \t　")] = line[opened.end() :][:LONGEST_TEXT]
    return found


def official_pairs(asked: Sequence[Pair], texts: ArticleTexts) -> Iterator[Pair]:
    """Each 问法 of an article's section with the official wording of that article, where known."""
    for pair in asked:
        title, _, heading = pair.group.partition("|")
        number = ARTICLE_NUMBER.match(heading)
        wording = texts.get((bare(title), number[0])) if number else None
        if number and wording:
            yield Pair(pair.left, f"{title}{number[0]} {wording}"[:LONGEST_TEXT], pair.group)


def bare(title: str) -> str:
    """A law's title as people shorten it, so that both spellings meet."""
    return re.sub(r"\s", "", title).removeprefix(_NATIONAL)
