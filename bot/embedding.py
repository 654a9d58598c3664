"""The embedder by itself, loaded once: for what works on texts of cases, not on the knowledge index."""

from __future__ import annotations

from functools import lru_cache

from bot.settings import Settings
from indexer.embedders import Embedder, load_embedder


def embedder(settings: Settings) -> Embedder:
    """The shipped model, or the one named in the settings."""
    return _loaded(settings.embedding_model)


@lru_cache(maxsize=1)
def _loaded(name: str) -> Embedder:
    return load_embedder(name or None)
