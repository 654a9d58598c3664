"""One sending process of the tests: claims until nothing is left, notes each send in a file."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from casedb.errors import RecordsBusy
from casedb.outgoing import outbox
from casedb.store import Store
from tests.casedb.office import SECRET

NOW = datetime(2026, 6, 1, tzinfo=UTC)
IDLE_ENDS = 10


def claim_all(url: str, owner: str, note: Path) -> None:
    """Claim, send (write a line), tell; stop after ten empty looks."""
    store = Store.open(url, secret_key=SECRET)
    idle = 0
    with note.open("a", encoding="utf-8") as sends:
        while idle < IDLE_ENDS:
            try:
                with store.session() as s:
                    batch = outbox.claim(s, owner=owner, now=NOW, limit=7)
            except RecordsBusy:
                continue
            for one in batch:
                sends.write(f"{one.key}\n")
                sends.flush()
                told(store, one.id)
            idle = 0 if batch else idle + 1
            time.sleep(0.01 if not batch else 0)
    store.close()


def told(store: Store, message_id: int) -> None:
    """Write down that it was sent, insisting while others write."""
    while True:
        try:
            with store.session() as s:
                outbox.sent(s, message_id, message_ids=(f"m{message_id}",), now=NOW)
            return
        except RecordsBusy:
            continue


if __name__ == "__main__":
    claim_all(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
