"""All that passes between a channel and the dialogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class ChatKind(StrEnum):
    """Where something was said."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A document, photo or voice note that a channel has already stored on disk.

    `error` is a Chinese sentence when the channel could not fetch it (too large, gone);
    then `path` is None.
    """

    name: str
    path: Path | None
    size: int
    mime: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing said to the bot.

    `id` is unique within the channel (Telegram: update id). `at` is an aware UTC instant.
    `pressed` is the data of a pressed button and then `text` is empty.
    In groups only what is `addressed` (command, mention, reply to us) is ever answered.
    """

    id: str
    channel: str  # "telegram" | "web" | "console"
    chat: str
    chat_kind: ChatKind
    speaker: str  # account id within the channel; "" for anonymous posts
    at: datetime
    text: str = ""
    topic: str = ""
    speaker_name: str = ""
    chat_title: str = ""
    pressed: str = ""
    pressed_message: str = ""  # id of the message whose button was pressed
    files: tuple[IncomingFile, ...] = ()
    addressed: bool = True
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A button; `data` (at most 64 bytes of UTF-8) comes back in `Incoming.pressed`.

    With `copy` the press copies that text instead (model wording); with `url` it opens a page.
    """

    label: str
    data: str = ""
    copy: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on disk to be sent with a reply."""

    path: Path
    name: str
    as_picture: bool = False
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says back, in our Markdown (**bold**, `code`, > quote, - list, links).

    `toast` answers a pressed button (at most 200 characters). `edit` replaces the message whose
    button was pressed instead of sending a new one. `silent` sends nothing at all.
    `elsewhere` are replies that go to other chats at once (for example the private part of an
    answer asked in a group); they are queued through the outbox by the dialogue itself, so
    channels ignore them.
    """

    text: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[Attachment, ...] = ()
    toast: str = ""
    edit: bool = False
    silent: bool = False


SILENCE = Reply(silent=True)

Talk = Callable[[Incoming], Reply]
