"""How much a request sounds like those that are refused: learned from examples people may extend.

Ridge regression over characters, pairs and triples, of the whole message and again of its last
clause, where a wish is told from a question, and over turns of phrase that mean the same.
Fitted at the start (about a second for six thousand examples) and again at the first question
after the file has changed.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.dialogue.answering.turns import Turns, plain
from bot.errors import BotError

KINDS = ("privacy", "forgery", "rating", "revenge", "favours", "orders")
GRAMS = (1, 2, 3)
SEEN = 5  # examples a feature has to stand in: a rarer one only tells what they were about
LAST, TURN, BIAS = 0.7, 0.3, 0.3  # weights beside 1.0 for the whole message
RIDGE = 1.0
DOUBT = 10.0  # how many examples of a kind it takes to believe them
STEPS = 40  # of conjugate gradients; more change no score in the second digit
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The fitted weights."""

    turns: Turns
    columns: Mapping[str, int]
    weights: Floats
    by_kind: Floats  # [kind, column]

    def score(self, text: str) -> float:
        """About 1 for what is refused, about -1 for what is answered."""
        columns, values = _row(_features(text, self.turns), self.columns)
        return float(self.weights[columns] @ values)

    def kind(self, text: str) -> str:
        """The kind of request whose examples use the same words."""
        columns, values = _row(_features(text, self.turns), self.columns)
        return KINDS[int(np.argmax(self.by_kind[:, columns] @ values))]


def load(folder: Path) -> Likeness | None:
    """The likeness learned from `forbidden.toml`; None when there is no such file."""
    path = folder / "forbidden.toml"
    return _fitted(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=2)
def _fitted(path: Path, _changed: int) -> Likeness:
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        refused = [(kind, str(text)) for kind in KINDS for text in said.get(kind, ())]
        allowed = [str(text) for text in said["allowed"]]
        turns = Turns.of(said.get("turns", {}))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as wrong:
        raise BotError(f"{path.name} 读不懂：{wrong}。", "请改正这个文件后再试。") from wrong
    if not refused or not allowed:
        raise BotError(f"{path.name} 里没有例句。", "请把例句补上再试。")
    return fitted(refused, allowed, turns)


def fitted(refused: Sequence[tuple[str, str]], allowed: Sequence[str], turns: Turns) -> Likeness:
    """Learned from requests with their kinds, and from what is answered beside them."""
    examples = [_features(text, turns) for text in (*(text for _, text in refused), *allowed)]
    seen = Counter(name for example in examples for name in example)
    kept = (name for name, count in seen.items() if count >= min(SEEN, len(examples) / 2))
    columns = {name: at for at, name in enumerate(kept)}
    rows = [_row(example, columns) for example in examples]
    wanted = np.where(np.arange(len(rows)) < len(refused), 1.0, -1.0)
    fewer = max(1.0, (len(rows) - len(refused)) / len(refused)) ** 0.5
    worth = np.where(wanted > 0, fewer, 1.0)  # there are fewer that are refused: each counts more
    weights = _solved(rows, wanted, worth, len(columns) + 1)
    by_kind = _by_kind(rows[: len(refused)], [kind for kind, _ in refused], len(columns) + 1)
    return Likeness(turns, columns, weights, by_kind)


def _solved(
    rows: Sequence[tuple[Ints, Floats]], wanted: Floats, worth: Floats, width: int
) -> Floats:
    """The weights of ridge regression, by conjugate gradients over the few non-zero values."""
    row = np.repeat(np.arange(len(rows)), [len(columns) for columns, _ in rows])
    column = np.concatenate([columns for columns, _ in rows])
    value = np.concatenate([values for _, values in rows])

    def back(residual: Floats) -> Floats:
        return np.bincount(column, value * residual[row], minlength=width).astype(np.float64)

    def normal(weights: Floats) -> Floats:
        scores = np.bincount(row, value * weights[column]).astype(np.float64)
        return back(worth * scores) + RIDGE * weights

    return _conjugate(normal, back(worth * wanted))


def _conjugate(normal: Callable[[Floats], Floats], wanted: Floats) -> Floats:
    found = np.zeros_like(wanted)
    left = wanted.copy()
    way = left.copy()
    size = float(left @ left)
    for _ in range(STEPS):
        along = normal(way)
        step = size / float(way @ along)
        found += step * way
        left -= step * along
        before, size = size, float(left @ left)
        if size < 1e-9:
            break
        way = left + size / before * way
    return found


def _by_kind(rows: Sequence[tuple[Ints, Floats]], kinds: Sequence[str], width: int) -> Floats:
    """How much more often than elsewhere a feature stands in the requests of each kind."""
    counts = np.zeros((len(KINDS), width))
    for (columns, _), kind in zip(rows, kinds, strict=True):
        counts[KINDS.index(kind), columns] += 1
    often = counts.sum(axis=0) + 1.0
    often /= often[-1]
    found: Floats = np.log((counts + DOUBT * often) / (counts[:, -1:] + DOUBT) / often)
    return found


def _row(features: Mapping[str, float], columns: Mapping[str, int]) -> tuple[Ints, Floats]:
    """Columns and values: n-grams as long as their weight together, turns as they are, a constant."""
    known = [(columns[name], name, weight) for name, weight in features.items() if name in columns]
    counts = Counter(name[0] for _, name, _ in known)
    values = [
        weight if name[0] == _TURN else weight / counts[name[0]] ** 0.5 for _, name, weight in known
    ]
    at = np.array([*(column for column, _, _ in known), len(columns)], np.int64)
    return at, np.array([*values, BIAS])


# What a feature's name begins with.
_WHOLE, _END, _TURN = "w", "e", "t"


def _features(text: str, turns: Turns) -> dict[str, float]:
    """Names of features with their weights."""
    whole = plain(text)
    last = whole.rsplit("，", 1)[-1]
    found = dict.fromkeys(_grams(_WHOLE, f"^{whole}$"), 1.0)
    found |= dict.fromkeys(_grams(_END, f"{last}$"), LAST)
    for meaning, end in turns.met(whole):
        found[f"{_TURN}{meaning}"] = TURN
        if end > len(whole) - len(last):
            found[f"{_TURN}${meaning}"] = TURN
    return found


def _grams(name: str, text: str) -> Iterator[str]:
    for size in GRAMS:
        for at in range(len(text) - size + 1):
            yield name + text[at : at + size]
