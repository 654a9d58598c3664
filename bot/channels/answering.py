"""One thing heard -> the dialogue in a thread -> its reply into the chat, whatever the network does."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from bot.channels.insisting import insist
from bot.channels.outcome import Outcome
from bot.channels.pieces import Piece, pieces
from bot.dialogue.talk import Incoming, Reply, Talk
from casedb.records import Target

log = logging.getLogger(__name__)
TALKS_AT_ONCE = 16  # threads; more writers would only crowd each other out of the records
SOON = 1.0  # seconds after which the chat is shown that we are at it
TOAST_LENGTH = 200

Toast = Callable[[str], Awaitable[None]]


class Post(Protocol):
    """What a channel can do in a chat."""

    async def post(self, target: Target, piece: Piece, reply_to: str = "") -> tuple[str, ...]: ...

    async def change(self, target: Target, message: str, piece: Piece) -> bool: ...

    async def busy(self, target: Target) -> None: ...

    async def moved(self, old: str, new: str) -> None: ...


class Memory(Protocol):
    """Answers that are still to be sent, kept over a crash."""

    def reply(self, number: int) -> Reply | None: ...

    def keep_reply(self, number: int, reply: Reply) -> None: ...


class Answering:
    """Asks the dialogue and brings its reply into the chat."""

    def __init__(self, talk: Talk, post: Post, memory: Memory) -> None:
        self._talk, self._post, self._memory = talk, post, memory
        self._threads = ThreadPoolExecutor(TALKS_AT_ONCE, "talk")

    async def answer(
        self, heard: Incoming, target: Target, stop: asyncio.Event, *, reply_to: str = ""
    ) -> None:
        """Answer a message.

        Raises:
            Interrupted: `stop` was set before the answer was out.
        """
        reply = await self._ask(heard, target)
        await self._say(reply, target, stop, reply_to)

    async def press(
        self, heard: Incoming, target: Target, stop: asyncio.Event, toast: Toast
    ) -> None:
        """Answer a pressed button: always with a toast, so that the button stops turning.

        The turning button shows that we are at it; nothing else is sent until the answer is there.
        """
        reply = await self._ask(heard, None)
        await toast(reply.toast[:TOAST_LENGTH])
        if reply.edit and not reply.silent and heard.pressed_message:
            await self._edit(reply, target, stop, heard.pressed_message)
        else:
            await self._say(reply, target, stop, "")

    async def _ask(self, heard: Incoming, target: Target | None) -> Reply:
        """Ask the dialogue; while it takes long the chat `target`, if any, is shown that we are at it."""
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._threads, self._answer_to, heard)
        try:
            done, _ = await asyncio.wait([asked], timeout=SOON if target else None)
            while not done and target:
                await self._post.busy(target)
                done, _ = await asyncio.wait([asked], timeout=4 * SOON)
            return asked.result()
        except Exception:
            number = secrets.token_hex(2).upper()
            log.exception("no answer to %s, number %s", heard.id, number)
            sorry = f"这次没有办成，已记下编号 {number}，请联系值守分析员。"
            return Reply(sorry, toast=sorry)

    def _answer_to(self, heard: Incoming) -> Reply:
        """Ask the dialogue, once for each message even when we die before the answer is out."""
        number = int(heard.id)
        if (reply := self._memory.reply(number)) is None:
            reply = self._talk(heard)
            try:
                self._memory.keep_reply(number, reply)
            except OSError as problem:  # it is done; only a crash right now would do it again
                log.error("answer to %s is not kept on disk: %s", heard.id, problem)
        return reply

    async def _say(self, reply: Reply, target: Target, stop: asyncio.Event, reply_to: str) -> None:
        if reply.silent:
            return
        for piece in pieces(reply.text, reply.buttons, reply.files):
            target, gone = await self._send(piece, target, stop, reply_to)
            reply_to = ""
            if gone:
                return

    async def _send(
        self, piece: Piece, target: Target, stop: asyncio.Event, reply_to: str
    ) -> tuple[Target, bool]:
        async def deed(where: Target) -> None:
            await self._post.post(where, piece, reply_to)

        try:
            return await insist(deed, target, moved=self._post.moved, stop=stop), False
        except Outcome as outcome:
            log.warning("answer to chat %s given up: %s", target.chat, outcome.what)
            return target, True

    async def _edit(self, reply: Reply, target: Target, stop: asyncio.Event, message: str) -> None:
        """Change the message whose button was pressed; what does not fit into it follows it."""
        plan = pieces(reply.text, reply.buttons, reply.files)
        first = plan[0] if plan and not plan[0].files else Piece()
        changed = False

        async def deed(where: Target) -> None:
            nonlocal changed
            changed = await self._post.change(where, message, first)

        try:
            target = await insist(deed, target, moved=self._post.moved, stop=stop)
        except Outcome as outcome:
            log.warning("message %s in chat %s not edited: %s", message, target.chat, outcome.what)
        for piece in plan[1:] if changed and first in plan else plan:
            target, gone = await self._send(piece, target, stop, "")
            if gone:
                return
