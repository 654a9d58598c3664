"""Results to standard output, messages and progress to standard error, JSON with fixed keys."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from typer._click import exceptions as click

from bot.errors import BotError


def say(text: str) -> None:
    """A result line."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """A message for the person at the shell; not part of the result."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def complain(what: str, fix: str) -> None:
    """An error: what happened and what to do, on one line."""
    note(f"{what}{fix}")


def put_json(value: Any) -> None:
    """A JSON result on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def explain_usage(error: click.UsageError) -> None:
    """Say in Chinese which word of the command is off."""
    path = error.ctx.command_path if error.ctx else "zhiban"
    if isinstance(error, click.NoSuchOption):
        what = f"没有 {error.option_name} 这个选项。"
    elif isinstance(error, click.MissingParameter):
        name = _named(error.param) or "参数"
        what = f"缺少 {name}。"
    elif isinstance(error, click.BadParameter):
        name = _named(error.param) or str(error.param_hint or "参数")
        what = f"{name}：{error.message.rstrip('。')}。"
    elif "No such command" in error.message:
        what = f"没有这个命令：{error.message.split(chr(39))[1]}。"
    else:
        what = f"用法不对：{error.message}"
    complain(what, f"用法见 {path} --help")


def _named(parameter: Any) -> str:
    """What the help calls a parameter."""
    return str(getattr(parameter, "human_readable_name", "") or getattr(parameter, "name", ""))


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a .jsonl file; a bad line is named by its number.

    Raises:
        BotError: the file is missing, not UTF-8, or a line is no JSON object.
    """
    for number, line in enumerate(_text_lines(path), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            value = None
        if not isinstance(value, dict):
            raise BotError(
                f"{path.name} 第 {number} 行不是一个 JSON 对象。",
                '每行写成 {"id": "1", …} 这样，改好后再运行。',
            )
        yield value


def _text_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise BotError(f"找不到文件 {path}。", "请检查路径。") from None
    except UnicodeDecodeError:
        raise BotError(f"{path.name} 不是 UTF-8 文本。", "请另存为 UTF-8 后再运行。") from None


def text_field(item: dict[str, Any], key: str, default: str | None = None) -> str:
    """A text of a JSON line; numbers are taken as text."""
    value = item.get(key, default)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BotError(f"批量文件的一行缺少“{key}”。", f"每行都要有“{key}”，改好后再运行。")
    return str(value)


@contextmanager
def written_whole(path: Path) -> Iterator[IO[str]]:
    """Write a result file; it appears under its name only when complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def put_json_line(file: IO[str], value: dict[str, Any]) -> None:
    """One line of a .jsonl result."""
    file.write(json.dumps(value, ensure_ascii=False) + "\n")
