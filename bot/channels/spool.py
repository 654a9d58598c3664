"""What was heard but not yet answered, kept on disk: a killed process answers it after its restart.

A chat platform counts a message as delivered once the next one is asked for, long before we have
answered. So each is written here first and crossed out when its answer is out; its number is
remembered, so that a message delivered twice is answered once. The answer is written down before it
is sent: what the dialogue has done once is not done again because the sending was cut short.
"""

from __future__ import annotations

import json
import logging
import os
import re
from dataclasses import asdict
from pathlib import Path

from bot.dialogue.talk import Attachment, Button, Reply

log = logging.getLogger(__name__)
REMEMBERED = 5_000  # numbers of answered messages kept for recognising a second delivery
TRIES = 20  # a message during which the process died so often is set aside


class Spool:
    """A folder with one file for each message that still waits for its answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answered = folder / "answered.txt"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._seen = self._read_answered()
        self._waiting: dict[int, Path] = {}
        for path in folder.glob("*.json"):
            if found := re.fullmatch(r"(\d+)\.(\d+)\.json", path.name):
                self._waiting[int(found[1])] = path
        self._put_off: set[int] = set()
        self._seen.update(dict.fromkeys(self._waiting))

    def keep(self, number: int, content: str) -> bool:
        """Write a message down; False when it was heard before and must not be answered again."""
        if number in self._seen:
            return False
        path = self._folder / f"{number}.1.json"
        _write(path, content)
        self._waiting[number] = path
        self._seen[number] = None
        return True

    def left(self) -> tuple[tuple[int, str], ...]:
        """What an earlier run heard and did not answer, in order."""
        kept = []
        for number, path in sorted(self._waiting.items()):
            tries = int(path.name.split(".")[1])
            if tries >= TRIES:
                log.error("message %d set aside after %d tries", number, tries)
                path.replace(path.with_suffix(".given_up"))
                del self._waiting[number]
                continue
            self._waiting[number] = path.replace(self._folder / f"{number}.{tries + 1}.json")
            kept.append((number, self._waiting[number].read_text(encoding="utf-8")))
        return tuple(kept)

    def answered(self, number: int) -> None:
        """The answer is out (or there is none): cross the message out, unless it was put off."""
        if number in self._put_off:
            return
        path = self._waiting.pop(number, None)
        with self._answered.open("a", encoding="ascii") as file:
            file.write(f"{number}\n")
        if path is not None:
            path.unlink(missing_ok=True)
            self._reply_path(number).unlink(missing_ok=True)
        self._seen[number] = None
        if len(self._seen) > 2 * REMEMBERED:
            self._forget()

    def keep_reply(self, number: int, reply: Reply) -> None:
        """The dialogue has answered; the answer is still to be sent."""
        if number in self._waiting:
            _write(self._reply_path(number), json.dumps(asdict(reply), default=str))

    def reply(self, number: int) -> Reply | None:
        """What the dialogue answered before we died or stopped."""
        path = self._reply_path(number)
        return _reply(path.read_text(encoding="utf-8")) if path.exists() else None

    def _reply_path(self, number: int) -> Path:
        return self._folder / f"{number}.reply"

    def put_off(self, number: int) -> None:
        """We are stopping before the answer is out; the next start finds the message here."""
        self._put_off.add(number)

    def _read_answered(self) -> dict[int, None]:
        if not self._answered.exists():
            return {}
        numbers = [int(line) for line in self._answered.read_text().split() if line.isdigit()]
        self._write_answered(numbers[-REMEMBERED:])
        return dict.fromkeys(numbers[-REMEMBERED:])

    def _write_answered(self, numbers: list[int]) -> None:
        shorter = self._answered.with_suffix(".part")
        shorter.write_text("".join(f"{number}\n" for number in numbers), encoding="ascii")
        shorter.replace(self._answered)

    def _forget(self) -> None:
        answered = [number for number in self._seen if number not in self._waiting]
        self._write_answered(answered[-REMEMBERED:])
        self._seen = dict.fromkeys([*answered[-REMEMBERED:], *self._waiting])


def _write(path: Path, content: str) -> None:
    """All or nothing, for our eyes only."""
    unfinished = path.with_suffix(".part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(content)
    unfinished.replace(path)


def _reply(text: str) -> Reply:
    kept = json.loads(text)
    rows = tuple(tuple(Button(**button) for button in row) for row in kept.pop("buttons"))
    files = tuple(Attachment(**{**f, "path": Path(f["path"])}) for f in kept.pop("files"))
    return Reply(**kept, buttons=rows, files=files)
