"""zhiban report: the retrospective of a cycle."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to `zhiban report`."""
