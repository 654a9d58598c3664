"""A private PostgreSQL of the machine's own packages, started once, on a socket in a folder of ours."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import fresh_database, postgres_server

MISSING = "no PostgreSQL here: install postgresql or set ZHIBAN_TEST_POSTGRES_URL"


@contextmanager
def database() -> Iterator[str]:
    """The URL of a new empty database, dropped at the end; skips the test where there is none."""
    server = os.environ.get("ZHIBAN_TEST_POSTGRES_URL") or private_cluster()
    if server is not None:
        with fresh_database(server) as url:
            yield url
        return
    with postgres_server() as embedded:
        if embedded is None:
            pytest.skip(MISSING)
        with fresh_database(embedded) as url:
            yield url


@functools.cache
def private_cluster() -> str | None:
    """Start a cluster with the installed server binaries; None when there are none or it fails."""
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not tools:
        return None
    binaries = tools[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="zhiban-pg-", dir="/tmp"))
    user = _as_postgres(folder)
    data = folder / "data"
    try:
        _run(user, [binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync"])
        options = f"-c listen_addresses='' -k {folder} -c fsync=off -c max_connections=30"
        _run(
            user,
            [binaries / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"],
        )
    except (subprocess.SubprocessError, OSError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    atexit.register(_stop, user, binaries, folder)
    return f"postgresql://postgres@/postgres?host={folder}"


def _as_postgres(folder: Path) -> list[str]:
    """The server refuses to run as root; then it runs as the packages' own user."""
    if os.geteuid() != 0:
        return []
    try:
        shutil.chown(folder, "postgres")
    except LookupError:
        return []
    return ["runuser", "-u", "postgres", "--"]


def _run(user: list[str], command: list[str | Path]) -> None:
    subprocess.run(
        [*user, *map(str, command)], check=True, capture_output=True, timeout=60, cwd="/"
    )


def _stop(user: list[str], binaries: Path, folder: Path) -> None:
    subprocess.run(
        [*user, str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"],
        check=False,
        capture_output=True,
        cwd="/",
    )
    shutil.rmtree(folder, ignore_errors=True)
