"""make bench: ready after, memory, answer times, sheet import, index build; with the machine line."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.invented import sheet_of
from benchmarks.machine import machine_line, percentile, resident_mib
from benchmarks.million import million
from tests.fakes.program import Program, Visitor

ROWS = 10_000
QUESTIONS = (
    "这个单子不归我们单位管，能退回去吗", "楼上漏水物业不管怎么办", "电动车在楼道充电罚多少",
    "遛狗不牵绳归谁管", "预付卡跑路了怎么办", "供暖不热怎么退费", "条例规定几小时内必须联系诉求人",
    "装修噪声几点到几点不能干", "垃圾桶满了没人清", "违建谁来拆", "业委会怎么成立",
    "诉求人反复打电话怎么办", "延期要跟谁说", "第十四条讲什么", "信访多久办结",
    "物业费涨价要谁同意", "飞线充电举报给谁", "火星移民怎么落户", "老楼加装电梯一户反对行不行",
    "回访的时候不能说什么",
)  # fmt: skip
ROUNDS = 25


def main() -> None:
    """Run every measurement in a folder of its own and print one table."""
    print(f"machine: {machine_line()}", flush=True)
    with tempfile.TemporaryDirectory(prefix="zhiban-bench-") as folder:
        program = Program(Path(folder), DEMO="1")
        try:
            _service(program)
            _import(program, Path(folder))
            _index(program)
        finally:
            program.stop()
    million(_show)


def _show(name: str, value: str, target: str = "") -> None:
    print(f"{name:<46}{value:>18}   {target}", flush=True)


def _service(program: Program) -> None:
    first = program.start()
    program.stop()
    again = program.start()
    _show("ready after the first `zhiban run`", f"{first:.2f} s", "index and sample included")
    _show("ready after `zhiban run`", f"{again:.2f} s", "<= 5 s")
    visitor = Visitor(program).sits_as(role="desk")
    for question in QUESTIONS:
        visitor.says(question)
    _show("memory after 20 questions", f"{resident_mib(program.pid):.0f} MiB", "<= 400 MB")
    program.stop()
    _answers(program)


def _answers(program: Program) -> None:
    """Answers in one process, as the service gives them, without the page around them."""
    from bot.app import open_rooms
    from bot.dialogue.answering.ask import ask
    from bot.settings import read

    rooms = open_rooms(read(program.environment))
    try:
        for question in QUESTIONS:
            ask(rooms, question)
        times = []
        for number in range(ROUNDS * len(QUESTIONS)):
            began = time.perf_counter()
            ask(rooms, QUESTIONS[number % len(QUESTIONS)])
            times.append((time.perf_counter() - began) * 1000)
    finally:
        rooms.store.close()
    _show("answer p50", f"{percentile(times, 0.5):.1f} ms")
    _show("answer p95", f"{percentile(times, 0.95):.1f} ms", "<= 50 ms")


def _import(program: Program, folder: Path) -> None:
    sheet = sheet_of(folder / "cases.xlsx", rows=ROWS)
    began = time.perf_counter()
    done = program.json("cases", "import", str(sheet), "--json")
    seconds = time.perf_counter() - began
    assert done["created"] == ROWS, done
    _show(f"xlsx import, {ROWS:,} rows, whole command", f"{seconds:.1f} s", "<= 10 s")
    began = time.perf_counter()
    done = program.json("cases", "import", str(sheet), "--json")
    assert done["unchanged"] == ROWS, done
    _show("the same sheet again (unchanged)", f"{time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    program.json("ledger", "--json")
    _show(f"ledger over {ROWS:,} cases, whole command", f"{time.perf_counter() - began:.1f} s")


def _index(program: Program) -> None:
    from bot.app import embedder_of, paper_sources
    from bot.settings import read
    from indexer.build import build_index

    settings = read(program.environment)
    with tempfile.TemporaryDirectory(prefix="zhiban-bench-") as target:
        record = build_index(paper_sources(settings), Path(target), embedder=embedder_of(settings))
    speed = record.passages / max(record.seconds, 1e-9)
    _show("index build of knowledge/", f"{speed:,.0f} passages/s", f"{record.passages} passages")


if __name__ == "__main__":
    main()
