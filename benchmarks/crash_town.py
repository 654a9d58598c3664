"""The town that crash figures are measured on: an installation, its people, and what they asked for."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from casedb import obligations, people
from casedb.rules import load_rules
from casedb.store import Store
from casedb.vocabulary import Role, UnitKind
from tests.fakes.botapi import TOKEN, BotApi, Fault
from tests.fakes.program import KEY, ROOT, Program

START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)  # Monday 09:00 in Beijing
HEADWAY = 20.0  # simulated seconds before the first reminder
FIRST_USER = 100_000
CHUNK = 500
OVERALL = 30.0  # Telegram's messages a second over all chats


@dataclass(slots=True)
class Plan:
    """How big the run is."""

    reminders: int
    kills: int
    rate: float  # reminders due a second
    people: int
    limit: float  # seconds after which it stops, whatever happened
    seed: int
    store: str = ""  # database URL, SQLite in the data dir when empty


@dataclass(slots=True)
class Outcome:
    """What was seen."""

    arrivals: dict[int, list[float]] = field(default_factory=dict)
    pressed: int = 0
    kills: int = 0
    starts: list[float] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def show(name: str, value: object, target: str = "") -> None:
    """One line of the table."""
    print(f"{name:<52}{value!s:>18}   {target}", flush=True)


def service(folder: Path, botapi: BotApi, url: str) -> Program:
    """An installation whose clock will start at START when the service first runs."""
    settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": botapi.url}
    if url:
        settings["DATABASE_URL"] = url
    quiet = Program(folder, builds_index=False, **settings)
    for words in (("db", "migrate"), ("index", "build")):
        done = quiet.call(*words)
        if done.returncode:
            sys.exit(f"zhiban {' '.join(words)}: {done.stderr}")
    return Program(
        folder, builds_index=False, **settings, CLOCK_START=START.isoformat(), CLOCK_RATE="1"
    )


def due_at(plan: Plan, number: int) -> datetime:
    """When a reminder is due on the service's clock."""
    return START + timedelta(seconds=HEADWAY + number / plan.rate)


def ask_all(url: str, plan: Plan) -> list[int]:
    """People with accounts, and everybody's reminders in turn."""
    began = time.perf_counter()
    store = Store.open(url, secret_key=KEY)
    rules = load_rules(ROOT / "knowledge" / "rules")
    with store.session() as s:
        unit = people.add_unit(s, "甲一社区", UnitKind.COMMUNITY)
        desk_unit = people.add_unit(s, "接诉即办专班", UnitKind.DESK)
        people.add_person(s, "钱专班", desk_unit.id, Role.DESK)
        staff = [
            people.add_person(s, f"人员{number:05}", unit.id, Role.COMMUNITY)
            for number in range(plan.people)
        ]
        users = [FIRST_USER + number for number in range(plan.people)]
        for one, user in zip(staff, users, strict=True):
            people.add_account(
                s,
                one.id,
                channel="telegram",
                external_id=str(user),
                private_chat=str(user),
                now=START,
            )
    for first in range(0, plan.reminders, CHUNK):
        with store.session() as s:
            for number in range(first, min(first + CHUNK, plan.reminders)):
                obligations.ask(
                    s,
                    text=f"第 #{number:06} 项",
                    due_at=due_at(plan, number),
                    by=staff[number % len(staff)],
                    now=START,
                    rules=rules,
                    key=f"bench:{number}",
                )
    store.close()
    show("asked for", f"{plan.reminders} reminders", f"in {time.perf_counter() - began:.0f} s")
    return users


def real_dues(folder: Path, plan: Plan) -> list[float]:
    """When each reminder was due, on this machine's monotonic clock."""
    kept = json.loads((folder / "var" / "clock.json").read_text(encoding="utf-8"))
    since = next(datetime.fromisoformat(value) for key, value in kept.items() if key == "since")
    offset = time.monotonic() - datetime.now(UTC).timestamp()
    begun = since.timestamp() + offset
    return [
        begun + (due_at(plan, number) - START).total_seconds() for number in range(plan.reminders)
    ]
