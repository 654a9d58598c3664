"""A town of two persons and a fake Telegram for each journey."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.botapi import TOKEN, BotApi
from tests.fakes.program import Program


@pytest.fixture
def botapi() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def town(tmp_path: Path, botapi: BotApi) -> Iterator[Program]:
    """An installation with Telegram (the fake one), not yet started; Monday 2026-06-01 08:00."""
    program = Program(
        tmp_path,
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_API_URL=botapi.url,
        CLOCK_START="2026-06-01T08:00:00+08:00",
        CLOCK_RATE="1",
    )
    yield program
    program.stop()


def registers(
    program: Program, botapi: BotApi, *, name: str, unit: str, role: str, user: int
) -> None:
    """Invite a person from the shell and let them send the code in private."""
    all_register(program, botapi, (name, unit, role, user))


def all_register(program: Program, botapi: BotApi, *people: tuple[str, str, str, int]) -> None:
    """Invite several by (name, unit, role, user), and let each send the code in private."""
    invited = program.jsons(
        *(
            ("invite", "--name", name, "--unit", unit, "--role", role, "--json")
            for name, unit, role, _ in people
        )
    )
    for made, (_, _, _, user) in zip(invited, people, strict=True):
        before = len(botapi.methods.sent)
        botapi.says(f"/start {made['code']}", user=user)
        botapi.sent(before + 1, within=30)
