"""A piece -> the Bot API call it takes, as plain JSON values; knows the API, not the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.channels.pieces import Piece, Rows
from bot.channels.rendered import Rendered
from bot.dialogue.talk import Button
from casedb.records import Target

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A method of the library's Bot and its arguments."""

    method: str
    fields: Fields


def place(target: Target, reply_to: str = "") -> Fields:
    """Chat, topic and the message it answers."""
    chat = target.chat
    where: Fields = {"chat_id": int(chat) if chat.lstrip("-").isdigit() else chat}
    if target.topic.isdigit():
        where["message_thread_id"] = int(target.topic)
    if reply_to:
        where["reply_parameters"] = {
            "message_id": int(reply_to),
            "allow_sending_without_reply": True,
        }
    return where


def sending(piece: Piece, contents: list[bytes], *, plain: bool) -> Call:
    """The call that sends a piece; `plain` leaves out marks and buttons and sends pictures as files.

    An album comes back as `send_media_group` with its kind, names and contents.
    """
    look: Fields = {} if plain or not piece.rows else {"reply_markup": keyboard(piece.rows)}
    if not piece.files:
        marks = [] if plain else entities(piece.text)
        text = {"text": piece.text.text, "entities": marks}
        return Call("send_message", {**text, "link_preview_options": {"is_disabled": True}, **look})
    kind = "photo" if piece.files[0].as_picture and not plain else "document"
    names = [file.name for file in piece.files]
    if len(names) > 1:
        return Call("send_media_group", {"kind": kind, "names": names, "contents": contents})
    look |= {kind: contents[0], "filename": names[0]}
    if piece.text.text:
        look |= {"caption": piece.text.text}
        look |= {} if plain else {"caption_entities": entities(piece.text)}
    return Call(f"send_{kind}", look)


def editing(piece: Piece, message: int, *, caption: bool) -> Call:
    """The call that puts a piece in the place of a message; without text only buttons change."""
    look: Fields = {"message_id": message, "reply_markup": keyboard(piece.rows)}
    if not piece.text.text:
        return Call("edit_message_reply_markup", look)
    marks = entities(piece.text)
    if caption:
        look |= {"caption": piece.text.text, "caption_entities": marks}
        return Call("edit_message_caption", look)
    preview = {"is_disabled": True}
    look |= {"text": piece.text.text, "entities": marks, "link_preview_options": preview}
    return Call("edit_message_text", look)


def entities(text: Rendered) -> list[Fields]:
    """The marks of a text, in UTF-16 units."""
    return [
        _entity(mark.kind, mark.offset, mark.length, mark.url, mark.language)
        for mark in text.entities
    ]


def _entity(kind: str, offset: int, length: int, url: str, language: str) -> Fields:
    entity: Fields = {"type": str(kind), "offset": offset, "length": length}
    if url:
        entity["url"] = url
    if language:
        entity["language"] = language
    return entity


def keyboard(rows: Rows) -> Fields:
    """Buttons below a message."""
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _button(button: Button) -> Fields:
    if button.copy:
        return {"text": button.label, "copy_text": {"text": button.copy}}
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}
