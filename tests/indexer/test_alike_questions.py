"""Groups of questions that ask the same, against a slow version that follows the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.alike import ALIKE, groups, likeness, middle
from indexer.embedders import load_embedder


@pytest.fixture(scope="module")
def embedder():
    return load_embedder(None)


def slowly(alike: np.ndarray, at_least: float) -> set[frozenset[int]]:
    """Join the two groups that are most alike on average, by the definition."""
    found = [frozenset([at]) for at in range(len(alike))]
    while len(found) > 1:
        rated = [
            (float(np.mean([alike[a, b] for a in one for b in other])), one, other)
            for at, one in enumerate(found)
            for other in found[at + 1 :]
        ]
        best, one, other = max(rated, key=lambda each: each[0])
        if best < at_least:
            break
        found = [each for each in found if each not in (one, other)] + [one | other]
    return set(found)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 9), st.integers(0, 10_000), st.floats(0.2, 0.9))
def test_groups_are_those_of_the_definition(count: int, seed: int, at_least: float) -> None:
    raw = np.random.default_rng(seed).random((count, count))
    alike = ((raw + raw.T) / 2).astype(np.float32)
    found = groups(alike, at_least=at_least)
    assert sorted(at for one in found for at in one) == list(range(count))
    assert {frozenset(one) for one in found} == slowly(alike.astype(np.float64), at_least)


def test_questions_in_other_words_come_together_and_others_do_not(embedder) -> None:
    asked = [
        "楼道里能不能给电动车充电",
        "在楼道给电动车充电行不行",
        "电动自行车楼道充电违规吗",
        "加装电梯要多少户同意",
        "装电梯得几户人家同意",
        "狗半夜叫得睡不着找谁管",
    ]
    found = groups(likeness(asked, asked, embedder))
    assert found[0] == (0, 1, 2)
    assert (3, 4) in found and (5,) in found


def test_the_middle_question_names_the_group(embedder) -> None:
    asked = ["加装电梯要多少户同意", "在楼道给电动车充电行不行", "楼道里能不能给电动车充电"]
    alike = likeness(asked, asked, embedder)
    assert middle(alike, (0, 1, 2)) in (1, 2)
    assert middle(alike, (0,)) == 0


def test_nothing_compared_with_nothing_is_nothing(embedder) -> None:
    assert likeness([], ["甲"], embedder).shape == (0, 1)
    assert groups(likeness([], [], embedder)) == ()
    assert likeness(["？？"], ["！"], embedder)[0, 0] < ALIKE
