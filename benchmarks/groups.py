"""One ledger to many groups: how long it takes against what Telegram's limits allow."""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.crash_town import OVERALL, START, service, show
from casedb import people
from casedb.store import Store
from casedb.vocabulary import ChatPurpose
from tests.fakes.botapi import BotApi
from tests.fakes.program import KEY


def ledger_part(groups: int) -> bool:
    """One ledger to many groups: how long it takes against what the limits allow."""
    with tempfile.TemporaryDirectory(prefix="zhiban-ledger-") as folder, BotApi() as botapi:
        program = service(Path(folder), botapi, "")
        bind_groups(f"sqlite:///{folder}/var/zhiban.db", groups)
        for number in range(groups):
            botapi.group(-5000 - number, f"台账群{number}")
        botapi.limits()
        program.environment["ZHIBAN_CLOCK_START"] = (
            "2026-06-01T08:29:30+08:00"  # start-up is over by half past
        )
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
