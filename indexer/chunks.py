"""Text -> passages that never cross an article; put end to end they are the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import pairwise

from indexer.articles import article_openings
from indexer.documents import Document, Paper
from indexer.numerals import ARTICLE, article_key, article_name
from indexer.passages import PaperKind, Passage

CHUNKER_VERSION = "articles-1"  # part of the index fingerprint; raise it when a cut changes

LONGEST_PIECE = 600  # characters of a text without articles that make one passage

_CHAPTER = re.compile(
    r"^[ \t　#*]*第[零〇一二三四五六七八九十百0-9]+(?:分编|[编章节])"
    r"(?:[ \t　]+[^。；\n]{0,40}|(?![的规之、，至和所])[^。；，、\n]{0,20})$",
    re.MULTILINE,
)
_HEADING = re.compile(r"^(?:#{1,6}[ \t]|[一二三四五六七八九十]+、[^。\n]{0,40}$)", re.MULTILINE)
_APPENDIX = re.compile(r"^[ \t　#*]*附(?:件|录|表|则：|：)[^。\n]{0,40}$", re.MULTILINE)
_ARTICLE_HEADING = re.compile(rf"^({ARTICLE})\s*(.*)$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of a document. `article` is set for an article, `chapter` names where it stands."""

    start: int
    text: str
    article: str | None = None
    chapter: str = ""
    heading: str = ""


def cut(text: str) -> list[Chunk]:
    """The chunks of a text in order; their texts put end to end are equal to it."""
    openings = article_openings(text)
    if not openings:
        return list(_pieces(text, 0, ""))
    chunks = list(_pieces(text[: openings[0].start], 0, ""))
    chapter = _last_chapter(text[: openings[0].start], "")
    bounds = [opening.start for opening in openings] + [len(text)]
    for opening, end in zip(openings, bounds[1:], strict=True):
        body_end = _end_of_article(text, opening.start, end)
        body = text[opening.start : body_end]
        chunks.append(Chunk(opening.start, body, opening.name, chapter))
        if body_end < end:
            rest = text[body_end:end]
            chapter = _last_chapter(rest, chapter)
            chunks.extend(_pieces(rest, body_end, chapter))
    return chunks


def _end_of_article(text: str, start: int, end: int) -> int:
    """An article ends where the next one, a chapter heading or an annex begins."""
    ends = [
        found.start()
        for pattern in (_CHAPTER, _APPENDIX)
        if (found := pattern.search(text, start + 1, end))
    ]
    return min(ends, default=end)


def _last_chapter(text: str, before: str) -> str:
    names = [found[0].strip(" \t　#*") for found in _CHAPTER.finditer(text)]
    return re.sub(r"[ \t　]+", " ", names[-1]) if names else before


def _pieces(text: str, offset: int, chapter: str) -> Iterator[Chunk]:
    """Text without articles: cut at headings, then at line ends before it grows too long."""
    if not text:
        return
    bounds = sorted({0, len(text), *(found.start() for found in _HEADING.finditer(text))})
    for start, end in pairwise(bounds):
        heading = text[start:end].split("\n", 1)[0].strip(" \t　#*")
        is_heading = bool(_HEADING.match(text, start))
        for low, high in _line_groups(text, start, end):
            yield Chunk(
                offset + low, text[low:high], None, chapter, heading[:60] if is_heading else ""
            )


def _line_groups(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    low = at = start
    while at < end:
        line_end = text.find("\n", at, end)
        line_end = end if line_end < 0 else line_end + 1
        if line_end - low > LONGEST_PIECE and at > low:
            yield low, at
            low = at
        at = line_end
    if low < end:
        yield low, end


def passages_of(document: Document) -> list[Passage]:
    """An official text as passages, verbatim. Put end to end their texts are the document's."""
    names: dict[str, int] = {}
    return [
        Passage(
            id=_passage_id(document.path, chunk.article or chunk.heading, names),
            title=document.title,
            text=chunk.text,
            kind=PaperKind.OFFICIAL,
            article=chunk.article,
            heading=chunk.chapter or chunk.heading,
            level=document.level,
            issuer=document.issuer,
            place=document.place,
            version=document.version,
            effective_on=document.effective_on,
            repealed_on=document.repealed_on,
            source="用户添加的原文",
            confidence="原文",
            access=document.access,
            verbatim=True,
            page=document.page_at(chunk.start),
            path=document.path,
            ordinal=at,
        )
        for at, chunk in enumerate(cut(document.text))
    ]


def is_searchable(passage: Passage) -> bool:
    """A chapter heading or blank line is kept for completeness, but answers nothing."""
    if passage.kind is not PaperKind.OFFICIAL or passage.article:
        return bool(passage.text.strip() or passage.title)
    left = _CHAPTER.sub("", passage.text)
    left = re.sub(r"^#+[^\n]*$|<!--.*?-->", "", left, flags=re.MULTILINE)
    return len(re.sub(r"\W", "", left)) >= 8


def sections_of(paper: Paper) -> list[Passage]:
    """A knowledge paper as passages, one per section."""
    front = paper.front
    kind = PaperKind(front.get("kind", "policy"))
    names: dict[str, int] = {}
    passages = []
    for at, section in enumerate(paper.sections):
        article, heading = _article_and_heading(section.heading)
        passages.append(
            Passage(
                id=_passage_id(paper.path, section.heading, names),
                title=paper.title,
                text=section.text,
                kind=kind,
                article=article,
                heading=heading,
                aliases=paper.listed("aliases"),
                topics=paper.listed("topics"),
                questions=section.questions,
                level=front.get("level", ""),
                issuer=front.get("issuer", ""),
                place=front.get("place", ""),
                version=front.get("version", ""),
                effective_on=_date(front.get("effective_on", "")),
                repealed_on=_date(front.get("repealed_on", "")),
                superseded_by=front.get("superseded_by", ""),
                source=front.get("source", ""),
                confidence=front.get("confidence", ""),
                access=front.get("access", "staff") or "staff",
                path=paper.path,
                ordinal=at,
            )
        )
    return passages


def line_passage(passage_id: str, name: str, text: str, ordinal: int) -> Passage:
    """One line of a corpus.jsonl; a name that ends in an article number gives title and article."""
    head = re.search(rf"{ARTICLE}$", name.strip())
    key = article_key(head[0]) if head else None
    title = name.strip()[: head.start()] if head and key else name.strip()
    return Passage(
        id=passage_id, title=title, text=text, article=article_name(key) if key else None,
        ordinal=ordinal,
    )  # fmt: skip


def _article_and_heading(heading: str) -> tuple[str | None, str]:
    found = _ARTICLE_HEADING.match(heading)
    key = article_key(found[1]) if found else None
    return (article_name(key), found[4].strip()) if found and key else (None, heading)


def _passage_id(path: str, name: str, seen: dict[str, int]) -> str:
    """Stable across rebuilds: from the paper's path and the heading, not from its place."""
    seen[name] = seen.get(name, 0) + 1
    full = f"{path}#{name}" + (f"~{seen[name]}" if seen[name] > 1 else "")
    return blake2b(full.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _date(text: str) -> date | None:
    return date.fromisoformat(text.strip()) if text.strip() else None


def joined(passages: Iterable[Passage]) -> str:
    """The text again, from the passages of one document."""
    return "".join(passage.text for passage in passages)
