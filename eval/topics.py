"""make eval-topics: how well topics are told from text, on letters whose labels are public.

The letters lie beside the repository (shared/data/messages) and serve this measurement only:
each model is trained and forgotten inside it. Near copies of a letter never stand on both sides.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import machine_line
from indexer.embedders import load_embedder
from indexer.topics.cold import load_rules
from indexer.topics.model import softmax
from indexer.topics.records import Labelled
from indexer.topics.training import (
    Ints,
    Table,
    fitted_temperature,
    held_out_scores,
    macro_f1,
    scored,
    tabled,
)

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "messages" / "labelled_9210_segmented.csv"
FOLDS = 5
FEW = (100, 500, 2000)
DRAWS = 5
TARGET = 0.91
BINS = 10


def main() -> None:
    """Print the table; exit 1 when the target is missed."""
    print(f"machine: {machine_line()}", flush=True)
    if not DATA.is_file():
        print("skipped: the labelled letters are not beside the repository (shared/data/messages)")
        return
    began = time.perf_counter()
    texts = letters()
    names = sorted({one.path[0] for one in texts})
    labels = np.array([names.index(one.path[0]) for one in texts])
    rules = load_rules(ROOT / "knowledge" / "rules")
    table = tabled(texts, load_embedder(None), rules)
    print(f"{len(texts):,} letters, {len(names)} topics, {len(set(table.groups)):,} groups of near "
          f"copies, read in {time.perf_counter() - began:.0f} s", flush=True)  # fmt: skip
    reached = _whole(table, labels, names)
    _few(table, labels, len(names))
    sys.exit(0 if reached >= TARGET else 1)


def letters() -> list[Labelled]:
    """Every labelled letter; its words are already cut and its stop words gone."""
    csv.field_size_limit(10**9)
    with DATA.open(encoding="utf-8-sig", newline="") as file:
        return [Labelled("", row["tokens"], (row["label"], "", "")) for row in csv.DictReader(file)]


def _whole(table: Table, labels: Ints, names: list[str]) -> float:
    scores = held_out_scores(table, labels, len(names), folds=FOLDS)
    said = scores.argmax(1)
    reached = macro_f1(labels, said)
    print(f"\n{FOLDS}-fold grouped cross-validation, all labels")
    print(f"  macro-F1 {reached:.4f} (target {TARGET})   accuracy {(said == labels).mean():.4f}")
    for at, name in enumerate(names):
        right = int(((said == at) & (labels == at)).sum())
        precision, recall = right / max(1, (said == at).sum()), right / (labels == at).sum()
        print(f"  {name}  precision {precision:.3f}  recall {recall:.3f}  n {(labels == at).sum()}")
    print(f"  confidence off by {_calibration(scores, labels):.3f} on average (ECE, {BINS} bins)")
    return reached


def _calibration(scores: np.ndarray, labels: Ints) -> float:
    """Expected calibration error; the temperature of each half is fitted on the other half."""
    half = np.arange(len(labels)) % 2 == 0
    confidence, right = np.zeros(len(labels)), scores.argmax(1) == labels
    for part in (half, ~half):
        temperature = fitted_temperature(scores[~part], labels[~part])
        confidence[part] = softmax(scores[part] / temperature).max(1)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(confidence[bins == one].mean() - right[bins == one].mean()))
        * float((bins == one).mean())
        for one in set(bins.tolist())
    ]
    return float(sum(gaps))


def _few(table: Table, labels: Ints, topics: int) -> None:
    """Train on few labels, test on 2,000 other letters; several draws, because luck is large."""
    print("\nfew labels, tested on 2,000 letters of other groups")
    for number in FEW:
        figures = []
        for draw in range(DRAWS):
            seen, unseen = _drawn(table, labels, number, seed=draw)
            scores = scored(table, labels, topics, seen, unseen)
            figures.append(macro_f1(labels[unseen], scores.argmax(1)))
        print(f"  {number:>5} labels   macro-F1 {np.mean(figures):.3f} ± {np.std(figures):.3f} "
              f"({DRAWS} draws)", flush=True)  # fmt: skip


def _drawn(table: Table, labels: Ints, number: int, *, seed: int) -> tuple[Ints, Ints]:
    order = np.random.default_rng(seed).permutation(len(labels))
    seen = order[:number]
    apart = order[number:][~np.isin(table.groups[order[number:]], table.groups[seen])]
    return seen, apart[:2000]


if __name__ == "__main__":
    main()
