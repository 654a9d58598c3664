"""The reranker: a small learned scorer over the feature table, and the first fusion before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.errors import IndexerError

Floats = npt.NDArray[np.float32]

RANKING_FILE = Path(__file__).parent / "model" / "ranking.json"
RERANKED = 50  # passages that get all features
NAMELESS_LEXICAL = 0.7  # share of BM25 where texts have no names; set by hand

# By hand, until the file is there: what a person would weigh first.
_BY_HAND = {
    "dense": 4.0, "sentence": 2.0, "question": 3.0, "lexical_to_best": 1.5, "coverage": 1.0,
    "words": 1.0, "title_coverage": 0.5, "named": 1.5, "named_other": -0.5, "article": 3.0,
    "place_home": 0.3, "place_other": -2.0, "not_in_force": -1.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scorer:
    """A linear model or small network over named columns; gives one number a row.

    File: {"columns": [name…], "mean": […], "scale": […],
           "layers": [{"weights": [[out][in]], "bias": [out]}…]}; ReLU between layers.
    """

    # [out, in] and [out] of each layer; the first reads every column, standardised in its weights
    layers: tuple[tuple[Floats, Floats], ...]

    def scores(self, table: Floats) -> Floats:
        """One number per row of the table."""
        values = table
        for at, (weights, bias) in enumerate(self.layers):
            values = (np.maximum(values, 0) if at else values) @ weights.T + bias
        return np.asarray(values[:, 0])


@dataclass(frozen=True, slots=True)
class Ranking:
    """How candidates are fused, how many are reranked, and by what."""

    lexical: float  # share of BM25 in the first fusion; the rest is the best similarity
    scorer: Scorer


def scorer_of(said: dict[str, Any], names: Sequence[str]) -> Scorer:
    """The scorer that a parameter file describes; columns are found by name."""
    place = {name: at for at, name in enumerate(names)}
    unknown = [name for name in said["columns"] if name not in place]
    if unknown:
        raise IndexerError(
            f"模型参数里有程序不认识的特征：{'、'.join(unknown)}。",
            "请用与程序同一版本的模型文件夹 indexer/model。",
        )
    width = len(said["columns"])
    mean = np.array(said.get("mean", [0.0] * width))
    scale = np.array(said.get("scale", [1.0] * width))
    layers = [(np.array(one["weights"]), np.array(one["bias"])) for one in said["layers"]]
    weights, bias = layers[0]
    every = np.zeros((len(weights), len(names)))
    every[:, [place[name] for name in said["columns"]]] = weights / scale
    layers[0] = (every, bias - (weights / scale) @ mean)
    return Scorer(tuple((w.astype(np.float32), b.astype(np.float32)) for w, b in layers))


def by_hand(weights: dict[str, float], bias: float = 0.0) -> dict[str, Any]:
    """A parameter file's content for plain weights set by hand."""
    return {
        "columns": list(weights),
        "layers": [{"weights": [list(weights.values())], "bias": [bias]}],
    }


@cache
def load_ranking(names: tuple[str, ...], file: Path = RANKING_FILE) -> Ranking:
    """The learned ranking, or the one set by hand where no file is shipped."""
    said = read_parameters(file) or {"first": {"lexical": 0.35}} | by_hand(_BY_HAND)
    return Ranking(float(said.get("first", {}).get("lexical", 0.35)), scorer_of(said, names))


def read_parameters(file: Path) -> dict[str, Any]:
    """The content of a parameter file; empty when there is none."""
    if not file.is_file():
        return {}
    try:
        return dict(json.loads(file.read_text("utf-8")))
    except (ValueError, UnicodeDecodeError) as error:
        raise IndexerError(
            f"模型参数 {file.name} 已损坏：{error}。", "请从发布包中重新取这个文件。"
        ) from error


def first_fusion(lexical: Floats, similarity: Floats, share: float) -> Floats:
    """Each measure divided by its best, then weighed; a passage without BM25 gains nothing from it."""
    best_lexical = float(lexical.max(initial=0.0)) or 1.0
    best = float(similarity.max(initial=0.0)) or 1.0
    return (share * lexical / best_lexical + (1 - share) * similarity / best).astype(np.float32)
