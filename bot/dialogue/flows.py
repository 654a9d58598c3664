"""Talks of several steps (/new, 办不了 because …): where the speaker stands, kept over restarts.

What was typed may hold a resident's data, so the state is sealed as a whole.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from bot.dialogue.turn import Turn
from casedb import threads

SEALED = "sealed"


def current(turn: Turn) -> tuple[str, dict[str, str]]:
    """The flow the speaker is in and what was filled in so far; ("", {}) when in none."""
    with turn.rooms.store.reading() as s:
        kept = threads.thread(s, turn.key).fresh(turn.now)
        sealed = kept.get(SEALED)
        if not kept.flow:
            return "", {}
        state = json.loads(s.box.open(base64.b64decode(sealed))) if sealed else {}
    return kept.flow, {str(name): str(value) for name, value in state.items()}


def keep(turn: Turn, flow: str, state: Mapping[str, str]) -> None:
    """Stand at this step."""
    with turn.rooms.store.session() as s:
        sealed = base64.b64encode(s.box.seal(json.dumps(dict(state)))).decode()
        threads.keep_flow(s, turn.key, flow, {SEALED: sealed}, now=turn.now)


def leave(turn: Turn) -> bool:
    """Out of it; False when in none."""
    with turn.rooms.store.session() as s:
        return threads.leave_flow(s, turn.key, now=turn.now)


def remember(turn: Turn, text: str) -> None:
    """Keep a turn for follow-ups."""
    with turn.rooms.store.session() as s:
        threads.add_turn(s, turn.key, text, now=turn.now)


def turns_before(turn: Turn) -> tuple[str, ...]:
    """The last things asked in this talk, oldest first."""
    with turn.rooms.store.reading() as s:
        return threads.thread(s, turn.key).fresh(turn.now).turns
