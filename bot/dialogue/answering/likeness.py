"""How much a request sounds like those that are refused: learned from examples people may extend.

Kernel ridge regression over hashed characters, pairs and triples. Fitted at the first question
(a third of a second for a thousand examples) and again when the file changes.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.errors import BotError

KINDS = ("privacy", "forgery", "rating", "revenge")
BUCKETS = 8192
GRAMS = ((1, 0.5), (2, 1.0), (3, 0.7))  # length, weight
BIAS = 0.3
RIDGE = 0.6
REFUSED_COUNTS = 4.0  # there are fewer of them
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The fitted weights, and the refused examples to tell the kind by."""

    weights: Floats
    refused: Floats
    kinds: tuple[str, ...]

    def score(self, text: str) -> float:
        """About 1 for what is refused, about -1 for what is answered."""
        return float(_features(text) @ self.weights)

    def kind(self, text: str) -> str:
        """The kind of the refused example it is most like."""
        return self.kinds[int(np.argmax(self.refused @ _features(text)))]


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
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as wrong:
        raise BotError(f"{path.name} 读不懂：{wrong}。", "请改正这个文件后再试。") from wrong
    if not refused or not allowed:
        raise BotError(f"{path.name} 里没有例句。", "请把例句补上再试。")
    examples = np.stack([_features(text) for text in [*(text for _, text in refused), *allowed]])
    wanted = np.where(np.arange(len(examples)) < len(refused), 1.0, -1.0)
    counts = np.where(wanted > 0, REFUSED_COUNTS, 1.0)
    kernel = (examples @ examples.T).astype(np.float64) + np.diag(RIDGE / counts)
    weights = examples.T @ np.linalg.solve(kernel, wanted)
    return Likeness(
        weights.astype(np.float32), examples[: len(refused)], tuple(kind for kind, _ in refused)
    )


def _features(text: str) -> Floats:
    """Hashed n-grams, length one, and a constant."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text)[:300] if c.isalnum())
    found = np.zeros(BUCKETS + 1, np.float32)
    for size, weight in GRAMS:
        for at in range(len(plain) - size + 1):
            digest = blake2b(plain[at : at + size].encode(), digest_size=4).digest()
            found[int.from_bytes(digest, "little") % BUCKETS] = weight
    length = float(np.linalg.norm(found))
    if length:
        found /= length
    found[BUCKETS] = BIAS
    return found
