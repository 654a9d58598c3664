"""Letters to a mayor's mailbox and their replies, all invented for this project: title → its reply.

A letter is no statute: it has no name to go by, and names of places decide. The reranker learns
from these how such texts are told apart. `training_letters.tsv`: title, tab, reply.
"""

from __future__ import annotations

import json
from pathlib import Path

from indexer.build import build_from_corpus
from indexer.embedders import Embedder
from indexer.search import Index
from indexer.training_data import Pair, share_of
from indexer.training_sets import Posed

SHOWN = 500  # in a thousand; these teach the encoder, the others the reranker
LETTERS = Path(__file__).parent / "training_letters.tsv"


def read_letters(file: Path = LETTERS) -> list[tuple[str, str]]:
    """Title and reply of every letter."""
    rows = [line.split("\t") for line in file.read_text("utf-8").splitlines()]
    return [(title, reply) for title, reply in rows]


def letter_pairs() -> list[Pair]:
    """Title → reply, of the half that the encoder may see."""
    return [Pair(title, reply, title) for title, reply in read_letters() if share_of(title) < SHOWN]


def letters_index(target: Path, embedder: Embedder) -> Index:
    """An index of the replies."""
    target.mkdir(parents=True, exist_ok=True)
    corpus = target / "corpus.jsonl"
    with corpus.open("w", encoding="utf-8") as lines:
        for at, (_, reply) in enumerate(read_letters()):
            row = {"id": f"letter {at}", "name": "", "text": reply}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    build_from_corpus(corpus, target, embedder=embedder)
    return Index.open(target, embedder)


def posed_letters() -> list[Posed]:
    """Each title that the encoder has not seen, with its own reply."""
    return [
        Posed(title, frozenset({f"letter {at}"}))
        for at, (title, _) in enumerate(read_letters())
        if share_of(title) >= SHOWN
    ]
