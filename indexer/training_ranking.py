"""Fit the reranker and the support estimate: `python -m indexer.training_ranking --data DIR`.

The encoder must be finished: these parameters read its similarities. Only the dev part of every
question set and what was written for practice is used to fit; the test part is for the record.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from indexer.embedders import load_embedder
from indexer.errors import IndexerError
from indexer.features import FEATURES
from indexer.purposes import PURPOSES_FILE, load_purposes
from indexer.ranking import RANKING_FILE, load_ranking, scorer_of
from indexer.search import Index
from indexer.support import SUPPORT_FILE, load_support
from indexer.training_data import TrainingTexts, part_of, read_asked, read_training_texts
from indexer.training_exam import posed_exam, whole_index
from indexer.training_fit import Listed, Plan, fit_scorer
from indexer.training_lay import kept_out, read_lay
from indexer.training_letters import letters_index, posed_letters
from indexer.training_purposes import fit_purposes
from indexer.training_sets import (
    Posed,
    judged,
    papers_index,
    posed_asked,
    posed_lay,
    posed_quotes,
    posed_retold,
    posed_uncovered,
    statutes_index,
)
from indexer.training_support import (
    Answered,
    exam_rows,
    fit_support,
    judgement,
    support_rows,
    together,
)

SEED = 20261123
RANKER = Plan(passes=150, rate=0.02, decay=0.0005, dropped=0.1, hidden=16)
# What one question of each kind counts beside a lay question of the public set.
WEIGHTS = {
    "lay": 1.0, "own lay": 0.25, "exam": 0.15, "practice": 0.15, "asked": 0.25, "retold": 0.1,
    "quotes": 0.15, "letters": 0.15,
}  # fmt: skip
MOST_ASKED = 600
# The examination is as people ask; our own 问法 left out of the index are a harder cousin.
EXAM_TIMES = 2
SHARES = (0.1, 0.15, 0.2, 0.3, 0.4)  # of BM25 in the first fusion
AS_GOOD = 0.001  # a difference in recall that is chance
FOLDS = 3

Material = Mapping[str, Sequence[Listed]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit both and write ranking.json and support.json into the shipped model folder."""
    parser = argparse.ArgumentParser(prog="indexer.training_ranking", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/ and laws/")
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--eval", type=Path, default=Path("eval"), help="folder of support_*.jsonl")
    parser.add_argument("--only-support", action="store_true")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory(prefix="zhiban-ranking-") as folder:
            desk = Path(folder)
            texts = read_training_texts(chosen.data)
            papers = papers_index(chosen.knowledge, desk / "dev", load_embedder(), "dev")
            if not chosen.only_support:
                _fit_purposes(papers)
            whole_index(chosen.knowledge, desk / "whole", load_embedder())
            if not chosen.only_support:
                _fit_ranking(chosen, desk, texts)
            _fit_support(chosen, desk, texts)
    except IndexerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _fit_purposes(papers: Index) -> None:
    told = fit_purposes(papers.passages, PURPOSES_FILE, SEED)
    print(f"purpose of a section told rightly for {told:.3f} of unseen 问法")
    load_purposes.cache_clear()


def _fit_ranking(chosen: argparse.Namespace, desk: Path, texts: TrainingTexts) -> None:
    statutes = statutes_index(chosen.data, desk / "laws", load_embedder())
    lay = posed_lay(texts.part("dev"))
    own = posed_lay([one for one in read_lay(texts.by_id()) if kept_out(one.text)])
    share = best_share(statutes, [lay, own])
    lists = material(chosen.knowledge, chosen.eval, desk, texts, statutes)
    across = across_folds(lists, RANKER)
    for kind, reached in across.items():
        print(f"{kind:10} {len(lists[kind]):5} questions, MRR@10 across folds {reached:.4f}")
    said = fit_scorer([one for some in lists.values() for one in some], FEATURES, RANKER, SEED)
    record = {
        "fitted_on": {kind: len(some) for kind, some in lists.items()},
        "mrr_10_across_folds": {kind: round(value, 4) for kind, value in across.items()},
    }
    _write(RANKING_FILE, {"first": {"lexical": share}, "record": record} | said)
    load_ranking.cache_clear()


def material(
    knowledge: Path, evaluation: Path, desk: Path, texts: TrainingTexts, statutes: Index
) -> dict[str, list[Listed]]:
    """The candidates of every question to fit on, by kind of question."""
    papers, whole = Index.open(desk / "dev"), Index.open(desk / "whole")
    own = [one for one in read_lay(texts.by_id()) if kept_out(one.text)]
    posed: dict[str, tuple[Index, list[Posed]]] = {
        "lay": (statutes, posed_lay(texts.part("dev"))),
        "own lay": (statutes, posed_lay(own)),
        "exam": (whole, posed_exam(evaluation / "questions" / "dev.jsonl", whole)),
        "practice": (whole, posed_exam(evaluation / "practice.jsonl", whole)),
        "asked": (papers, posed_asked(knowledge, papers, "dev")[:MOST_ASKED]),
        "retold": (papers, posed_retold(knowledge, papers, SEED)),
        "quotes": (statutes, posed_quotes(texts.articles, SEED)),
        "letters": (letters_index(desk / "letters", load_embedder()), posed_letters()),
    }
    return {kind: _lists(*one, WEIGHTS[kind]) for kind, one in posed.items()}


def best_share(index: Index, sets: Sequence[Sequence[Posed]]) -> float:
    """The share of BM25 with which the first fusion keeps most right articles: in its 100, and at
    least one in the 50 that are reranked. Every set of questions counts the same."""
    held = {}
    finder = index._finder
    before = finder._ranking
    for share in SHARES:
        finder._ranking = replace(before, lexical=share)
        kept = np.array([_kept(index, posed) for posed in sets])
        held[share] = float(kept.mean())
        print(f"  BM25 share {share}: R@100, any right in 50: {kept.round(4).tolist()}")
    # Of those that are as good, the one that trusts exact words most: names and numbers count.
    best = max(share for share in SHARES if held[share] >= max(held.values()) - AS_GOOD)
    finder._ranking = replace(before, lexical=best)
    return best


def _kept(index: Index, posed: Sequence[Posed]) -> tuple[float, float]:
    found = [[i for i, _ in index.rank(one.text, top=100)] for one in posed]
    pairs = list(zip(found, posed, strict=True))
    return (
        float(np.mean([len(one.right & set(run)) / len(one.right) for run, one in pairs])),
        float(np.mean([bool(one.right & set(run[:50])) for run, one in pairs])),
    )


def _lists(index: Index, posed: Sequence[Posed], weight: float) -> list[Listed]:
    lists = []
    for one, found in judged(index, posed):
        right = np.array([i in one.right for i in found.ids])
        lists.append(Listed(found.features, right, weight))
    return lists


def across_folds(lists: Material, plan: Plan) -> dict[str, float]:
    """MRR@10 of each kind of question, each question scored by parameters that have not seen it."""
    gained: dict[str, list[float]] = {kind: [] for kind in lists}
    for fold in range(FOLDS):
        seen = [one for some in lists.values() for at, one in enumerate(some) if at % FOLDS != fold]
        scorer = scorer_of(fit_scorer(seen, FEATURES, plan, SEED), FEATURES)
        for kind, some in lists.items():
            for one in some[fold::FOLDS]:
                order = np.argsort(-scorer.scores(one.features), kind="stable")
                places = np.flatnonzero(one.right[order][:10])
                gained[kind].append(1 / (1 + places[0]) if len(places) else 0.0)
    return {kind: float(np.mean(values)) for kind, values in gained.items() if values}


def _fit_support(chosen: argparse.Namespace, desk: Path, texts: TrainingTexts) -> None:
    papers, whole = Index.open(desk / "dev"), Index.open(desk / "whole")  # with the new ranking
    test = papers_index(chosen.knowledge, desk / "test", load_embedder(), "test")
    exam = exam_rows(whole, chosen.eval / "questions" / "dev.jsonl")
    dev = together([
        *[exam] * EXAM_TIMES,
        exam_rows(whole, chosen.eval / "practice.jsonl"),
        support_rows(papers, chosen.knowledge, chosen.eval, "dev"),
    ])  # fmt: skip
    uncovered = judgement(papers, posed_uncovered(texts, papers))
    asked = [pair.left for pair in read_asked(chosen.knowledge) if part_of(pair.left) == "train"]
    plain = Answered(tuple(asked[::2]), load_embedder().encode_queries(asked[::2]))
    said = fit_support(
        dev,
        uncovered,
        support_rows(test, chosen.knowledge, chosen.eval, "test"),
        plain,
        SEED,
    )
    _write(SUPPORT_FILE, said)
    load_support.cache_clear()


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
