"""Fit the support estimate: do the passages found answer the question at all?"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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

ESTIMATE = Plan(passes=800, decay=0.003)
REFUSED_AT_MOST = 0.03  # of the dev examination's answerable questions
UNCOVERED_WEIGHT = 0.3  # of a question on a law that we do not hold, beside another


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
    """An examination against the whole index, as it is asked in use.

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


def together(parts: Sequence[Judgement]) -> Judgement:
    """All questions of several parts."""
    return Judgement(
        np.concatenate([one.rows for one in parts]),
        np.concatenate([one.answered for one in parts]),
        tuple(kind for one in parts for kind in one.kinds),
    )


def fit_support(dev: Judgement, uncovered: Judgement, test: Judgement, seed: int) -> dict[str, Any]:
    """The content of support.json: fitted on the dev part and on what our papers do not cover; the
    threshold is chosen on the dev part."""
    both = together([dev, uncovered])
    worth = np.r_[np.ones(len(dev.answered)), np.full(len(uncovered.answered), UNCOVERED_WEIGHT)]
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
    return {"threshold": threshold, "record": record} | said


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
