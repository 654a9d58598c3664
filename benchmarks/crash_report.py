"""What the storm did: asked for against arrived, and how late against Telegram's own limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from benchmarks.crash_town import OVERALL, Outcome, Plan, show
from benchmarks.machine import percentile
from casedb.outgoing.tallies import reminder_tallies
from casedb.store import Store
from casedb.vocabulary import ObligationState
from tests.fakes.program import KEY


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
