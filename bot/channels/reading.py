"""Telegram's objects -> Incoming, by their attributes alone, so that the library stays in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels import hearing
from bot.dialogue.talk import ChatKind, Incoming, IncomingFile
from casedb.records import Target

CHANNEL = "telegram"
ANONYMOUS = ""


def target(message: Any) -> Target:
    """Where a message stands; an answer goes to the same chat and topic."""
    topic = ""
    # Replies in ordinary supergroups carry a thread id too; only a topic's is one to answer into.
    if getattr(message, "is_topic_message", None) and message.message_thread_id:
        topic = str(message.message_thread_id)
    return Target(CHANNEL, str(message.chat.id), topic, is_group=message.chat.type != "private")


def heard(update: Any, username: str, bot_id: int) -> Incoming | None:
    """What a person said to us; None when it was not meant for us, or no person said it."""
    message = update.message
    where = target(message)
    words = hearing.said(message.text or message.caption or "", username)
    ours = words.ours or _names(message, bot_id) or _answers(message, bot_id)
    person = None if message.sender_chat else message.from_user
    if (where.is_group and (words.for_another or not ours)) or (person and person.is_bot):
        return None
    return Incoming(
        id=str(update.update_id),
        channel=CHANNEL,
        chat=where.chat,
        chat_kind=_kind(where),
        speaker=str(person.id) if person else ANONYMOUS,
        at=message.date,
        text=words.text,
        topic=where.topic,
        speaker_name=person.full_name if person else "",
        chat_title=message.chat.title or "",
        forwarded=message.forward_origin is not None,
    )


def heard_together(album: Sequence[Any], username: str, bot_id: int) -> Incoming | None:
    """What a message says, or several of one album: under the first one's number, with any caption."""
    told = [one for update in album if (one := heard(update, username, bot_id)) is not None]
    if not told:
        return None
    words = next((one.text for one in told if one.text), "")
    return replace(told[0], id=str(album[0].update_id), text=words)


def pressed(update: Any) -> Incoming:
    """A pressed button. The message under it may be too old for Telegram to show it to us."""
    query = update.callback_query
    where = target(query.message)
    return Incoming(
        id=str(update.update_id),
        channel=CHANNEL,
        chat=where.chat,
        chat_kind=_kind(where),
        speaker=str(query.from_user.id),
        at=datetime.now(UTC),
        topic=where.topic,
        speaker_name=query.from_user.full_name,
        chat_title=query.message.chat.title or "",
        pressed=query.data or "",
        pressed_message=str(query.message.message_id),
    )


def let_in(update: Any) -> Incoming | None:
    """We were added to a group: as if whoever did it had said /start there."""
    change = update.my_chat_member
    if change.chat.type not in ("group", "supergroup"):
        return None
    if change.old_chat_member.status in ("member", "administrator"):
        return None  # only our rights changed
    return Incoming(
        id=str(update.update_id),
        channel=CHANNEL,
        chat=str(change.chat.id),
        chat_kind=ChatKind.GROUP,
        speaker=str(change.from_user.id),
        at=change.date,
        text="/start",
        speaker_name=change.from_user.full_name,
        chat_title=change.chat.title or "",
    )


def files(message: Any) -> tuple[tuple[str, IncomingFile], ...]:
    """What hangs on a message: (Telegram's file id, the file as announced, not yet fetched)."""
    number = message.message_id
    if message.photo:
        fitting = [
            size for size in message.photo if (size.file_size or 0) <= hearing.DOWNLOAD_BYTES
        ]
        best = (fitting or message.photo)[-1]
        return ((best.file_id, _announced(best, f"照片{number}.jpg", "image/jpeg")),)
    for kind, name in _NAMES.items():
        if (file := getattr(message, kind)) is not None:
            return ((file.file_id, _announced(file, f"{name[0]}{number}{name[1]}", name[2])),)
    return ()


_NAMES = {
    "document": ("文件", "", "application/octet-stream"),
    "voice": ("语音", ".ogg", "audio/ogg"),
    "audio": ("录音", ".mp3", "audio/mpeg"),
    "video": ("视频", ".mp4", "video/mp4"),
    "video_note": ("视频", ".mp4", "video/mp4"),
}


def _announced(file: Any, otherwise: str, mime: str) -> IncomingFile:
    name = hearing.shown_name(getattr(file, "file_name", None), otherwise)
    return IncomingFile(name, None, file.file_size or 0, getattr(file, "mime_type", None) or mime)


def _kind(where: Target) -> ChatKind:
    return ChatKind.GROUP if where.is_group else ChatKind.PRIVATE


def _names(message: Any, bot_id: int) -> bool:
    """Whether we are mentioned by a link to us (people without our user name at hand)."""
    marks = [*(message.entities or ()), *(message.caption_entities or ())]
    return any(mark.type == "text_mention" and mark.user.id == bot_id for mark in marks)


def _answers(message: Any, bot_id: int) -> bool:
    """Whether it replies to us. Everything in a topic "replies" to the topic's first message."""
    earlier = message.reply_to_message
    if earlier is None or earlier.from_user is None or earlier.forum_topic_created is not None:
        return False
    return bool(earlier.from_user.id == bot_id)
