"""Where a speaker stands in a talk of several steps, and the last turns of the talk; kept over restarts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from casedb.models import Thread
from casedb.privacy import mask
from casedb.store import Session

TURNS_KEPT = 4


@dataclass(frozen=True, slots=True)
class ThreadRecord:
    """One speaker's talk in one chat. `state` holds what the flow has asked for so far."""

    key: str
    flow: str = ""
    state: tuple[tuple[str, str], ...] = ()
    turns: tuple[str, ...] = ()  # last questions, masked, oldest first
    updated_at: datetime | None = None

    def get(self, name: str) -> str:
        """One value of the state, "" when not there."""
        return dict(self.state).get(name, "")


def thread(s: Session, key: str) -> ThreadRecord:
    """The talk under this key; an empty one when nothing was said yet."""
    row = s.get(Thread, key)
    if row is None:
        return ThreadRecord(key)
    state = tuple((name, str(value)) for name, value in row.state.items())
    return ThreadRecord(key, row.flow, state, tuple(row.turns), row.updated_at)


def keep_flow(s: Session, key: str, flow: str, state: Mapping[str, str], *, now: datetime) -> None:
    """Stand at this step of a flow; personal data must be sealed by the caller."""
    row = _row(s, key, now)
    row.flow, row.state, row.updated_at = flow, dict(state), now


def leave_flow(s: Session, key: str, *, now: datetime) -> bool:
    """Out of the flow; False when in none."""
    row = s.get(Thread, key)
    if row is None or not row.flow:
        return False
    row.flow, row.state, row.updated_at = "", {}, now
    return True


def add_turn(s: Session, key: str, text: str, *, now: datetime) -> None:
    """Remember a question for follow-ups, masked; only the last few are kept."""
    row = _row(s, key, now)
    row.turns = [*row.turns, mask(text)[:300]][-TURNS_KEPT:]
    row.updated_at = now


def _row(s: Session, key: str, now: datetime) -> Thread:
    row = s.get(Thread, key)
    if row is None:
        row = Thread(key=key, flow="", state={}, turns=[], updated_at=now)
        s.add(row)
    return row
