"""The state of the tables: make them, migrate them, or refuse what this program cannot read."""

from __future__ import annotations

from sqlalchemy import Engine

from casedb.base import Base


def bring_up_to_date(engine: Engine) -> None:
    """Create what is missing."""
    import casedb.models  # noqa: F401 (registers every table)

    with engine.begin() as connection:
        Base.metadata.create_all(connection)


def require_current(engine: Engine) -> None:
    """Refuse tables of another version."""
