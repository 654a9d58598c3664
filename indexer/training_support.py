"""Fit the support estimate: do the passages found answer the question at all?"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.ranking import scorer_of
from indexer.search import Index
from indexer.support import SUPPORT_FEATURES
from indexer.training_exam import exam_without_basis, posed_exam
from indexer.training_fit import Plan, fit_logistic
from indexer.training_sets import Posed, judged, posed_asked, unanswerable

ESTIMATE = Plan(passes=500, rate=0.02, decay=0.0007, dropped=0.15, hidden=24)
WORDING = Plan(passes=300, rate=0.02, decay=0.0003, dropped=0.0)
FOLDS = 5
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

REFUSED_AT_MOST = 0.03  # of the dev examination's answerable questions
UNCOVERED_WEIGHT = 0.3  # of a question on a law that we do not hold, beside another


@dataclass(frozen=True, slots=True)
class Judgement:
    """Support features of many questions, their vectors, and whether each has an answer."""

    rows: Floats
    queries: Floats
    answered: Flags
    kinds: tuple[str, ...]

    def only(self, wanted: Callable[[str], bool]) -> Judgement:
        """The questions of some kinds."""
        kept = np.array([wanted(kind) for kind in self.kinds])
        kinds = tuple(kind for kind in self.kinds if wanted(kind))
        return Judgement(self.rows[kept], self.queries[kept], self.answered[kept], kinds)

    def sounding(self, values: Floats) -> Judgement:
        """The same with these values of how answerable each question sounds."""
        rows = self.rows.copy()
        rows[:, SUPPORT_FEATURES.index("sounds")] = values
        return replace(self, rows=rows)


def judgement(index: Index, posed: Sequence[Posed]) -> Judgement:
    """What support sees of these questions; those without a right passage have no answer."""
    pairs = [(found, one) for one, found in judged(index, posed)]
    return Judgement(
        np.stack([found.support_row for found, _ in pairs]),
        np.stack([found.query for found, _ in pairs]),
        np.array([bool(one.right) for _, one in pairs]),
        tuple(one.kind for _, one in pairs),
    )


def support_rows(papers: Index, knowledge: Path, evaluation: Path, part: str) -> Judgement:
    """The questions of one part: 问法 the index does not hold, and questions without an answer."""
    posed = posed_asked(knowledge, papers, part)
    return judgement(papers, [*posed, *unanswerable(evaluation / f"support_{part}.jsonl")])


def exam_rows(whole: Index, exam: Path) -> Judgement:
    """An examination against the whole index, as it is asked in use.

    Answerable questions count when a right section stands among the first ten: whether the
    passages found are support is asked, not whether the corpus has the answer somewhere.
    """
    rows, queries, answered, kinds = [], [], [], []
    for one, found in judged(whole, [*posed_exam(exam, whole), *exam_without_basis(exam)]):
        if one.right and not one.right & set(found.ids[:10]):
            continue
        rows.append(found.support_row)
        queries.append(found.query)
        answered.append(bool(one.right))
        kinds.append(f"exam_{one.kind}")
    return Judgement(np.stack(rows), np.stack(queries), np.array(answered), tuple(kinds))


def together(parts: Sequence[Judgement]) -> Judgement:
    """All questions of several parts."""
    return Judgement(
        np.concatenate([one.rows for one in parts]),
        np.concatenate([one.queries for one in parts]),
        np.concatenate([one.answered for one in parts]),
        tuple(kind for one in parts for kind in one.kinds),
    )


def fit_support(
    dev: Judgement, uncovered: Judgement, test: Judgement, plain: Floats, seed: int
) -> dict[str, Any]:
    """The content of support.json: fitted on the dev part and on what our papers do not cover; the
    threshold is chosen on the dev part.

    Args:
        plain: vectors of questions known to be answered, to learn the wording beside the others.
    """
    both = together([dev, uncovered])
    wording = _wording(both.queries, both.answered, plain, seed)
    both = both.sounding(_unseen_wording(both, plain, seed))
    count = len(dev.answered)
    dev = dev.sounding(both.rows[:count, SUPPORT_FEATURES.index("sounds")])
    uncovered, test = (
        one.sounding(one.queries @ wording[:-1] + wording[-1]) for one in (uncovered, test)
    )
    worth = np.r_[np.ones(count), np.full(len(uncovered.answered), UNCOVERED_WEIGHT)]
    said = fit_logistic(both.rows, both.answered, SUPPORT_FEATURES, ESTIMATE, seed, worth)
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
    shown = [round(float(value), 4) for value in wording]
    return {"threshold": threshold, "record": record, "wording": shown} | said


def _unseen_wording(both: Judgement, plain: Floats, seed: int) -> Floats:
    """How answerable each question sounds to weights that were fitted without it (nor its repeats)."""
    texts = np.unique(both.queries, axis=0, return_inverse=True)[1].ravel()
    fold = np.random.default_rng(seed).integers(0, FOLDS, texts.max() + 1)[texts]
    found = np.zeros(len(fold), np.float32)
    for at in range(FOLDS):
        seen, held = fold != at, fold == at
        weights = _wording(both.queries[seen], both.answered[seen], plain, seed)
        found[held] = both.queries[held] @ weights[:-1] + weights[-1]
    return found


def _wording(queries: Floats, answered: Flags, plain: Floats, seed: int) -> Floats:
    """Weights of a question's numbers and a constant, so that the given questions average 0."""
    values = np.concatenate([queries, plain]).astype(np.float32)
    labels = np.concatenate([answered, np.ones(len(plain), bool)])
    names = [str(at) for at in range(values.shape[1])]
    said = fit_logistic(values, labels, names, WORDING, seed)
    weights = np.zeros(values.shape[1] + 1, np.float32)
    scale = np.array(said["scale"], np.float32)
    columns = [int(name) for name in said["columns"]]
    weights[columns] = np.array(said["layers"][0]["weights"][0], np.float32) / scale
    weights[-1] = -float((queries @ weights[:-1]).mean())
    return weights


def _probabilities(said: dict[str, Any], judgement: Judgement) -> npt.NDArray[np.float32]:
    logits = scorer_of(said, SUPPORT_FEATURES).scores(judgement.rows)
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def _threshold(values: npt.NDArray[np.float32], exam: Judgement) -> float:
    """The most that still lets all but three in a hundred questions of an examination that have an answer pass.

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
