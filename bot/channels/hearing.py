"""What was said in a chat, made ready for the dialogue: meant for us or not, files stored safely."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bot.dialogue.talk import IncomingFile

log = logging.getLogger(__name__)
PAUSES = (0.5, 2.0, 0.0)  # seconds after each try to fetch a file
DOWNLOAD_BYTES = 20 * 1024 * 1024  # Telegram's ceiling for a bot
_COMMAND = re.compile(r"\s*/([A-Za-z0-9_]+)(?:@(\w+))?(?=\s|$)", re.ASCII)

Fetch = Callable[[Path], Awaitable[object]]


class TooLarge(Exception):
    """The platform does not hand out a file of this size."""


class FileLost(Exception):
    """The platform no longer has the file."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text without our own name in it; `ours` when it is a command or names us."""

    text: str
    ours: bool
    for_another: bool = False


def said(text: str, username: str) -> Said:
    """Take our name out of a text: `/due@us 3` is `/due 3`, `@us when?` is `when?`.

    A command that names another bot is that bot's business.
    """
    if command := _COMMAND.match(text):
        named = command[2] or username
        bare = f"/{command[1]}{text[command.end() :]}"
        mine = named.lower() == username.lower()
        return Said(bare if mine else text, mine, for_another=not mine)
    mention = re.compile(rf"(?<![A-Za-z0-9_@])@{re.escape(username)}(?![A-Za-z0-9_])\s*", re.I)
    if username and mention.search(text):
        return Said(mention.sub("", text).strip(), True)
    return Said(text, False)


def shown_name(name: str | None, otherwise: str) -> str:
    """A sender's file name as it may be shown: one line, no path, not too long."""
    last = re.split(r"[\\/]", name or "")[-1]
    clean = "".join(c for c in last if c.isprintable()).strip(" .")
    return clean[-120:] or otherwise


def stored_path(folder: Path, number: str, name: str) -> Path:
    """Where a received file goes: our own name below our folder, only the ending is the sender's."""
    ending = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    safe = re.sub(r"[^A-Za-z0-9_-]", "", number)
    return folder / f"{safe}{ending[0].lower() if ending else ''}"


async def stored(announced: IncomingFile, path: Path, fetch: Fetch) -> IncomingFile:
    """Fetch an announced file to `path`; one that cannot be had comes with a sentence instead."""
    if announced.size > DOWNLOAD_BYTES:
        return _too_large(announced)
    path.parent.mkdir(parents=True, exist_ok=True)
    for pause in PAUSES:
        try:
            await fetch(path)
            return replace(announced, path=path, size=path.stat().st_size)
        except TooLarge:
            return _too_large(announced)
        except FileLost:
            break
        except OSError as problem:
            log.warning("file %s not fetched: %s", path.name, problem)
            await asyncio.sleep(pause)
    return replace(announced, error=f"文件“{announced.name}”没有取到。请重新发送一次。")


def _too_large(announced: IncomingFile) -> IncomingFile:
    how_large = f"有 {announced.size / 1024 / 1024:.0f} MB，" if announced.size else ""
    return replace(
        announced,
        error=f"文件“{announced.name}”{how_large}超过 20 MB，取不到。"
        "请压缩或分成几份再发，也可以在网页上传。",
    )
