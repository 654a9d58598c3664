"""One round of contrastive learning: a static encoder, batches of pairs, negatives from the batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from indexer.training_data import Pair

SPECIAL_PIECES = 2  # [PAD] and [UNK] come first in the vocabulary and carry no meaning
_TEXTS_AT_ONCE = 5000

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of one round. The defaults are those of the shipped model.

    scale: how sharply the right text must win. A low one keeps the tail of the ranking.
    dropped: share of the pieces left out of each text at random, so that no single word decides.
    """

    epochs: int = 3
    batch: int = 2048
    rate: float = 0.07
    weight_rate: float = 0.02
    scale: float = 15.0
    dropped: float = 0.5
    warm_up: float = 0.1


class Pieces:
    """The piece ids of many texts, ready to be batched."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str], longest: int = 300) -> None:
        self._ids: list[Ids] = []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            part = list(texts[start : start + _TEXTS_AT_ONCE])
            for encoding in tokenizer.encode_batch_fast(part, add_special_tokens=False):
                ids = np.array(encoding.ids[:longest], np.int64)
                self._ids.append(ids[ids >= SPECIAL_PIECES])

    def __len__(self) -> int:
        return len(self._ids)

    def batch(self, at: Sequence[int] | Ids) -> tuple[torch.Tensor, torch.Tensor]:
        """All ids of these texts in a row, and where each text starts."""
        rows = [self._ids[index] for index in at]
        starts = np.zeros(len(rows), np.int64)
        np.cumsum([len(row) for row in rows[:-1]], out=starts[1:])
        return torch.from_numpy(np.concatenate(rows)), torch.from_numpy(starts)

    def counts(self, vocabulary: int) -> npt.NDArray[np.int64]:
        """How often each piece occurs."""
        return np.bincount(np.concatenate(self._ids), minlength=vocabulary)


class StaticEncoder(torch.nn.Module):
    """A vector and a weight for each piece; a text is the weighted sum of its pieces, made unit.

    The weights start where smooth inverse frequency puts them (Arora et al. 2017: a frequent piece
    says little) and are learned on; `table` folds them into the vectors.
    """

    def __init__(self, counts: npt.NDArray[np.int64], dimension: int) -> None:
        super().__init__()
        share = counts / max(1, counts.sum())
        self.vectors = torch.nn.Parameter(torch.randn(len(counts), dimension))
        start = np.log(1e-3 / (1e-3 + share)).astype(np.float32)
        self.log_weights = torch.nn.Parameter(torch.from_numpy(start))

    def forward(
        self, ids: torch.Tensor, starts: torch.Tensor, dropped: float = 0.0
    ) -> torch.Tensor:
        """Unit vectors of the texts that begin at `starts`."""
        # embedding() and not [ids]: its gradient is summed in a fixed order, so runs repeat exactly
        weights = functional.embedding(ids, torch.exp(self.log_weights)[:, None])[:, 0]
        if dropped:
            weights = weights * (torch.rand_like(weights) >= dropped)
        summed = functional.embedding_bag(
            ids, self.vectors, starts, mode="sum", per_sample_weights=weights
        )
        return functional.normalize(summed, dim=1)

    @torch.no_grad()
    def fold(self) -> None:
        """Put the weights into the vectors and bring these to one size, so that a step of a later
        round moves every model alike."""
        self.vectors.mul_(torch.exp(self.log_weights)[:, None])
        self.vectors[:SPECIAL_PIECES] = 0
        self.vectors.div_(self.vectors[SPECIAL_PIECES:].square().mean().sqrt())
        self.log_weights.zero_()

    def table(self) -> npt.NDArray[np.float16]:
        """One row per piece with its weight folded in, scaled to use the half-precision range."""
        with torch.no_grad():
            rows = (self.vectors * torch.exp(self.log_weights)[:, None]).numpy().copy()
        rows[:SPECIAL_PIECES] = 0
        return (rows * (8.0 / np.abs(rows).max())).astype(np.float16)


def learn(encoder: StaticEncoder, pairs: Sequence[Pair], tokenizer: Tokenizer, plan: Plan) -> float:
    """Teach the encoder that the two texts of a pair belong together and those of others do not.

    Every other text of the batch is a negative, in both directions, except those of one group and
    those that are the same text: an article that two questions ask about is no wrong answer.

    Returns:
        The mean loss of the last epoch.
    """
    left = Pieces(tokenizer, [pair.left for pair in pairs])
    right = Pieces(tokenizer, [pair.right for pair in pairs])
    groups = _numbers([pair.group for pair in pairs])
    texts = _numbers([pair.right for pair in pairs])
    optimizer = torch.optim.Adam(
        [
            {"params": [encoder.vectors], "lr": plan.rate},
            {"params": [encoder.log_weights], "lr": plan.weight_rate},
        ],
        foreach=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _ramp(len(pairs), plan))
    loss_sum, steps = 0.0, 0
    for epoch, batch in _batches(len(pairs), plan):
        one = encoder(*left.batch(batch), plan.dropped)
        other = encoder(*right.batch(batch), plan.dropped)
        same = _alike(groups[batch]) | _alike(texts[batch])
        loss = _both_ways(one @ other.T * plan.scale, same)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if epoch == plan.epochs - 1:
            loss_sum, steps = loss_sum + loss.item(), steps + 1
    return loss_sum / max(1, steps)


def _both_ways(scores: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over rows and over columns; what is `same` is not counted as wrong."""
    same.fill_diagonal_(False)
    scores = scores.masked_fill(same, -1e4)
    right = torch.arange(len(scores))
    rows, columns = (functional.cross_entropy(s, right) for s in (scores, scores.T))
    return (rows + columns) / 2


def _alike(numbers: torch.Tensor) -> torch.Tensor:
    return numbers[:, None] == numbers[None, :]


def _numbers(names: Sequence[str]) -> torch.Tensor:
    found: dict[str, int] = {}
    return torch.tensor([found.setdefault(name, len(found)) for name in names])


def _batches(count: int, plan: Plan) -> Iterator[tuple[int, Ids]]:
    size = min(plan.batch, count)
    for epoch in range(plan.epochs):
        order = torch.randperm(count).numpy()
        for start in range(0, count - size + 1, size):
            yield epoch, order[start : start + size]


class _ramp:
    """Learning rate: up during the warm-up, then down in a straight line to nothing."""

    def __init__(self, count: int, plan: Plan) -> None:
        self.steps = plan.epochs * (count // min(plan.batch, count))
        self.warm = max(1.0, plan.warm_up * self.steps)

    def __call__(self, step: int) -> float:
        return max(0.0, min((step + 1) / self.warm, (self.steps - step) / self.steps / 0.9))
