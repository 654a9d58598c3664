"""A question of the evaluation and the reader of its files."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

JUDGEMENTS = Path(__file__).parent / "judgements"
KINDS = frozenset({"plain", "follow", "premise", "version", "place", "none", "forbidden"})


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what a good answer cites."""

    id: str
    text: str
    kind: str
    gold: tuple[tuple[str, str], ...] = ()
    context: tuple[str, ...] = ()
    as_of: date | None = None
    must: tuple[str, ...] = ()  # every one has to stand in the answer
    must_any: tuple[str, ...] = ()  # one of them has to
    judged: tuple[tuple[str, str], ...] = ()  # right too, said readers of the pool (eval.pooling)


def load(file: Path) -> tuple[Question, ...]:
    """Every question of a file; a line that breaks the format stops the run with its number."""
    found = []
    right = _judged_right(JUDGEMENTS / file.name)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                one = _question(json.loads(line))
                found.append(replace(one, judged=right.get(one.id, ())))
            except (KeyError, ValueError, TypeError) as error:
                raise SystemExit(f"{file.name} line {number}: {error!r}") from None
    return tuple(found)


def _judged_right(file: Path) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            if one["right"]:
                found[one["id"]] = (*found.get(one["id"], ()), (one["title"], one["part"]))
    return found


def _question(item: dict[str, object]) -> Question:
    kind = str(item["kind"])
    if kind not in KINDS:
        raise ValueError(f"kind {kind}")
    gold = item.get("gold", [])
    context, must, must_any = (item.get(name, []) for name in ("context", "must", "must_any"))
    assert isinstance(gold, list) and isinstance(context, list)
    assert isinstance(must, list) and isinstance(must_any, list)
    as_of = item.get("as_of")
    return Question(
        id=str(item["id"]),
        text=str(item["question"]),
        kind=kind,
        gold=tuple((str(title), str(part)) for title, part in gold),
        context=tuple(map(str, context)),
        as_of=date.fromisoformat(str(as_of)) if as_of else None,
        must=tuple(map(str, must)),
        must_any=tuple(map(str, must_any)),
    )
