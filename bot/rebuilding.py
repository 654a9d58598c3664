"""Builds the index beside the running service, in a process of its own that ends with ours."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from bot.app import paper_sources, refresh_index
from bot.dialogue.answering import likeness
from bot.errors import BotError
from bot.rooms import Rooms
from bot.settings import Settings
from indexer.errors import IndexerError

log = logging.getLogger(__name__)
LOOK_EVERY = 0.2  # real seconds between two looks at the builder
NICER = 3  # reminders and answers go first
BEGINNING = 1.0  # seconds after which an orphaned builder notices

Announce = Callable[[str], None]


async def keep_index(rooms: Rooms, announce: Announce, stop: asyncio.Event) -> None:
    """Build at the start what is missing or stale, then again whenever a paper changes.

    Reminders and pages never wait for it: the build has a process of its own, which `stop` ends
    at once. Questions are answered from the index before, if there is one.
    """
    from watchfiles import awatch

    await _refresh(rooms, announce, stop)
    await _learn_refusals(rooms, announce)
    folders = paper_sources(rooms.settings)
    if not folders:
        await stop.wait()
        return
    async for _ in awatch(*folders, stop_event=stop, step=500, rust_timeout=2000):
        await _refresh(rooms, announce, stop)


async def _learn_refusals(rooms: Rooms, announce: Announce) -> None:
    """Fitted now, or the first question would wait a second for it."""
    try:
        await asyncio.to_thread(likeness.load, rooms.settings.rules_dir)
    except BotError as wrong:
        announce(str(wrong))


async def _refresh(rooms: Rooms, announce: Announce, stop: asyncio.Event) -> None:
    if stop.is_set():
        return
    with rooms.index.building():
        problem = await _built_beside(rooms.settings, stop)
    if stop.is_set():
        return
    if problem:
        log.warning("the index was not rebuilt: %s", problem)
        announce(f"知识库索引没有建成：{problem}")
        return
    try:
        index = await asyncio.to_thread(rooms.index.current)  # opened before the first question
    except IndexerError as wrong:
        announce(f"知识库索引打不开：{wrong}")
    else:
        announce(f"知识库索引已就绪：{len(index.passages)} 段。")


async def _built_beside(settings: Settings, stop: asyncio.Event) -> str:
    """Refresh in a child process; what went wrong, "" when nothing did."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    builder = context.Process(target=_build, args=(settings, os.getpid(), theirs), daemon=True)
    await asyncio.to_thread(builder.start)
    theirs.close()
    try:
        while builder.is_alive() and not stop.is_set() and not ours.poll():
            await asyncio.sleep(LOOK_EVERY)
        if stop.is_set():
            return ""
        return _told(ours)
    finally:
        builder.terminate()
        await asyncio.to_thread(builder.join, 5.0)
        ours.close()


def _told(pipe: Connection) -> str:
    try:
        return str(pipe.recv())
    except (EOFError, OSError):
        return "建索引的进程中途退出了，请看日志或运行 zhiban index build。"


def _build(settings: Settings, parent: int, pipe: Connection) -> None:
    """In the child: build when stale, and say how it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches us too; our parent decides
    threading.Thread(target=end_with_parent, args=(parent,), daemon=True).start()
    os.nice(NICER)
    try:
        refresh_index(settings)
    except (IndexerError, BotError) as wrong:
        pipe.send(f"{wrong.what}{wrong.fix}")
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")
    else:
        pipe.send("")


def end_with_parent(parent: int) -> None:
    """A child whose service was killed must not work on for nobody."""
    while os.getppid() == parent:
        time.sleep(BEGINNING)
    os._exit(1)
