"""Many small writes that come together share one turn and one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")
S = TypeVar("S")


@dataclass(eq=False, slots=True)
class _Asked(Generic[S]):
    """One write that waits for its turn, and then how it ended."""

    deed: Callable[[S], Any]
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: Exception | None = None


class SharedTurn(Generic[S]):
    """Whoever gets the turn does what all who wait have asked for, and commits once.

    A commit costs more than what a small write does, and a queue of commits starves everybody
    else who wants to write.

    Args:
        in_turn: waits for the turn; raises when it does not come.
        written: a transaction, for whoever has the turn.
    """

    def __init__(
        self,
        in_turn: Callable[[], AbstractContextManager[None]],
        written: Callable[[], AbstractContextManager[S]],
    ) -> None:
        self._in_turn, self._written = in_turn, written
        self._gate = threading.Lock()
        self._asked: list[_Asked[S]] = []

    def do(self, deed: Callable[[S], T]) -> T:
        """Have it done and committed; its result, or its error."""
        asked: _Asked[S] = _Asked(deed)
        with self._gate:
            self._asked.append(asked)
        try:
            with self._in_turn():
                self._carry_out(self._take())
        except Exception:
            if self._taken_back(asked):
                raise
        asked.done.wait()
        if asked.error is not None:
            raise asked.error
        result: T = asked.result
        return result

    def _take(self) -> list[_Asked[S]]:
        with self._gate:
            taken, self._asked = self._asked, []
        return taken

    def _taken_back(self, asked: _Asked[S]) -> bool:
        """Whether nobody had begun with it; then nobody ever will."""
        with self._gate:
            if asked not in self._asked:
                return False
            self._asked.remove(asked)
            return True

    def _carry_out(self, batch: list[_Asked[S]]) -> None:
        if len(batch) > 1 and self._all_done(batch):
            return
        for one in batch:
            self._single(one)

    def _all_done(self, batch: list[_Asked[S]]) -> bool:
        try:
            with self._written() as s:
                for one in batch:
                    one.result = one.deed(s)
        except Exception:
            return False  # one is at fault; the others must not suffer
        for one in batch:
            one.done.set()
        return True

    def _single(self, one: _Asked[S]) -> None:
        try:
            with self._written() as s:
                one.result = one.deed(s)
        except Exception as error:
            one.error = error
        finally:
            one.done.set()
