"""make eval-retrieval: the search engine and its model against texts nobody here wrote.

The lay questions are the held-out ones of `indexer.training_data.part_of`: neither the model nor the
reranker nor any setting has seen the "test" part. The letters train nothing at all.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from benchmarks.machine import machine_line, percentile
from indexer.build import build_from_corpus
from indexer.embedders import Embedder, load_embedder
from indexer.search import Index
from indexer.training_data import read_training_texts

Floats = npt.NDArray[np.float32]
DEPTH = 100
SHOWN_MISSES = 15
DENSE_SHARE = 0.7  # of the plain fusion that the engine is compared with


@dataclass(frozen=True, slots=True)
class Document:
    """One text that may be found."""

    id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and the ids of the documents that answer it."""

    text: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over all questions."""

    mrr_10: float
    ndcg_10: float
    recall_10: float
    recall_100: float

    @classmethod
    def of(cls, runs: Sequence[Sequence[str]], asked: Sequence[Asked]) -> Figures:
        """Add up; a question's recall is the share of its documents found."""
        rows = [_one(run, one.gold) for run, one in zip(runs, asked, strict=True)]
        return cls(*(float(mean) for mean in np.mean(rows, axis=0)))

    def line(self, method: str, note: str = "") -> str:
        """One line of the table."""
        values = (self.mrr_10, self.ndcg_10, self.recall_10, self.recall_100)
        return f"{method:<44}" + "".join(f"{value:9.3f}" for value in values) + f"   {note}"


def _one(run: Sequence[str], gold: frozenset[str]) -> tuple[float, float, float, float]:
    places = [place for place, found in enumerate(run[:DEPTH], 1) if found in gold]
    early = [place for place in places if place <= 10]
    best = sum(1 / np.log2(place + 1) for place in range(1, min(10, len(gold)) + 1))
    gain = sum(1 / np.log2(place + 1) for place in early)
    return (
        1 / early[0] if early else 0.0,
        gain / best,
        len(early) / len(gold),
        len(places) / len(gold),
    )


class BigramBm25:
    """The plain yardstick: BM25 over character bigrams, k1 1.2, b 0.75."""

    def __init__(self, texts: Sequence[str], k1: float = 1.2, b: float = 0.75) -> None:
        self._columns: dict[str, int] = {}
        grams = [
            [self._columns.setdefault(g, len(self._columns)) for g in _bigrams(t)] for t in texts
        ]
        lengths = np.array([len(row) for row in grams], np.float32)
        rows = np.repeat(np.arange(len(texts)), lengths.astype(int))
        columns = np.concatenate([np.array(row, np.int64) for row in grams])
        counts = sparse.csr_matrix(
            (np.ones(len(columns), np.float32), (rows, columns)),
            shape=(len(texts), len(self._columns)),
        )
        counts.sum_duplicates()
        held = np.bincount(counts.indices, minlength=len(self._columns))
        rarity = np.log(1 + (len(texts) - held + 0.5) / (held + 0.5))
        row_of = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
        damped = k1 * (1 - b + b * lengths[row_of] / lengths.mean())
        counts.data *= (k1 + 1) / (counts.data + damped) * rarity[counts.indices]
        self._weights = counts.T.tocsr()

    def scores(self, question: str) -> Floats:
        """BM25 of every text."""
        known = sorted({self._columns[g] for g in _bigrams(question) if g in self._columns})
        return np.asarray(self._weights[known].sum(axis=0), np.float32).ravel()


def _bigrams(text: str) -> list[str]:
    text = re.sub(r"\s+", "", text.lower())
    return [text[at : at + 2] for at in range(len(text) - 1)]


def compare(
    documents: Sequence[Document], asked: Sequence[Asked], embedder: Embedder, title: str
) -> list[tuple[Asked, list[str]]]:
    """Print one table of all methods; gives back the engine's runs."""
    print(f"\n== {title}: {len(asked)} questions, {len(documents)} documents ==")
    print(f"{'':<44}{'MRR@10':>9}{'nDCG@10':>9}{'R@10':>9}{'R@100':>9}")
    texts = [f"{d.name} {d.text}".strip() for d in documents]
    ids = np.array([d.id for d in documents])
    words = BigramBm25(texts)
    passages = embedder.encode_passages(texts)

    def lexical(question: str) -> Floats:
        return words.scores(question)

    def dense(question: str) -> Floats:
        return passages @ embedder.encode_queries([question])[0]

    def fused(question: str) -> Floats:
        near, exact = dense(question), lexical(question)
        return DENSE_SHARE * near / near.max() + (1 - DENSE_SHARE) * exact / (exact.max() or 1)

    plain: dict[str, Callable[[str], Floats]] = {
        "bigram BM25": lexical,
        "model alone": dense,
        f"both, linear, {DENSE_SHARE:.1f} model": fused,
    }
    for method, score in plain.items():
        runs = [_best(score(one.text), ids) for one in asked]
        print(Figures.of(runs, asked).line(method))
    runs, note = _engine_runs(documents, asked, embedder)
    print(Figures.of(runs, asked).line("engine: hybrid with reranker", note))
    return list(zip(asked, runs, strict=True))


def _best(scores: Floats, ids: npt.NDArray[np.str_]) -> list[str]:
    depth = min(DEPTH, len(scores))
    found = np.argpartition(-scores, depth - 1)[:depth]
    return [str(ids[at]) for at in found[np.argsort(-scores[found], kind="stable")]]


def _engine_runs(
    documents: Sequence[Document], asked: Sequence[Asked], embedder: Embedder
) -> tuple[list[list[str]], str]:
    """The project's own index, built in a folder of its own and thrown away."""
    with tempfile.TemporaryDirectory(prefix="zhiban-retrieval-") as folder:
        corpus = Path(folder) / "corpus.jsonl"
        with corpus.open("w", encoding="utf-8") as lines:
            for d in documents:
                row = {"id": d.id, "name": d.name, "text": d.text}
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        began = time.perf_counter()
        build_from_corpus(corpus, Path(folder) / "index", embedder=embedder)
        built = time.perf_counter() - began
        index = Index.open(Path(folder) / "index", embedder)
        runs, times = [], []
        for one in asked:
            began = time.perf_counter()
            runs.append([found for found, _ in index.rank(one.text, top=DEPTH)])
            times.append((time.perf_counter() - began) * 1000)
    note = f"built in {built:.1f} s, top {DEPTH} in p50 {percentile(times, 0.5):.1f} ms"
    return runs, note


def lay_questions(data: Path, part: str) -> tuple[list[Document], list[Asked]]:
    """The statute articles and the lay questions of one part."""
    texts = read_training_texts(data)
    with gzip.open(data / "retrieval" / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    documents = [Document(row["id"], row["name"], row["text"]) for row in rows]
    return documents, [Asked(q.text, frozenset(q.gold)) for q in texts.part(part)]


def letters(data: Path) -> tuple[list[Document], list[Asked]]:
    """Letters to a mayor's mailbox: the title is the question, its own reply the answer."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(data / "messages" / "replies.xlsx"))
    head, *rows = book.get_sheet_by_index(0).to_python()
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    documents = [Document(str(at), "", str(row["reply"])) for at, row in enumerate(cells)]
    asked = [Asked(str(row["title"]), frozenset({str(at)})) for at, row in enumerate(cells)]
    return documents, asked


def support(knowledge: Path, evaluation: Path, embedder: Embedder) -> None:
    """Print how well the estimate tells what our papers answer from what they do not."""
    from indexer.support import load_support
    from indexer.training_sets import papers_index
    from indexer.training_support import Judgement, support_figures, support_rows

    with tempfile.TemporaryDirectory(prefix="zhiban-support-") as folder:
        index = papers_index(knowledge, Path(folder), embedder, "test")
        held_out: Judgement = support_rows(index, knowledge, evaluation, "test")
        count = len(index.passages)
    estimate = load_support()
    values = np.array([estimate.probability(row) for row in held_out.rows], np.float32)
    figures = support_figures(values, held_out, estimate.threshold)
    print(f"\n== is it supported: {len(held_out.rows)} held-out questions, {count} passages ==")
    print("answerable: our own 问法 of the test part, which the index does not hold")
    print(f"threshold {estimate.threshold}")
    for name, value in figures.items():
        print(f"{name:<28}{value:>8}")


def _print_misses(runs: Sequence[tuple[Asked, list[str]]], documents: Sequence[Document]) -> None:
    names = {d.id: d.name or d.text[:20] for d in documents}
    missed = [(one, run) for one, run in runs if not one.gold & set(run[:10])]
    print(f"\nnothing right among the first ten: {len(missed)} of {len(runs)}")
    for one, run in missed[:SHOWN_MISSES]:
        wanted = "、".join(sorted(names[i] for i in one.gold)[:2])
        print(
            f"  {one.text[:50]}\n      wanted {wanted}; first came {names[run[0]] if run else '-'}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="eval.retrieval", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--part", choices=("dev", "test"), default="test")
    parser.add_argument("--model", default=None, help="another model, by name or folder")
    chosen = parser.parse_args(arguments)
    if not (chosen.data / "retrieval").is_dir():
        print(f"skipped: no evaluation data in {chosen.data} (name it with --data)")
        return 0
    embedder = load_embedder(chosen.model)
    print(f"machine: {machine_line()}\nmodel: {embedder.model_id}, {embedder.dimension} dimensions")
    print("method: every document is searched; recall is the mean share of a question's documents")
    documents, asked = lay_questions(chosen.data, chosen.part)
    runs = compare(documents, asked, embedder, f"lay questions, {chosen.part} part")
    _print_misses(runs, documents)
    documents, asked = letters(chosen.data)
    compare(documents, asked, embedder, "letters: title to its own reply (never trained on)")
    if chosen.model is None:
        support(Path("knowledge"), Path(__file__).parent, embedder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
