"""Questions of the dev examination and of eval/practice.jsonl as fitting material; never the held-out ones."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from indexer.build import build_index
from indexer.embedders import Embedder
from indexer.search import Index
from indexer.training_sets import Posed

ANSWERABLE = frozenset({"plain", "version", "premise"})
WITHOUT_BASIS = frozenset({"none", "near-miss", "foreign"})


def whole_index(knowledge: Path, target: Path, embedder: Embedder) -> Index:
    """The index as it is in use: every paper with all its 问法."""
    folders = [knowledge / name for name in ("policies", "techniques", "cases", "training")]
    build_index([one for one in folders if one.is_dir()], target, embedder=embedder)
    return Index.open(target, embedder)


def posed_exam(file: Path, papers: Index) -> list[Posed]:
    """Answerable questions with the ids of every section that is right; follow-ups are left out.

    The index must be the whole one: these questions stand in no paper.
    """
    sections: dict[tuple[str, str], set[str]] = defaultdict(set)
    for passage in papers.passages:
        for part in {passage.article or passage.heading, passage.heading, ""}:
            sections[passage.title, part].add(passage.id)
    posed = []
    for row in _rows(file):
        if row["kind"] not in ANSWERABLE or row.get("context") or row.get("as_of"):
            continue
        gold = row.get("gold") or []
        assert isinstance(gold, list)
        right = set().union(*(sections.get((title, part), set()) for title, part in gold))
        if right:
            posed.append(Posed(str(row["question"]), frozenset(right)))
    return posed


def exam_without_basis(file: Path) -> list[Posed]:
    """Questions of the examination that must not be answered."""
    return [
        Posed(str(row["question"]), frozenset(), "near_miss")
        for row in _rows(file)
        if row["kind"] in WITHOUT_BASIS
    ]


def _rows(file: Path) -> list[dict[str, object]]:
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
