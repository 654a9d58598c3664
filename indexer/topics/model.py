"""A trained topic model: one linear score a topic, turned into a calibrated confidence. numpy only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.embedders import Embedder
from indexer.errors import IndexerError
from indexer.topics.cold import ColdRules
from indexer.topics.records import Topic, TopicPath
from indexer.topics.terms import FAMILIES, WEIGHTS, Keys, keys_of

FORMAT = "topics-1"  # raise it when features change; an older file is then trained again
FILE = "topics.npz"
EMBEDDED = 300  # characters a text is embedded by

Floats = npt.NDArray[np.float32]
KeyArray = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """What a model was made of, and how well it did on texts it had not seen."""

    made_at: str  # ISO instant
    labels: int
    topics: int  # first-level topics it knows
    macro_f1: float | None  # of the first level, by cross-validation; None: too few labels
    accuracy: float | None
    embedding: str  # model id of the embedder
    rules: str  # fingerprint of topics.toml, whose rules give features
    temperature: float = 1.0
    format: str = FORMAT


@dataclass(frozen=True, slots=True)
class TopicModel:
    """The weights. `keys` is sorted; row i of `weights` belongs to `keys[i]`."""

    record: TopicRecord
    paths: tuple[TopicPath, ...]
    keys: KeyArray
    idf: Floats
    weights: npt.NDArray[np.float16]  # [terms, topics]
    dense: Floats  # [embedding and rules, topics]
    bias: Floats

    def confidences(self, title: str, text: str, *, embedder: Embedder, rules: ColdRules) -> Floats:
        """Confidence of each path; they add up to one."""
        rows, values = sparse_row(keys_of(title, text), self.keys, self.idf)
        dense = dense_rows([(title, text)], embedder, rules)[0]
        scores = self.bias + dense @ self.dense
        if len(rows):
            scores = scores + values @ self.weights[rows].astype(np.float32)
        return softmax(scores / self.record.temperature)

    def topics(
        self, title: str, text: str, *, embedder: Embedder, rules: ColdRules, top: int = 3
    ) -> tuple[Topic, ...]:
        """The likeliest topics: by their first level, as deep as one deeper level clearly leads."""
        shares = self.confidences(title, text, embedder=embedder, rules=rules)
        return best_topics(self.paths, shares, top=top)


def best_topics(
    paths: Sequence[TopicPath], shares: Floats, *, top: int = 3, leads: float = 0.5
) -> tuple[Topic, ...]:
    """First levels by the sum of their paths; inside each the path that holds at least `leads`."""
    by_first: dict[str, list[int]] = {}
    for at, path in enumerate(paths):
        by_first.setdefault(path[0], []).append(at)
    sums = {first: float(shares[rows].sum()) for first, rows in by_first.items()}
    found = []
    for first in sorted(sums, key=lambda one: -sums[one])[:top]:
        rows = by_first[first]
        deepest = max(rows, key=lambda at: float(shares[at]))
        clear = shares[deepest] >= leads * sums[first]
        found.append(Topic(paths[deepest] if clear else (first, "", ""), sums[first]))
    return tuple(found)


def sparse_row(
    counted: dict[str, Keys], keys: KeyArray, idf: Floats
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Rows of the known terms and their weights, each family scaled to its length."""
    rows, values = [], []
    for family in FAMILIES:
        counts = counted[family]
        if not counts or not len(keys):
            continue
        said = np.fromiter(counts.keys(), np.uint32, len(counts))
        often = np.fromiter(counts.values(), np.float32, len(counts))
        at = np.minimum(np.searchsorted(keys, said), len(keys) - 1)
        known = keys[at] == said
        at, often = at[known], often[known]
        weight = (1 + np.log(often)) * idf[at]
        length = float(np.linalg.norm(weight))
        if length:
            rows.append(at)
            values.append(weight * (WEIGHTS[family] / length))
    if not rows:
        return np.empty(0, np.intp), np.empty(0, np.float32)
    return np.concatenate(rows), np.concatenate(values).astype(np.float32)


def dense_rows(texts: Sequence[tuple[str, str]], embedder: Embedder, rules: ColdRules) -> Floats:
    """What the embedding and the shipped rules say of each text, both as unit vectors."""
    vectors = embedder.encode_passages([f"{title} {text}"[:EMBEDDED] for title, text in texts])
    if not texts or not rules.rules:
        return np.asarray(vectors, dtype=np.float32)
    told = np.stack([rules.scores(title, text) for title, text in texts])
    lengths = np.maximum(np.linalg.norm(told, axis=1, keepdims=True), 1e-6)
    return np.hstack([vectors, told / lengths]).astype(np.float32)


def softmax(scores: Floats) -> Floats:
    """Scores as shares of one."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float32)


def save(model: TopicModel, folder: Path) -> Path:
    """Write the model whole: it appears under its name only when complete."""
    folder.mkdir(parents=True, exist_ok=True)
    path, draft = folder / FILE, folder / f"{FILE}.part"
    with draft.open("wb") as file:
        np.savez_compressed(
            file,
            record=np.array(json.dumps(asdict(model.record), ensure_ascii=False)),
            paths=np.array(json.dumps(model.paths, ensure_ascii=False)),
            keys=model.keys, idf=model.idf, weights=model.weights, dense=model.dense,
            bias=model.bias,
        )  # fmt: skip
    draft.replace(path)
    return path


def load(folder: Path) -> TopicModel | None:
    """The model of a folder; None when there is none, or one of another program version.

    Raises:
        IndexerError: the file is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as kept:
            said = json.loads(str(kept["record"]))
            if said.get("format") != FORMAT:
                return None
            paths = tuple((one[0], one[1], one[2]) for one in json.loads(str(kept["paths"])))
            return TopicModel(
                TopicRecord(**said), paths, kept["keys"], kept["idf"], kept["weights"],
                kept["dense"], kept["bias"],
            )  # fmt: skip
    except Exception as wrong:  # a damaged archive raises many kinds
        raise IndexerError(
            f"分类模型文件 {path.name} 已损坏。", "请运行 zhiban topics train 重新训练。"
        ) from wrong
