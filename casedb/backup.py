"""Backup while running, restore, check, and copy to another database."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Table, func, insert, make_url, select, text
from sqlalchemy.engine import URL, Connection

from casedb import audit
from casedb.base import Base
from casedb.errors import CasedbError
from casedb.models import Case, CaseCount, Event
from casedb.store import Store, translated

CHUNK = 1000
ODD_KEY = "x" * 32  # copying moves sealed bytes as they are; no key is needed to do so


def backup_to(store: Store, file: Path) -> None:
    """Write a consistent copy of the records while they are in use.

    SQLite: its own backup into a new database file. PostgreSQL: pg_dump in custom format.

    Raises:
        CasedbError: the file exists already, cannot be written, or pg_dump is missing or fails.
    """
    if file.exists():
        raise CasedbError(
            what=f"文件 {file.name} 已经存在。", fix="请换一个文件名，免得盖掉旧备份。"
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise CasedbError(
            what=f"建不了文件夹 {file.parent.name}。", fix="请检查位置和权限。"
        ) from wrong
    if store.path is not None:
        _backup_sqlite(store.path, file)
    else:
        _run("pg_dump", ["--format=custom", f"--file={file}"], store.address)
    file.chmod(0o600)


def restore_from(database_url: str, file: Path) -> Path | None:
    """Replace the records by a backup; the service must be stopped.

    Returns:
        Where the records that stood there before are kept now; None when there were none or on
        PostgreSQL, where the tables are replaced.
    """
    if not file.is_file() or file.stat().st_size == 0:
        raise CasedbError(what=f"备份文件 {file.name} 不存在或是空的。", fix="请检查文件名和位置。")
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        _run("pg_restore", ["--clean", "--if-exists", "--no-owner", str(file)], url)
        return None
    _check_sqlite(file)
    target = Path(url.database or "")
    kept = None
    if target.exists():
        kept = target.with_name(f"{target.name}.{datetime.now(UTC):%Y%m%d-%H%M%S}.old")
        _backup_sqlite(target, kept)
        for part in (target, *(Path(f"{target}{end}") for end in ("-wal", "-shm"))):
            part.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    target.chmod(0o600)
    return kept


def problems_of(store: Store) -> tuple[str, ...]:
    """What is wrong with the records, in Chinese; empty when all is well."""
    problems: list[str] = []
    with store.reading() as s:
        if store.dialect_name == "sqlite":
            for (said,) in s.execute(text("PRAGMA integrity_check(10)")):
                if said != "ok":
                    problems.append(f"数据库文件有损坏：{said}。")
            for row in s.execute(text("PRAGMA foreign_key_check")).fetchmany(5):
                problems.append(f"{row[0]} 表第 {row[1]} 行指向不存在的记录。")
        counted = s.scalar(select(func.coalesce(func.sum(CaseCount.count), 0)))
        if counted != s.scalar(select(func.count()).select_from(Case)):
            problems.append("按月统计表与案件表的件数不一致。")
        verdict = audit.verify(s)
        if not verdict.intact:
            problems.append(f"事件链在第 {verdict.broken_at} 条处断开：{verdict.reason}。")
    return tuple(problems)


def copy_to(store: Store, database_url: str) -> int:
    """Copy every row into another, empty database; returns how many rows.

    Personal data stays sealed: the copy opens with the same secret key and no other.

    Raises:
        CasedbError: the other database holds something already.
    """
    other = Store.open(database_url, secret_key=ODD_KEY)
    try:
        with store.reading() as source, translated(), other.engine.begin() as target:
            _must_be_empty(target)
            tables = [one for one in Base.metadata.sorted_tables if not one.info.get("derived")]
            copied = sum(_copy_rows(source.connection(), target, one) for one in tables)
            for table in tables:
                _copy_late(source.connection(), target, table)
                _count_on(target, table)
            return copied
    finally:
        other.close()


def _must_be_empty(target: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        if target.scalar(select(func.count()).select_from(table)):
            raise CasedbError(what="目标数据库里已经有数据。", fix="请换一个空的数据库再复制。")


def _late(table: Table) -> list[str]:
    """Columns that point to rows which may not be there yet: in this table or in a later one."""
    order = list(Base.metadata.sorted_tables)
    return [
        column.name
        for column in table.columns
        for key in column.foreign_keys
        if order.index(key.column.table) >= order.index(table)
    ]


def _copy_rows(source: Connection, target: Connection, table: Table) -> int:
    """Rows as they are, what points forward left out for now."""
    nothing = dict.fromkeys(_late(table))
    query = select(table).order_by(*table.primary_key.columns)
    rows = source.execute(query.execution_options(yield_per=CHUNK)).mappings()
    count = 0
    for part in rows.partitions(CHUNK):
        target.execute(insert(table), [{**row, **nothing} for row in part])
        count += len(part)
    return count


def _copy_late(source: Connection, target: Connection, table: Table) -> None:
    for name in _late(table):
        column = table.c[name]
        for row_id, value in source.execute(select(table.c.id, column).where(column.is_not(None))):
            target.execute(table.update().where(table.c.id == row_id).values({name: value}))


def _count_on(target: Connection, table: Table) -> None:
    """Let PostgreSQL go on numbering after the highest id."""
    if target.dialect.name == "postgresql" and "id" in table.c:
        highest = target.scalar(select(func.max(table.c.id))) or 0
        sequence = func.pg_get_serial_sequence(table.name, "id")
        target.execute(select(func.setval(sequence, highest + 1, False)))


def _backup_sqlite(source: Path, target: Path) -> None:
    try:
        with sqlite3.connect(source) as one, sqlite3.connect(target) as other:
            one.backup(other)
        one.close()
        other.close()
    except sqlite3.Error as failed:
        target.unlink(missing_ok=True)
        raise CasedbError(
            what=f"备份没有写成：{failed}。", fix="请检查磁盘空间和权限后再试。"
        ) from failed


def _check_sqlite(file: Path) -> None:
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            said = connection.execute("PRAGMA quick_check").fetchone()[0]
            named = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        finally:
            connection.close()
    except sqlite3.Error as wrong:
        raise CasedbError(
            what=f"{file.name} 不是值班的备份文件。", fix="请选 zhiban db backup 写出的文件。"
        ) from wrong
    if said != "ok" or Event.__tablename__ not in named:
        raise CasedbError(
            what=f"{file.name} 已损坏或不是值班的备份文件。", fix="请换一份备份再试。"
        )


def _run(tool: str, options: list[str], url: URL) -> None:
    """Run one of PostgreSQL's own tools; the password goes by its environment, not its command line."""
    found = shutil.which(tool) or next(
        (str(one) for one in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"))), None
    )
    if found is None:
        raise CasedbError(
            what=f"这台机器上没有 {tool}。",
            fix="请安装 PostgreSQL 客户端工具（postgresql-client）后再试。",
        )
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(
        [found, f"--dbname={plain}", *options],
        env=password,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        first = (done.stderr.strip().splitlines() or ["没有说明原因"])[0]
        raise CasedbError(
            what=f"{tool} 没有办成：{first}。", fix="请检查数据库是否开着、用户有没有权限。"
        )
