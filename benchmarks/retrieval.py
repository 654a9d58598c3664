"""make bench-retrieval: speed and memory of the index on the 60,561 public articles.

Every part runs in a process of its own, so that memory is its own. `--million` adds the corpus
repeated with changed numbers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.machine import machine_line, percentile

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "retrieval"
COPIES = 17  # 17 × 60,561 = 1,029,537
THREADS = 8
WARM_UP = 40
_NUMERALS = "一二三四五六七八九"


def main() -> None:
    """Print one table; the parts are run as `python -m benchmarks.retrieval --part …`."""
    options = _options()
    if options.part:
        _PARTS[options.part](options.corpus, options.index)
        return
    print(f"machine: {machine_line()}", flush=True)
    if not (DATA / "corpus.jsonl.gz").is_file():
        print("skipped: the public articles are not beside the repository (shared/data/retrieval)")
        return
    with tempfile.TemporaryDirectory(prefix="zhiban-retrieval-") as folder:
        copies = (1, COPIES) if options.million else (1,)
        for number in copies:
            corpus, index = Path(folder) / f"{number}.jsonl", Path(folder) / f"index-{number}"
            _write_corpus(corpus, number)
            for part in _PARTS:
                _run(part, corpus, index)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--part", default="")
    parser.add_argument("--corpus", type=Path, default=Path())
    parser.add_argument("--index", type=Path, default=Path())
    return parser.parse_args()


def _run(part: str, corpus: Path, index: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.retrieval", "--part", part]
    subprocess.run([*command, "--corpus", str(corpus), "--index", str(index)], check=True)


def _write_corpus(file: Path, copies: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        for copy in range(copies):
            for row in _articles():
                out.write(json.dumps(_changed(row, copy), ensure_ascii=False) + "\n")


def _articles() -> Iterator[dict[str, str]]:
    with gzip.open(DATA / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _changed(row: dict[str, str], copy: int) -> dict[str, str]:
    """The same article with every numeral moved on, so that no text stands twice."""
    if not copy:
        return {"id": row["id"], "name": row["name"], "text": row["text"]}
    moved = _NUMERALS[copy % 9 :] + _NUMERALS[: copy % 9]
    table = str.maketrans(_NUMERALS, moved)
    text = f"{row['text'].translate(table)}（{copy}）"
    return {"id": f"{row['id']}-{copy}", "name": row["name"].translate(table), "text": text}


def _questions() -> list[str]:
    lines = (DATA / "train_queries.tsv").read_text("utf-8").splitlines()
    return [line.split("\t", 1)[1] for line in lines]


def _show(name: str, value: str, target: str = "") -> None:
    print(f"{name:<46}{value:>24}   {target}", flush=True)


def _resident(key: str = "VmRSS") -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def _build(corpus: Path, index: Path) -> None:
    from indexer.build import build_from_corpus
    from indexer.embedders import load_embedder

    record = build_from_corpus(corpus, index, embedder=load_embedder(None))
    size = sum(f.stat().st_size for f in index.rglob("*") if f.is_file()) / 2**20
    print(f"\n{record.passages:,} passages, {record.vectors:,} vectors, {size:,.0f} MiB on disk")
    _show("building", f"{record.seconds:.1f} s", "<= 30 s for 60,561")
    _show("building, most memory", f"{_resident('VmHWM'):.0f} MiB")


def _open(corpus: Path, index: Path) -> None:
    from indexer.embedders import load_embedder
    from indexer.search import Index

    embedder = load_embedder(None)
    first = _timed(lambda: Index.open(index, embedder))
    again = min(_timed(lambda: Index.open(index, embedder)) for _ in range(3))
    _show("opening, first in a process / again", f"{first:.0f} / {again:.0f} ms", "<= 100 ms")


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _search(corpus: Path, index: Path) -> None:
    from indexer.embedders import load_embedder
    from indexer.search import Index

    opened = Index.open(index, load_embedder(None))
    questions = _questions()
    for question in questions[:WARM_UP]:
        opened.search(question)
    took, worked = [], []
    for question in questions:
        started, before = time.perf_counter(), time.thread_time()
        opened.search(question)
        took.append((time.perf_counter() - started) * 1000)
        worked.append((time.thread_time() - before) * 1000)
    middle, late = percentile(took, 0.5), percentile(took, 0.95)
    _show("question to top 10, one thread, p50 / p95", f"{middle:.2f} / {late:.2f} ms",
          "<= 3 / 5 ms (1 M: p95 <= 20 ms)")  # fmt: skip
    own = f"{percentile(worked, 0.5):.2f} / {percentile(worked, 0.95):.2f} ms"
    _show("  processor time of it, p50 / p95", own, "what is left of it on an idle machine")
    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(opened.search, questions))
    rate = len(questions) / (time.perf_counter() - started)
    _show(f"questions a second, {THREADS} threads", f"{rate:.0f}", ">= 300")
    _show("memory after all of it", f"{_resident():.0f} MiB", "<= 350 MB (1 M: <= 1.5 GB)")


_PARTS = {"build": _build, "open": _open, "search": _search}


if __name__ == "__main__":
    main()
