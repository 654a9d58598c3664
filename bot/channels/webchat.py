"""The chat page as a channel: messages are rows, so that a reload or a restart shows the same talk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from bot.dialogue.talk import Attachment, Button, ChatKind, Incoming, IncomingFile, Reply, Talk
from bot.rooms import Rooms
from casedb.outgoing import page
from casedb.records import OutboxMessage

NAME = "web"
BOT = "bot"
#: In a group only a command or a mention is meant for us, as in any chat service.
ADDRESSED = re.compile(r"^\s*/|@(值班|zhiban)", re.IGNORECASE)
MENTION = re.compile(r"@(值班|zhiban)\s*", re.IGNORECASE)


class WebChannel:
    """Takes what is typed on the page to the dialogue and keeps what comes back."""

    name = NAME

    def __init__(self, rooms: Rooms, talk: Talk | None = None) -> None:
        self._rooms, self._talk = rooms, talk

    async def send(self, message: OutboxMessage) -> tuple[str, ...]:
        """Deliver one outbox message: it is a row of the page from now on."""
        buttons = [[page.PageButton(b.label, b.data) for b in row] for row in message.buttons]
        files = [page.PageFile(f.path, f.name, f.as_picture) for f in message.files]
        with self._rooms.store.session() as session:
            number = page.add(
                session,
                chat=message.target.chat,
                topic=message.target.topic,
                at=self._rooms.clock.now(),
                author=BOT,
                text=message.text,
                buttons=buttons,
                files=files,
            )
        return (str(number),)

    def hear(
        self,
        *,
        chat: str,
        chat_kind: ChatKind,
        speaker: str,
        speaker_name: str,
        chat_title: str = "",
        text: str = "",
        pressed: str = "",
        pressed_message: str = "",
        files: Sequence[IncomingFile] = (),
    ) -> Reply:
        """One thing typed or pressed on the page: shown, answered, the answer shown. Blocking."""
        assert self._talk is not None
        now = self._rooms.clock.now()
        if not pressed:
            shown = text or "、".join(f"［文件］{one.name}" for one in files)
            self._show(chat, now, speaker_name, Reply(shown))
        incoming = Incoming(
            id=uuid4().hex,
            channel=NAME,
            chat=chat,
            chat_kind=chat_kind,
            speaker=speaker,
            at=now,
            text=MENTION.sub("", text) if chat_kind is ChatKind.GROUP else text,
            speaker_name=speaker_name,
            chat_title=chat_title,
            pressed=pressed,
            pressed_message=pressed_message,
            files=tuple(files),
            addressed=chat_kind is ChatKind.PRIVATE or bool(pressed or ADDRESSED.search(text)),
        )
        reply = self._talk(incoming)
        self._answer(incoming, reply)
        return reply

    def _answer(self, incoming: Incoming, reply: Reply) -> None:
        if reply.silent or not (reply.text or reply.files):
            return
        now = self._rooms.clock.now()
        if reply.edit and incoming.pressed_message.isdigit():
            with self._rooms.store.session() as session:
                page.edit(
                    session,
                    int(incoming.pressed_message),
                    text=reply.text,
                    buttons=_button_rows(reply.buttons),
                    now=now,
                )
            return
        self._show(incoming.chat, now, BOT, reply)

    def _show(self, chat: str, now: datetime, author: str, reply: Reply) -> None:
        with self._rooms.store.session() as session:
            page.add(
                session,
                chat=chat,
                topic="",
                at=now,
                author=author,
                text=reply.text,
                buttons=_button_rows(reply.buttons),
                files=[self._file(one) for one in reply.files],
            )

    def _file(self, attachment: Attachment) -> page.PageFile:
        path = attachment.path.resolve()
        root = self._rooms.settings.data_dir.resolve()
        return page.PageFile(str(path.relative_to(root)), attachment.name, attachment.as_picture)


def _button_rows(rows: Sequence[Sequence[Button]]) -> list[list[page.PageButton]]:
    return [[page.PageButton(b.label, b.data, b.copy, b.url) for b in row] for row in rows]
