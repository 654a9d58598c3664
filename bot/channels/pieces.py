"""A message with buttons and files -> the single sends it takes, each inside the platform's limits."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels.markup import escape, in_parts, render, web_address
from bot.channels.rendered import CAPTION_UNITS, Rendered, units, visible
from bot.dialogue.talk import Attachment, Button
from casedb.records import OutboxMessage

log = logging.getLogger(__name__)
FILE_BYTES = 50 * 1024 * 1024
PICTURE_BYTES = 10 * 1024 * 1024
COPY_UNITS = 256
DATA_BYTES = 64
ALBUM = 10

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One send: a text, one file with its caption, or an album of files of one kind."""

    text: Rendered = field(default_factory=lambda: Rendered(""))
    rows: Rows = ()
    files: tuple[Attachment, ...] = ()

    @property
    def messages(self) -> int:
        """How many messages the platform counts."""
        return max(1, len(self.files))


def of_message(message: OutboxMessage, data_dir: Path) -> tuple[Piece, ...]:
    """The sends of a message from the outbox."""
    rows = tuple(
        tuple(Button(button.label, button.data) for button in row) for row in message.buttons
    )
    files = tuple(
        Attachment(data_dir / file.path, file.name, file.as_picture) for file in message.files
    )
    return pieces(message.text, rows, files)


def pieces(text: str, rows: Rows = (), files: Sequence[Attachment] = ()) -> tuple[Piece, ...]:
    """Text first, its buttons under its last part; then pictures, then documents."""
    sendable, notes = _sendable(files)
    rows, below = _sendable_rows(rows)
    whole = render("\n\n".join(part for part in (text, *notes, *below) if part))
    if rows and not visible(whole.text):
        whole = render("请选择：")
    parts = in_parts(whole) if visible(whole.text) else ()
    texts = [Piece(part) for part in parts]
    if texts:
        texts[-1] = Piece(texts[-1].text, rows)
    pictures = [file for file in sendable if _as_picture(file)]
    documents = [file for file in sendable if not _as_picture(file)]
    return (*texts, *_of_files(pictures), *_of_files(documents))


def _sendable(files: Iterable[Attachment]) -> tuple[list[Attachment], list[str]]:
    """Files that can go, and a sentence for each that cannot."""
    sendable: list[Attachment] = []
    notes: list[str] = []
    for file in files:
        size = file.path.stat().st_size if file.path.is_file() else -1
        if 0 < size <= FILE_BYTES:
            sendable.append(file)
        elif size > FILE_BYTES:
            notes.append(f"附件“{escape(file.name)}”超过 50 MB，发不出来；请到网页下载。")
        else:
            log.error("file to send is missing or empty: %s", file.path.name)
            notes.append(f"附件“{escape(file.name)}”已不在，没有随消息发出；请到网页查看。")
    return sendable, notes


def _as_picture(file: Attachment) -> bool:
    return file.as_picture and file.path.stat().st_size <= PICTURE_BYTES


def _of_files(files: Sequence[Attachment]) -> Iterable[Piece]:
    for start in range(0, len(files), ALBUM):
        album = tuple(files[start : start + ALBUM])
        if len(album) > 1:
            yield Piece(files=album)
        else:
            yield from _captioned(album[0])


def _captioned(file: Attachment) -> Iterable[Piece]:
    """One file; a caption that is too long goes ahead of it as text."""
    caption = render(file.caption)
    if caption.units <= CAPTION_UNITS:
        yield Piece(caption, files=(file,))
    else:
        yield from (Piece(part) for part in in_parts(caption))
        yield Piece(files=(file,))


def _sendable_rows(rows: Rows) -> tuple[Rows, list[str]]:
    """Buttons a chat accepts, and as text below the message what does not fit a button."""
    kept: list[tuple[Button, ...]] = []
    below: list[str] = []
    for row in rows:
        good = tuple(button for button in row if _fits(button, below))
        if good:
            kept.append(good)
    return tuple(kept), below


def _fits(button: Button, below: list[str]) -> bool:
    if not button.label.strip():
        return False
    if button.copy:
        if units(button.copy) > COPY_UNITS:
            below.append(f"{escape(button.label)}（长按复制）：\n```\n{button.copy}\n```")
        return units(button.copy) <= COPY_UNITS
    if button.url:
        if not web_address(button.url):
            below.append(f"{escape(button.label)}：{escape(button.url)}")
        return web_address(button.url)
    if not 0 < len(button.data.encode()) <= DATA_BYTES:
        log.error("button data of %d bytes dropped", len(button.data.encode()))
        return False
    return True
