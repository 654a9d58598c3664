"""What may come of sending a message, said so that delivery knows what to do next."""

from __future__ import annotations


class Outcome(Exception):
    """A message did not simply go out. `what` is for the log and the row, never for a chat."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class RetryLater(Outcome):
    """Nothing was sent; try again after `seconds` (real time).

    With `chat_only` the platform slows down this one chat and every other goes on;
    otherwise the platform itself cannot be reached.
    """

    def __init__(self, seconds: float, chat_only: bool = True, what: str = "") -> None:
        self.seconds, self.chat_only = max(0.0, seconds), chat_only
        super().__init__(what or f"retry after {seconds:g} s")


class ChatMoved(Outcome):
    """The chat has a new id (a group became a supergroup); nothing was sent."""

    def __init__(self, new_id: str) -> None:
        self.new_id = new_id
        super().__init__(f"chat moved to {new_id}")


class ChatGone(Outcome):
    """The chat can no longer be reached (blocked, kicked, deleted); nothing was sent."""


class BadText(Outcome):
    """The platform refuses this content in every form we know; sending it again is no use."""


class Unsure(Outcome):
    """The request may have been carried out.

    `likely` when the connection broke under way; not when the platform itself answered that it
    failed (5xx), which is nearly always true.
    """

    def __init__(self, what: str, *, likely: bool = True) -> None:
        self.likely = likely
        super().__init__(what)
