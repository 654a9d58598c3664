"""Whether the passages found answer the question at all: features and a calibrated probability."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.asking import Asked
from indexer.features import COLUMN, KIND_NAMES, Evidence
from indexer.ranking import Scorer, by_hand, read_parameters, scorer_of
from indexer.wording import Wording, nothing_learned, wording_of

Floats = npt.NDArray[np.float32]

SUPPORT_FILE = Path(__file__).parent / "model" / "support.json"

# One row per question. "top" is the passage ranked first, "best" the greatest among all ranked.
SUPPORT_FEATURES = (
    "top_dense", "top_sentence", "top_question", "best_dense", "best_sentence", "best_question",
    "has_questions",
    "top_lexical",  # BM25 / the most the known terms could give
    "best_lexical",
    "top_coverage", "best_coverage", "top_words", "best_words",
    "joint_coverage",  # what the first three passages hold between them
    "unknown",  # share of the question's own terms that stand nowhere in the index
    "rarest_missing",  # worth of the rarest own term the first passage lacks / the rarest of all
    "score_gap",  # first score minus that of the next paper
    "dense_contrast",  # best similarity minus the mean of the candidates
    "lexical_contrast",
    "agreement",  # the first by BM25 is the first by similarity, 1; else 1 / (1 + its place)
    "named", "article", "title_coverage", "asked_length", "content_words", "top_score",
    "article_missing",  # an article was asked for by paper and number, and is not in the index
    "elsewhere",  # the question names a place whose rules do not bind here
    "particular",  # it asks for one case, one day, one price
    "kind_unmet",  # share of what is asked for (a penalty, a term …) the first passage has no word of
    "second_question",  # best similarity of a 问法 of another passage than the first
    "sounds",  # how much the question alone sounds like those that papers answer; about 0 on average
)  # fmt: skip

_MEASURES = ("dense", "sentence", "question", "lexical", "coverage", "words")

# Support features that are features of the first passage, or the greatest among all.
_OF_TOP = ("has_questions", "named", "article", "title_coverage", "asked_length")
_TOP_NAMES = (*(f"top_{name}" for name in _MEASURES), *_OF_TOP)
_TOP_COLUMNS = [COLUMN[name] for name in (*_MEASURES, *_OF_TOP)]
_BEST_NAMES = tuple(f"best_{name}" for name in _MEASURES)
_BEST_COLUMNS = [COLUMN[name] for name in _MEASURES]

_BY_HAND = {
    "best_sentence": 4.0, "best_question": 3.0, "top_coverage": 3.0, "top_words": 2.0,
    "unknown": -4.0, "named": 0.5, "article": 1.5, "article_missing": -3.0,
}  # fmt: skip
_BIAS_BY_HAND = -4.5


@dataclass(frozen=True, slots=True)
class Support:
    """The calibrated estimate; `threshold` was chosen on the dev part and stands in the record.

    `wording`: what is asked for (a price of today, a telephone number, who signed yesterday) often
    tells that no paper can answer.
    """

    scorer: Scorer
    threshold: float
    wording: Wording  # one output

    def sounds(self, text: str, query: Floats) -> float:
        """How much a question sounds answerable; 0 for vectors of another model."""
        values = self.wording.values(text, query)
        return 0.0 if values is None else float(values[0])

    def probability(self, row: Floats) -> float:
        """Probability that the first passages answer the question.

        Where an article asked for by paper and number is not in the index, no likeness of other
        articles can make up for it, so the probability stays below the threshold.
        """
        logit = float(self.scorer.scores(row[None, :])[0])
        probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
        missing = row[SUPPORT_FEATURES.index("article_missing")] > 0
        return probability * self.threshold * 0.9 if missing else probability


@cache
def load_support(file: Path = SUPPORT_FILE) -> Support:
    """The learned estimate, or the one set by hand where no file is shipped."""
    said = read_parameters(file) or by_hand(_BY_HAND, _BIAS_BY_HAND)
    return Support(
        scorer_of(said, SUPPORT_FEATURES),
        float(said.get("threshold", 0.5)),
        wording_of(said["wording"]) if "wording" in said else nothing_learned(1),
    )


def support_row(
    asked: Asked, evidence: Evidence, table: Floats, scores: Floats,
    order: npt.NDArray[np.int64], sounds: float,
) -> Floats:  # fmt: skip
    """The support features; `order` gives the candidates best first."""
    top, best = table[order[0]], table.max(axis=0)
    row = {
        **dict(zip(_TOP_NAMES, top[_TOP_COLUMNS].tolist(), strict=True)),
        **dict(zip(_BEST_NAMES, best[_BEST_COLUMNS].tolist(), strict=True)),
        **_missing(evidence, order),
        **_contrast(table, scores, evidence.facets["title"], order),
        "elsewhere": float(asked.elsewhere),
        "particular": float(asked.particular),
        "sounds": sounds,
        "kind_unmet": _kind_unmet(asked, evidence, int(order[0])),
        "second_question": float(evidence.question[order[1:]].max(initial=0.0)),
        "content_words": float(min(len(asked.words), 20)),
        "top_score": float(scores[order[0]]),
    }
    return np.array([row[name] for name in SUPPORT_FEATURES], np.float32)


def _missing(evidence: Evidence, order: npt.NDArray[np.int64]) -> dict[str, float]:
    worth, whole = evidence.own_worth()
    held = evidence.gained[:, order[:3]] > 0
    lacking = worth[~held[:, 0]].max(initial=0.0)
    return {
        "joint_coverage": float(worth[held.any(axis=1)].sum()) / whole,
        "unknown": evidence.unknown / whole,
        "rarest_missing": float(lacking / (worth.max(initial=0.0) or 1.0)),
        "article_missing": float(evidence.article_missing),
    }


def _kind_unmet(asked: Asked, evidence: Evidence, first: int) -> float:
    known = sum(name in asked.kinds for name in KIND_NAMES)
    return 1 - float(evidence.cues[:, first].sum()) / known if known else 0.0


def _contrast(
    table: Floats, scores: Floats, titles: npt.NDArray[np.int32], order: npt.NDArray[np.int64]
) -> dict[str, float]:
    others = scores[titles != titles[order[0]]]
    dense, lexical = table[:, COLUMN["dense"]], table[:, COLUMN["lexical"]]
    first = int(lexical.argmax())
    place = int((dense > dense[first]).sum())
    return {
        "score_gap": float(scores[order[0]] - others.max()) if len(others) else 0.0,
        "dense_contrast": float(dense.max() - dense.mean()),
        "lexical_contrast": float(lexical.max() - lexical.mean()),
        "agreement": 1 / (1 + place) if lexical[first] > 0 else 0.0,
    }
