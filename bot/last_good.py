"""Rule files as they last made sense: a slip of somebody's pen must not stop the house."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from casedb.rules import RuleBroken

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """What was read; `problem` says in Chinese what to mend when it is an older text."""

    value: T
    problem: str = ""


def read(folder: Path, kept: Path, load: Callable[[Path], T]) -> Read[T]:
    """Read the files of a folder and keep a copy; broken ones are replaced by the copy kept last.

    Raises:
        RuleBroken: a file is broken, and there is no copy that is not.
    """
    try:
        value = load(folder)
    except RuleBroken as broken:
        if not kept.is_dir():
            raise
        try:
            value = load(kept)
        except RuleBroken:
            raise broken from None
        log.warning("%s", broken)
        return Read(value, f"{broken.what}{broken.fix}")
    _keep(folder, kept)
    return Read(value)


def _keep(folder: Path, kept: Path) -> None:
    """Copy what changed; a disk that is full only means that there is no copy."""
    try:
        kept.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.toml"):
            copy = kept / file.name
            if not copy.exists() or copy.read_bytes() != file.read_bytes():
                draft = copy.with_suffix(".new")
                shutil.copyfile(file, draft)
                draft.replace(copy)
    except OSError as problem:
        log.warning("no copy of the rules kept: %s", problem)
