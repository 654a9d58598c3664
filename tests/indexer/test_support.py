"""How answerable a question sounds: learned from its vector, silent for vectors of another model."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch missing: nothing can be fitted")

from indexer.ranking import by_hand, scorer_of
from indexer.support import SUPPORT_FEATURES, Support
from indexer.training_support import Judgement, fit_support


def _judgement(count: int, seed: int) -> Judgement:
    """Nothing but the question's vector tells whether it is answered."""
    dice = np.random.default_rng(seed)
    queries = dice.normal(size=(count, 8)).astype(np.float32)
    rows = dice.normal(size=(count, len(SUPPORT_FEATURES))).astype(np.float32)
    answered = queries[:, 2] > 0
    return Judgement(rows, queries, answered, tuple(f"exam_{one}" for one in answered))


def test_what_only_the_wording_tells_is_learned_and_holds_for_unseen_questions() -> None:
    plain = _judgement(100, 3).queries
    said = fit_support(
        _judgement(500, 1), _judgement(60, 2), _judgement(300, 4), plain[plain[:, 2] > 0], seed=1
    )
    assert said["record"]["held_out"]["auroc"] > 0.9


def test_vectors_of_another_model_say_nothing() -> None:
    scorer = scorer_of(by_hand({"sounds": 1.0}), SUPPORT_FEATURES)
    support = Support(scorer, 0.5, np.array([1.0, 2.0, -1.0], np.float32))
    assert support.sounds(np.array([1.0, 1.0], np.float32)) == pytest.approx(2.0)
    assert support.sounds(np.ones(7, np.float32)) == 0.0
