"""Where a speaker stands in a talk of several steps, and the last things said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from casedb.cases.drafts import clean
from casedb.models import Thread
from casedb.privacy import mask
from casedb.store import Session

TURNS_KEPT = 6
FLOW_LASTS = timedelta(hours=12)
TURNS_LAST = timedelta(minutes=30)
LONGEST_TURN = 500


@dataclass(frozen=True, slots=True)
class ThreadRecord:
    """One talk: `flow` is the step-by-step talk under way ("" if none), `state` what it keeps."""

    key: str
    flow: str
    state: Mapping[str, str]
    turns: tuple[str, ...]  # masked, oldest first
    updated_at: datetime | None = None

    def get(self, name: str) -> str:
        """What was kept under a name, "" when nothing was."""
        return self.state.get(name, "")

    def fresh(self, now: datetime) -> ThreadRecord:
        """The same talk with what is too old left out: nobody goes on with yesterday's /new."""
        if self.updated_at is None:
            return self
        age = now - self.updated_at
        old_flow = age > FLOW_LASTS
        return ThreadRecord(
            key=self.key,
            flow="" if old_flow else self.flow,
            state={} if old_flow else self.state,
            turns=() if age > TURNS_LAST else self.turns,
            updated_at=self.updated_at,
        )


def thread(s: Session, key: str) -> ThreadRecord:
    """The talk of one speaker in one chat (key "channel:chat:topic:speaker"); empty when new."""
    row = s.get(Thread, key)
    if row is None:
        return ThreadRecord(key, "", {}, ())
    state = {str(name): str(value) for name, value in row.state.items()}
    return ThreadRecord(key, row.flow, state, tuple(map(str, row.turns)), row.updated_at)


def keep_flow(
    s: Session, key: str, flow: str, state: Mapping[str, str], *, now: datetime
) -> ThreadRecord:
    """Remember the step a talk has come to; personal data in `state` must come sealed."""
    row = _row(s, key, now)
    row.flow, row.state = flow, dict(state)
    s.flush()
    return thread(s, key)


def leave_flow(s: Session, key: str, *, now: datetime) -> bool:
    """End the step-by-step talk; False when there was none."""
    row = s.get(Thread, key)
    if row is None or not row.flow:
        return False
    row.flow, row.state, row.updated_at = "", {}, now
    s.flush()
    return True


def add_turn(s: Session, key: str, text: str, *, now: datetime) -> None:
    """Remember one more thing said, masked; only the last six are kept."""
    row = _row(s, key, now)
    row.turns = [*row.turns, mask(clean(text))[:LONGEST_TURN]][-TURNS_KEPT:]
    s.flush()


def forget(s: Session, key: str) -> None:
    """Drop a talk altogether."""
    s.execute(delete(Thread).where(Thread.key == key))


def _row(s: Session, key: str, now: datetime) -> Thread:
    row = s.get(Thread, key)
    if row is None:
        row = Thread(key=key, flow="", state=_nothing(), turns=[], updated_at=now)
        s.add(row)
    row.updated_at = now
    return row


def _nothing() -> dict[str, Any]:
    return {}
