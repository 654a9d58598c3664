"""Rooms for a single command: opened once, closed at the end, the index built when it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.rooms import Rooms
from casedb.store import Store


@contextmanager
def rooms(*, with_index: bool = True) -> Iterator[Rooms]:
    """Everything, as the service has it; without the index where a command needs none."""
    from bot.app import open_rooms
    from bot.settings import read

    opened = open_rooms(read(), with_index=with_index)
    try:
        yield opened
    finally:
        opened.store.close()


@contextmanager
def records() -> Iterator[Store]:
    """The records alone, migrated to the present tables."""
    from bot.app import open_store
    from bot.settings import read

    store = open_store(read())
    try:
        yield store
    finally:
        store.close()
