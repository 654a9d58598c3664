"""Learn the weights of `indexer.wording` from questions with a label each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from indexer.tokens import normalise
from indexer.wording import BUCKETS, Wording, buckets

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Plan:
    """How weights are learned; `dropped` hides character runs at random."""

    passes: int = 6
    batch: int = 256
    rate: float = 0.02
    decay: float = 1e-5
    dropped: float = 0.3


class _Weights(torch.nn.Module):
    def __init__(self, dimension: int, outputs: int, dropped: float) -> None:
        super().__init__()
        self.dropped = dropped
        self.runs = torch.nn.Parameter(torch.zeros(BUCKETS, outputs))
        self.vector = torch.nn.Parameter(torch.zeros(dimension, outputs))
        self.constant = torch.nn.Parameter(torch.zeros(outputs))

    def forward(
        self, held: Sequence[npt.NDArray[np.int64]], queries: Floats | None
    ) -> torch.Tensor:
        starts = np.cumsum([0, *(len(one) for one in held)])[:-1]
        shares = np.concatenate([np.full(len(one), len(one) ** -0.5) for one in held])
        weights = torch.from_numpy(shares.astype(np.float32))
        weights = weights * (torch.rand(len(weights)) >= self.dropped) / (1 - self.dropped)
        summed = functional.embedding_bag(
            torch.from_numpy(np.concatenate(held)), self.runs, torch.from_numpy(starts),
            mode="sum", per_sample_weights=weights,
        )  # fmt: skip
        told: torch.Tensor = summed + self.constant
        return told if queries is None else told + torch.from_numpy(queries) @ self.vector


USUAL = Plan()


def fit_wording(
    texts: Sequence[str], queries: Floats | None, labels: Sequence[int], outputs: int, seed: int,
    worth: Sequence[float] | None = None, plan: Plan = USUAL,
) -> Wording:  # fmt: skip
    """Weights whose softmax over the outputs gives the label.

    Args:
        queries: the texts' vectors, [texts, dimension]; None where they shall not count.
        worth: what a question with each label counts, [outputs]; all the same when left out.
    """
    torch.manual_seed(seed)
    held = [buckets(normalise(text)) for text in texts]
    right = torch.tensor(list(labels))
    weighed = None if worth is None else torch.tensor(list(worth), dtype=torch.float32)
    weights = _Weights(0 if queries is None else queries.shape[1], outputs, plan.dropped)
    optimizer = torch.optim.Adam(weights.parameters(), lr=plan.rate)
    for _ in range(plan.passes):
        order = torch.randperm(len(held)).numpy()
        for start in range(0, len(order), plan.batch):
            batch = order[start : start + plan.batch]
            seen = None if queries is None else queries[batch]
            scores = weights([held[at] for at in batch], seen)
            loss = functional.cross_entropy(scores, right[batch], weight=weighed)
            loss = loss + plan.decay * weights.runs.square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    tables = (weights.runs, weights.vector, weights.constant)
    return Wording(*(table.detach().numpy() for table in tables))
