"""make eval-forecast: forecasts looked back at, against the naive guess, on invented and on real months.

Nothing is tuned here: each forecast knows the months before it and no later one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import machine_line
from casedb.invented import Months, fill
from casedb.rules.seasons import Seasons, load_seasons
from casedb.store import Store
from casedb.tally.by_month import PlaceCount
from casedb.tally.spans import Span, month
from reports.forecast.backtest import Score
from reports.forecast.outlook import Forecast, History, forecast
from reports.forecast.paper import foresee

ROOT = Path(__file__).resolve().parents[1]
MESSAGES = ROOT.parent / "shared" / "data" / "messages"
NOW = datetime(2026, 6, 10, tzinfo=UTC)
# Single letters before, an unfinished month after: not months of a running desk.
REAL = (("messages.xlsx", "2019-01", "2019-12"), ("replies.xlsx", "2012-01", "2019-12"))
HEAD = (
    f"{'series':<28}{'grain':<8}{'origins':>8}{'MASE':>8}{'naive':>8}{'mean of 3':>10}"
    f"{'coverage':>10}{'top 5':>8}{'naive':>8}  better"
)


def main(arguments: Sequence[str]) -> int:
    """Print one line for each series and grain; exit 1 when the naive guess wins somewhere it must not."""
    asked = _parser().parse_args(arguments)
    seasons = load_seasons(ROOT / "knowledge" / "rules")
    print(f"machine: {machine_line()}")
    print(HEAD)
    lost = [not one for one in _invented(asked, seasons)]
    lost += [not one for one in _real(seasons)]
    print(
        f"naive guess not beaten: {sum(lost)} of {len(lost)} (topics of invented, volume of real)"
    )
    return 1 if any(lost) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eval.forecast", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many invented histories")
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--cases-per-month", type=int, default=800)
    return parser


def _invented(asked: argparse.Namespace, seasons: Seasons) -> Iterator[bool]:
    """`zhiban demo data` with several seeds, forecast through the records as a user would."""
    every: list[Score] = []
    for seed in range(1, asked.seeds + 1):
        with tempfile.TemporaryDirectory(prefix="zhiban-forecast-") as folder:
            store = Store.open(f"sqlite:///{Path(folder) / 'a.db'}", secret_key="e" * 40)
            wanted = Months(asked.months, asked.cases_per_month, seed)
            with store.session() as s:
                fill(s, wanted, now=NOW)
            started = time.perf_counter()
            with store.reading() as s:
                found = foresee(s, None, seasons, now=NOW).forecast
            spent = time.perf_counter() - started
            store.close()
        _show(f"invented, seed {seed} ({spent:.1f} s)", found)
        every += found.scores
        yield bool(found.beats_naive)
    for grain in dict.fromkeys(one.grain for one in every):
        yield _mean(grain, [one for one in every if one.grain == grain])


def _mean(grain: str, scores: Sequence[Score]) -> bool:
    ours = sum(one.mase for one in scores) / len(scores)
    plain = sum(one.mase_naive for one in scores) / len(scores)
    covered = sum(one.coverage for one in scores) / len(scores)
    print(
        f"{'invented, all seeds':<28}{grain:<8}{sum(one.origins for one in scores):>8}{ours:>8.3f}"
        f"{plain:>8.3f}{'':>10}{covered:>10.1%}{'':>16}  {'yes' if ours < plain else 'NO'}"
    )
    return ours < plain


def _real(seasons: Seasons) -> Iterator[bool]:
    """The monthly counts of letters that people really wrote; they have no topic."""
    for name, first, last in REAL:
        if not (MESSAGES / name).exists():
            print(f"{name}: not there, left out")
            continue
        history = _months_of(MESSAGES / name, month(first), month(last))
        target = month(f"{history.months[-1].after:%Y-%m}")
        found = forecast(history, target, seasons)
        _show(name, found)
        yield found.scores[0].beats_naive


def _months_of(path: Path, first: Span, last: Span) -> History:
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    column = rows[0].index("time")
    counts: Counter[str] = Counter()
    for row in rows[1:]:
        year, number = str(row[column]).replace("-", "/").split("/")[:2]
        counts[f"{int(year):04d}-{int(number):02d}"] += 1
    months, one = [], first
    while one.first <= last.first:
        months.append(one)
        one = month(f"{one.after:%Y-%m}")
    return History(
        tuple(months),
        tuple((PlaceCount("", "", counts[f"{one.first:%Y-%m}"]),) for one in months),
    )


def _show(name: str, found: Forecast) -> None:
    for one in found.scores if len(found.topics) > 1 else found.scores[:1]:
        hits = ("", "") if one.hits is None else (f"{one.hits:.1%}", f"{one.hits_naive:.1%}")
        print(
            f"{name:<28}{one.grain:<8}{one.origins:>8}{one.mase:>8.3f}{one.mase_naive:>8.3f}"
            f"{one.mase_average:>10.3f}{one.coverage:>10.1%}{hits[0]:>8}{hits[1]:>8}"
            f"  {'yes' if one.beats_naive else 'NO'}"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
