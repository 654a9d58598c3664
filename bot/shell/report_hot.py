"""zhiban report: hot topics and repeats."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    """Add the verbs of this file to `zhiban report`."""
