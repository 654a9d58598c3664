"""Fit the reranker and the support estimate: `python -m indexer.training_ranking --data DIR`.

The encoder must be finished: these parameters read its similarities. Only the dev part of every
question set is used to fit; the test part is for the figures in the record.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from indexer.embedders import load_embedder
from indexer.errors import IndexerError
from indexer.features import FEATURES
from indexer.ranking import RANKING_FILE, load_ranking, scorer_of
from indexer.search import Index
from indexer.support import SUPPORT_FEATURES, SUPPORT_FILE, load_support
from indexer.training_data import read_training_texts
from indexer.training_exam import exam_without_basis, posed_exam, whole_index
from indexer.training_fit import Listed, Plan, fit_logistic, fit_scorer
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
    unanswerable,
)

SEED = 20261123
RANKER = Plan()
ESTIMATE = Plan(passes=800, decay=0.003)
# What one question of each kind counts beside a lay question.
ASKED_WEIGHT, QUOTE_WEIGHT, RETOLD_WEIGHT, EXAM_WEIGHT = 0.25, 0.15, 0.1, 0.15
MOST_ASKED = 600
# The examination is as people ask; our own 问法 left out of the index are a harder cousin.
EXAM_TIMES = 2
REFUSED_AT_MOST = 0.05  # of the dev examination's answerable questions
UNCOVERED_WEIGHT = 0.3  # of a question on a law that we do not hold, beside another
SHARES = (0.2, 0.3, 0.4, 0.5, 0.6)  # of BM25 in the first fusion
AS_GOOD = 0.005  # a difference in recall that is chance
FOLDS = 5


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
            papers = papers_index(chosen.knowledge, Path(folder) / "dev", load_embedder(), "dev")
            whole = whole_index(chosen.knowledge, Path(folder) / "whole", load_embedder())
            exam = chosen.eval / "questions" / "dev.jsonl"
            if not chosen.only_support:
                statutes = statutes_index(chosen.data, Path(folder) / "laws", load_embedder())
                asked = _lists(whole, posed_exam(exam, whole), EXAM_WEIGHT)
                _fit_ranking(chosen.data, chosen.knowledge, statutes, papers, asked)
            papers = Index.open(Path(folder) / "dev")  # with the new ranking
            whole = Index.open(Path(folder) / "whole")
            test = papers_index(chosen.knowledge, Path(folder) / "test", load_embedder(), "test")
            uncovered = posed_uncovered(read_training_texts(chosen.data), papers)
            dev = _together([
                *[exam_rows(whole, exam)] * EXAM_TIMES,
                support_rows(papers, chosen.knowledge, chosen.eval, "dev"),
            ])  # fmt: skip
            _fit_support(dev, judgement(papers, uncovered), support_rows(
                test, chosen.knowledge, chosen.eval, "test"
            ))  # fmt: skip
    except IndexerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _fit_ranking(
    data: Path, knowledge: Path, statutes: Index, papers: Index, exam: Sequence[Listed]
) -> None:
    texts = read_training_texts(data)
    lay = posed_lay(texts.part("dev"))
    share = _best_share(statutes, lay)
    lists = _lists(statutes, lay, 1.0)
    others = _lists(papers, posed_asked(knowledge, papers, "dev")[:MOST_ASKED], ASKED_WEIGHT)
    others += _lists(papers, posed_retold(knowledge, papers, SEED), RETOLD_WEIGHT)
    others += _lists(statutes, posed_quotes(texts.articles, SEED), QUOTE_WEIGHT)
    others += exam
    across = _across_folds(lists, others)
    print(f"{len(lists)} lay questions, {len(others)} others, BM25 share {share}")
    print(f"MRR@10 of lay questions across {FOLDS} folds: {across:.4f}", flush=True)
    said = fit_scorer([*lists, *others], FEATURES, RANKER, SEED)
    record = {
        "fitted_on": {"lay_dev": len(lists), "exam_dev": len(exam), "others": len(others)},
        "mrr_10_across_folds": round(across, 4),
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
    # Of those that are as good, the one that trusts exact words most: names and numbers count.
    best = max(share for share in SHARES if held[share] >= max(held.values()) - AS_GOOD)
    finder._ranking = replace(before, lexical=best)
    return best


def _lists(index: Index, posed: Sequence[Posed], weight: float) -> list[Listed]:
    lists = []
    for one, found in judged(index, posed):
        right = np.array([i in one.right for i in found.ids])
        lists.append(Listed(found.features, right, weight))
    return lists


def _across_folds(lists: Sequence[Listed], others: Sequence[Listed]) -> float:
    """MRR@10 of the lay questions, each scored by parameters that have not seen it."""
    gained = []
    for fold in range(FOLDS):
        seen = [one for at, one in enumerate(lists) if at % FOLDS != fold]
        scorer = scorer_of(fit_scorer([*seen, *others], FEATURES, RANKER, SEED), FEATURES)
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

    def only(self, wanted: Callable[[str], bool]) -> Judgement:
        """The questions of some kinds."""
        kept = np.array([wanted(kind) for kind in self.kinds])
        kinds = tuple(kind for kind in self.kinds if wanted(kind))
        return Judgement(self.rows[kept], self.answered[kept], kinds)


def judgement(index: Index, posed: Sequence[Posed]) -> Judgement:
    """What support sees of these questions; those without a right passage have no answer."""
    pairs = [(found.support_row, one) for one, found in judged(index, posed)]
    return Judgement(
        np.stack([row for row, _ in pairs]),
        np.array([bool(one.right) for _, one in pairs]),
        tuple(one.kind for _, one in pairs),
    )


def support_rows(papers: Index, knowledge: Path, evaluation: Path, part: str) -> Judgement:
    """The questions of one part: 问法 the index does not hold, and questions without an answer."""
    posed = posed_asked(knowledge, papers, part)
    return judgement(papers, [*posed, *unanswerable(evaluation / f"support_{part}.jsonl")])


def exam_rows(whole: Index, exam: Path) -> Judgement:
    """The dev examination against the whole index, as it is asked in use.

    Answerable questions count when a right section stands among the first ten: whether the
    passages found are support is asked, not whether the corpus has the answer somewhere.
    """
    rows, answered, kinds = [], [], []
    for one, found in judged(whole, [*posed_exam(exam, whole), *exam_without_basis(exam)]):
        if one.right and not one.right & set(found.ids[:10]):
            continue
        rows.append(found.support_row)
        answered.append(bool(one.right))
        kinds.append(f"exam_{one.kind}")
    return Judgement(np.stack(rows), np.array(answered), tuple(kinds))


def _together(parts: Sequence[Judgement]) -> Judgement:
    return Judgement(
        np.concatenate([one.rows for one in parts]),
        np.concatenate([one.answered for one in parts]),
        tuple(kind for one in parts for kind in one.kinds),
    )


def _fit_support(dev: Judgement, uncovered: Judgement, test: Judgement) -> None:
    """Fit on the dev part and on what our papers do not cover; choose the threshold on the dev part."""
    both = _together([dev, uncovered])
    worth = np.r_[np.ones(len(dev.answered)), np.full(len(uncovered.answered), UNCOVERED_WEIGHT)]
    said = fit_logistic(both.rows, both.answered, SUPPORT_FEATURES, ESTIMATE, SEED, worth)
    exam = dev.only(lambda kind: kind.startswith("exam_"))
    threshold = round(_threshold(_probabilities(said, exam), exam), 4)
    record = {
        name: support_figures(_probabilities(said, one), one, threshold)
        for name, one in (("dev", dev), ("exam_dev", exam), ("held_out", test))
    }
    missed = (_probabilities(said, uncovered) >= threshold).mean()
    record["uncovered_law"] = {
        "count": len(uncovered.answered),
        "supported": round(float(missed), 4),
    }
    print(json.dumps(record, ensure_ascii=False, indent=1))
    _write(SUPPORT_FILE, {"threshold": threshold, "record": record} | said)
    load_support.cache_clear()


def _probabilities(said: dict[str, Any], judgement: Judgement) -> npt.NDArray[np.float32]:
    logits = scorer_of(said, SUPPORT_FEATURES).scores(judgement.rows)
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def _threshold(values: npt.NDArray[np.float32], exam: Judgement) -> float:
    """The most that still lets nineteen in twenty questions of the examination that have an answer pass.

    The least sum of both error rates would refuse more of what people really ask: our own 问法 left
    out of the index, which are many, are a harder cousin of it.
    """
    return float(np.quantile(values[exam.answered], REFUSED_AT_MOST))


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
    for kind in sorted(set(kinds[~judgement.answered])):
        figures[f"{kind}_count"] = int((kinds == kind).sum())
        figures[f"{kind}_supported"] = (values[kinds == kind] >= threshold).mean()
    return {k: v if isinstance(v, int) else round(float(v), 4) for k, v in figures.items()}


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
