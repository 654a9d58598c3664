"""make eval: answer every question of eval/questions and print the scores and the misses.

`python -m eval` alone leaves the held-out questions out; `make eval` names them too.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import machine_line, percentile
from eval.question import Question, load
from eval.scoring import Outcome, Scores, judge

FOLDER = Path(__file__).parent / "questions"
HELD_OUT = "held_out"  # what the name of a file that nobody tunes on begins with
SHOWN_MISSES = 200


def main(names: Sequence[str] = ()) -> int:
    """Score each file apart. Held-out ones only when named: whoever tunes must not see them."""
    from bot.app import open_rooms
    from bot.settings import read

    print(f"machine: {machine_line()}")
    files = sorted(FOLDER.glob("*.jsonl"))
    files = [
        file for file in files
        if (file.stem in names if names else not file.stem.startswith(HELD_OUT))
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="zhiban-eval-") as folder:
        rooms = open_rooms(read({"ZHIBAN_DATA_DIR": folder, "ZHIBAN_SECRET_KEY": "e" * 40}))
        try:
            for file in files:
                _score(rooms, file.stem, load(file))
        finally:
            rooms.store.close()
    return 0


def _score(rooms, name: str, questions: tuple[Question, ...]) -> None:  # type: ignore[no-untyped-def]
    from bot.dialogue.answering.ask import ask

    outcomes: list[Outcome] = []
    times: list[float] = []
    for question in questions:
        began = time.perf_counter()
        answer = ask(rooms, question.text, as_of=question.as_of, context=question.context)
        times.append((time.perf_counter() - began) * 1000)
        outcomes.append(judge(question, answer))
    judged = any(question.judged for question in questions)
    pooled = Scores.of(outcomes, pooled=True) if judged else None
    print(f"\n== {name}: {len(questions)} questions ==")
    for line in Scores.of(outcomes).lines(pooled):
        print(line)
    print(f"latency p50 {percentile(times, 0.5):.1f} ms, p95 {percentile(times, 0.95):.1f} ms")
    _print_misses(outcomes)


def _print_misses(outcomes: list[Outcome]) -> None:
    missed: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if not outcome.right:
            missed[outcome.question.kind].append(outcome)
    shown = 0
    for kind, misses in sorted(missed.items()):
        print(f"-- misses, {kind}: {len(misses)}")
        for one in misses:
            if shown >= SHOWN_MISSES:
                return
            shown += 1
            print(
                f"   {one.question.id} {one.question.text[:50]} | {one.got} | wanted {one.wanted}"
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
