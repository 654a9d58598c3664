"""Once a day, beside the service: similar texts and hot topics brought up to date, the classifier trained again."""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

from filelock import FileLock, Timeout

from bot.app import open_store
from bot.rebuilding import end_with_parent
from bot.rooms import Rooms
from bot.settings import BEIJING, Settings
from casedb.errors import CasedbError
from casedb.store import Store
from indexer.errors import IndexerError

log = logging.getLogger(__name__)
AT = time(2, 30)  # Beijing time, when nobody waits for answers
START_AFTER = 60.0  # real seconds after the start of the service: index and pages go first
LOOK_EVERY = 30.0  # real seconds between two looks
WATCH_EVERY = 0.5
NICER = 10
MARK = Path("learned.json")


async def keep_learning(rooms: Rooms, stop: asyncio.Event) -> None:
    """Learn when a day has passed since the last time; a start that missed the night makes up for it."""
    wait = START_AFTER
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), wait)
            return
        except TimeoutError:
            wait = LOOK_EVERY
        now = rooms.clock.now()
        if is_due(rooms.settings, now):
            await _learned_beside(rooms.settings, now, stop)


def is_due(settings: Settings, now: datetime) -> bool:
    """Whether today's learning has not been done and its time has come, or none was ever done."""
    last = last_learned(settings)
    local = now.astimezone(BEIJING)
    return last is None or (last < local.date() and local.time() >= AT)


def last_learned(settings: Settings) -> date | None:
    """The Beijing day of the last learning; None when there was none."""
    try:
        said = json.loads((settings.data_dir / MARK).read_text(encoding="utf-8"))
        return date.fromisoformat(said["on"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def learn(settings: Settings, store: Store, *, now: datetime) -> tuple[str, ...]:
    """Everything that is learned from the records; one Chinese sentence for each step.

    A step that cannot be done says why and stops no other. What was learned is on disk, and the
    running service notices it by itself.
    """
    try:
        with FileLock(settings.data_dir / "learning.lock", timeout=0):
            told = tuple(_guarded(name, step) for name, step in _steps(settings, store, now))
            _write_mark(settings, now, told)
            return told
    except Timeout:
        return ("另一个进程正在学习，这次不重复做。",)


def _steps(
    settings: Settings, store: Store, now: datetime
) -> tuple[tuple[str, Callable[[], str]], ...]:
    from bot.analysis.case_texts import take_changed
    from bot.analysis.proposing import train_topics
    from bot.hot.growth import grown

    def texts() -> str:
        with store.reading() as s:
            return f"类似工单索引更新 {take_changed(settings, s)} 件。"

    def topics() -> str:
        with store.reading() as s:
            return f"热点归并到 {len(grown(settings, s, most=None))} 件。"

    return (
        ("类似工单", texts),
        ("热点", topics),
        ("分类", lambda: train_topics(settings, store, now=now)),
    )


def _guarded(name: str, step: Callable[[], str]) -> str:
    try:
        return step()
    except (CasedbError, IndexerError) as wrong:
        return f"{name}：{wrong.what}{wrong.fix}"
    except Exception as error:
        log.exception("learning: %s failed", name)
        return f"{name}没有做成：{type(error).__name__}，见日志。"


def _write_mark(settings: Settings, now: datetime, told: tuple[str, ...]) -> None:
    path = settings.data_dir / MARK
    draft = path.with_name(f"{MARK.name}.part")
    said = {"on": now.astimezone(BEIJING).date().isoformat(), "told": told}
    draft.write_text(json.dumps(said, ensure_ascii=False, indent=2), encoding="utf-8")
    draft.replace(path)


async def _learned_beside(settings: Settings, now: datetime, stop: asyncio.Event) -> None:
    """Learn in a process of its own, which `stop` ends at once."""
    context = multiprocessing.get_context("spawn")
    learner = context.Process(target=_learn, args=(settings, now, os.getpid()), daemon=True)
    await asyncio.to_thread(learner.start)
    try:
        while learner.is_alive() and not stop.is_set():
            await asyncio.sleep(WATCH_EVERY)
    finally:
        learner.terminate()
        await asyncio.to_thread(learner.join, 5.0)
    if not stop.is_set():
        log.info("learned: exit %s", learner.exitcode)


def _learn(settings: Settings, now: datetime, parent: int) -> None:
    """In the child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches us too; our parent decides
    threading.Thread(target=end_with_parent, args=(parent,), daemon=True).start()
    os.nice(NICER)
    store = open_store(settings)
    try:
        learn(settings, store, now=now)
    finally:
        store.close()
