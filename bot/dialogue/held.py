"""Messages that came while the records were locked: kept on disk and answered when they are free."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from bot.dialogue.talk import ChatKind, Incoming, IncomingFile

log = logging.getLogger(__name__)


def hold(folder: Path, incoming: Incoming) -> None:
    """Keep a message; the same one is kept once. Mode 600: it may hold a resident's data."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9_-]", "_", f"{incoming.channel}-{incoming.id}")[:120]
    path = folder / f"{incoming.at.timestamp():015.3f}-{name}.json"
    draft = path.with_suffix(".tmp")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(_plain(incoming), ensure_ascii=False), encoding="utf-8")
    draft.rename(path)


def _plain(incoming: Incoming) -> dict[str, object]:
    plain = asdict(incoming)
    plain["at"] = incoming.at.isoformat()
    plain["files"] = [
        {**asdict(file), "path": str(file.path) if file.path else None} for file in incoming.files
    ]
    return plain


def waiting(folder: Path) -> Iterator[tuple[Path, Incoming]]:
    """What is held, oldest first."""
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            files = tuple(
                IncomingFile(
                    file["name"],
                    Path(file["path"]) if file["path"] else None,
                    file["size"],
                    file["mime"],
                    file["error"],
                )
                for file in said.pop("files")
            )
            said["at"] = datetime.fromisoformat(said["at"])
            said["chat_kind"] = ChatKind(said["chat_kind"])
            yield path, replace(Incoming(**said), files=files)
        except (OSError, ValueError, KeyError, TypeError):
            log.warning("held message %s cannot be read, set aside", path.name)
            path.rename(path.with_suffix(".unreadable"))


def release(folder: Path, deed: Callable[[Incoming], bool]) -> int:
    """Do `deed` for each held message; one that it could not do stays. Returns how many went."""
    done = 0
    for path, incoming in waiting(folder):
        if not deed(incoming):
            break
        path.unlink(missing_ok=True)
        done += 1
    return done
