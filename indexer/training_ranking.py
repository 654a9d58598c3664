"""Fit the reranker and the support estimate: `python -m indexer.training_ranking --data DIR`.

The encoder must be finished: these parameters read its similarities. Only the dev part of every
question set is used to fit; the test part is for the figures in the record.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.embedders import load_embedder
from indexer.errors import IndexerError
from indexer.features import FEATURES
from indexer.ranking import RANKING_FILE, load_ranking, scorer_of
from indexer.search import Index
from indexer.support import SUPPORT_FEATURES, SUPPORT_FILE, load_support
from indexer.training_data import read_training_texts
from indexer.training_fit import Listed, Shape, fit_logistic, fit_scorer
from indexer.training_sets import (
    Posed,
    judged,
    papers_index,
    posed_asked,
    posed_lay,
    posed_quotes,
    statutes_index,
    unanswerable,
)

SEED = 20261123
RANKER = Shape(hidden=16, passes=300, decay=0.05)
ESTIMATE = Shape(hidden=0, passes=800, rate=0.02, decay=0.01, dropped=0.05, models=1)
# What one question of each kind counts beside a lay question.
ASKED_WEIGHT, QUOTE_WEIGHT = 0.25, 0.15
SHARES = (0.2, 0.3, 0.4, 0.5, 0.6)  # of BM25 in the first fusion
FOLDS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit both and write ranking.json and support.json into the shipped model folder."""
    parser = argparse.ArgumentParser(prog="indexer.training_ranking", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/ and laws/")
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--eval", type=Path, default=Path("eval"), help="folder of support_*.jsonl")
    parser.add_argument("--only-support", action="store_true")
    chosen = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="zhiban-ranking-") as folder:
            papers = papers_index(chosen.knowledge, Path(folder) / "papers", load_embedder())
            if not chosen.only_support:
                statutes = statutes_index(chosen.data, Path(folder) / "laws", load_embedder())
                _fit_ranking(chosen.data, chosen.knowledge, statutes, papers)
            papers = Index.open(Path(folder) / "papers")
            _fit_support(papers, chosen.knowledge, chosen.eval)
    except IndexerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _fit_ranking(data: Path, knowledge: Path, statutes: Index, papers: Index) -> None:
    texts = read_training_texts(data)
    lay = posed_lay(texts.part("dev"))
    share = _best_share(statutes, lay)
    lists = _lists(statutes, lay, 1.0)
    others = _lists(papers, posed_asked(knowledge, papers, "dev"), ASKED_WEIGHT)
    others += _lists(statutes, posed_quotes(texts.articles, SEED), QUOTE_WEIGHT)
    print(f"{len(lists)} lay questions, {len(others)} others, BM25 share {share}")
    for name, shape in {"linear": replace(RANKER, hidden=0), "network": RANKER}.items():
        print(f"  {name}: MRR@10 across {FOLDS} folds {_across_folds(lists, others, shape):.4f}")
    said = fit_scorer([*lists, *others], FEATURES, RANKER, SEED)
    record = {
        "fitted_on": {"lay_dev": len(lists), "others": len(others)},
        "mrr_10_across_folds": round(_across_folds(lists, others, RANKER), 4),
    }
    _write(RANKING_FILE, {"first": {"lexical": share}, "record": record} | said)
    load_ranking.cache_clear()


def _best_share(index: Index, lay: Sequence[Posed]) -> float:
    """The share of BM25 with which the first fusion keeps most right articles in its 100."""
    held = {}
    finder = index._finder
    before = finder._ranking
    for share in SHARES:
        finder._ranking = replace(before, lexical=share)
        found = [[i for i, _ in index.rank(one.text, top=100)] for one in lay]
        pairs = list(zip(found, lay, strict=True))
        held[share] = float(
            np.mean([len(one.right & set(run)) / len(one.right) for run, one in pairs])
        )
        early = float(np.mean([bool(one.right & set(run[:50])) for run, one in pairs]))
        print(f"  BM25 share {share}: R@100 {held[share]:.4f}, any right in 50 {early:.4f}")
    best = max(SHARES, key=lambda share: held[share])
    finder._ranking = replace(before, lexical=best)
    return best


def _lists(index: Index, posed: Sequence[Posed], weight: float) -> list[Listed]:
    lists = []
    for one, found in judged(index, posed):
        right = np.array([i in one.right for i in found.ids])
        lists.append(Listed(found.features, right, weight))
    return lists


def _across_folds(lists: Sequence[Listed], others: Sequence[Listed], shape: Shape) -> float:
    """MRR@10 of the lay questions, each scored by parameters that have not seen it."""
    gained = []
    for fold in range(FOLDS):
        seen = [one for at, one in enumerate(lists) if at % FOLDS != fold]
        scorer = scorer_of(
            fit_scorer([*seen, *others], FEATURES, replace(shape, models=2), SEED), FEATURES
        )
        for one in lists[fold::FOLDS]:
            order = np.argsort(-scorer.scores(one.features), kind="stable")
            places = np.flatnonzero(one.right[order][:10])
            gained.append(1 / (1 + places[0]) if len(places) else 0.0)
    return float(np.mean(gained))


@dataclass(frozen=True, slots=True)
class Judgement:
    """Support features of many questions and whether each has an answer."""

    rows: npt.NDArray[np.float32]
    answered: npt.NDArray[np.bool_]
    kinds: tuple[str, ...]


def support_rows(papers: Index, knowledge: Path, evaluation: Path, part: str) -> Judgement:
    """The questions of one part: 问法 the index does not hold, and questions without an answer."""
    rows, answered, kinds = [], [], []
    for _, found in judged(papers, posed_asked(knowledge, papers, part)):
        rows.append(found.support_row)
        answered.append(True)
        kinds.append("answerable")
    for one, found in judged(papers, unanswerable(evaluation / f"support_{part}.jsonl")):
        rows.append(found.support_row)
        answered.append(False)
        kinds.append(one.kind)
    return Judgement(np.stack(rows), np.array(answered), tuple(kinds))


def _fit_support(papers: Index, knowledge: Path, evaluation: Path) -> None:
    dev = support_rows(papers, knowledge, evaluation, "dev")
    said = fit_logistic(dev.rows, dev.answered, SUPPORT_FEATURES, ESTIMATE, SEED)
    values = _probabilities(said, dev)
    threshold = round(_threshold(values, dev.answered), 4)
    record = {"dev": support_figures(values, dev, threshold)}
    test = support_rows(papers, knowledge, evaluation, "test")
    record["held_out"] = support_figures(_probabilities(said, test), test, threshold)
    print(json.dumps(record, ensure_ascii=False, indent=1))
    _write(SUPPORT_FILE, {"threshold": threshold, "record": record} | said)
    load_support.cache_clear()


def _probabilities(said: dict[str, Any], judgement: Judgement) -> npt.NDArray[np.float32]:
    logits = scorer_of(said, SUPPORT_FEATURES).scores(judgement.rows)
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def _threshold(values: npt.NDArray[np.float32], answered: npt.NDArray[np.bool_]) -> float:
    """Where the two error rates together are least."""
    choices = np.unique(values)
    errors = [(values[answered] < c).mean() + (values[~answered] >= c).mean() for c in choices]
    return float(choices[int(np.argmin(errors))])


def support_figures(
    values: npt.NDArray[np.float32], judgement: Judgement, threshold: float
) -> dict[str, float | int]:
    """AUROC, the two error rates at the threshold, and how far the probabilities are off."""
    right, wrong = values[judgement.answered], values[~judgement.answered]
    above = (right[:, None] > wrong[None, :]).mean() + (right[:, None] == wrong[None, :]).mean() / 2
    kinds = np.array(judgement.kinds)
    figures = {
        "answerable": len(right),
        "auroc": above,
        "answerable_refused": (right < threshold).mean(),
    }
    for kind in sorted(set(judgement.kinds) - {"answerable"}):
        figures[f"{kind}_count"] = int((kinds == kind).sum())
        figures[f"{kind}_supported"] = (values[kinds == kind] >= threshold).mean()
    return {k: v if isinstance(v, int) else round(float(v), 4) for k, v in figures.items()}


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
