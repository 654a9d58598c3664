"""Pure: which file stands for which required paper; no file counts for two unless it holds two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from casedb.exclusion.rulebook import Category, ExclusionRules
from casedb.exclusion.sorting import NAME, Sorted

Slot = tuple[int, int]  # number of the file, number of its section (0: the file itself)


@dataclass(frozen=True, slots=True)
class Held:
    """The file that stands for a group of required papers, None when none does."""

    group: tuple[str, ...]
    holder: Sorted | None


def held_papers(
    files: Sequence[Sorted], category: Category, rules: ExclusionRules
) -> tuple[Held, ...]:
    """Each group of the category with its file, so that as many as possible have one.

    Of several ways to do so the one whose titles say it most plainly is taken.
    """
    groups = category.papers
    offers = [_offers(files, group, rules) for group in groups]

    @cache
    def best(at: int, taken: frozenset[Slot]) -> tuple[int, int, tuple[Slot | None, ...]]:
        """From group `at` on: how many are held, how plainly, by which slots."""
        if at == len(groups):
            return 0, 0, ()
        held, weight, slots = best(at + 1, taken)
        found = (held, weight, (None, *slots))
        for slot, sure in offers[at].items():
            if slot not in taken:
                held, weight, slots = best(at + 1, taken | {slot})
                found = max(
                    found, (held + 1, weight + sure, (slot, *slots)), key=lambda one: one[:2]
                )
        return found

    slots = best(0, frozenset())[2]
    return tuple(
        Held(group, None if slot is None else files[slot[0]])
        for group, slot in zip(groups, slots, strict=True)
    )


def _offers(
    files: Sequence[Sorted], group: Sequence[str], rules: ExclusionRules
) -> dict[Slot, int]:
    """The slots that may stand for a group and how sure each is."""
    found: dict[Slot, int] = {}
    wanted = [rules.paper(name) for name in group]
    for at, one in enumerate(files):
        for claim in one.claims:
            if claim.paper.id in group:
                slot = (at, claim.slot)
                found[slot] = max(found.get(slot, 0), claim.weight)
        photographed = one.is_photograph and any(paper.has("photo") for paper in wanted)
        spoken = one.file.kind == "voice" and any(paper.has("voice") for paper in wanted)
        if photographed or spoken:
            found.setdefault((at, 0), NAME)
    return found
