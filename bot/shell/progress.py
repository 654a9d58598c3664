"""Progress of long work, on standard error, only where somebody is watching."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def counted(items: Sequence[T], doing: str) -> Iterator[T]:
    """Hand the items on one by one behind a progress bar; silent when standard error is no terminal."""
    if not sys.stderr.isatty() or len(items) < 20:
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=doing, console=Console(stderr=True))


class Steps:
    """A callback (stage, done, total) for work that counts itself, such as building the index."""

    def __init__(self) -> None:
        self._shown = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        share = f"{100 * done // total}%" if total else ""
        line = f"\r{stage} {share}"
        if line != self._shown:
            sys.stderr.write(line.ljust(40))
            self._shown = line
        if total and done >= total:
            sys.stderr.write("\r" + " " * 40 + "\r")
