"""make bench-crash: reminders while the service is killed again and again; nothing lost or doubled.

Everything is on loopback: the real service against the fake Bot API server with Telegram's limits
switched on. The service is killed with SIGKILL at random moments and the server answers with 429,
5xx and resets before and after the effect. Every reminder carries a number; what reached the chats
is compared with what was asked for, and every message that came twice must be marked in the records
as one whose answer was cut off after the effect may have happened.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.crash_report import report
from benchmarks.crash_storm import storm
from benchmarks.crash_town import Outcome, Plan, ask_all, real_dues, service
from benchmarks.groups import ledger_part
from benchmarks.machine import machine_line
from tests.fakes.botapi import BotApi


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


if __name__ == "__main__":
    main()
