"""Small scorers fitted on the CPU: a listwise ranker and a calibrated yes-or-no estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Listed:
    """The candidates of one question: a feature row each, and which of them are right."""

    features: Floats
    right: Flags
    weight: float = 1.0

    @property
    def usable(self) -> bool:
        """Something can be learned only where right and wrong stand side by side."""
        return bool(self.right.any() and not self.right.all())


@dataclass(frozen=True, slots=True)
class Plan:
    """How a scorer is fitted. `decay` pulls weights to zero; `dropped` hides cells at random.

    hidden: numbers between the columns and the score; 0 makes the scorer linear.
    """

    passes: int = 300
    rate: float = 0.02
    decay: float = 0.01
    dropped: float = 0.05
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that vary, and how they are standardised."""

    kept: npt.NDArray[np.int64]
    mean: Floats
    scale: Floats

    @classmethod
    def of(cls, rows: Floats) -> _Columns:
        kept = np.flatnonzero(rows.std(axis=0) > 1e-6)
        return cls(kept, rows[:, kept].mean(axis=0), rows[:, kept].std(axis=0))

    def values(self, rows: Floats) -> torch.Tensor:
        standard = (rows[:, self.kept] - self.mean) / self.scale
        return torch.from_numpy(standard.astype(np.float32))

    def parameters(self, network: torch.nn.Sequential, names: Sequence[str]) -> dict[str, Any]:
        """The content of a parameter file (`indexer.ranking.scorer_of`)."""
        layers = [layer for layer in network if isinstance(layer, torch.nn.Linear)]
        return {
            "columns": [names[at] for at in self.kept.tolist()],
            "mean": _rounded(self.mean),
            "scale": _rounded(self.scale),
            "layers": [
                {
                    "weights": [_rounded(row) for row in layer.weight.detach().numpy()],
                    "bias": _rounded(layer.bias.detach().numpy()),
                }
                for layer in layers
            ],
        }


def fit_scorer(
    lists: Sequence[Listed], names: Sequence[str], plan: Plan, seed: int
) -> dict[str, Any]:
    """Parameters that put right candidates first.

    Loss: minus the log of the probability mass that a softmax over the list gives the right ones.
    """
    usable = [one for one in lists if one.usable]
    rows = np.concatenate([one.features for one in usable])
    columns = _Columns.of(rows)
    right = torch.from_numpy(np.concatenate([one.right for one in usable]))
    place = torch.from_numpy(np.repeat(np.arange(len(usable)), [len(o.right) for o in usable]))
    weight = torch.tensor([one.weight for one in usable])

    def loss(scores: torch.Tensor) -> torch.Tensor:
        odds = torch.exp(scores.clamp(-30, 30))
        whole = torch.zeros(len(weight)).index_add(0, place, odds)
        hit = torch.zeros(len(weight)).index_add(0, place, odds * right)
        return -(torch.log(hit / whole) * weight).sum() / weight.sum()

    return columns.parameters(_descend(columns.values(rows), loss, plan, seed), names)


def fit_logistic(
    rows: Floats, answered: Flags, names: Sequence[str], plan: Plan, seed: int,
    worth: npt.NDArray[np.float64] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Parameters whose logistic value is the probability that the question is answered.

    Both kinds weigh the same, so that the number of questions at hand does not set the level;
    `worth` says what one question counts beside another.
    """
    columns = _Columns.of(rows)
    labels = torch.from_numpy(answered.astype(np.float32))
    weight = torch.where(labels > 0, 0.5 / labels.mean(), 0.5 / (1 - labels).mean())
    if worth is not None:
        weight = weight * torch.from_numpy(worth.astype(np.float32))

    def loss(logits: torch.Tensor) -> torch.Tensor:
        return functional.binary_cross_entropy_with_logits(logits, labels, weight=weight)

    return columns.parameters(_descend(columns.values(rows), loss, plan, seed), names)


def _descend(
    values: torch.Tensor,
    loss_of: Callable[[torch.Tensor], torch.Tensor],
    plan: Plan,
    seed: int,
) -> torch.nn.Sequential:
    """The network that makes the loss of its scores small."""
    torch.manual_seed(seed)
    network = _network(values.shape[1], plan.hidden)
    weights = [layer.weight for layer in network if isinstance(layer, torch.nn.Linear)]
    optimizer = torch.optim.Adam(network.parameters(), lr=plan.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda at: 1 - at / plan.passes)
    for _ in range(plan.passes):
        scores = network(functional.dropout(values, plan.dropped))[:, 0]
        loss = loss_of(scores) + plan.decay * sum((one**2).sum() for one in weights)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return network


def _network(columns: int, hidden: int) -> torch.nn.Sequential:
    if hidden:
        return torch.nn.Sequential(
            torch.nn.Linear(columns, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 1)
        )
    line = torch.nn.Linear(columns, 1)
    torch.nn.init.zeros_(line.weight)
    torch.nn.init.zeros_(line.bias)
    return torch.nn.Sequential(line)


def _rounded(values: Any) -> list[float]:
    return [round(float(value), 5) for value in values]
