"""What a section is for (Purpose), and which of these a question asks for, told by its wording.

A handling guide tells in one section what to check, in the next what to say and what a rule says; a
digest has the duty in one article and the fine in another. All of them share their words, so that
what is asked for decides which one answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from indexer.passages import PaperKind, Passage
from indexer.wording import Wording

Floats = npt.NDArray[np.float32]

PURPOSES_FILE = Path(__file__).parent / "model" / "purposes.safetensors"

# First match in a heading decides. What papers of our own are divided into …
_GUIDE = (
    ("basis", "依据"),
    ("wording", "怎么说|话术|怎么跟|换成什么说"),
    ("solved", "算办好"),
    ("course", "办理过程"),
    ("lost", "失分点"),
    ("comment", "点评"),
    ("lesson", "启示"),
    ("partners", "找谁一起办"),
    ("check", "先核实"),
    ("unsolved", "常见的“否”|常见不合格|常见毛病|改前改后|退回原因"),
    ("taboo", "不能做|不能说|不能写"),
    ("afterwards", "后面怎么办"),
    ("writing", "怎么写"),
    ("belongs", "什么情况算"),
    ("papers", "要备哪几样|材料清单|材料差"),
    ("first_steps", "先做什么|先看什么|先判断|先分"),
    ("exercise", "练习|小测"),
)
# … and what the articles of a rule say.
_RULE = (
    ("penalty", "罚|责任$|法律责任|处分|追责"),
    ("authority", "主管|谁管|谁来管|谁查|谁负责|职责|分工|部门|街道|居委会"),
    ("term", "日内|时限|期限|多久|几天|时间|日前|时段|个月"),
    ("ban", "不得|不能|禁止|不准|不许|严禁"),
    ("definition", "什么是|定义|是什么|范围|适用|种类|包括"),
    ("right", "可以|有权|权利|救济|复议|起诉|申请|请求"),
    ("duty", "要|应当|义务|必须"),
)
PURPOSES = (
    "unsaid",  # nothing tells: no heading, or a text that is not ours
    *(name for name, _ in _GUIDE),
    "other_guide",
    *(name for name, _ in _RULE),
    "other_rule",
)
_NO_SECTIONS = frozenset({PaperKind.PLAIN, PaperKind.OFFICIAL})


def purpose_of(passage: Passage) -> int:
    """The place in `PURPOSES` of what this section is for."""
    if not passage.heading or passage.kind in _NO_SECTIONS:
        return 0
    rule = passage.kind is PaperKind.POLICY
    for name, said in _RULE if rule else _GUIDE:
        if re.search(said, passage.heading):
            return PURPOSES.index(name)
    return PURPOSES.index("other_rule" if rule else "other_guide")


@dataclass(frozen=True, slots=True)
class PurposeSense:
    """How much a question asks for each purpose; learned from the 问法 of all sections."""

    wording: Wording | None  # one output per purpose; None before anything is learned
    usual: Floats  # [PURPOSES]: log of the share of each purpose among the 问法

    def asked_for(self, text: str, query: Floats) -> Floats:
        """Log probability of each purpose; all 0 where nothing is learned."""
        values = None if self.wording is None else self.wording.values(text, query)
        if values is None:
            return np.zeros(len(PURPOSES), np.float32)
        values -= values.max()
        return np.asarray(values - np.log(np.exp(values).sum()), np.float32)

    def columns(
        self, text: str, query: Floats, purposes: npt.NDArray[np.uint8]
    ) -> tuple[Floats, Floats]:
        """Of each passage: how much more than usual its purpose is asked for, and how much at all.

        Both 0 where nothing tells a purpose.
        """
        told = purposes > 0
        if self.wording is None or not told.any():
            nothing = np.zeros(len(purposes), np.float32)
            return nothing, nothing
        asked_for = self.asked_for(text, query)
        share = np.where(told, asked_for[purposes], 0).astype(np.float32)
        return np.where(told, share - self.usual[purposes], 0).astype(np.float32), share


@cache
def load_purposes(file: Path = PURPOSES_FILE) -> PurposeSense:
    """The learned weights, or nothing where no file is shipped."""
    if not file.is_file():
        return PurposeSense(None, np.zeros(len(PURPOSES), np.float32))
    held = {name: table.astype(np.float32) for name, table in load_file(file).items()}
    return PurposeSense(Wording(held["runs"], held["vector"], held["constant"]), held["usual"])


def purpose_flags(purposes: npt.NDArray[np.uint8]) -> Floats:
    """One column per purpose but the first: 1 where the passage has it."""
    flags: Floats = (purposes[:, None] == np.arange(1, len(PURPOSES))).astype(np.float32)
    return flags


FLAG_NAMES = tuple(f"purpose_{name}" for name in PURPOSES[1:])  # of these columns
