"""The same conversation in a terminal: lines in, plain text out, buttons as numbers to type back."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.channels.markup import render
from bot.dialogue.talk import Attachment, Button, ChatKind, Incoming, IncomingFile, Reply, Talk

CHANNEL = "console"
LEAVE = ("/quit", "/exit", "退出", "再见")
WELCOME = "直接输入问题或命令；按钮输入前面的数字；发文件用 /file 路径；输入 /quit 退出。"
PROMPT = "> "


def _print(text: str) -> None:
    print(text, end="", flush=True)


def converse(
    talk: Talk,
    *,
    speaker: str,
    now: Callable[[], datetime],
    lines: Iterable[str],
    write: Callable[[str], None] = _print,
) -> None:
    """Talk with the bot until the lines end or the reader leaves.

    Args:
        speaker: account of the person at the terminal, and the name of the private chat.
        now: tells the time of each message.
        lines: what is typed; a file or a list will do, no terminal is needed.
        write: takes what is shown.
    """
    terminal = _Terminal(talk, speaker, now)
    write(f"{WELCOME}\n{PROMPT}")
    for line in lines:
        said = line.strip()
        if said in LEAVE:
            break
        shown = "\n".join(terminal.turn(said)) if said else ""
        write(f"{shown}\n{PROMPT}" if shown else PROMPT)
    write("\n")


@dataclass(slots=True)
class _Terminal:
    """One person, one private chat, and the buttons on show."""

    talk: Talk
    speaker: str
    now: Callable[[], datetime]
    count: int = 0
    buttons: list[Button] = field(default_factory=list)
    message: int = 0  # the message whose buttons are on show

    def turn(self, said: str) -> Iterator[str]:
        """What is shown in answer to one line."""
        number = int(said) if re.fullmatch(r"[1-9][0-9]?", said) else 0
        if 0 < number <= len(self.buttons):
            yield from self._press(self.buttons[number - 1])
            return
        if said.startswith("/file"):
            yield from self._send_file(said.removeprefix("/file").strip())
            return
        yield from self._show(self.talk(self._incoming(text=said)))

    def _press(self, button: Button) -> Iterator[str]:
        if button.copy:
            yield button.copy
        elif button.url:
            yield button.url
        else:
            reply = self.talk(self._incoming(pressed=button.data))
            if reply.toast:
                yield f"〔{reply.toast}〕"
            yield from self._show(reply)

    def _send_file(self, words: str) -> Iterator[str]:
        """/file PATH [words]: a path with spaces goes in quotes."""
        try:
            name, *rest = shlex.split(words)
        except ValueError:
            name, rest = words, []
        path = Path(name).expanduser() if words else Path()
        if not path.is_file():
            yield f"没有这个文件：{name if words else '（没有写路径）'}。请写成 /file 路径 说明。"
            return
        file = IncomingFile(path.name, path.resolve(), path.stat().st_size)
        yield from self._show(self.talk(self._incoming(text=" ".join(rest), files=(file,))))

    def _incoming(
        self, *, text: str = "", pressed: str = "", files: tuple[IncomingFile, ...] = ()
    ) -> Incoming:
        self.count += 1
        at = self.now()
        return Incoming(
            id=f"{at:%Y%m%d%H%M%S%f}-{self.count}",
            channel=CHANNEL,
            chat=self.speaker,
            chat_kind=ChatKind.PRIVATE,
            speaker=self.speaker,
            at=at,
            text=text,
            pressed=pressed,
            pressed_message=str(self.message) if pressed else "",
            files=files,
        )

    def _show(self, reply: Reply) -> Iterator[str]:
        if reply.silent:
            return
        self.message += not reply.edit
        if text := render(reply.text).text:
            yield text
        yield from (_file_line(file) for file in reply.files)
        if reply.buttons or reply.text:
            self.buttons = [button for row in reply.buttons for button in row]
        if self.buttons and reply.buttons:
            yield "  ".join(f"[{n}] {button.label}" for n, button in enumerate(self.buttons, 1))


def _file_line(file: Attachment) -> str:
    caption = f"（{render(file.caption).text}）" if file.caption else ""
    return f"附件 {file.name}{caption}：{file.path}"
