"""A message of the outbox -> its sends, going on where an earlier try stopped."""

from __future__ import annotations

from pathlib import Path

from bot.channels.answering import Post
from bot.channels.outcome import BadText, ChatGone, Unsure
from bot.channels.pieces import of_message
from casedb.records import OutboxMessage


class Posting:
    """Remembers which pieces of a message are out, so that a 429 in the middle repeats nothing."""

    def __init__(self, post: Post, data_dir: Path) -> None:
        self._post, self._data_dir = post, data_dir
        self._out: dict[int, list[tuple[str, ...]]] = {}

    async def send(self, message: OutboxMessage) -> tuple[str, ...]:
        """Send what is not out yet; the ids of all the chat's messages.

        Raises:
            Outcome: as `bot.channels.outcome` says.
        """
        out = self._out.setdefault(message.id, [])
        plan = of_message(message, self._data_dir)
        try:
            for piece in plan[len(out) :]:
                out.append(await self._post.post(message.target, piece))
        except (BadText, ChatGone):
            self._out.pop(message.id, None)
            raise
        except Unsure:
            if not message.resend_when_unsure:
                self._out.pop(message.id, None)  # a person decides, and then all of it goes again
            raise
        del self._out[message.id]
        return tuple(number for numbers in out for number in numbers)
