"""Whether somebody asks the same thing in other words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rooms import Rooms
from indexer.alike import ALIKE, likeness
from indexer.errors import IndexerError


def alike_to(
    rooms: Rooms, text: str, others: Sequence[str], *, at_least: float = ALIKE
) -> int | None:
    """Position of the text that asks the same as `text`, the most alike one; None when none does."""
    if not others:
        return None
    try:
        embedder = rooms.index.current().embedder
    except IndexerError:
        return None  # without an index nothing can be compared
    row = likeness([text], others, embedder)[0]
    best = int(row.argmax())
    return best if row[best] >= at_least else None
