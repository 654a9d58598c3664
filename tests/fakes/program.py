"""The whole program in a process of its own: `zhiban run` and single commands in one data dir."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"值班已启动：(http://\S+)")
# Comes after READY; at the first start much later.
SETTLED = re.compile(r"知识库索引(已就绪|没有建成|打不开)")
PATIENCE = 150.0  # seconds; a machine under load builds the first index in one or two minutes
KEY = "k" * 40
# Runs commands as the shell does; whatever is raised is printed, as the shell would.
SEVERAL = """
import contextlib, io, json, sys, traceback
from bot.cli import call
results = []
for words in json.load(sys.stdin):
    out, wrong = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(wrong):
        try:
            status = call(words)
        except SystemExit as end:
            status = end.code or 0
        except BaseException:
            traceback.print_exc()
            status = 1
    results.append((status, out.getvalue(), wrong.getvalue()))
json.dump(results, sys.stdout)
"""


class Program:
    """One installation below `folder`; `settings` are ZHIBAN_ variables without the prefix.

    Where tests/conftest.py lends an index of this very tree, it is there at the first start, unless
    the test is about building one (`builds_index`).
    """

    lent_index: Path | None = None

    def __init__(self, folder: Path, *, builds_index: bool = False, **settings: str) -> None:
        self.folder = folder
        self.builds_index = builds_index
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ZHIBAN_")},
            "ZHIBAN_DATA_DIR": str(folder / "var"),
            "ZHIBAN_SECRET_KEY": KEY,
            "ZHIBAN_WEB_PORT": "0",
            **{f"ZHIBAN_{name}": value for name, value in settings.items()},
        }
        self.url = ""
        self.said: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._heard = threading.Condition()
        self._listener = threading.Thread()
        self.connections: list[httpx.Client] = []  # of its visitors; a stop hangs them up

    def __enter__(self) -> Program:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def call(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """One command of the shell; its exit status is the caller's to look at."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *words],
            env=self.environment,
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE * 3,
            check=False,
        )

    def calls(self, *commands: Sequence[str]) -> list[subprocess.CompletedProcess[str]]:
        """Several commands one after the other in one process, for starting it is the slowest part."""
        done = subprocess.run(
            [sys.executable, "-c", SEVERAL],
            env=self.environment,
            cwd=ROOT,
            input=json.dumps([list(words) for words in commands]),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE * 3,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [
            subprocess.CompletedProcess(list(words), *result)
            for words, result in zip(commands, json.loads(done.stdout), strict=True)
        ]

    def jsons(self, *commands: Sequence[str]) -> list[Any]:
        """The JSON that each of several commands printed."""
        told = self.calls(*commands)
        for one in told:
            assert one.returncode == 0, f"{one.args}: {one.returncode}\n{one.stdout}\n{one.stderr}"
        return [json.loads(one.stdout) for one in told]

    def json(self, *words: str) -> Any:
        """The JSON that a command printed; fails with its message when it went wrong."""
        done = self.call(*words)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    def start(self, *, until: re.Pattern[str] = SETTLED) -> float:
        """Start the service and wait until it says so (that the index is there); the seconds that took."""
        self.take_index()
        began = time.perf_counter()
        self.said.clear()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._listener = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._listener.start()
        with self._heard:
            ready = self._heard.wait_for(lambda: self._has_said(until) or self._ended(), PATIENCE)
        said = "\n".join(self.said)
        assert ready and self._has_said(until), f"the service did not start:\n{said}"
        return time.perf_counter() - began

    def take_index(self) -> None:
        """Put the lent index where a start would, for commands that need one without a service."""
        place = self.folder / "var" / "index"
        if self.lent_index is None or self.builds_index or place.exists():
            return
        with FileLock(f"{self.lent_index}.lock"):
            if not self.lent_index.exists():
                home = self.lent_index.with_name("index-builder")
                assert Program(home).call("index", "build").returncode == 0
                (home / "var" / "index").rename(self.lent_index)
        shutil.copytree(self.lent_index, place)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr as lines:
            for line in lines:
                with self._heard:
                    self.said.append(line.rstrip("\n"))
                    if found := READY.search(line):
                        self.url = found.group(1)
                    self._heard.notify_all()
        process.wait()
        with self._heard:
            self._heard.notify_all()

    def _has_said(self, words: re.Pattern[str]) -> bool:
        return any(words.search(line) for line in self.said)

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    @property
    def pid(self) -> int:
        """Process id of the running service."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        self._listener.join(5)

    def stop(self) -> int:
        """SIGTERM and wait; the exit status."""
        while self.connections:
            self.connections.pop().close()
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)
                raise AssertionError("the service did not stop within 20 s") from None
        self._listener.join(5)
        return self._process.returncode


class Visitor:
    """Somebody at the chat page, over plain HTTP."""

    def __init__(self, program: Program) -> None:
        self.client = httpx.Client(base_url=program.url, timeout=30)
        program.connections.append(self.client)
        self.me: dict[str, Any] = {}
        self.chats: list[dict[str, Any]] = []

    def sits_as(self, *, role: str = "", name: str = "") -> Visitor:
        """Sign in as the first sample person with that role or name."""
        people = self.client.get("/api/state").json()["people"]
        person = next(
            one
            for one in people
            if (name and one["name"] == name) or (role and one["role"] == role)
        )
        self.client.post("/api/session", json={"person": person["id"]}).raise_for_status()
        state = self.client.get("/api/state").json()
        self.me, self.chats = state["me"], state["chats"]
        return self

    @property
    def private(self) -> str:
        """Id of the private talk with the bot."""
        return str(next(chat["id"] for chat in self.chats if chat["kind"] == "private"))

    def group(self, title: str) -> str:
        """Id of the group whose title contains the words."""
        return str(
            next(c["id"] for c in self.chats if c["kind"] == "group" and title in c["title"])
        )

    def messages(self, chat: str) -> list[dict[str, Any]]:
        """The last messages of a chat."""
        answer = self.client.get("/api/messages", params={"chat": chat})
        answer.raise_for_status()
        return list(answer.json()["messages"])

    def says(self, text: str, *, chat: str = "") -> str:
        """Say something and get the HTML of the newest answer of the bot."""
        where = chat or self.private
        self.client.post("/api/say", json={"chat": where, "text": text}).raise_for_status()
        return str(self.last(where)["html"])

    def last(self, chat: str) -> dict[str, Any]:
        """The newest message of the bot."""
        return next(one for one in reversed(self.messages(chat)) if one["from_bot"])

    def presses(self, label: str, *, chat: str = "", message: dict[str, Any] | None = None) -> str:
        """Press the newest button with that label; the toast."""
        where = chat or self.private
        found = [
            (one["id"], button["data"])
            for one in ([message] if message else self.messages(where))
            for row in one["buttons"]
            for button in row
            if button["label"].startswith(label)
        ]
        assert found, f"no button {label}"
        number, data = found[-1]
        answer = self.client.post(
            "/api/press", json={"chat": where, "message": number, "data": data}
        )
        answer.raise_for_status()
        return str(answer.json()["toast"])

    def hands_in(self, content: bytes, name: str, *, chat: str = "") -> str:
        """Send a file and get the HTML of the answer."""
        where = chat or self.private
        answer = self.client.post(
            "/api/upload", data={"chat": where}, files={"file": (name, content)}
        )
        answer.raise_for_status()
        return str(self.last(where)["html"])


def wait_until(look: Any, *, within: float = 30.0, what: Sequence[str] | str = "") -> Any:
    """Look until something true comes back; fails with `what` was waited for."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {within:g} s for {what}")
