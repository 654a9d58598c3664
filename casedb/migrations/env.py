"""How Alembic reaches the records: on the connection of casedb.schema, in its transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum

import casedb.models  # noqa: F401 (registers every table)
from casedb.base import Base, UtcDateTime


def rendered(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Write column types so that a migration never depends on code that may change later."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Enum):
        return f"sa.String(length={thing.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=rendered,
)
with context.begin_transaction():
    context.run_migrations()
