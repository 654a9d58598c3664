"""A million invented cases: the monthly report and pivots, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import create_engine, text

from benchmarks.machine import machine_line, percentile
from bot.dialogue.analysis.pivot_asked import Asked
from bot.dialogue.analysis.pivot_words import read
from casedb.invented import Months, fill
from casedb.models import Case
from casedb.rules.rate_rules import RateRules
from casedb.store import Store
from casedb.tally.opening import opened
from casedb.tally.pivot import Scope, pivot
from tests.postgres import fresh_database, postgres_server

CASES = 1_000_000
NOW = datetime(2026, 6, 10, 2, tzinfo=UTC)
MONTH = "2026-05"
SECRET = "benchmark-secret-of-at-least-32-characters"
ROUNDS = 5
PIVOTS = (
    "5月 噪声 按社区", "上个月各单位按时办结率", "今年 停车 按月", "近三个月 噪声 按时段",
    "去年按社区和月份", "上个月甲一社区什么问题最多", "上个月满意率是多少",
    "今年各单位满意率", "去年 满意率 按月", "去年各单位按时办结率", "去年各单位平均办理时长", "去年 外墙 按社区",
)  # fmt: skip
Show = Callable[[str, str, str], None]


def million(show: Show) -> None:
    """Both databases, one after the other, each in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="zhiban-million-") as folder:
        for name, url in _databases(Path(folder)):
            _measure(name, url, Path(folder) / name, show)


def _databases(folder: Path) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{folder / 'million.db'}"
    with postgres_server() as server:
        if server is not None:
            with fresh_database(server) as url:
                yield "PostgreSQL", url


def _measure(name: str, url: str, folder: Path, show: Show) -> None:
    began = time.perf_counter()
    cases = filled(url)
    show(f"{name}: {cases:,} invented cases filled in", f"{time.perf_counter() - began:.0f} s", "")
    seconds, working, peak = _report(url, folder)
    show(f"{name}: report monthly, whole command", f"{seconds:.1f} s", "<= 20 s")
    show(f"{name}: of this at work itself", f"{working:.1f} s", "")
    show(f"{name}: its memory at most", f"{peak:.0f} MiB", "<= 600 MB")
    with _records(url) as store:
        for sentence in PIVOTS:
            times = [_pivot(store, sentence) for _ in range(ROUNDS)]
            show(f"{name}: pivot {sentence}", f"{percentile(times, 0.5):.0f} ms", "<= 300 ms")
        show(f"{name}: the cases behind a figure", f"{_opened(store):.0f} ms", "")


@contextmanager
def _records(url: str) -> Iterator[Store]:
    store = Store.open(url, secret_key=SECRET)
    yield store
    store.close()


def filled(url: str) -> int:
    """Two years of invented cases, each copied until there are a million; in the order of time."""
    with _records(url) as store:
        with store.session() as s:
            made = fill(s, Months(24, 800, 7), now=NOW)
        columns = [one.name for one in Case.__table__.columns if one.name not in ("id", "order_no")]
        times = CASES // made + 1
        with store.session() as s:
            s.execute(text(
                f"WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {times - 1})"
                f" INSERT INTO cases (order_no, {', '.join(columns)})"
                f" SELECT cases.order_no || '-' || copies.n, {', '.join(f'cases.{one}' for one in columns)}"
                " FROM cases, copies ORDER BY cases.received_at"
            ))  # fmt: skip
        if store.dialect_name == "postgresql":
            _settle(url)
    return made * times


def _settle(url: str) -> None:
    """What the server does by itself after a while."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE cases"))
        connection.execute(text("VACUUM ANALYZE case_counts"))
    engine.dispose()


def _report(url: str, folder: Path) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of processor and peak MiB of the shell command that writes the paper, the tables and the picture."""
    environment = {
        **os.environ, "ZHIBAN_DATA_DIR": str(folder), "ZHIBAN_DATABASE_URL": url,
        "ZHIBAN_SECRET_KEY": SECRET, "ZHIBAN_CLOCK_START": NOW.isoformat(),
    }  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "bot.cli",
        "report",
        "monthly",
        "--month",
        MONTH,
        "--out",
        str(folder),
    ]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0 and list(folder.glob("*.docx")), "the report was not written"
    working = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - began, working, usage.ru_maxrss / 1024


def _pivot(store: Store, sentence: str) -> float:
    """Milliseconds to count what a sentence asks for."""
    asked = read(sentence, date(2026, 6, 10))
    assert isinstance(asked, Asked), sentence
    began = time.perf_counter()
    with store.reading() as s:
        table = pivot(
            s, asked.span, rows=asked.rows, columns=asked.columns, measure=asked.measure,
            scope=Scope(asked.words), rules=RateRules(), now=NOW,
        )  # fmt: skip
    assert table.whole or "外墙" in sentence, sentence  # a word of titles, met or not
    return (time.perf_counter() - began) * 1000


def _opened(store: Store) -> float:
    asked = read("上个月噪声的工单有哪些", date(2026, 6, 10))
    assert isinstance(asked, Asked)
    began = time.perf_counter()
    with store.reading() as s:
        assert opened(s, asked.span, scope=Scope(asked.words), now=NOW).total
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    print(f"machine: {machine_line()}", flush=True)
    million(lambda name, value, target: print(f"{name:<52}{value:>14}   {target}", flush=True))
