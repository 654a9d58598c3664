"""The state of the tables: make them, migrate them, or refuse what this program cannot read."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from casedb.errors import CasedbError

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
HEAD = "0007"  # the newest migration; a test compares it with the folder


def bring_up_to_date(engine: Engine) -> None:
    """Create or migrate the tables; does nothing, quickly, when they are up to date."""
    with engine.execution_options(reading=True).connect() as connection:
        if current(connection) == HEAD:
            return
    with engine.begin() as connection:
        # Another process may have migrated while we waited for the write lock.
        if current(connection) != HEAD:
            _upgrade(connection)


def require_current(engine: Engine) -> None:
    """Refuse tables of another version than this program's."""
    with engine.execution_options(reading=True).connect() as connection:
        found = current(connection)
    if found != HEAD:
        raise CasedbError(
            what="数据库的表还不是当前版本。", fix="请先备份，再运行 zhiban db migrate。"
        )


def current(connection: Connection) -> str:
    """The migration the tables stand at, "" when there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    return connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) or ""


def _upgrade(connection: Connection) -> None:
    # Alembic takes a third of a second to load, and is not needed when nothing is to be done.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    if not current(connection) and inspect(connection).has_table("cases"):
        raise CasedbError(
            what="数据库里有案件表，却没有版本记录，不能升级。",
            fix="请换一个空的数据库，或从备份恢复。",
        )
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as unknown:
        raise CasedbError(
            what="数据库是由更新版本的程序建的，这个版本读不了。", fix="请换用新版本的程序。"
        ) from unknown
