"""Reads a TOML file that people edit, and can say on which line an entry stands."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casedb.errors import CasedbError


class RuleBroken(CasedbError):
    """A rule or calendar file says something impossible; the file and the entry are named."""


@dataclass(frozen=True, slots=True)
class TomlFile:
    """One parsed file and its text."""

    name: str
    text: str
    content: dict[str, Any]

    def broken(self, entry: str, problem: str, fix: str, *, line: int = 0) -> RuleBroken:
        """The error for one entry: file, line, entry, what is wrong, what to write instead."""
        where = f"第 {line} 行" if line else ""
        return RuleBroken(f"规则文件 {self.name} {where}“{entry}”有问题：{problem}。", fix)

    def tables(self, kind: str) -> list[tuple[int, dict[str, Any]]]:
        """The `[[kind]]` tables in order, each with the line its heading stands on."""
        found = self.content.get(kind, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.broken(kind, "应当是一组表", f"请写成 [[{kind}]] 开头的若干段。")
        lines = [
            number
            for number, line in enumerate(self.text.splitlines(), start=1)
            if re.match(rf"\s*\[\[\s*{re.escape(kind)}\s*\]\]", line)
        ]
        padded = lines + [0] * (len(found) - len(lines))
        return list(zip(padded, found, strict=False))


def parse(text: str, name: str) -> TomlFile:
    """Read TOML; a syntax error is told in Chinese with its place.

    Raises:
        RuleBroken: the text is not TOML.
    """
    try:
        return TomlFile(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        place = re.search(r"at line (\d+)", str(wrong))
        where = f"第 {place.group(1)} 行" if place else "末尾"
        raise RuleBroken(
            f"规则文件 {name} {where}不是正确的 TOML 写法。",
            "请检查引号、等号和日期的写法后再试；改动没有生效。",
        ) from wrong


def read(path: Path) -> TomlFile:
    """Read a file of UTF-8 TOML, with or without BOM.

    Raises:
        RuleBroken: the file cannot be read, is not UTF-8 or not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise RuleBroken(
            f"规则文件 {path.name} 不是 UTF-8 编码。", "请另存为 UTF-8 后再试。"
        ) from wrong
    except OSError as wrong:
        raise RuleBroken(f"规则文件 {path.name} 打不开。", "请确认文件存在且可读。") from wrong
    return parse(text, path.name)
