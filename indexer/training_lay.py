"""Our own lay questions on statute articles: how people ask about laws that we hold no paper of.

`training_lay.tsv` has a line for each article, or for several that answer together: their ids in
the public corpus, their names for the reader, then the questions, all separated by tabs. All of
them were written for this project by looking at the article alone; questions that came near a
held-out one of the public set were left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from indexer.training_data import LONGEST_TEXT, Article, Pair, Question, share_of

LAY_QUESTIONS = Path(__file__).parent / "training_lay.tsv"
KEPT_OUT = 60  # in a thousand; the encoder never sees them, so the reranker is fitted on them


def read_lay(articles: Mapping[str, Article], file: Path = LAY_QUESTIONS) -> tuple[Question, ...]:
    """The questions whose articles are all in the corpus at hand."""
    return tuple(_read(articles, file))


def _read(articles: Mapping[str, Article], file: Path) -> Iterator[Question]:
    for line in file.read_text("utf-8").splitlines():
        ids, _, *questions = line.split("\t")
        gold = tuple(ids.split(","))
        if all(one in articles for one in gold):
            for question in questions:
                yield Question(f"lay {gold[0]}", question, gold)


def kept_out(question: str) -> bool:
    """Whether a question is kept from the encoder; decided by its text alone."""
    return share_of(question) < KEPT_OUT


def lay_pairs(questions: Sequence[Question], articles: Mapping[str, Article]) -> list[Pair]:
    """Question → each article that answers it, for those that the encoder may see."""
    return [
        Pair(question.text, articles[gold].full[:LONGEST_TEXT], question.id)
        for question in questions
        if not kept_out(question.text)
        for gold in question.gold
    ]
