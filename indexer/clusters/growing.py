"""Clusters that grow with the days: each new text joins the one it is most like, or begins one.

What decides is the likeness to the mean of the cluster; the same caller needs less of it.
A cluster nobody adds to goes to sleep, a single text sooner than a known topic.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.clusters.records import Told
from indexer.clusters.words import OTHERS, WIDTH, Bearers, Floats, vectors, words_of
from indexer.similar_parts import place_code

FORMAT = "clusters-1"
LINK = 0.27  # likeness from which a text joins
STEP = 0.03  # more of it for each doubling of the cluster, so that large ones do not swallow others
MOST_STEPS = 8
MERGE = 0.45  # likeness of means from which two clusters are told as one
MERGE_STEP = 0.03  # more of it for each doubling of the smaller one
MERGE_STEPS = 4
MOST_MERGED = 4000  # clusters compared with each other, the largest
PRUNE_AT = 0.8  # share of clusters awake below which the others are let go
CALLER = 0.12  # the same caller's earlier cluster is that much nearer
PLACE = 0.04  # the same place's
SLEEPS = 400  # days without a new text
SINGLE_SLEEPS = 60
BATCH = 256
WARM = 20_480  # texts looked at before the first is placed, so that rare words are known as such
NEAREST = 4  # clusters whose place is looked at

Ints = npt.NDArray[np.int64]


class Growing:
    """The clusters of one stream of texts. Not safe for two threads at once.

    Means are held only of clusters that are awake; `labels` name clusters for good.
    """

    def __init__(self, dimension: int, model: str = "") -> None:
        self.bearers = Bearers()
        self._model = model  # whose embeddings it grows from; those of another do not mix
        self._mean, self._meant = np.zeros(dimension, np.float32), 0
        self._sums = np.zeros((0, WIDTH + dimension), np.float32)
        self._counts, self._last, self._places, self._ids = (np.zeros(0, np.int64),) * 4
        self._next = 0
        self._callers: dict[int, list[int]] = defaultdict(list)
        self.numbers, self.days, self.labels, self.said_by = (np.zeros(0, np.int64),) * 4

    def __len__(self) -> int:
        return len(self.numbers)

    def grow(self, texts: Sequence[Told], meanings: Floats) -> Ints:
        """Place texts, the oldest first; their clusters. `meanings` are their embeddings."""
        if not len(texts):
            return np.zeros(0, np.int64)
        order = np.argsort([one.day for one in texts], kind="stable")
        words = self._warm([texts[one] for one in order[:WARM]], meanings)
        placed = np.zeros(len(texts), np.int64)
        for at in range(0, len(texts), BATCH):
            some = order[at : at + BATCH]
            batch = [texts[one] for one in some]
            if at >= len(words):
                words += [words_of(one) for one in batch]
                self.bearers.add(words[at:])
            placed[some] = self._place(batch, words[at : at + BATCH], meanings[some])
            words[at : at + BATCH] = [Counter()] * len(batch)  # a million of them would fill memory
            self._prune(batch[0].day)
        self.numbers = np.concatenate([self.numbers, [one.number for one in texts]])
        self.days = np.concatenate([self.days, [one.day for one in texts]])
        self.said_by = np.concatenate([self.said_by, [_code(one.caller) for one in texts]])
        self.labels = np.concatenate([self.labels, placed])
        return placed

    def _warm(self, first: Sequence[Told], meanings: Floats) -> list[Counter[str]]:
        """The words of what comes first, counted before any of it is placed."""
        total = self._meant + len(meanings)
        self._mean = (self._mean * self._meant + meanings.sum(axis=0)) / total
        self._meant = total
        words = [words_of(one) for one in first]
        self.bearers.add(words)
        return words

    def _place(self, some: Sequence[Told], words: Sequence[Counter[str]], meanings: Floats) -> Ints:
        usual = self._mean * (self._meant / (self._meant + OTHERS))
        rows = vectors(words, meanings - usual, self.bearers)
        near = rows @ _unit(self._sums).T if len(self._sums) else np.zeros((len(some), 0))
        near = near - STEP * np.minimum(np.log2(np.maximum(self._counts, 1)), MOST_STEPS)
        among = rows @ rows.T
        where = {int(one): at for at, one in enumerate(self._ids)}
        slots = np.zeros(len(some), np.int64)
        begun: list[int] = []  # rows of this batch that began a cluster
        for at, one in enumerate(some):
            slots[at] = self._chosen(one, near[at], where, among[at], begun, slots)
            if slots[at] == len(self._ids):
                begun.append(at)
                where[self._next] = len(self._ids)
                self._begin(one)
            if one.caller:
                self._callers[_code(one.caller)].append(int(self._ids[slots[at]]))
            self._last[slots[at]] = max(self._last[slots[at]], one.day)
        self._sums = np.vstack([self._sums, np.zeros((len(begun), rows.shape[1]), np.float32)])
        np.add.at(self._sums, slots, rows)
        np.add.at(self._counts, slots, 1)
        return np.asarray(self._ids[slots])

    def _chosen(
        self, one: Told, near: Floats, where: dict[int, int], among: Floats,
        begun: Sequence[int], slots: Ints,
    ) -> int:  # fmt: skip
        """The slot of the cluster it joins; the next free one when it begins a cluster."""
        few = np.argpartition(-near, NEAREST)[:NEAREST] if len(near) > NEAREST else range(len(near))
        found = {int(at): float(near[at]) for at in few}
        found |= {int(slots[row]): float(among[row]) for row in begun}
        if one.caller:
            for label in set(self._callers.get(_code(one.caller), ())):
                slot = where.get(label)
                if slot is not None and (slot in found or slot < len(near)):
                    found[slot] = found.get(slot, float(near[slot]) if slot < len(near) else 0)
                    found[slot] += CALLER
        if one.place:
            place = place_code(one.place)
            for slot in found:
                found[slot] += PLACE * bool(self._places[slot] == place)
        best = max(found, key=lambda slot: (found[slot], -slot), default=-1)
        return best if best >= 0 and found[best] >= LINK else len(self._ids)

    def _begin(self, one: Told) -> None:
        self._ids = np.append(self._ids, self._next)
        self._next += 1
        self._counts = np.append(self._counts, 0)
        self._last = np.append(self._last, one.day)
        self._places = np.append(self._places, place_code(one.place) if one.place else 0)

    def _prune(self, day: int) -> None:
        """Let go of the means of clusters that sleep."""
        quiet = day - self._last
        awake = quiet <= np.where(self._counts > 1, SLEEPS, SINGLE_SLEEPS)
        if awake.sum() < PRUNE_AT * len(awake):
            self._sums, self._counts = self._sums[awake], self._counts[awake]
            self._last, self._places = self._last[awake], self._places[awake]
            self._ids = self._ids[awake]

    def merged(self, labels: Ints) -> dict[int, int]:
        """For each of these clusters the one it is to be told with: means that nearly coincide."""
        told = {int(one): int(one) for one in np.unique(labels)}
        slots = np.flatnonzero(np.isin(self._ids, labels) & (self._counts > 1))
        slots = slots[np.argsort(-self._counts[slots], kind="stable")][:MOST_MERGED]
        rows, counts = _unit(self._sums[slots]), self._counts[slots]
        ids = self._ids[slots].tolist()
        near = rows @ rows.T
        smaller = np.minimum(np.log2(np.maximum(1, np.minimum.outer(counts, counts))), MERGE_STEPS)
        near -= MERGE_STEP * smaller
        for at, one in enumerate(ids):
            for other in np.flatnonzero(near[at] >= MERGE):
                if other > at and told[ids[other]] == ids[other]:
                    told[ids[other]] = told[one]
        return told

    def save(self, path: Path) -> None:
        """Write the whole state; it appears under its name only when complete."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".part")
        with draft.open("wb") as file:
            np.savez(
                file, format=np.array(FORMAT), model=np.array(self._model), bearers=self.bearers.counts,
                texts=np.array(self.bearers.texts), mean=self._mean, meant=np.array(self._meant),
                sums=self._sums, counts=self._counts, last=self._last, places=self._places,
                ids=self._ids, next=np.array(self._next),
                numbers=self.numbers, days=self.days, labels=self.labels, said_by=self.said_by,
            )  # fmt: skip
        draft.replace(path)

    @classmethod
    def load(cls, path: Path, dimension: int, model: str = "") -> Growing:
        """The state kept at `path`; a new one when there is none, it is damaged or of another make."""
        found = cls(dimension, model)
        try:
            with np.load(path, allow_pickle=False) as kept:
                if (str(kept["format"]), str(kept["model"])) != (FORMAT, model):
                    return found
                found.bearers = Bearers(kept["bearers"], int(kept["texts"]))
                found._mean, found._meant = kept["mean"], int(kept["meant"])
                found._sums, found._counts = kept["sums"], kept["counts"]
                found._last, found._places = kept["last"], kept["places"]
                found._ids, found._next = kept["ids"], int(kept["next"])
                found.numbers, found.days = kept["numbers"], kept["days"]
                found.labels, found.said_by = kept["labels"], kept["said_by"]
        except Exception:  # a damaged file raises many kinds; it is only a cache of the records
            return cls(dimension, model)
        for caller, label in zip(found.said_by.tolist(), found.labels.tolist(), strict=True):
            if caller:
                found._callers[caller].append(label)
        return found


def _code(caller: str) -> int:
    return place_code(caller) if caller else 0


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
