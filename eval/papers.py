"""The knowledge papers and the official texts they digest, read for the checks of the corpus."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indexer.chunks import passages_of, sections_of
from indexer.documents import Paper
from indexer.passages import Passage
from indexer.readers import read_official, read_paper

ROOT = Path(__file__).resolve().parents[1]
KNOWLEDGE = ROOT / "knowledge"
LAWS = ROOT.parent / "shared" / "data" / "laws"
_NATIONAL = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one paper, told so that its author finds it."""

    paper: str
    section: str
    what: str

    def __str__(self) -> str:
        return f"{self.paper}｜{self.section}｜{self.what}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper with its sections as they are indexed; a law file is the path below `LAWS`."""

    paper: Paper
    passages: tuple[Passage, ...]

    @property
    def title(self) -> str:
        return self.paper.title

    @property
    def name(self) -> str:
        return Path(self.paper.path).name

    @property
    def kind(self) -> str:
        return self.paper.front.get("kind", "policy")

    @property
    def law_files(self) -> tuple[str, ...]:
        return self.paper.listed("law_file")


@cache
def sheets() -> tuple[Sheet, ...]:
    """Every paper below knowledge/, in order of its path."""
    papers = (read_paper(file, KNOWLEDGE) for file in sorted(KNOWLEDGE.rglob("*.md")))
    return tuple(Sheet(paper, tuple(sections_of(paper))) for paper in papers)


@cache
def by_name() -> dict[str, tuple[Sheet, ...]]:
    """Papers by every name a citation may use: title, other names, file; old and new share one."""
    found: dict[str, tuple[Sheet, ...]] = {}
    for sheet in sheets():
        stem = Path(sheet.name).stem
        names = {sheet.title, stem, undated(sheet.title), *sheet.paper.listed("aliases")}
        for key in {bare_name(name) for name in names}:
            found[key] = (*found.get(key, ()), sheet)
    return found


def undated(name: str) -> str:
    """北京市消防条例(2011-05-27) → 北京市消防条例."""
    return re.sub(r"\(\d{4}-\d\d-\d\d\)$", "", name)


def bare_name(name: str) -> str:
    """A title for comparing: no brackets of any kind, no 中华人民共和国, one sort of quote."""
    return re.sub(r"[《》〈〉“”\"\s]", "", name).replace(_NATIONAL, "")


@cache
def law_articles(law_file: str) -> dict[str, str]:
    """Text by article name of one official file."""
    found: dict[str, str] = {}
    for passage in passages_of(read_official(LAWS / law_file)):
        if passage.article:
            found[passage.article] = found.get(passage.article, "") + passage.text
    return found


def articles_of(sheet: Sheet) -> dict[str, str]:
    """The official articles a paper digests, over all its law files that are here."""
    found: dict[str, str] = {}
    for law_file in sheet.law_files:
        if (LAWS / law_file).is_file():
            found |= law_articles(law_file)
    return found


@cache
def laws_by_name() -> dict[str, tuple[str, ...]]:
    """Official files by bare title, from their names; empty where the data is not here."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(LAWS.rglob("*.md")) if LAWS.is_dir() else ():
        name = bare_name(undated(file.stem))
        found[name] = (*found.get(name, ()), file.relative_to(LAWS).as_posix())
    return found
