"""Makes folders of invented exclusion cases with planted faults, the same ones for the same seed."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eval import materials_faults, materials_second_faults
from eval.materials_draft import Draft, Planted
from eval.materials_drawn import Taken, draw, shown_text
from eval.materials_papers import CATEGORIES, make_case
from eval.materials_second import make_second

CASES_PER_CATEGORY = 7  # about 260 files
HANDS = ("first", "second")
_ZONE = "+08:00"
_HELD_OUT_OF = 3
_OFTEN = {"docx": 3, "text": 3, "scan": 2}  # times as often as the other forms
_PICTURED = ("scan", "photo", "screen")


class FaultBook(Protocol):
    """The faults one hand knows how to plant; those of `ANYWHERE` fit nearly every case."""

    FAULTS: Sequence[materials_faults.Fault]
    ANYWHERE: Sequence[materials_faults.Fault]


@dataclass(frozen=True)
class Made:
    """One case folder as it was written: its faults, and the true words of its pictures."""

    case: str
    held_out: bool
    files: int
    planted: tuple[Planted, ...]
    words: dict[str, tuple[str, str]]  # file -> (form, text) of scans, photos and screenshots


def is_held_out(case: str) -> bool:
    """One third, by the name of the case alone."""
    return hashlib.sha256(case.encode("utf-8")).digest()[0] % _HELD_OUT_OF == 0


def make_all(
    folder: Path,
    *,
    seed: int = 7,
    per_category: int = CASES_PER_CATEGORY,
    plain: bool = False,
    categories: tuple[str, ...] = CATEGORIES,
) -> tuple[Made, ...]:
    """Write `folder/NAME/case.json` and `folder/NAME/files/…` for every invented case.

    Two hands take turns: the second words everything else. `plain` hands scans and photographed
    papers in as PDF with text, to judge the rules alone.
    """
    made = []
    for category in categories:
        for number in range(per_category):
            name, hand = f"{category}-{number:02d}", HANDS[number % len(HANDS)]
            dice = random.Random(f"{seed}/{name}")
            draft, planted = drafted(category, hand, dice, plain=plain)
            made.append(_written(folder / name, draft, planted))
    return tuple(made)


def drafted(
    category: str, hand: str, dice: random.Random, *, plain: bool = False
) -> tuple[Draft, tuple[Planted, ...]]:
    """An invented case with none, one or two faults in it, not yet written."""
    case = (make_case if hand == "first" else make_second)(category, dice)
    draft = Draft(case, {}, {}, dice, {})
    spot = (round(39.9 + dice.random() / 50, 5), round(116.3 + dice.random() / 50, 5))
    for paper in case.papers:
        form = dice.choices(paper.forms, [_OFTEN.get(one, 1) for one in paper.forms])[0]
        draft.forms[paper.role] = "text" if plain and form in _PICTURED else form
        draft.taken[paper.role] = Taken(case.facts.visited, spot, watermark=dice.random() < 0.5)
    return draft, _planted(draft, materials_faults if hand == "first" else materials_second_faults)


def _planted(draft: Draft, book: FaultBook) -> tuple[Planted, ...]:
    dice = draft.dice
    faults = sorted(book.FAULTS, key=lambda fault: dice.random() + 0.6 * (fault in book.ANYWHERE))
    wanted = dice.choice((0, 1, 1, 1, 2))
    planted: list[Planted] = []
    for fault in faults:
        if len(planted) == wanted:
            break
        spoiled = {one.file for one in planted} - {""}
        kept = (draft.case, {**draft.taken}, {**draft.broken})
        if one := fault(draft):
            left = {draft.name(paper) for paper in draft.case.papers}
            if one.file in spoiled or spoiled - left:  # one fault would hide the other
                draft.case, draft.taken, draft.broken = kept
            else:
                planted.append(one)
    return tuple(planted)


def _written(folder: Path, draft: Draft, planted: tuple[Planted, ...]) -> Made:
    facts = draft.facts
    (folder / "files").mkdir(parents=True)
    told = {
        "order_no": facts.order_no, "category": facts.category,
        "dispatched_at": facts.dispatched.isoformat() + _ZONE,
        "due_at": facts.due.isoformat() + _ZONE, "unit": facts.unit,
        "appeal": draft.case.appeal, "reply": draft.case.reply,
    }  # fmt: skip
    (folder / "case.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    words: dict[str, tuple[str, str]] = {}
    for paper in draft.case.papers:
        form, file = draft.forms[paper.role], draft.name(paper)
        content = draw(paper, form, draft.taken[paper.role], draft.dice)
        if form in _PICTURED and paper.role not in draft.broken:
            words[file] = (form, shown_text(paper))
        content = draft.broken.get(paper.role, lambda same: same)(content)
        (folder / "files" / file).write_bytes(content)
    return Made(folder.name, is_held_out(folder.name), len(draft.case.papers), planted, words)
