"""Open the database and hand out sessions; the same promises on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm.exc import StaleDataError

from casedb.errors import CasedbError, ChangedMeanwhile, NotReachable, RecordsBusy
from casedb.schema import bring_up_to_date, require_current
from casedb.sealed import SealedBox
from casedb.writers.shared import SharedTurn

T = TypeVar("T")
BUSY_SECONDS = 5
# Any number, but the same in every process: writers on PostgreSQL queue behind it.
WRITER_LOCK = 726_870_626
BUSY_WORDS = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")
DAMAGED_WORDS = ("file is not a database", "malformed")


class Session(OrmSession):
    """One unit of work; carries the box that seals personal data."""

    box: SealedBox
    reading_only: bool = False

    def flush(self, objects: Any = None) -> None:
        """Write pending changes; a reading session has none by promise."""
        if self.reading_only and (self.new or self.dirty or self.deleted):
            raise RuntimeError("a reading session must not change anything")
        super().flush(objects)


class Store:
    """The opened records.

    Writers take turns on both databases (BEGIN IMMEDIATE, or an advisory lock): the chain of
    events needs that, and it rules out deadlocks. Readers never wait.
    """

    def __init__(self, engine: Engine, box: SealedBox, url: URL) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)
        self.box = box
        self.url = url.render_as_string(hide_password=True)
        self._url = url
        self._turn = threading.Lock()
        self._shared = SharedTurn(self._in_turn, self._written)

    @staticmethod
    def open(url: str, *, secret_key: str, migrate: bool = True) -> Store:
        """Open the database at `url` and bring its tables up to date.

        Args:
            url: SQLAlchemy URL, sqlite or postgresql.
            secret_key: seals personal data, at least 32 characters.
            migrate: create or migrate the tables; without it, older tables are refused.

        Raises:
            NotReachable: nothing can be opened at that address.
            RecordsBusy: another process holds the database.
        """
        parsed = _parsed(url)
        box = SealedBox(secret_key)
        engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgres(parsed)
        store = Store(engine, box, parsed)
        try:
            with translated():
                bring_up_to_date(engine) if migrate else require_current(engine)
        except CasedbError:
            engine.dispose()
            raise
        return store

    @property
    def dialect_name(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._engine.dialect.name

    @property
    def path(self) -> Path | None:
        """The database file, None on a server."""
        if self.dialect_name != "sqlite" or not self._url.database:
            return None
        return Path(self._url.database)

    @property
    def engine(self) -> Engine:
        """For backup, copying and migrations inside casedb only."""
        return self._engine

    @property
    def address(self) -> URL:
        """The URL with its password, for tools that must connect themselves."""
        return self._url

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A writing unit of work: commits at the end, rolls back on any error."""
        with self._in_turn(), self._written() as s:
            yield s

    @contextmanager
    def _written(self) -> Iterator[Session]:
        """A transaction of whoever has the turn."""
        with translated(), Session(self._engine, expire_on_commit=False) as s, s.begin():
            s.box = self.box
            yield s

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Writers of this process queue here: the database itself lets the lucky go first, and
        with many threads pressing some would starve until they are told it is busy."""
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise _busy()
        try:
            yield
        finally:
            self._turn.release()

    def together(self, deed: Callable[[Session], T]) -> T:
        """A small writing unit of work that shares one transaction with others asked for meanwhile.

        For what many people do at the same moment (acknowledge a reminder): one commit for all.
        When one of them fails each is done by itself, so `deed` may run twice, the first time
        rolled back; it must neither open a session nor change anything but the records.

        Raises:
            RecordsBusy: the turn did not come in time; nothing was done.
        """
        return self._shared.do(deed)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading unit of work: sees one state, takes no write lock, never commits."""
        with translated(), Session(self._reading, expire_on_commit=False) as s:
            s.box, s.reading_only = self.box, True
            yield s

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


@contextmanager
def reading_beside(s: Session) -> Iterator[Session]:
    """A reading session on a connection of its own, to look before `s` takes the write lock."""
    engine = s.get_bind().engine.execution_options(reading=True)
    with Session(engine, expire_on_commit=False) as beside:
        beside.box, beside.reading_only = s.box, True
        yield beside


@contextmanager
def translated() -> Iterator[None]:
    """Turn what a database says into what a reader can mend."""
    try:
        yield
    except StaleDataError as stale:
        raise ChangedMeanwhile(
            what="这条记录刚刚被别人改过，你的改动没有保存。", fix="请重新打开看一眼再改。"
        ) from stale
    except DBAPIError as failed:
        if any(words in str(failed.orig) for words in BUSY_WORDS):
            raise _busy() from failed
        if any(words in str(failed.orig) for words in DAMAGED_WORDS):
            raise NotReachable(
                what="案件库文件已损坏，或者不是值班的数据库。",
                fix="请停止服务，用最近的备份恢复：zhiban db restore 备份文件 --yes。",
            ) from failed
        if isinstance(failed, OperationalError):
            raise NotReachable(
                what=f"案件库用不了：{_first_line(failed)}。",
                fix="请检查 ZHIBAN_DATABASE_URL 写得对不对、数据库是否开着、磁盘是否已满。",
            ) from failed
        raise


def _busy() -> RecordsBusy:
    return RecordsBusy(
        what="案件库正被另一个程序占用，这次没有办成，什么都没有丢。",
        fix="请过几秒再试一次；一直这样就请值守分析员看看是不是有别的程序没有关。",
    )


def _first_line(failed: DBAPIError) -> str:
    return str(failed.orig).strip().splitlines()[0] if str(failed.orig).strip() else "没有说明原因"


def _parsed(url: str) -> URL:
    """The URL, with the driver we ship filled in."""
    try:
        parsed = make_url(url)
        if parsed.drivername in {"postgres", "postgresql"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as wrong:
        raise NotReachable(
            what="ZHIBAN_DATABASE_URL 看不懂。",
            fix="请写成 sqlite:///var/zhiban.db 或 postgresql://用户:密码@主机/库名 这样。",
        ) from wrong
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise NotReachable(
            what=f"不支持 {parsed.get_backend_name()} 数据库。",
            fix="请改用 SQLite 或 PostgreSQL。",
        )
    return parsed


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        try:
            Path(url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
        except OSError as wrong:
            raise NotReachable(
                what=f"建不了案件库所在的文件夹：{wrong.strerror}。",
                fix="请检查 ZHIBAN_DATA_DIR 的位置和权限。",
            ) from wrong
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begun)
    return engine


def _sqlite_connected(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    # FULL, not NORMAL: a message that was sent must still be known as sent after a power cut.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")


def _sqlite_begun(connection: Connection) -> None:
    # IMMEDIATE, because a deferred transaction that starts writing later fails at once when
    # somebody else wrote in between, without waiting its turn.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _postgres(url: URL) -> Engine:
    options = f"-c lock_timeout={BUSY_SECONDS * 1000} -c timezone=UTC"
    engine = create_engine(
        url, pool_pre_ping=True, connect_args={"options": options, "connect_timeout": 10}
    )
    event.listen(engine, "begin", _postgres_begun)
    return engine


def _postgres_begun(connection: Connection) -> None:
    if connection.get_execution_options().get("reading", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
