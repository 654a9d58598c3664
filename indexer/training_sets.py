"""Questions with what answers them, posed to indexes that do not hold the very question."""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indexer.build import build_from_corpus, build_index
from indexer.embedders import Embedder
from indexer.passages import Filters, Standing
from indexer.readers import paper_text
from indexer.search import Index, Judged
from indexer.training_data import Article, Question, TrainingTexts, part_of, read_asked
from indexer.training_official import bare

# Rules are judged by this Beijing date, so that the parameters do not depend on the day of fitting.
AS_OF = date(2026, 11, 23)
QUOTES = 300
RETOLD = 300
MOST_ASKED = 1200
_CLAUSE = re.compile(r"[，。；：、\s]+")


@dataclass(frozen=True, slots=True)
class Posed:
    """A question, the ids of the passages that answer it (none: it has no answer), its kind."""

    text: str
    right: frozenset[str]
    kind: str = "answerable"


def statutes_index(data: Path, target: Path, embedder: Embedder) -> Index:
    """An index of all statute articles of the public corpus."""
    target.mkdir(parents=True, exist_ok=True)
    plain = target / "corpus.jsonl"
    with gzip.open(data / "retrieval" / "corpus.jsonl.gz", "rb") as packed:
        plain.write_bytes(packed.read())
    build_from_corpus(plain, target, embedder=embedder)
    return Index.open(target, embedder)


def papers_index(knowledge: Path, target: Path, embedder: Embedder, part: str) -> Index:
    """An index of our papers without the 问法 of one part, which are then posed to it."""
    copy = target / "papers"
    for file in sorted(knowledge.rglob("*.md")):
        if file.name == "README.md":
            continue
        to = copy / file.relative_to(knowledge)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(without_part(paper_text(file), part), "utf-8")
    build_index([copy], target, embedder=embedder)
    shutil.rmtree(copy)
    return Index.open(target, embedder)


def without_part(paper: str, part: str) -> str:
    """The paper without the 问法 of this part; a section that keeps none loses the mark too."""
    blocks = re.split(r"^(?=## )", paper, flags=re.M)
    return "".join(_section_without(block, part) for block in blocks)


def _section_without(section: str, part: str) -> str:
    body, marker, asked = section.partition("问法：")
    if not marker:
        return section
    lines = [
        line
        for line in asked.split("\n")
        if not line.startswith("- ") or part_of(line[2:].strip()) != part
    ]
    kept = any(line.startswith("- ") for line in lines)
    return body + (marker if kept else "") + "\n".join(lines)


def posed_lay(questions: Sequence[Question]) -> list[Posed]:
    """Lay questions with the statute articles that answer them."""
    return [Posed(q.text, frozenset(q.gold)) for q in questions]


def posed_asked(knowledge: Path, papers: Index, part: str) -> list[Posed]:
    """Our own 问法 of one part with the section each belongs to."""
    sections: dict[str, set[str]] = defaultdict(set)
    for passage in papers.passages:
        if passage.standing(AS_OF) in (Standing.SUPERSEDED, Standing.NOT_YET):
            continue
        heading = f"{passage.article or ''} {passage.heading}".strip()
        sections[f"{passage.title}|{heading}"].add(passage.id)
    posed = []
    for pair in read_asked(knowledge):
        right = sections.get(pair.group)
        if right and part_of(pair.left) == part:
            posed.append(Posed(pair.left, frozenset(right)))
    random.Random(MOST_ASKED).shuffle(posed)
    return posed[:MOST_ASKED]


def posed_retold(knowledge: Path, papers: Index, seed: int) -> list[Posed]:
    """Our 问法 that the index holds, said a little differently, as people repeat a question."""
    dice = random.Random(seed)
    before, after = ("", "请问", "你好，", "我想问一下"), ("", "呢", "怎么办", "啊", "谢谢")
    posed = []
    for one in posed_asked(knowledge, papers, "train"):
        letters = [c for c in one.text if dice.random() > 0.12]
        text = dice.choice(before) + "".join(letters) + dice.choice(after)
        posed.append(Posed(text, one.right))
    return posed[:RETOLD]


def posed_quotes(articles: Sequence[Article], seed: int) -> list[Posed]:
    """Known items: two clauses remembered from an article must bring that article."""
    dice = random.Random(seed)
    posed = []
    for article in dice.sample(articles, QUOTES * 3):
        clauses = [c for c in _CLAUSE.split(article.text) if 5 <= len(c) <= 16]
        if len(clauses) < 2:
            continue
        told = dice.sample(clauses, 2)
        right = frozenset(a.id for a in articles if all(c in a.text for c in told))
        posed.append(Posed(" ".join(told), right))
    return posed[:QUOTES]


def unanswerable(file: Path) -> list[Posed]:
    """Questions our papers do not answer: foreign ones, and near misses in the trade's own words."""
    lines = file.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [Posed(row["question"], frozenset(), row["kind"]) for row in rows]


def posed_uncovered(texts: TrainingTexts, papers: Index) -> list[Posed]:
    """Lay questions (never of the test part) whose law no paper of ours holds: the index must say no.

    A paper that holds part of a law may answer, so questions on such a law are left out.
    """
    covered = {bare(title) for title in papers.titles()}
    law_of = {article.id: bare(article.title) for article in texts.articles}
    questions = (*texts.part("train"), *texts.part("dev"))
    return [
        Posed(one.text, frozenset(), "law_miss")
        for one in questions
        if not any(_covers(covered, law_of[gold]) for gold in one.gold)
    ]


def _covers(covered: set[str], law: str) -> bool:
    """Interpretations of a covered law count as covered: their titles hold its name."""
    return any(title in law for title in covered)


def judged(index: Index, posed: Sequence[Posed]) -> Iterator[tuple[Posed, Judged]]:
    """Each question with what the index found out about it; empty ones are left out."""
    for one in posed:
        found = index.judge(one.text, filters=Filters(as_of=AS_OF))
        if found is not None and found.ids:
            yield one, found
