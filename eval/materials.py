"""make eval-materials: invented exclusion cases with planted faults, reviewed and scored."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import machine_line
from eval.materials_made import CASES_PER_CATEGORY, Made, make_all
from eval.materials_papers import CATEGORIES

ERROR_TARGETS = {"scan": 0.01, "photo": 0.05, "screen": 0.01}
OCR_MEMORY_TARGET = 1.2e9  # bytes
_PAGES_TIMED = 4
_SHOWN = 60


@dataclass
class Score:
    """Counts over some cases; the lists say where it went wrong."""

    files: int = 0
    planted: int = 0
    found: int = 0
    false_alarms: int = 0
    missed: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    by_fault: Counter[str] = field(default_factory=Counter)
    found_by_fault: Counter[str] = field(default_factory=Counter)

    def add(self, made: Made, findings: Sequence[dict[str, Any]]) -> None:
        """Match what was found with what was planted; what matches nothing is a false alarm."""
        faults = [one for one in findings if one["status"] != "met"]
        matched: set[int] = set()
        for planted in made.planted:
            hits = {
                at for at, one in enumerate(faults)
                if one["rule"].startswith(planted.rules)
                and (not planted.file or one["file"] in ("", planted.file))
            }  # fmt: skip
            self.by_fault[planted.fault] += 1
            self.found_by_fault[planted.fault] += bool(hits)
            matched |= hits
            if not hits:
                self.missed.append(f"{made.case} {planted.fault} {planted.file}")
        self.files += made.files
        for at, one in enumerate(faults):
            if at not in matched:
                self.alarms.append(f"{made.case} {one['rule']} {one['file']}：{one['text'][:70]}")
        self.planted, self.found = self.by_fault.total(), self.found_by_fault.total()
        self.false_alarms = len(self.alarms)


def main(arguments: Sequence[str]) -> int:
    """Make the cases, review them by the command, print the scores."""
    asked = _parser().parse_args(arguments)
    print(f"machine: {machine_line()}")
    with tempfile.TemporaryDirectory(prefix="zhiban-materials-") as kept:
        folder = Path(kept)
        cases = folder / "cases"
        only = tuple(asked.only.upper().split(",")) if asked.only else CATEGORIES
        made = make_all(
            cases, seed=asked.seed, per_category=asked.cases, plain=asked.plain, categories=only
        )
        print(f"cases: {len(made)}, files: {sum(one.files for one in made)}, seed {asked.seed}")
        started = time.perf_counter()
        told = _reviewed(cases, folder)
        spent = time.perf_counter() - started
        _print_scores(made, told)
        if not asked.plain:
            _print_errors(made, told)
            _print_ocr_cost(cases, made)
    print(f"review of all cases: {spent:.0f} s")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="eval.materials", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cases", type=int, default=CASES_PER_CATEGORY, help="per category")
    parser.add_argument("--plain", action="store_true", help="no pictures of papers: rules alone")
    parser.add_argument("--only", default="", help="categories, parted by commas: EX01,EX05")
    return parser


def _reviewed(cases: Path, folder: Path) -> dict[str, dict[str, Any]]:
    out = folder / "run.jsonl"
    command = [
        "env", f"ZHIBAN_DATA_DIR={folder / 'data'}", f"ZHIBAN_SECRET_KEY={'e' * 40}",
        str(Path(sys.executable).with_name("zhiban")), "review", "--batch", str(cases),
        "--out", str(out),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    lines = out.read_text(encoding="utf-8").splitlines()
    return {told["case"]: told for told in map(json.loads, lines)}


def _print_scores(made: Sequence[Made], told: dict[str, dict[str, Any]]) -> None:
    for title, held_out in (("tuned on", False), ("held out", True)):
        score = Score()
        for one in made:
            if one.held_out is held_out:
                score.add(one, told[one.case]["findings"])
        print(
            f"{title}: fault recall {_share(score.found, score.planted)} ({score.found}/"
            f"{score.planted}), false alarms {score.false_alarms / max(1, score.files):.3f} per file"
            f" ({score.false_alarms}/{score.files})"
        )
        for fault, count in sorted(score.by_fault.items()):
            print(f"  {fault}: {score.found_by_fault[fault]}/{count}")
        if not held_out:  # what went wrong among the held out is not looked at
            for line in (*score.missed[:_SHOWN], "", *score.alarms[:_SHOWN]):
                print(f"    {line}")


def _print_errors(made: Sequence[Made], told: dict[str, dict[str, Any]]) -> None:
    wrong: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for one in made:
        for file, (form, words) in one.words.items():
            read = "\n".join(told[one.case]["pages"].get(file, ()))
            wrong[form] += distance(letters_of(words), letters_of(read))
            letters[form] += len(letters_of(words))
    for form, count in sorted(letters.items()):
        share = f"{wrong[form] / count:.2%}"
        print(f"OCR {form}: character error {share} of {count} (target {ERROR_TARGETS[form]:.0%})")


def _print_ocr_cost(cases: Path, made: Sequence[Made]) -> None:
    from indexer.materials import read_material
    from indexer.ocr import ProcessOcr, find_ocr

    reader = find_ocr()
    if not isinstance(reader, ProcessOcr):
        print(f"OCR by {reader.name if reader else 'nobody'}: no process to measure")
        return
    with reader as ocr:
        times, peak = [], 0
        for path in _pictures(cases, made):
            started = time.perf_counter()
            read_material(path, name=path.name, ocr=ocr)
            times.append(time.perf_counter() - started)
            peak = max(peak, _peak_memory(ocr.pid))
        pid = ocr.pid
    gone = not Path(f"/proc/{pid}").exists()
    print(f"OCR seconds per page: {sum(times) / max(1, len(times)):.1f} over {len(times)} pages")
    print(
        f"OCR process at most {peak / 1e9:.2f} GB (target {OCR_MEMORY_TARGET / 1e9} GB), ended {gone}"
    )


def _pictures(cases: Path, made: Sequence[Made]) -> Iterator[Path]:
    for form in ("scan", "photo"):
        files = [
            (one.case, name) for one in made for name in one.words if one.words[name][0] == form
        ]
        yield from (cases / case / "files" / name for case, name in files[:_PAGES_TIMED])


def _peak_memory(pid: int | None) -> int:
    """Bytes; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def letters_of(text: str) -> str:
    """What counts as read: letters, digits and signs in one width, without blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def distance(one: str, other: str) -> int:
    """The fewest letters to put in, take out or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        above, row[0] = row[0], at
        for to, wanted in enumerate(other, 1):
            cost = min(row[to] + 1, row[to - 1] + 1, above + (letter != wanted))
            above, row[to] = row[to], cost
    return row[-1]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
