"""Puts the rooms together: records, index, rules, calendar, clock."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot import last_good
from bot.clock import open_clock
from bot.last_good import Read
from bot.settings import Settings
from casedb.calendar.workdays import WorkCalendar
from casedb.outgoing.alerts import alert_desk
from casedb.rules import RuleBook, load_rules
from casedb.store import Store

if TYPE_CHECKING:
    from bot.rooms import Rooms
    from indexer.build import BuildRecord
    from indexer.embedders import Embedder
    from indexer.search import Index

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
KNOWLEDGE_FOLDERS = ("policies", "techniques", "cases", "training")


def open_rooms(settings: Settings, *, with_index: bool = True) -> Rooms:
    """Everything, ready: tables migrated, sample loaded when asked for; index present `with_index`.

    Without it the index is whatever lies in the data dir, opened at the first question.

    Raises:
        BotError, CasedbError, IndexerError: something a person can mend.
    """
    from bot.rooms import Rooms
    from indexer.search import LiveIndex

    clock = open_clock(settings)
    store = open_store(settings)
    if settings.demo:
        load_sample(store, clock.now())
    if with_index:
        refresh_index(settings)
    rules = kept_rules(settings)
    calendar = kept_calendar(settings)
    for problem in filter(None, (rules.problem, calendar.problem)):
        _tell_of_rules(store, problem, clock.now())
    return Rooms(
        settings=settings,
        clock=clock,
        store=store,
        index=LiveIndex(settings.data_dir, partial(embedder_of, settings)),
        rules=rules.value,
        calendar=calendar.value,
    )


def open_store(settings: Settings) -> Store:
    """The records, migrated."""
    # Folders of papers must be there from the start, or nobody would watch them.
    for folder in (settings.data_dir, settings.own_papers_dir, settings.added_papers_dir):
        folder.mkdir(parents=True, exist_ok=True)
    return Store.open(settings.database_url, secret_key=settings.secret_key)


def open_rules(settings: Settings) -> RuleBook:
    """Dated rules of knowledge/rules; a file put into the data dir by an admin wins."""
    return load_rules(settings.rules_dir)


def kept_rules(settings: Settings) -> Read[RuleBook]:
    """The rules; those of the last start that could read them when a file is broken now.

    Raises:
        RuleBroken: a file is broken and nothing was kept.
    """
    return last_good.read(settings.rules_dir, settings.data_dir / "rules_kept", load_rules)


def _tell_of_rules(store: Store, problem: str, now: datetime) -> None:
    digest = hashlib.sha256(problem.encode()).hexdigest()[:16]
    text = f"⚠️ {problem}\n在改好之前，按上一次读得懂的文件执行；改好后重新启动生效。"
    with store.session() as session:
        alert_desk(session, key=f"alert:rules:{digest}", text=text, now=now)


def open_calendar(settings: Settings) -> WorkCalendar:
    """Working calendar: the shipped years and those an admin has sent."""
    return WorkCalendar.load(settings.calendar_dir, settings.data_dir / "calendar")


def kept_calendar(settings: Settings) -> Read[WorkCalendar]:
    """The working calendar; of a folder with a broken year, the years as they were read last.

    Raises:
        RuleBroken: a table is broken and nothing was kept.
    """
    kept = settings.data_dir / "calendar_kept"
    folders = ((settings.calendar_dir, "shipped"), (settings.data_dir / "calendar", "sent"))
    read = [last_good.read(folder, kept / name, _readable_calendar) for folder, name in folders]
    return Read(WorkCalendar.load(*(one.value for one in read)), "".join(o.problem for o in read))


def _readable_calendar(folder: Path) -> Path:
    WorkCalendar.load(folder)
    return folder


def load_sample(store: Store, now: datetime) -> bool:
    """The invented sample into an empty database; False when there is something already."""
    from casedb.sample import load

    with store.session() as session:
        return load(session, now=now)


def embedder_of(settings: Settings) -> Embedder:
    """The shipped model, or the one named in the settings."""
    from indexer.embedders import load_embedder

    return load_embedder(settings.embedding_model or None)


def paper_sources(settings: Settings) -> tuple[Path, ...]:
    """Folders the index is made of: our papers, those of the unit, official texts users have added."""
    own = [settings.knowledge_dir / name for name in KNOWLEDGE_FOLDERS]
    added = [settings.own_papers_dir, settings.added_papers_dir]
    return tuple(folder for folder in [*own, *added] if folder.is_dir())


def build_own_index(settings: Settings, *, progress: Progress | None = None) -> BuildRecord:
    """Index of knowledge/ and the added texts; unchanged passages are taken over."""
    from indexer.build import build_index

    return build_index(
        paper_sources(settings),
        settings.index_dir,
        embedder=embedder_of(settings),
        progress=progress,
    )


def refresh_index(settings: Settings, *, progress: Progress | None = None) -> bool:
    """Build when the index is missing or stale; True when it was built."""
    from indexer.build import is_stale

    reason = is_stale(settings.index_dir, paper_sources(settings), embedder_of(settings))
    if reason is None:
        return False
    log.info("building the index: %s", reason)
    build_own_index(settings, progress=progress)
    return True


@contextmanager
def open_index(settings: Settings, *, folder: Path | None = None) -> Iterator[Index]:
    """The current index of the data dir (refreshed), or the one lying in `folder`."""
    from indexer.search import Index, LiveIndex

    if folder is not None:
        yield Index.open(folder, embedder_of(settings))
        return
    refresh_index(settings)
    yield LiveIndex(settings.data_dir, embedder_of(settings)).current()
