"""The rooms put together once at start and handed to whoever needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.clock import Clock
from bot.settings import Settings
from casedb.calendar.workdays import WorkCalendar
from casedb.rules import RuleBook
from casedb.store import Store
from indexer.search import LiveIndex


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything the dialogue, the schedule and the pages work with."""

    settings: Settings
    clock: Clock
    store: Store
    index: LiveIndex
    rules: RuleBook
    calendar: WorkCalendar

    @property
    def files_dir(self) -> Path:
        """Where generated papers and received files lie, below the data dir."""
        folder = self.settings.data_dir / "files"
        folder.mkdir(parents=True, exist_ok=True)
        return folder
