"""make bench-texts: similar cases at a million, hot topics and advice at 100,000; in invented words.

Every part runs in a process of its own, so that memory is its own.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.machine import machine_line, percentile
from benchmarks.retrieval import _resident as resident

MILLION, CASES = 1_000_000, 100_000
DAYS = 730
LOOKS = 300
NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
PLACES = tuple(f"{a}{b}{c}" for a in "柳青东榆晨石梧北南松竹兰" for b in "湾石篱树光桥桐坡山河"
               for c in ("家园", "里", "苑", "小区"))  # fmt: skip
CAUSES = ("暖气不热", "电梯停运", "楼道堆物", "油烟扰民", "夜间施工噪声", "地锁占车位", "下水管道堵塞", "屋顶漏雨",
          "物业费上涨", "垃圾清运不及时", "飞线充电", "遛狗不牵绳", "路灯不亮", "违法搭建", "广场舞扰民", "停水",
          "预付卡不退费", "拖欠工资", "共享单车乱停", "消防通道被占", "高空抛物", "群租", "外墙脱落", "树枝挡光")  # fmt: skip
FORMS = ("{place}{cause}，已经{days}天了没人管", "来电人反映{place}{building}号楼{cause}，希望尽快处理",
         "{cause}，地点在{place}，打过{days}次电话", "我住{place}{building}号楼，{cause}，影响老人孩子休息",
         "投诉{place}物业，{cause}问题一直没有解决", "请问{place}{cause}归谁管，{days}天前就报过")  # fmt: skip


def main() -> None:
    """Print one table; the parts are run as `python -m benchmarks.texts --part …`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", default="")
    parser.add_argument("--folder", type=Path, default=Path())
    options = parser.parse_args()
    if options.part:
        PARTS[options.part](options.folder)
        return
    print(f"machine: {machine_line()}", flush=True)
    with tempfile.TemporaryDirectory(prefix="zhiban-texts-") as folder:
        for part in PARTS:
            command = [sys.executable, "-m", "benchmarks.texts", "--part", part]
            subprocess.run([*command, "--folder", folder], check=True)


def _show(name: str, value: str, target: str = "") -> None:
    print(f"{name:<54}{value:>22}   {target}", flush=True)


def told(count: int, seed: int = 7) -> Iterator[str]:
    """Invented complaints; about two hundred for every place and cause at a million."""
    chance = random.Random(seed)
    for _ in range(count):
        yield chance.choice(FORMS).format(
            place=chance.choice(PLACES), cause=chance.choice(CAUSES),
            building=chance.randint(1, 30), days=chance.randint(2, 40),
        )  # fmt: skip


def _similar(folder: Path) -> None:
    from indexer.embedders import load_embedder
    from indexer.similar import Marked, Reach, SimilarTexts

    texts = SimilarTexts(folder / "similar", load_embedder(None))
    began = time.perf_counter()
    marked = (
        Marked(n, 1, text, n % 40, f"社区{n % 40}") for n, text in enumerate(told(MILLION), 1)
    )
    texts.take(marked)
    _show(f"similar cases: {MILLION:,} texts taken in", f"{time.perf_counter() - began:.0f} s")
    questions = list(told(LOOKS, seed=8))
    for question in questions[:20]:
        texts.search(question, top=200)
    every = _timed(lambda one: texts.search(one, top=200), questions)
    own = _timed(lambda one: texts.search(one, top=200, reach=Reach(3, "社区3")), questions)
    _show("similar cases, 1 M, 200 nearest, p50 / p95", every, "p95 <= 100 ms")
    _show("  the same within one unit's reach, p50 / p95", own, "p95 <= 100 ms")
    began = time.perf_counter()
    texts.take([Marked(MILLION + n, 1, text) for n, text in enumerate(told(800, seed=9), 1)])
    _show("  a day's 800 new cases", f"{time.perf_counter() - began:.2f} s")
    _show("  memory after all of it", f"{resident():.0f} MiB")


def _timed(work: Callable[[str], object], questions: list[str]) -> str:
    took = []
    for question in questions:
        began = time.perf_counter()
        work(question)
        took.append((time.perf_counter() - began) * 1000)
    return f"{percentile(took, 0.5):.1f} / {percentile(took, 0.95):.1f} ms"


def _records(folder: Path) -> None:
    """100,000 cases over two years, for the parts that follow."""
    from sqlalchemy import insert

    from bot.app import open_store
    from casedb.intake.write import BLANK
    from casedb.models import Case
    from casedb.vocabulary import CaseStage, RevisitAnswer

    chance, store = random.Random(5), open_store(_settings(folder))
    began = time.perf_counter()
    with store.session() as s:
        rows = []
        for number, text in enumerate(told(CASES, seed=4), 1):
            at = NOW - timedelta(days=DAYS * (1 - number / CASES), minutes=chance.randint(0, 600))
            no = chance.random() < 0.04
            answer = RevisitAnswer.NO if no else RevisitAnswer.YES
            rows.append({
                **BLANK, "order_no": f"XN{number:012d}", "title": text[:16], "appeal": text,
                "community": f"社区{number % 40}", "handling_unit": f"社区{number % 40}",
                "stage": CaseStage.CLOSED, "received_at": at, "dispatched_at": at,
                "due_at": at + timedelta(days=7), "closed_at": at + timedelta(days=3),
                "responded": RevisitAnswer.YES, "resolved": answer, "satisfied": answer,
                "caller_hash": f"{chance.randrange(CASES // 2):08x}", "recorded_at": at,
                "handling_unit_id": None, "content_hash": "", "imported": {}, "version": 1,
                "remark": "虚构数据",
            })  # fmt: skip
        s.execute(insert(Case), rows)
    store.close()
    _show(f"{CASES:,} invented cases recorded", f"{time.perf_counter() - began:.0f} s")


def _settings(folder: Path):  # type: ignore[no-untyped-def]
    from bot.settings import read

    return read({"ZHIBAN_DATA_DIR": str(folder / "var"), "ZHIBAN_SECRET_KEY": "k" * 40})


def _hot(folder: Path) -> None:
    from bot.app import open_store
    from bot.hot import of_cases
    from bot.hot.growth import grown
    from casedb.tally.spans import month

    settings = _settings(folder)
    store = open_store(settings)
    with store.reading() as s:
        began = time.perf_counter()
        grown(settings, s, most=None)
        _show(f"hot topics: {CASES:,} cases grown from nothing", f"{time.perf_counter() - began:.0f} s",
              "minutes")  # fmt: skip
        began = time.perf_counter()
        report = of_cases(settings, s, month("2026-05"))
        _show(
            f"  a month's report ({report.total:,} cases)", f"{time.perf_counter() - began:.1f} s"
        )
    _show("  memory after it", f"{resident():.0f} MiB")
    store.close()


def _advice(folder: Path) -> None:
    from bot.advice.likes import likeness
    from bot.advice.weighing import risk_of
    from bot.app import open_store
    from casedb import cases

    settings = _settings(folder)
    store = open_store(settings)
    with store.reading() as s:
        some = [cases.case(s, n) for n in range(1, CASES, CASES // LOOKS)]
        began = time.perf_counter()
        risk_of(settings, s, some[0], now=NOW)
        _show(
            "risk of a no, weighed on 40,000 revisits (once a day)",
            f"{time.perf_counter() - began:.1f} s",
        )
        likeness(settings, s, some[0], reach=None)
        took = []
        for case in some:
            began = time.perf_counter()
            likeness(settings, s, case, reach=None)
            risk_of(settings, s, case, now=NOW)
            took.append((time.perf_counter() - began) * 1000)
    _show(f"the like with how they ended, and risk, {CASES:,} cases",
          f"{percentile(took, 0.5):.1f} / {percentile(took, 0.95):.1f} ms", "p50 / p95")  # fmt: skip
    store.close()


PARTS: dict[str, Callable[[Path], None]] = {
    "similar": _similar, "records": _records, "hot": _hot, "advice": _advice,
}  # fmt: skip

if __name__ == "__main__":
    main()
