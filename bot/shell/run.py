"""zhiban run: the service. zhiban chat: the same conversation in a terminal."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.output import note

if TYPE_CHECKING:
    from bot.settings import Settings


def run() -> None:
    """Open the rooms, start everything, print one URL, stop at a signal."""
    from bot.settings import read

    asyncio.run(_serve_and_leave(read()))


async def _serve_and_leave(settings: Settings) -> None:
    """Serve until a signal, and then go at once.

    A thread that is still reading somebody's scan would hold up an ordinary end for minutes; what
    it was about to write is one transaction, and its message is answered after the next start.
    """
    from bot.service import serve

    await serve(settings, announce=note)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def chat(
    person: Annotated[str, typer.Option("--as", metavar="姓名", help="以谁的身份说话")] = "",
) -> None:
    """Talk to the bot line by line; buttons are numbers."""
    from bot.channels.console import converse
    from bot.dialogue.router import Dialogue
    from bot.shell.console_person import account_of
    from bot.shell.opened import rooms

    with rooms() as opened:
        speaker = account_of(opened, person)
        converse(Dialogue(opened), speaker=speaker, now=opened.clock.now, lines=sys.stdin)
