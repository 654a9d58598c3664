"""The storm: the service killed again and again, spoiled answers, and people who press."""

from __future__ import annotations

import random
import re
import sys
import threading
import time
from collections import Counter

from benchmarks.crash_town import Outcome, Plan
from casedb.outgoing.tallies import reminder_tallies
from casedb.store import Store
from casedb.vocabulary import ObligationState
from tests.fakes.botapi import BotApi
from tests.fakes.program import KEY, READY, Program

FAULTS = ("429", "500", "502", "reset_before", "reset_after", "500_after")
MARK = re.compile(r"#(\d{6})")
THINKING = (1.0, 20.0)  # seconds until somebody presses
PATIENCE = 40.0  # seconds after which somebody presses again when nothing happened


def storm(program: Program, botapi: BotApi, plan: Plan, seen: Outcome, url: str) -> None:
    """Run the service, kill it, let people press, until everything was acknowledged."""
    chance = random.Random(plan.seed)
    ends = time.monotonic() + plan.limit
    calm = threading.Event()
    seen.starts.append(program.start(until=READY))
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
                seen.starts.append(program.start(until=READY))
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
        now = time.monotonic()  # once: what fell between two looks at the clock would be lost
        due = [one for one in meant if one[0] <= now]
        meant = [one for one in meant if one[0] > now]
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
