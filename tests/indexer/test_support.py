"""How answerable a question sounds: learned from its vector, silent for vectors of another model."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch missing: nothing can be fitted")

from indexer.ranking import by_hand, scorer_of
from indexer.support import SUPPORT_FEATURES, Support
from indexer.training_support import Answered, Judgement, fit_support
from indexer.wording import BUCKETS, Wording, parameters_of, wording_of


def _judgement(count: int, seed: int) -> Judgement:
    """Nothing but the question's vector tells whether it is answered."""
    dice = np.random.default_rng(seed)
    queries = dice.normal(size=(count, 8)).astype(np.float32)
    rows = dice.normal(size=(count, len(SUPPORT_FEATURES))).astype(np.float32)
    answered = queries[:, 2] > 0
    texts = tuple(f"第{at}问" for at in range(count))
    return Judgement(rows, texts, queries, answered, tuple(f"exam_{one}" for one in answered))


def test_what_only_the_wording_tells_is_learned_and_holds_for_unseen_questions() -> None:
    more = _judgement(100, 3)
    known = more.part(np.flatnonzero(more.answered))
    said = fit_support(
        _judgement(4000, 1), _judgement(60, 2), _judgement(300, 4),
        Answered(known.texts, known.queries), seed=1,
    )  # fmt: skip
    assert said["record"]["held_out"]["auroc"] > 0.9


def test_vectors_of_another_model_say_nothing() -> None:
    scorer = scorer_of(by_hand({"sounds": 1.0}), SUPPORT_FEATURES)
    runs = np.zeros((BUCKETS, 1), np.float32)
    wording = Wording(runs, np.array([[1.0], [2.0]], np.float32), np.array([-1.0], np.float32))
    support = Support(scorer, 0.5, wording_of(parameters_of(wording)))
    assert support.sounds("甲", np.array([1.0, 1.0], np.float32)) == pytest.approx(2.0)
    assert support.sounds("甲", np.ones(7, np.float32)) == 0.0
