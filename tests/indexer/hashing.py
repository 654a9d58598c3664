"""An embedder that needs no training: character pairs hashed into a fixed number of places."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


class HashingEmbedder:
    """Deterministic; texts that share character pairs point the same way."""

    def __init__(self, model_id: str = "hashing@1", dimension: int = 64) -> None:
        self.model_id = model_id
        self.dimension = dimension
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for at in range(len(text) - 1):
                place = zlib.crc32(text[at : at + 2].encode("utf-8", "replace"))
                vectors[row, place % self.dimension] += 1 if place & 1024 else -1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-9)

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.encoded.extend(texts)
        return self.encode_queries(texts)
