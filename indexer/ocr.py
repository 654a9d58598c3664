"""Reading pictures: RapidOCR in a process of its own, or tesseract, or nobody."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import shutil
import struct
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from indexer.errors import IndexerError

NOT_INSTALLED = "这一页没有安装文字识别，读不出来"
_PROCESS = Path(__file__).with_name("ocr_process.py")
_PAGE_SECONDS = 120.0  # longest time for one page; a busy machine needs five to ten seconds
_PAGES_PER_PROCESS = 60  # then a fresh one, so that memory never creeps up
_LANGUAGE = "chi_sim"


class ProcessOcr:
    """Reads one picture at a time in a child process, which ends on `close` or on leaving `with`.

    The process starts with the first picture. Safe to share between threads: they queue.
    """

    name = "rapidocr"

    def __init__(self, page_seconds: float = _PAGE_SECONDS) -> None:
        self._page_seconds = page_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._one_at_a_time = threading.Lock()

    def __call__(self, picture: bytes) -> str:
        """The text of one picture.

        Raises:
            IndexerError: the time ran out, the process died, or it could not open the picture.
        """
        with self._one_at_a_time:
            if self._read >= _PAGES_PER_PROCESS:
                self._end()
            child = self._child or self._start()
            answer = self._ask(child, picture)
            self._read += 1
        if "error" in answer:
            raise IndexerError("这一页认不出文字。", "请重新拍照或扫描后再交。")
        return answer["text"]

    @property
    def pid(self) -> int | None:
        """The process that holds the models; None while there is none."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """End the process; its memory goes back to the machine."""
        with self._one_at_a_time:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def _start(self) -> subprocess.Popen[bytes]:
        # -P: the folder of the script holds modules of ours whose names libraries may use too.
        self._child = subprocess.Popen(
            [sys.executable, "-P", str(_PROCESS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._read = 0
        return self._child

    def _ask(self, child: subprocess.Popen[bytes], picture: bytes) -> dict[str, str]:
        assert child.stdin and child.stdout
        late = threading.Event()

        def give_up() -> None:
            late.set()
            child.kill()

        limit = threading.Timer(self._page_seconds, give_up)
        limit.start()
        try:
            child.stdin.write(struct.pack(">I", len(picture)) + picture)
            child.stdin.flush()
            head = child.stdout.read(4)
            content = child.stdout.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""
            answer: dict[str, str] = json.loads(content)
        except (OSError, ValueError) as error:
            self._end()
            raise self._broken(late.is_set()) from error
        finally:
            limit.cancel()
        return answer

    def _broken(self, late: bool) -> IndexerError:
        if late:
            return IndexerError(
                f"这一页识别超过 {self._page_seconds:.0f} 秒，已停下。", "请把这一页单独交一次。"
            )
        return IndexerError("文字识别中断了。", "请稍后重新提交这份材料。")

    def _end(self) -> None:
        child, self._child, self._read = self._child, None, 0
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):  # it died with a picture half sent
                    pipe.close()
        child.kill()
        child.wait()


class TesseractOcr:
    """Reads a picture with the tesseract program and its simplified Chinese."""

    name = "tesseract"

    def __init__(self, program: str, page_seconds: float = _PAGE_SECONDS) -> None:
        self._program, self._page_seconds = program, page_seconds

    def __call__(self, picture: bytes) -> str:
        """The text of one picture.

        Raises:
            IndexerError: the time ran out or the program failed.
        """
        try:
            done = subprocess.run(
                [self._program, "stdin", "stdout", "-l", _LANGUAGE],
                input=picture, capture_output=True, timeout=self._page_seconds, check=True,
                # Its threads wait by spinning; on a busy machine two are far slower than one.
                env={"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            raise IndexerError("这一页认不出文字。", "请重新拍照或扫描后再交。") from error
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        return "\n".join(filter(None, map(_without_gaps, lines)))

    def close(self) -> None:
        """Nothing is held between pictures."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()


def find_ocr() -> ProcessOcr | TesseractOcr | None:
    """The best reader of pictures that is installed; None when there is none."""
    if all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime")):
        return ProcessOcr()
    program = shutil.which("tesseract")
    if program and _knows_chinese(program):
        return TesseractOcr(program)
    return None


def _knows_chinese(program: str) -> bool:
    try:
        told = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return _LANGUAGE in (told.stdout + told.stderr).split()


def _without_gaps(line: str) -> str:
    """Tesseract sets a blank between Han characters; between Latin words a blank stays."""
    kept = []
    words = line.split()
    for before, word in zip(["", *words], words, strict=False):
        if before and before[-1].isascii() and word[0].isascii():
            kept.append(" ")
        kept.append(word)
    return "".join(kept)
