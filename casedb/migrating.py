"""For engineers: write the next migration from what changed in the models.

    python -m casedb.migrating "what changed"

The file lands in casedb/migrations/versions; read it, mend it, then set schema.HEAD to its number.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from casedb.schema import HEAD, MIGRATIONS


def draft(message: str) -> str:
    """Write the next migration; returns its number."""
    number = f"{int(HEAD) + 1:04d}"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'empty.db'}")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            command.revision(config, message=message, autogenerate=True, rev_id=number)
        engine.dispose()
    return number


if __name__ == "__main__":
    print(draft(" ".join(sys.argv[1:]) or "what changed"))
