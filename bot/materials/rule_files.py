"""An admin puts in another exclusion.toml: checked whole, kept with the past ones, told in the chain."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path

from bot.errors import BotError
from bot.materials.reviewing import open_exclusion_rules
from bot.rooms import Rooms
from casedb import audit
from casedb.exclusion.rulebook import ExclusionRules, read_exclusion
from casedb.rules import toml_file

NAME = "exclusion.toml"
MOST_BYTES = 1 << 20


def is_exclusion_rules(name: str, content: bytes) -> bool:
    """Whether a TOML file handed in is meant as exclusion rules, by its name or by what it holds."""
    return "exclusion" in name.lower() or (b"[[paper]]" in content and b"[[category]]" in content)


def adopt_rules(rooms: Rooms, content: bytes, *, actor: str, now: datetime) -> ExclusionRules:
    """Use these rules from now on; the ones before stay in `rules/past` below the data dir.

    Raises:
        RuleBroken: file, line and entry are named; nothing has changed.
        BotError: not text, too large, or the version is that of other rules.
    """
    rules = read_exclusion(toml_file.parse(_text(content), NAME))
    if not rules.version:
        raise BotError("规则文件没有写 version。", "请写上新的版本号再发；改动没有生效。")
    folder = rooms.settings.data_dir / "rules"
    past = folder / "past" / f"exclusion-{_safe(rules.version)}.toml"
    now_used = open_exclusion_rules(rooms.settings)
    other = past.read_bytes() != content if past.is_file() else now_used.version == rules.version
    if other:
        raise BotError(
            f"版本号 {rules.version} 已经用过，内容却不一样。",
            "请改一个新的 version 再发，审核意见才说得清用的是哪一版；改动没有生效。",
        )
    _write(past, content)
    _write(folder / NAME, content)
    with rooms.store.session() as s:
        said = f"剔除审核规则换成第 {rules.version} 版"
        audit.record(
            s, at=now, actor=actor, subject="rules:exclusion", kind="rules_replaced", detail=said
        )
    return rules


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise BotError("规则文件超过 1 MB。", "请检查是不是发错了文件。")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BotError("规则文件不是 UTF-8 文本。", "请另存为 UTF-8 编码再发。") from None


def _safe(version: str) -> str:
    return "".join(sign if sign.isalnum() or sign in ".-_" else "_" for sign in version)[:60]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as sink:
        sink.write(content)
    Path(draft).replace(path)
