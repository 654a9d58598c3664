"""The migrations make the tables the models describe, and refuse what they cannot read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from casedb import schema
from casedb.base import Base
from casedb.errors import CasedbError
from casedb.store import Store
from tests.casedb.kept import SECRET, open_store, store_of


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Migrated tables on each database."""
    with store_of(request.param, tmp_path) as opened:
        yield opened


def test_migrated_tables_equal_the_models(store: Store) -> None:
    with store.engine.execution_options(reading=True).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_every_foreign_key_of_the_models_is_in_the_tables(store: Store) -> None:
    found = inspect(store.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {key.parent.name for key in table.foreign_keys}
        there = {
            name
            for one in found.get_foreign_keys(table.name)
            for name in one["constrained_columns"]
        }
        assert there == wanted, table.name


def test_the_program_knows_the_newest_migration() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.HEAD]


def test_opening_again_finds_the_tables_up_to_date(store: Store) -> None:
    schema.bring_up_to_date(store.engine)
    schema.require_current(store.engine)


def test_tables_of_a_newer_program_are_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.session() as s:
        s.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(CasedbError, match="更新版本"):
        open_store(tmp_path)


def test_missing_tables_are_refused_where_migrating_was_not_asked_for(tmp_path: Path) -> None:
    with pytest.raises(CasedbError, match="migrate"):
        Store.open(f"sqlite:///{tmp_path}/none.db", secret_key=SECRET, migrate=False)


def test_tables_of_unknown_origin_are_refused(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/records.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE cases (id INTEGER)"))
    engine.dispose()
    with pytest.raises(CasedbError):
        open_store(tmp_path)


def test_processes_that_open_new_records_at_once_make_the_tables_once(tmp_path: Path) -> None:
    program = (
        "import sys; from casedb.store import Store;"
        f"Store.open(sys.argv[1], secret_key={SECRET!r}).close()"
    )
    url = f"sqlite:///{tmp_path}/records.db"
    started = [
        subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for one in started:
        _, said = one.communicate(timeout=60)
        assert one.returncode == 0, said.decode()
