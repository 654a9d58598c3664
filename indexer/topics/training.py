"""Labelled texts -> a topic model with its own cross-validated figures. Run in a process of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from indexer.embedders import Embedder
from indexer.errors import IndexerError
from indexer.topics.cold import ColdRules
from indexer.topics.grouping import groups_of
from indexer.topics.model import TopicModel, TopicRecord, dense_rows, softmax, sparse_row
from indexer.topics.records import Labelled, TopicPath
from indexer.topics.terms import keys_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FEWEST = 40  # labelled texts; below it the shipped rules do better
FEWEST_OF_TOPIC = 3  # texts of a first-level topic
FEWEST_OF_PATH = 8  # texts of a full path; a rarer one is learned by its first level only
MOST = 20_000  # texts; the newest ones
MOST_WEIGHTS = 12_000_000  # terms × topics of the kept model: 24 MB
STRENGTH = 0.4  # of the linear model's fit against its plainness
FOLDS = 3
SEED = 7

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Table:
    """Texts as numbers, once for all folds."""

    keys: npt.NDArray[np.uint32]
    rows: tuple[dict[str, Counter[int]], ...]
    dense: Floats
    groups: Ints
    embedded: int  # the first columns of `dense` are the embedding, the others the rules


def train(
    texts: Sequence[Labelled],
    *,
    embedder: Embedder,
    rules: ColdRules,
    now: datetime,
    progress: Callable[[str], None] = lambda step: None,
) -> TopicModel:
    """Learn from labelled texts, the oldest first.

    Raises:
        IndexerError: too few labels, or only one topic among them.
    """
    texts = _usable(texts)
    progress("读取文本")
    table = tabled(texts, embedder, rules)
    paths = _paths(texts)
    labels = np.array([paths.index(_kept(one.path, paths)) for one in texts])
    progress("交叉检验")
    firsts = np.array([path[0] for path in paths])
    held = held_out_scores(table, labels, len(paths), folds=FOLDS)
    known = ~np.isnan(held[:, 0])
    temperature = fitted_temperature(held[known], labels[known])
    macro, accuracy = first_level_figures(held[known], labels[known], firsts, temperature)
    progress("训练")
    model = fitted(table, labels, paths, np.arange(len(texts)))
    record = replace(
        model.record, made_at=now.isoformat(), labels=len(texts), topics=len(set(firsts)),
        macro_f1=macro, accuracy=accuracy, embedding=embedder.model_id,
        rules=rules.fingerprint, temperature=temperature,
    )  # fmt: skip
    return slimmed(replace(model, record=record))


def _usable(texts: Sequence[Labelled]) -> list[Labelled]:
    """The newest texts that say something and whose topic has enough of them."""
    said = [one for one in texts if one.path[0] and f"{one.title}{one.text}".strip()][-MOST:]
    often = Counter(one.path[0] for one in said)
    kept = [one for one in said if often[one.path[0]] >= FEWEST_OF_TOPIC]
    topics = len({one.path[0] for one in kept})
    if len(kept) < FEWEST or topics < 2:
        raise IndexerError(
            f"已确认分类的工单只有 {len(said)} 件、够数的一级分类 {topics} 个，还训练不出分类模型。",
            f"至少要 {FEWEST} 件、2 个一级分类；在这之前按 topics.toml 的规则建议分类。",
        )
    return kept


def _paths(texts: Sequence[Labelled]) -> list[TopicPath]:
    often = Counter(one.path for one in texts)
    deep = {path for path, count in often.items() if count >= FEWEST_OF_PATH}
    shallow = {(one.path[0], "", "") for one in texts if one.path not in deep}
    return sorted(deep | shallow)


def _kept(path: TopicPath, paths: Sequence[TopicPath]) -> TopicPath:
    return path if path in paths else (path[0], "", "")


def tabled(texts: Sequence[Labelled], embedder: Embedder, rules: ColdRules) -> Table:
    """Every text as term counts, embedding and rule scores, and which texts nearly repeat another."""
    rows = tuple(keys_of(one.title, one.text) for one in texts)
    often: Counter[int] = Counter()
    for row in rows:
        for counts in row.values():
            often.update(counts.keys())
    keys = np.array(sorted(key for key, count in often.items() if count > 1), np.uint32)
    pairs = [(one.title, one.text) for one in texts]
    dense = dense_rows(pairs, embedder, rules)
    groups = groups_of([f"{title}{text}" for title, text in pairs])
    return Table(keys, rows, dense, groups, embedder.dimension)


def fitted(table: Table, labels: Ints, paths: Sequence[TopicPath], which: Ints) -> TopicModel:
    """The linear model of some of the texts."""
    from sklearn.svm import LinearSVC

    idf = _idf(table, which)
    lengths = _dense_lengths(table, len(which))
    matrix = _matrix(table, idf, which, lengths)
    machine = LinearSVC(C=STRENGTH, random_state=SEED, class_weight="balanced")
    machine.fit(matrix, labels[which])
    weights, bias = _whole(machine, len(paths))
    terms = len(table.keys)
    empty = TopicRecord("", len(which), 0, None, None, "", "")
    return TopicModel(
        empty, tuple(paths), table.keys, idf, weights[:terms].astype(np.float16),
        weights[terms:] * lengths[:, None], bias,
    )  # fmt: skip


def _dense_lengths(table: Table, texts: int) -> Floats:
    """How much embedding and rules count beside the terms: the more labels, the less."""
    embedding = min(0.9, max(0.18, 9 / texts**0.5))
    rules = min(0.5, 50 / texts)
    others = table.dense.shape[1] - table.embedded
    return np.repeat([embedding, rules], [table.embedded, others]).astype(np.float32)


def _idf(table: Table, which: Ints) -> Floats:
    often = np.zeros(len(table.keys), np.float32)
    for at in which:
        for counts in table.rows[at].values():
            said = np.fromiter(counts.keys(), np.uint32, len(counts))
            place = np.minimum(np.searchsorted(table.keys, said), len(table.keys) - 1)
            often[place[table.keys[place] == said]] += 1
    return np.asarray(np.log((1 + len(which)) / (1 + often)) + 1, dtype=np.float32)


def _matrix(table: Table, idf: Floats, which: Ints, lengths: Floats | float = 1.0) -> csr_matrix:
    from scipy.sparse import csr_matrix, hstack

    starts, columns, values = [0], [], []
    for at in which:
        rows, weights = sparse_row(table.rows[at], table.keys, idf)
        columns.append(rows)
        values.append(weights)
        starts.append(starts[-1] + len(rows))
    terms = csr_matrix(
        (np.concatenate(values), np.concatenate(columns), starts),
        shape=(len(which), len(table.keys)),
    )
    return hstack([terms, csr_matrix(table.dense[which] * lengths)]).tocsr()


def _whole(machine: Any, topics: int) -> tuple[Floats, Floats]:
    """Weights and bias with a column for every topic; one not seen in this part never wins."""
    found, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # scikit-learn keeps one score for two classes
        found, bias = np.vstack([-found, found]), np.concatenate([-bias, bias])
    weights = np.zeros((found.shape[1], topics), np.float32)
    every = np.full(topics, -9.0, np.float32)
    weights[:, machine.classes_], every[machine.classes_] = found.T, bias
    return weights, every


def held_out_scores(table: Table, labels: Ints, topics: int, *, folds: int) -> Floats:
    """Scores of each text by a model that saw neither it nor a near copy; rows of NaN where none."""
    scores = np.full((len(labels), topics), np.nan, np.float32)
    fold = _folds(labels, table.groups, folds)
    for one in range(folds):
        seen, unseen = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
        if len(unseen) and len(set(labels[seen])) > 1:
            scores[unseen] = scored(table, labels, topics, seen, unseen)
    return scores


def _folds(labels: Ints, groups: Ints, folds: int) -> Ints:
    """A fold for each text: groups stay whole, topics are spread evenly."""
    members: dict[int, list[int]] = {}
    for at in np.random.default_rng(SEED).permutation(len(labels)).tolist():
        members.setdefault(int(groups[at]), []).append(at)
    held = np.zeros((folds, int(labels.max()) + 1), int)
    found = np.zeros(len(labels), np.intp)
    for some in members.values():
        label = labels[some[0]]
        least = min(range(folds), key=lambda one: (held[one, label], held[one].sum()))
        found[some] = least
        np.add.at(held[least], labels[some], 1)
    return found


def scored(table: Table, labels: Ints, topics: int, seen: Ints, unseen: Ints) -> Floats:
    """Scores of `unseen` by a model of `seen`."""
    blank: list[TopicPath] = [("", "", "")] * topics
    model = fitted(table, labels, blank, seen)
    matrix = _matrix(table, model.idf, unseen)
    weights = np.vstack([model.weights.astype(np.float32), model.dense])
    return np.asarray(matrix @ weights + model.bias, dtype=np.float32)


def fitted_temperature(scores: Floats, labels: Ints) -> float:
    """The divisor of the scores under which the true topics are least surprising."""
    if not len(labels):
        return 1.0
    tried = np.geomspace(0.05, 3.0, 60)
    rows = np.arange(len(labels))
    losses = [
        -float(np.log(np.maximum(softmax(scores / one)[rows, labels], 1e-9)).mean())
        for one in tried
    ]
    return float(tried[int(np.argmin(losses))])


def first_level_figures(
    scores: Floats, labels: Ints, firsts: npt.NDArray[np.str_], temperature: float
) -> tuple[float | None, float | None]:
    """Macro-F1 and accuracy of the first level."""
    if not len(labels):
        return None, None
    names = sorted(set(firsts.tolist()))
    member = np.array([[name == first for name in names] for first in firsts], np.float32)
    said = (softmax(scores / temperature) @ member).argmax(1)
    true = np.array([names.index(str(firsts[at])) for at in labels])
    return macro_f1(true, said), float((said == true).mean())


def macro_f1(true: Ints, said: Ints) -> float:
    """Mean over the topics that occur of 2·right / (said + true)."""
    shares = []
    for topic in np.unique(true):
        right = int(((said == topic) & (true == topic)).sum())
        shares.append(2 * right / (int((said == topic).sum()) + int((true == topic).sum())))
    return float(np.mean(shares))


def slimmed(model: TopicModel) -> TopicModel:
    """Only as many terms as a running service should hold: those with the heaviest weights."""
    most = max(1, MOST_WEIGHTS // len(model.paths))
    if len(model.keys) <= most:
        return model
    heavy = np.abs(model.weights).max(axis=1)
    kept = np.sort(np.argsort(-heavy, kind="stable")[:most])
    return replace(model, keys=model.keys[kept], idf=model.idf[kept], weights=model.weights[kept])
