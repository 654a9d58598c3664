"""make bench-crash: reminders while the service is killed again and again; nothing lost or doubled.

Everything is on loopback: the real service against the fake Bot API server with Telegram's limits
switched on. The service is killed with SIGKILL at random moments and the server answers with 429,
5xx and resets before and after the effect. Every reminder carries a number; what reached the chats
is compared with what was asked for, and every message that came twice must be marked in the records
as one whose answer was cut off after the effect may have happened.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.machine import machine_line, percentile
from casedb import obligations, people
from casedb.outgoing.tallies import reminder_tallies
from casedb.rules import load_rules
from casedb.store import Store
from casedb.vocabulary import ChatPurpose, ObligationState, Role, UnitKind
from tests.fakes.botapi import TOKEN, BotApi, Fault
from tests.fakes.program import KEY, ROOT, Program

START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)  # Monday 09:00 in Beijing
HEADWAY = 20.0  # simulated seconds before the first reminder
FIRST_USER = 100_000
FAULTS = ("429", "500", "502", "reset_before", "reset_after", "500_after")
MARK = re.compile(r"#(\d{6})")
CHUNK = 500
THINKING = (1.0, 20.0)  # seconds until somebody presses
PATIENCE = 40.0  # seconds after which somebody presses again when nothing happened
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


def main() -> None:
    """Run the crash part and the ledger part; exit status 1 when something was lost or doubled."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.crash")
    words.add_argument("--reminders", type=int, default=10_000)
    words.add_argument("--kills", type=int, default=50)
    words.add_argument("--rate", type=float, default=12.0, help="reminders due a second")
    words.add_argument("--limit", type=float, default=2400.0, help="seconds at most")
    words.add_argument(
        "--groups", type=int, default=300, help="groups of the ledger; 0 leaves it out"
    )
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--database", default="", help="URL; SQLite when left out")
    given = words.parse_args()
    plan = Plan(
        reminders=given.reminders,
        kills=given.kills,
        rate=given.rate,
        people=max(1, min(given.reminders, int(given.rate * 80))),
        limit=given.limit,
        seed=given.seed,
        store=given.database,
    )
    print(f"machine: {machine_line()}", flush=True)
    good = crash_part(plan) if plan.reminders else True
    good &= ledger_part(given.groups) if given.groups else True
    sys.exit(0 if good else 1)


def show(name: str, value: object, target: str = "") -> None:
    """One line of the table."""
    print(f"{name:<52}{value!s:>18}   {target}", flush=True)


# ---------------------------------------------------------------- the crash part


def crash_part(plan: Plan) -> bool:
    """Ask, kill, count."""
    with tempfile.TemporaryDirectory(prefix="zhiban-crash-") as folder, BotApi() as botapi:
        program = service(Path(folder), botapi, plan.store)
        url = plan.store or f"sqlite:///{folder}/var/zhiban.db"
        users = ask_all(url, plan)
        for user in users:
            botapi.person(user)
        botapi.limits()
        seen = Outcome()
        try:
            storm(program, botapi, plan, seen, url)
        finally:
            program.kill()
        return report(url, plan, seen, real_dues(Path(folder), plan))


def service(folder: Path, botapi: BotApi, url: str) -> Program:
    """An installation whose clock will start at START when the service first runs."""
    settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": botapi.url}
    if url:
        settings["DATABASE_URL"] = url
    quiet = Program(folder, **settings)
    for words in (("db", "migrate"), ("index", "build")):
        done = quiet.call(*words)
        if done.returncode:
            sys.exit(f"zhiban {' '.join(words)}: {done.stderr}")
    return Program(folder, **settings, CLOCK_START=START.isoformat(), CLOCK_RATE="1")


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


def storm(program: Program, botapi: BotApi, plan: Plan, seen: Outcome, url: str) -> None:
    """Run the service, kill it, let people press, until everything was acknowledged."""
    chance = random.Random(plan.seed)
    ends = time.monotonic() + plan.limit
    calm = threading.Event()
    seen.starts.append(program.start())
    hands = threading.Thread(target=press_all, args=(botapi, seen, calm, plan.seed), daemon=True)
    weather = threading.Thread(target=make_weather, args=(botapi, seen, calm, plan), daemon=True)
    hands.start()
    weather.start()
    try:
        while time.monotonic() < ends:
            if seen.kills < plan.kills:
                calm.wait(chance.uniform(3.0, 12.0))
                program.kill()
                seen.kills += 1
                seen.starts.append(program.start())
            elif all_acknowledged(url, plan):
                break
            else:
                calm.wait(2.0)
            if seen.kills and seen.kills % 10 == 0:
                note = f"{seen.kills} kills, {len(seen.arrivals)} of {plan.reminders} arrived"
                print(f"  … {note}", file=sys.stderr, flush=True)
    finally:
        calm.set()
        weather.join()
        hands.join()
        count_arrivals(botapi, seen)


def all_acknowledged(url: str, plan: Plan) -> bool:
    """Whether every reminder was acknowledged, by the records."""
    store = Store.open(url, secret_key=KEY, migrate=False)
    with store.reading() as s:
        states = Counter(one.state for one in reminder_tallies(s, prefix="bench:"))
    store.close()
    return states[ObligationState.ACKNOWLEDGED] == plan.reminders


def make_weather(botapi: BotApi, seen: Outcome, calm: threading.Event, plan: Plan) -> None:
    """Every second or so one call of the bot goes wrong in one of six ways, one in twenty a poll."""
    chance = random.Random(plan.seed + 1)
    while not calm.wait(chance.uniform(0.5, 1.5)):
        if seen.faults and not seen.faults[-1].hits:
            continue  # the last one has not struck yet: no storm may pile up while we are down
        method = "getUpdates" if chance.random() < 0.05 else "sendMessage"
        seen.faults.append(botapi.fault(method, chance.choice(FAULTS), seconds=1.0))


def press_all(botapi: BotApi, seen: Outcome, calm: threading.Event, seed: int) -> None:
    """Everybody who gets a reminder presses 「已收到」 (or 「全部已收到」) some seconds later."""
    chance = random.Random(seed + 2)
    looked, meant = 0, list[tuple[float, str, int, int]]()
    while not calm.wait(0.2):
        fresh = botapi.methods.sent[looked:]
        looked += len(fresh)
        count_arrivals(botapi, seen)
        for message in fresh:
            labels = [
                str(button.get("callback_data", "")) for line in message.buttons for button in line
            ]
            wanted = [one for one in labels if one.startswith("ackall:")]
            wanted = wanted or [one for one in labels if one.startswith("ack:")]
            if wanted:
                when = time.monotonic() + chance.uniform(*THINKING)
                meant.append((when, wanted[0], message.chat, message.message_id))
        due = [one for one in meant if one[0] <= time.monotonic()]
        meant = [one for one in meant if one[0] > time.monotonic()]
        shown = {(one.chat, one.message_id) for one in list(botapi.methods.edited)}
        for _, data, chat, number in due:
            if (chat, number) in shown:
                continue  # it says by now that it was acknowledged
            botapi.presses(data, user=chat, message=number)
            seen.pressed += 1
            meant.append((time.monotonic() + PATIENCE, data, chat, number))


def count_arrivals(botapi: BotApi, seen: Outcome) -> None:
    """Which reminder reached a chat when, by the server's own book."""
    arrivals: dict[int, list[float]] = {}
    for message in list(botapi.methods.sent):
        for number in set(MARK.findall(message.text)):
            arrivals.setdefault(int(number), []).append(message.at)
    seen.arrivals = arrivals


def real_dues(folder: Path, plan: Plan) -> list[float]:
    """When each reminder was due, on this machine's monotonic clock."""
    kept = json.loads((folder / "var" / "clock.json").read_text(encoding="utf-8"))
    since = next(datetime.fromisoformat(value) for key, value in kept.items() if key == "since")
    offset = time.monotonic() - datetime.now(UTC).timestamp()
    begun = since.timestamp() + offset
    return [
        begun + (due_at(plan, number) - START).total_seconds() for number in range(plan.reminders)
    ]


def report(url: str, plan: Plan, seen: Outcome, dues: list[float]) -> bool:
    """Print the table; True when nothing was lost and nothing doubled without a mark."""
    store = Store.open(url, secret_key=KEY, migrate=False)
    with store.reading() as s:
        tallies = {int(one.key.split(":")[1]): one for one in reminder_tallies(s, prefix="bench:")}
    store.close()
    lost = [number for number in range(plan.reminders) if number not in seen.arrivals]
    twice = [number for number, when in seen.arrivals.items() if len(when) > 1]
    unmarked = [number for number in twice if not tallies[number].unsure]
    waiting = [n for n, one in tallies.items() if one.state is not ObligationState.ACKNOWLEDGED]
    late = [max(0.0, min(when) - dues[number]) for number, when in seen.arrivals.items()]
    ideal = list(ideal_lateness(plan))
    hits = Counter(fault.kind for fault in seen.faults if fault.hits)
    show("killed with SIGKILL", seen.kills, f">= {plan.kills}")
    show("ready again after (p50)", f"{percentile(seen.starts, 0.5):.1f} s")
    show(
        "answers spoiled",
        sum(hits.values()),
        ", ".join(f"{k} {n}" for k, n in sorted(hits.items())),
    )
    show("lost", len(lost), "0")
    show("sent twice, without a mark", len(unmarked), "0")
    show("sent twice, marked as cut off after the effect", len(twice) - len(unmarked))
    show("tries whose answer was cut off, all told", sum(one.unsure for one in tallies.values()))
    show("buttons pressed", seen.pressed)
    show("not acknowledged in the records", len(waiting), "0")
    for share in (0.5, 0.99):
        value = f"{percentile(late, share):.2f} s" if late else "-"
        show(
            f"lateness p{share * 100:.0f}", value, f"limits alone: {percentile(ideal, share):.2f} s"
        )
    return not lost and not unmarked and not waiting and seen.kills >= plan.kills


def ideal_lateness(plan: Plan) -> Iterator[float]:
    """How late a perfect sender that never dies would be under 30 messages a second."""
    free = 0.0
    for number in range(plan.reminders):
        due = number / plan.rate
        free = max(due, free) + 1.0 / OVERALL
        yield free - due


# ---------------------------------------------------------------- the ledger part


def ledger_part(groups: int) -> bool:
    """One ledger to many groups: how long it takes against what the limits allow."""
    with tempfile.TemporaryDirectory(prefix="zhiban-ledger-") as folder, BotApi() as botapi:
        program = service(Path(folder), botapi, "")
        bind_groups(f"sqlite:///{folder}/var/zhiban.db", groups)
        for number in range(groups):
            botapi.group(-5000 - number, f"台账群{number}")
        botapi.limits()
        program.environment["ZHIBAN_CLOCK_START"] = "2026-06-01T08:29:50+08:00"
        program.start()
        try:
            arrived = wait_for_ledgers(botapi, groups)
        finally:
            program.stop()
    messages, span = len(arrived), (max(arrived) - min(arrived) if arrived else 0.0)
    allowed = messages / OVERALL
    show(f"ledger to {groups} groups", f"{messages} messages", f"{messages / groups:.1f} a group")
    good = messages >= groups and span <= 1.1 * allowed
    show(
        "  left within",
        f"{span:.1f} s",
        f"limits allow {allowed:.1f} s, +10 % = {1.1 * allowed:.1f} s",
    )
    return good


def bind_groups(url: str, groups: int) -> None:
    """Ledger groups, bound in the records."""
    store = Store.open(url, secret_key=KEY)
    with store.session() as s:
        for number in range(groups):
            people.bind_chat(
                s,
                channel="telegram",
                external_id=str(-5000 - number),
                topic_id="",
                title=f"台账群{number}",
                purpose=ChatPurpose.LEDGER,
                unit_id=None,
                actor="import",
                now=START - timedelta(days=1),
            )
    store.close()


def wait_for_ledgers(botapi: BotApi, groups: int) -> list[float]:
    """Arrival times of everything in the groups, once each has all its parts and it is quiet."""
    ends, before, quiet_since = time.monotonic() + 600, -1, time.monotonic()
    while time.monotonic() < ends:
        sent = [one for one in list(botapi.methods.sent) if one.chat <= -5000]
        if len(sent) != before:
            before, quiet_since = len(sent), time.monotonic()
        reached = len({one.chat for one in sent})
        if reached >= groups and time.monotonic() - quiet_since > 5:
            break
        time.sleep(0.2)
    return [one.at for one in botapi.methods.sent if one.chat <= -5000]


if __name__ == "__main__":
    main()
