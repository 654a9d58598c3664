"""zhiban run: the service. zhiban chat: the same conversation in a terminal."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.shell.output import note


def run() -> None:
    """Open the rooms, start everything, print one URL, stop at a signal."""
    from bot.service import serve
    from bot.settings import read

    asyncio.run(serve(read(), announce=note))


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
