"""Learn the weights of `indexer.wording` from questions with a label each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from indexer.wording import BUCKETS, Wording, buckets

PASSES, BATCH, RATE, DECAY, DROPPED = 6, 256, 0.02, 1e-5, 0.3

Floats = npt.NDArray[np.float32]


class _Weights(torch.nn.Module):
    def __init__(self, dimension: int, outputs: int) -> None:
        super().__init__()
        self.runs = torch.nn.Parameter(torch.zeros(BUCKETS, outputs))
        self.vector = torch.nn.Parameter(torch.zeros(dimension, outputs))
        self.constant = torch.nn.Parameter(torch.zeros(outputs))

    def forward(self, held: Sequence[npt.NDArray[np.int64]], queries: Floats) -> torch.Tensor:
        starts = np.cumsum([0, *(len(one) for one in held)])[:-1]
        shares = np.concatenate([np.full(len(one), len(one) ** -0.5) for one in held])
        weights = torch.from_numpy(shares.astype(np.float32))
        weights = weights * (torch.rand(len(weights)) >= DROPPED) / (1 - DROPPED)
        summed = functional.embedding_bag(
            torch.from_numpy(np.concatenate(held)), self.runs, torch.from_numpy(starts),
            mode="sum", per_sample_weights=weights,
        )  # fmt: skip
        return summed + torch.from_numpy(queries) @ self.vector + self.constant


def fit_wording(
    texts: Sequence[str], queries: Floats, labels: Sequence[int], outputs: int, seed: int,
    worth: Sequence[float] | None = None,
) -> Wording:  # fmt: skip
    """Weights whose softmax over the outputs gives the label.

    Args:
        queries: the texts' vectors, [texts, dimension].
        worth: what a question with each label counts, [outputs]; all the same when left out.
    """
    torch.manual_seed(seed)
    held = [buckets(text) for text in texts]
    right = torch.tensor(list(labels))
    weighed = None if worth is None else torch.tensor(list(worth), dtype=torch.float32)
    weights = _Weights(queries.shape[1], outputs)
    optimizer = torch.optim.Adam(weights.parameters(), lr=RATE)
    for _ in range(PASSES):
        order = torch.randperm(len(held)).numpy()
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            scores = weights([held[at] for at in batch], queries[batch])
            loss = functional.cross_entropy(scores, right[batch], weight=weighed)
            loss = loss + DECAY * weights.runs.square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    tables = (weights.runs, weights.vector, weights.constant)
    return Wording(*(table.detach().numpy() for table in tables))
