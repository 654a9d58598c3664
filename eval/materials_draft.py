"""A case on its way to become files, and what was planted into it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from eval.materials_drawn import SUFFIXES, Taken
from eval.materials_papers import Facts, MadeCase, Paper


@dataclass(frozen=True)
class Planted:
    """A fault of a case: the rules (by their beginning) that name it, and the file, "" for none."""

    fault: str
    rules: tuple[str, ...]
    file: str = ""


@dataclass
class Draft:
    """A case on its way to become files; faults change it."""

    case: MadeCase
    forms: dict[str, str]
    taken: dict[str, Taken]
    dice: random.Random
    broken: dict[str, Callable[[bytes], bytes]]

    @property
    def facts(self) -> Facts:
        """What the case is about."""
        return self.case.facts

    def paper(self, *roles: str) -> Paper | None:
        """One of the papers in these roles, by chance."""
        found = [one for one in self.case.papers if not roles or one.role in roles]
        return self.dice.choice(found) if found else None

    def put(self, old: Paper, new: Paper | None) -> None:
        """Another paper in its place, or none."""
        kept = [new if one is old else one for one in self.case.papers]
        self.case = replace(self.case, papers=tuple(one for one in kept if one is not None))

    def name(self, paper: Paper) -> str:
        """The name of its file."""
        suffix = SUFFIXES[self.forms[paper.role]]
        return f"{paper.title}.{suffix}"
