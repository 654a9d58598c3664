"""What every test may rely on."""

from __future__ import annotations

import os

import pytest

from tests.fakes.program import Program


@pytest.fixture(scope="session", autouse=True)
def _one_index_for_all(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The first program of a test run that needs the index of knowledge/ builds it for all others."""
    base = tmp_path_factory.getbasetemp()
    # processes of one run share the folder above their own
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    Program.lent_index = shared / "index-of-knowledge"
