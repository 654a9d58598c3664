"""Teach which kind of section a question asks for: `indexer.purposes` from the 问法 of the papers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from indexer.passages import Passage
from indexer.purposes import PURPOSES, PurposeSense, purpose_of
from indexer.tokens import normalise
from indexer.training_data import part_of
from indexer.training_wording import Plan, fit_wording

PLAN = Plan(passes=12, rate=0.05, dropped=0.2)


def fit_purposes(passages: Sequence[Passage], file: Path, seed: int) -> float:
    """Write the weights learned from the 问法 of the train part.

    Returns:
        The share of the other 问法 whose purpose is told rightly.
    """
    asked = [
        (text, purpose_of(one)) for one in passages for text in one.questions if purpose_of(one)
    ]
    shown = [one for one in asked if part_of(one[0]) == "train"]
    texts, purposes = [text for text, _ in shown], [purpose for _, purpose in shown]
    # The vector says what a question is about, which all sections of a guide share: left out.
    wording = fit_wording(texts, None, purposes, len(PURPOSES), seed, plan=PLAN)
    usual = np.log(np.bincount(purposes, minlength=len(PURPOSES)) / max(1, len(purposes)) + 1e-4)
    tables = {
        "runs": wording.runs, "vector": wording.vector, "constant": wording.constant,
        "usual": usual,
    }  # fmt: skip
    save_file({name: table.astype(np.float16) for name, table in tables.items()}, file)
    file.chmod(0o644)
    sense = PurposeSense(wording, usual.astype(np.float32))
    others = [one for one in asked if part_of(one[0]) != "train"]
    unused = np.empty(0, np.float32)
    told = [
        int(sense.asked_for(normalise(text), unused).argmax()) == purpose
        for text, purpose in others
    ]
    return float(np.mean(told)) if told else 0.0
