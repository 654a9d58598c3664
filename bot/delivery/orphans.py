"""Claimed messages of processes that died: found by their lock files, taken over at once."""

from __future__ import annotations

import secrets
import time
from datetime import datetime

from bot.onlyone import HeldFile
from bot.rooms import Rooms
from casedb.outgoing import leases

LOOK_EVERY = 2.0  # real seconds


class Orphans:
    """This process under its own name, and a look now and then at who else is still alive.

    Each process holds a file in the data dir as long as it lives. A claimed message whose owner's
    file nobody holds belongs to a dead process. Owners without a file here (another machine on
    the same database) are left to the end of their lease.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._folder = rooms.settings.data_dir / "delivery"
        self.owner = secrets.token_hex(6)
        self._mine = HeldFile(self._folder / f"{self.owner}.lock")
        self._looked = 0.0
        self._clean()

    def adopt(self, now: datetime) -> None:
        """End the leases of dead owners, so that what they held is judged now."""
        self._mine.hold()
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        with self._rooms.store.reading() as s:
            owners = leases.owners(s)
        dead = [(owner, file) for owner in owners if (file := self._held_by_nobody(owner))]
        if dead:
            with self._rooms.store.session() as s:
                for owner, _ in dead:
                    leases.end(s, owner, now)
        for _, file in dead:
            file.path.unlink(missing_ok=True)
            file.let_go()

    def leave(self) -> None:
        """We stop in good order."""
        self._mine.path.unlink(missing_ok=True)
        self._mine.let_go()

    def _clean(self) -> None:
        """Remove files of dead processes that hold no message any more."""
        with self._rooms.store.reading() as s:
            owners = leases.owners(s)
        for path in self._folder.glob("*.lock"):
            if path.stem not in owners and (file := self._held_by_nobody(path.stem)):
                path.unlink(missing_ok=True)
                file.let_go()

    def _held_by_nobody(self, owner: str) -> HeldFile | None:
        file = HeldFile(self._folder / f"{owner}.lock")
        if owner == self.owner or not file.path.exists() or not file.hold():
            return None
        return file
