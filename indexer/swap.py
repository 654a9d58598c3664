"""Versions of an index side by side, and the pointer that is swapped when a new one is whole."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from pathlib import Path

POINTER = "current"
_VERSIONS = "versions"
_KEPT = 2  # the one in use and the one before: a reader that was just opening it still can
_UNFINISHED = ".part"


def current_version(target: Path) -> Path | None:
    """The folder of the index in use below `target`; None when none was ever finished."""
    try:
        name = (target / POINTER).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    folder = target / _VERSIONS / name
    return folder if re.fullmatch(r"[0-9a-f-]+", name) and folder.is_dir() else None


def new_version(target: Path) -> Path:
    """An empty folder for a version being built; nobody reads it before `publish`."""
    numbers = [int(f.name.split("-")[0]) for f in _folders(target) if f.name[:6].isdigit()]
    name = f"{max(numbers, default=0) + 1:06d}-{secrets.token_hex(4)}{_UNFINISHED}"
    folder = target / _VERSIONS / name
    folder.mkdir(parents=True)
    return folder


def publish(target: Path, folder: Path) -> Path:
    """Make a finished version the current one: everything is on disk before the pointer moves."""
    for file in sorted(folder.iterdir()):
        _sync(file)
    _sync(folder)
    whole = folder.with_name(folder.name.removesuffix(_UNFINISHED))
    folder.rename(whole)
    _sync(whole.parent)
    waiting = target / f".{POINTER}-{whole.name}"
    waiting.write_text(whole.name + "\n", "utf-8")
    _sync(waiting)
    os.replace(waiting, target / POINTER)
    _sync(target)
    return whole


def abandon(folder: Path) -> None:
    """Remove a version that did not get finished."""
    shutil.rmtree(folder, ignore_errors=True)


def tidy(target: Path) -> None:
    """Remove versions no longer needed and what a killed build left behind."""
    current = current_version(target)
    whole = sorted(f for f in _folders(target) if f.suffix != _UNFINISHED and f != current)
    for folder in _folders(target):
        if folder.suffix == _UNFINISHED or folder in whole[: max(0, len(whole) - _KEPT + 1)]:
            abandon(folder)
    for waiting in target.glob(f".{POINTER}-*"):
        waiting.unlink(missing_ok=True)


def _folders(target: Path) -> list[Path]:
    versions = target / _VERSIONS
    return [f for f in versions.iterdir() if f.is_dir()] if versions.is_dir() else []


def _sync(path: Path) -> None:
    """Force a file, or on systems that allow it a folder, onto the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    except OSError:
        if path.is_file():
            raise
    finally:
        os.close(handle)
