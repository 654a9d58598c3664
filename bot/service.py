"""The running service: pages, schedule, delivery and channels in one event loop, until a signal."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from typing import Any

import uvicorn

from bot.app import open_rooms
from bot.delivery.sending import Delivery
from bot.dialogue.router import Dialogue
from bot.errors import BotError
from bot.learning.daily import keep_learning
from bot.rebuilding import keep_index
from bot.rooms import Rooms
from bot.schedule import Schedule
from bot.settings import Settings

log = logging.getLogger(__name__)
LOG_BYTES, LOG_FILES = 5_000_000, 5
PAGE_STOP_SECONDS = 2  # open pages hold a stream of events that never ends by itself
Announce = Callable[[str], None]
Part = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


class _QuietServer(uvicorn.Server):
    """Leaves signals to us: pages and delivery must stop together."""

    def capture_signals(self) -> Any:
        from contextlib import nullcontext

        return nullcontext()


async def serve(settings: Settings, *, announce: Announce) -> None:
    """Run until SIGINT or SIGTERM; a part that dies is logged and started again, the rest goes on."""
    _write_logs(settings)
    listening = _listen(settings)
    announce("正在准备数据库……")
    rooms = await asyncio.to_thread(open_rooms, settings, with_index=False)
    stop = asyncio.Event()
    _stop_at_signals(stop)
    try:
        await _run_parts(rooms, listening, stop, announce)
    finally:
        rooms.store.close()
        listening.close()
    announce("已停止。")


async def _run_parts(
    rooms: Rooms, listening: socket.socket, stop: asyncio.Event, announce: Announce
) -> None:
    from bot.channels.webchat import WebChannel
    from bot.web.app import create_app

    talk = Dialogue(rooms)
    web_channel = WebChannel(rooms)
    channels: dict[str, Any] = {web_channel.name: web_channel}
    telegram = _telegram(rooms, talk) if rooms.settings.telegram_token else None
    if telegram is not None:
        channels[telegram.name] = telegram
    delivery = Delivery(rooms, channels)
    schedule = Schedule(rooms, wake_delivery=delivery.wake, answer_held=talk.release)
    page = create_app(rooms, talk, schedule=schedule, delivery=delivery, telegram=telegram)
    server = _QuietServer(
        uvicorn.Config(
            page,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=PAGE_STOP_SECONDS,
        )
    )
    parts: dict[str, Part] = {
        "schedule": schedule.run,
        "delivery": delivery.run,
        "papers": lambda stopping: keep_index(rooms, announce, stopping),
        "learning": lambda stopping: keep_learning(rooms, stopping),
    }
    working = [asyncio.create_task(_kept_running(name, part, stop)) for name, part in parts.items()]
    # Channels stop last: a message of several pieces must not lose its channel half-way.
    hang_up = asyncio.Event()
    listening_on = []
    if telegram is not None:
        listening_on.append(asyncio.create_task(_kept_running("telegram", telegram.run, hang_up)))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    host, port = listening.getsockname()[:2]
    announce(f"值班已启动：http://{host}:{port}")
    await asyncio.wait([asyncio.create_task(stop.wait()), serving], return_when="FIRST_COMPLETED")
    stop.set()
    server.should_exit = True
    await asyncio.gather(*working, return_exceptions=True)
    hang_up.set()
    await asyncio.gather(*listening_on, serving, return_exceptions=True)


def _telegram(rooms: Rooms, talk: Dialogue) -> Any:
    from bot.channels.telegram import TelegramChannel

    return TelegramChannel.for_rooms(rooms, talk)


async def _kept_running(name: str, part: Part, stop: asyncio.Event) -> None:
    """Start a part again when it dies, slower each time, up to a minute."""
    pause = 1.0
    while not stop.is_set():
        try:
            await part(stop)
            return
        except Exception:
            log.exception("%s died; starting it again in %.0f s", name, pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, 60.0)


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything else, so that a second start says so at once."""
    family = socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.web_host, settings.web_port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise BotError(
            f"端口 {settings.web_host}:{settings.web_port} 用不了（{os.strerror(error.errno or 0)}）。",
            "可能已有一个值班在运行；请先停掉它，或者改 ZHIBAN_WEB_PORT（0 表示自动选一个）。",
        ) from error
    listening.setblocking(False)
    return listening


def _stop_at_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)


def _write_logs(settings: Settings) -> None:
    """One line per deed into the data dir; httpx stays quiet, its lines hold the bot token."""
    folder = settings.data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "zhiban.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for chatty in ("httpx", "httpcore", "watchfiles", "alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
