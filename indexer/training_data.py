"""What the shipped embedding model may learn from: statute articles, lay questions, our own 问法."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from indexer.errors import IndexerError
from indexer.readers import paper_text

# Cut points: the model pools every piece of a text, so a very long article would drown its point.
LONGEST_TEXT = 400
LONGEST_SENTENCE = 120

# Our own list: statute wording, a tab, and how residents say it, separated by 、.
PLAIN_WORDS = Path(__file__).parent / "training_words.tsv"

_NUMBER = "[一二三四五六七八九十百千零〇]+"
ARTICLE_NUMBER = re.compile(rf"第{_NUMBER}条(?:之{_NUMBER})?")
ARTICLE_LINE = re.compile(rf"^第{_NUMBER}条(?:之{_NUMBER})?[\s　]+(?=\S)")
_SENTENCE_END = re.compile(r"(?<=[。；！？])|\n+")
DATE_IN_FILE_NAME = re.compile(r"[(（]\d{4}-\d{2}-\d{2}[)）]$")
_ASKED = "问法："


@dataclass(frozen=True, slots=True)
class Article:
    """One statute article of the public corpus."""

    id: str
    name: str  # law title and article number, as printed
    text: str

    @property
    def title(self) -> str:
        """The law's title without the article number."""
        return ARTICLE_NUMBER.split(self.name)[0]

    @property
    def full(self) -> str:
        """What is indexed: name and text."""
        return f"{self.name} {self.text}"


@dataclass(frozen=True, slots=True)
class Question:
    """A lay question, the ids of the articles that answer it, and a written answer if there is one."""

    id: str
    text: str
    gold: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that belong together. Pairs of one `group` are never negatives of each other."""

    left: str
    right: str
    group: str


@dataclass(frozen=True, slots=True)
class TrainingTexts:
    """Everything read from disk, before any split."""

    articles: tuple[Article, ...]
    questions: tuple[Question, ...]
    chapters: tuple[Pair, ...]  # law and chapter heading -> article, from the official texts
    asked: tuple[Pair, ...]  # our own 问法 -> section
    words: tuple[Pair, ...]  # how people say it -> how a statute says it

    def by_id(self) -> dict[str, Article]:
        """The articles by their id."""
        return {article.id: article for article in self.articles}

    def part(self, part: str) -> tuple[Question, ...]:
        """The questions of one part: train, dev or test."""
        return tuple(q for q in self.questions if part_of(q.text) == part)


def part_of(question: str) -> str:
    """Which part a question belongs to: train, dev or test.

    Decided by a hash of its text alone, so no change of order, seed or corpus moves a question
    from one part to another. About one in six each for dev and test.
    """
    share = share_of(question)
    if share < 165:
        return "test"
    return "dev" if share < 330 else "train"


def share_of(question: str) -> int:
    """A number from 0 to 999 that a question always has, spread evenly."""
    return int(hashlib.sha256(question.encode()).hexdigest(), 16) % 1000


def read_training_texts(
    data: Path, knowledge: Path | None = None, words: Path = PLAIN_WORDS
) -> TrainingTexts:
    """Read the licensed texts below `data` and, where present, our own papers in `knowledge`."""
    source = data / "retrieval"
    if not (source / "corpus.jsonl.gz").is_file():
        raise IndexerError(
            f"训练数据不在 {source}。", "请用 --data 指明含 retrieval/ 与 laws/ 的数据文件夹。"
        )
    return TrainingTexts(
        articles=tuple(_read_articles(source / "corpus.jsonl.gz")),
        questions=tuple(_read_questions(source)),
        chapters=tuple(_read_chapters(data / "laws")),
        asked=tuple(read_asked(knowledge)) if knowledge else (),
        words=tuple(_read_words(words)),
    )


def _read_articles(file: Path) -> Iterator[Article]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Article(row["id"], row["name"], row["text"])


def _read_questions(folder: Path) -> Iterator[Question]:
    gold: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "train_qrels.tsv").read_text("utf-8").splitlines():
        question_id, article_id, _ = line.split("\t")
        gold[question_id].append(article_id)
    answers = {}
    for line in (folder / "train_answers.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        answers[row["question"]] = row["answer"]
    for line in (folder / "train_queries.tsv").read_text("utf-8").splitlines():
        question_id, text = line.split("\t", 1)
        if gold[question_id]:
            yield Question(question_id, text, tuple(gold[question_id]), answers.get(text, ""))


def _read_chapters(laws: Path) -> Iterator[Pair]:
    """Law and chapter heading with each article below it, from the official texts."""
    for file in sorted(laws.rglob("*.md")):
        title = DATE_IN_FILE_NAME.sub("", file.stem)
        heading = ""
        for line in file.read_text("utf-8", errors="replace").splitlines():
            if line.startswith("## ") or line.startswith("### "):
                heading = re.sub(rf"^第{_NUMBER}[编章节][\s　]*", "", line.lstrip("# ").strip())
            elif (found := ARTICLE_LINE.match(line)) and heading:
                body = line[found.end() :][:LONGEST_TEXT]
                yield Pair(f"{title} {heading}", body, f"{title}|{heading}")


def read_asked(knowledge: Path) -> Iterator[Pair]:
    """Our own questions (问法) with the section that answers each.

    Reads only what training needs; the full reader of papers is `indexer.readers`.
    """
    for file in sorted(knowledge.rglob("*.md")):
        title = ""
        for block in re.split(r"^## ", paper_text(file), flags=re.M):
            if found := re.search(r"^title:\s*(.+)$", block, flags=re.M):
                title = found[1].strip()
                continue
            body, marker, asked = block.partition(_ASKED)
            if not marker:
                continue
            heading = body.split("\n", 1)[0].strip()
            section = f"{title} {body.strip()}"[:LONGEST_TEXT]
            for line in asked.splitlines():
                if line.startswith("- ") and len(line) > 5:
                    yield Pair(line[2:].strip(), section, f"{title}|{heading}")


def _read_words(file: Path) -> Iterator[Pair]:
    for line in file.read_text("utf-8").splitlines():
        statute, _, plain = line.partition("\t")
        for word in plain.split("、"):
            yield Pair(word, statute, f"word|{statute}")


def asked_pairs(asked: Sequence[Pair]) -> list[Pair]:
    """问法 → its section, and 问法 → the next 问法 of that section (both are indexed).

    Only the train part: the others are for calibrating and for the final figures.
    """
    sections: dict[str, list[Pair]] = defaultdict(list)
    for pair in asked:
        if part_of(pair.left) == "train":
            sections[pair.group].append(pair)
    pairs = [pair for section in sections.values() for pair in section]
    for section in sections.values():
        for one, other in pairwise(section):
            pairs.append(Pair(one.left, other.left, one.group))
    return pairs


def sentence_pairs(articles: Sequence[Article], dice: random.Random) -> list[Pair]:
    """One sentence of an article with the rest of it: the model learns what occurs together."""
    pairs = []
    for article in articles:
        sentences = [s.strip() for s in _SENTENCE_END.split(article.text) if len(s.strip()) > 8]
        if len(sentences) < 2:
            continue
        for index in dice.sample(range(len(sentences)), k=min(3, len(sentences))):
            rest = "".join(sentences[:index] + sentences[index + 1 :])[:LONGEST_TEXT]
            sentence = sentences[index][:LONGEST_SENTENCE]
            pairs.append(Pair(sentence, f"{article.title} {rest}", article.id))
    return pairs


def title_pairs(articles: Sequence[Article]) -> list[Pair]:
    """A law's title with each of its articles."""
    return [Pair(a.title, a.text[:LONGEST_TEXT], f"title|{a.title}") for a in articles]


def question_pairs(questions: Sequence[Question], articles: dict[str, Article]) -> list[Pair]:
    """Question → article, question → written answer, written answer → article."""
    pairs = []
    for question in questions:
        answer = question.answer[:LONGEST_TEXT]
        for gold in question.gold:
            article = articles[gold].full[:LONGEST_TEXT]
            pairs.append(Pair(question.text, article, question.id))
            if answer:
                pairs.append(Pair(answer, article, question.id))
        if answer:
            pairs.append(Pair(question.text, answer, question.id))
    return pairs
