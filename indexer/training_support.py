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
from indexer.tokens import normalise
from indexer.training_exam import exam_without_basis, posed_exam
from indexer.training_fit import Plan, fit_logistic
from indexer.training_sets import Posed, judged, posed_asked, unanswerable
from indexer.training_wording import fit_wording
from indexer.wording import Wording, parameters_of

ESTIMATE = Plan(passes=500, rate=0.02, decay=0.0007, dropped=0.15, hidden=24)
FOLDS = 5
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

REFUSED_AT_MOST = 0.03  # of the dev examination's answerable questions
UNCOVERED_WEIGHT = 0.3  # of a question on a law that we do not hold, beside another


@dataclass(frozen=True, slots=True)
class Judgement:
    """Support features of many questions, their vectors, and whether each has an answer."""

    rows: Floats
    texts: tuple[str, ...]
    queries: Floats
    answered: Flags
    kinds: tuple[str, ...]

    def only(self, wanted: Callable[[str], bool]) -> Judgement:
        """The questions of some kinds."""
        kept = np.array([wanted(kind) for kind in self.kinds])
        kinds = tuple(kind for kind in self.kinds if wanted(kind))
        texts = tuple(text for text, keep in zip(self.texts, kept, strict=True) if keep)
        return Judgement(self.rows[kept], texts, self.queries[kept], self.answered[kept], kinds)

    def part(self, which: npt.NDArray[np.int64]) -> Judgement:
        """Some of the questions, in this order."""
        return Judgement(
            self.rows[which], tuple(self.texts[at] for at in which), self.queries[which],
            self.answered[which], tuple(self.kinds[at] for at in which),
        )  # fmt: skip

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
        tuple(one.text for _, one in pairs),
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
    rows, texts, queries, answered, kinds = [], [], [], [], []
    for one, found in judged(whole, [*posed_exam(exam, whole), *exam_without_basis(exam)]):
        if one.right and not one.right & set(found.ids[:10]):
            continue
        rows.append(found.support_row)
        texts.append(one.text)
        queries.append(found.query)
        answered.append(bool(one.right))
        kinds.append(f"exam_{one.kind}")
    return Judgement(
        np.stack(rows), tuple(texts), np.stack(queries), np.array(answered), tuple(kinds)
    )


def together(parts: Sequence[Judgement]) -> Judgement:
    """All questions of several parts."""
    return Judgement(
        np.concatenate([one.rows for one in parts]),
        tuple(text for one in parts for text in one.texts),
        np.concatenate([one.queries for one in parts]),
        np.concatenate([one.answered for one in parts]),
        tuple(kind for one in parts for kind in one.kinds),
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """Questions known to be answered, to learn the wording beside the others."""

    texts: tuple[str, ...]
    queries: Floats


def fit_support(
    dev: Judgement, uncovered: Judgement, test: Judgement, plain: Answered, seed: int
) -> dict[str, Any]:
    """The content of support.json: fitted on the dev part and on what our papers do not cover; the
    threshold is chosen on the dev part."""
    both = together([dev, uncovered])
    wording = _wording(both, plain, seed)
    both = both.sounding(_unseen_wording(both, plain, seed))
    count = len(dev.answered)
    dev = dev.sounding(both.rows[:count, SUPPORT_FEATURES.index("sounds")])
    uncovered, test = (one.sounding(_sounds(wording, one)) for one in (uncovered, test))
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
    return {"threshold": threshold, "record": record, "wording": parameters_of(wording)} | said


def _unseen_wording(both: Judgement, plain: Answered, seed: int) -> Floats:
    """How answerable each question sounds to weights that were fitted without it (nor its repeats)."""
    numbers = {text: at for at, text in enumerate(dict.fromkeys(both.texts))}
    fold = np.random.default_rng(seed).integers(0, FOLDS, len(numbers))
    folds = fold[[numbers[text] for text in both.texts]]
    found = np.zeros(len(folds), np.float32)
    for at in range(FOLDS):
        held = both.part(np.flatnonzero(folds == at))
        weights = _wording(both.part(np.flatnonzero(folds != at)), plain, seed)
        found[folds == at] = _sounds(weights, held)
    return found


def _wording(both: Judgement, plain: Answered, seed: int) -> Wording:
    """Weights of one output, how much more answered than not, so that the given questions average 0."""
    labels = np.concatenate([both.answered, np.ones(len(plain.texts), bool)])
    share = labels.mean()
    two = fit_wording(
        (*both.texts, *plain.texts), np.concatenate([both.queries, plain.queries]),
        labels.astype(int).tolist(), 2, seed, (0.5 / (1 - share), 0.5 / share),
    )  # fmt: skip
    one = Wording(*(_difference(table) for table in (two.runs, two.vector, two.constant)))
    return replace(one, constant=one.constant - _sounds(one, both).mean())


def _difference(table: Floats) -> Floats:
    return np.asarray(table[..., 1:] - table[..., :1], np.float32)


def _sounds(wording: Wording, judgement: Judgement) -> Floats:
    pairs = zip(judgement.texts, judgement.queries, strict=True)
    values = [wording.values(normalise(text), query) for text, query in pairs]
    return np.array([0.0 if one is None else one[0] for one in values], np.float32)


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
