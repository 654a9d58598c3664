"""Small scorers fitted on the CPU: a listwise ranker and a calibrated yes-or-no estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Listed:
    """The candidates of one question: a feature row each, and which of them are right."""

    features: Floats
    right: npt.NDArray[np.bool_]
    weight: float = 1.0

    @property
    def usable(self) -> bool:
        """Something can be learned only where right and wrong stand side by side."""
        return bool(self.right.any() and not self.right.all())


@dataclass(frozen=True, slots=True)
class Shape:
    """A scorer's size and how it is fitted. `hidden` 0 is a plain linear scorer."""

    hidden: int = 16
    passes: int = 300
    rate: float = 0.01
    decay: float = 0.02
    dropped: float = 0.1
    models: int = 5  # fitted from different starts and laid side by side: steadier than one


def fit_scorer(
    lists: Sequence[Listed], names: Sequence[str], shape: Shape, seed: int
) -> dict[str, Any]:
    """Parameters (`indexer.ranking.scorer_of`) that put right candidates first.

    Loss: minus the log of the probability mass that a softmax over the list gives the right ones.
    """
    usable = [one for one in lists if one.usable]
    stacked = np.concatenate([one.features for one in usable])
    kept = np.flatnonzero(stacked.std(axis=0) > 1e-6)
    mean, scale = stacked[:, kept].mean(axis=0), stacked[:, kept].std(axis=0)
    padded = _padded(usable, kept, mean, scale)
    fitted = [_fit_one(padded, shape, seed + at) for at in range(shape.models)]
    return {
        "columns": [names[at] for at in kept.tolist()],
        "mean": _rounded(mean),
        "scale": _rounded(scale),
        "layers": _side_by_side(fitted),
    }


def _padded(
    lists: Sequence[Listed], kept: npt.NDArray[np.int64], mean: Floats, scale: Floats
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    longest = max(len(one.right) for one in lists)
    rows = torch.zeros(len(lists), longest, len(kept))
    right = torch.zeros(len(lists), longest, dtype=torch.bool)
    there = torch.zeros(len(lists), longest, dtype=torch.bool)
    for at, one in enumerate(lists):
        count = len(one.right)
        rows[at, :count] = torch.from_numpy((one.features[:, kept] - mean) / scale)
        right[at, :count] = torch.from_numpy(one.right)
        there[at, :count] = True
    return rows, right, there, torch.tensor([one.weight for one in lists])


def _fit_one(
    padded: tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], shape: Shape, seed: int
) -> list[torch.nn.Linear]:
    rows, right, there, weight = padded
    torch.manual_seed(seed)
    layers = _layers(rows.shape[2], shape.hidden)
    parameters = [p for layer in layers for p in layer.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=shape.rate, weight_decay=shape.decay)
    for _ in range(shape.passes):
        values = functional.dropout(rows, shape.dropped)
        scores = _forward(layers, values)[..., 0].masked_fill(~there, -1e9)
        shares = torch.log_softmax(scores, dim=1)
        hit = torch.logsumexp(shares.masked_fill(~right, -1e9), dim=1)
        loss = -(hit * weight).sum() / weight.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return layers


def fit_logistic(
    rows: Floats, answered: npt.NDArray[np.bool_], names: Sequence[str], shape: Shape, seed: int
) -> dict[str, Any]:
    """Parameters whose logistic value is the probability that the question is answered.

    Both kinds weigh the same, so that the number of questions at hand does not set the level.
    """
    kept = np.flatnonzero(rows.std(axis=0) > 1e-6)
    mean, scale = rows[:, kept].mean(axis=0), rows[:, kept].std(axis=0)
    values = torch.from_numpy(((rows[:, kept] - mean) / scale).astype(np.float32))
    labels = torch.from_numpy(answered.astype(np.float32))
    weight = torch.where(labels > 0, 0.5 / labels.mean(), 0.5 / (1 - labels).mean())
    fitted = []
    for at in range(shape.models):
        torch.manual_seed(seed + at)
        layers = _layers(values.shape[1], shape.hidden)
        parameters = [p for layer in layers for p in layer.parameters()]
        optimizer = torch.optim.AdamW(parameters, lr=shape.rate, weight_decay=shape.decay)
        for _ in range(shape.passes):
            logits = _forward(layers, functional.dropout(values, shape.dropped))[:, 0]
            loss = functional.binary_cross_entropy_with_logits(logits, labels, weight=weight)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        fitted.append(layers)
    return {
        "columns": [names[at] for at in kept.tolist()],
        "mean": _rounded(mean),
        "scale": _rounded(scale),
        "layers": _side_by_side(fitted),
    }


def _layers(inputs: int, hidden: int) -> list[torch.nn.Linear]:
    if not hidden:
        return [torch.nn.Linear(inputs, 1)]
    return [torch.nn.Linear(inputs, hidden), torch.nn.Linear(hidden, 1)]


def _forward(layers: Sequence[torch.nn.Linear], values: torch.Tensor) -> torch.Tensor:
    for at, layer in enumerate(layers):
        values = layer(functional.relu(values) if at else values)
    return values


def _side_by_side(fitted: Sequence[Sequence[torch.nn.Linear]]) -> list[dict[str, Any]]:
    """Several small networks as one: their mean is one network with all their hidden units."""
    with torch.no_grad():
        last = [layers[-1] for layers in fitted]
        share = 1 / len(fitted)
        bias = np.sum([layer.bias.numpy() for layer in last], axis=0) * share
        if len(fitted[0]) == 1:
            mean = np.sum([layer.weight.numpy() for layer in last], axis=0) * share
            return [{"weights": [_rounded(mean[0])], "bias": _rounded(bias)}]
        first = [layers[0] for layers in fitted]
        inner = np.concatenate([layer.weight.numpy() for layer in first])
        inner_bias = np.concatenate([layer.bias.numpy() for layer in first])
        outer = np.concatenate([layer.weight.numpy() * share for layer in last], axis=1)
    return [
        {"weights": [_rounded(row) for row in inner], "bias": _rounded(inner_bias)},
        {"weights": [_rounded(outer[0])], "bias": _rounded(bias)},
    ]


def _rounded(values: Any) -> list[float]:
    return [round(float(value), 5) for value in values]
