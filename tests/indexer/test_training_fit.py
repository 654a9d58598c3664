"""The fitted scorers put right things first, and several laid side by side are their mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch missing: nothing can be fitted")

from indexer.ranking import scorer_of
from indexer.training_data import part_of
from indexer.training_fit import Listed, Plan, fit_logistic, fit_scorer
from indexer.training_sets import without_part

NAMES = ("near", "exact", "noise", "always")
PLAN = Plan(passes=200, rate=0.03, decay=0.001, dropped=0.0)


def _lists(count: int) -> list[Listed]:
    """Right is what is both near and exact: no single column tells it."""
    dice = np.random.default_rng(4)
    lists = []
    for _ in range(count):
        features = dice.random((20, 4)).astype(np.float32)
        features[:, 3] = 1.0
        right = np.zeros(20, bool)
        right[np.argmax(np.minimum(features[:, 0], features[:, 1]))] = True
        lists.append(Listed(features, right))
    return lists


def test_a_fitted_scorer_puts_the_right_candidate_first() -> None:
    lists = _lists(300)
    scorer = scorer_of(fit_scorer(lists[:200], NAMES, PLAN, seed=1), NAMES)
    first = [one.right[np.argmax(scorer.scores(one.features))] for one in lists[200:]]
    assert np.mean(first) > 0.6  # one in twenty by chance


def test_a_column_that_never_changes_is_left_out() -> None:
    assert "always" not in fit_scorer(_lists(30), NAMES, PLAN, seed=1)["columns"]


def test_lists_without_a_right_or_a_wrong_candidate_teach_nothing() -> None:
    lists = _lists(30)
    empty = Listed(lists[0].features, np.zeros(20, bool))
    full = Listed(lists[0].features, np.ones(20, bool))
    assert fit_scorer([*lists, empty, full], NAMES, PLAN, 1) == fit_scorer(lists, NAMES, PLAN, 1)


def test_a_fitted_estimate_tells_answered_from_unanswered() -> None:
    dice = np.random.default_rng(2)
    rows = dice.normal(size=(400, 4)).astype(np.float32)
    answered = rows[:, 0] + 0.3 * dice.normal(size=400) > 0.5
    scorer = scorer_of(fit_logistic(rows[:300], answered[:300], NAMES, PLAN, seed=1), NAMES)
    said = scorer.scores(rows[300:]) > 0
    assert (said == answered[300:]).mean() > 0.85


def test_a_row_worth_nothing_teaches_nothing() -> None:
    dice = np.random.default_rng(3)
    rows = dice.normal(size=(200, 4)).astype(np.float32)
    answered = rows[:, 0] > 0
    wrong = np.r_[answered[:100], ~answered[100:]]
    worth = np.r_[np.ones(100), np.zeros(100)]
    scorer = scorer_of(fit_logistic(rows, wrong, NAMES, PLAN, 1, worth), NAMES)
    assert ((scorer.scores(rows) > 0) == answered).mean() > 0.9


def test_held_out_questions_leave_the_paper_and_its_text_stays() -> None:
    asked = [f"第{n}种问法是什么" for n in range(40)]
    body = "## 第一条 甲\n\n正文一句。\n\n"
    lines = "\n".join(f"- {one}" for one in asked)
    bare = without_part(f"---\ntitle: 甲\n---\n{body}问法：\n{lines}\n", "dev")
    assert body in bare
    assert [one for one in asked if one in bare] == [o for o in asked if part_of(o) != "dev"]
    assert without_part(body, "dev") == body


def test_the_shipped_parameters_name_only_columns_the_program_has() -> None:
    from indexer.features import FEATURES
    from indexer.ranking import RANKING_FILE, load_ranking
    from indexer.support import SUPPORT_FILE, load_support

    assert RANKING_FILE.is_file() and SUPPORT_FILE.is_file()
    assert 0 < load_ranking(FEATURES, Path(RANKING_FILE)).lexical < 1
    assert 0 < load_support(Path(SUPPORT_FILE)).threshold < 1


def test_a_network_learns_what_no_sum_of_columns_tells() -> None:
    dice = np.random.default_rng(7)
    lists = []
    for _ in range(300):
        features = dice.uniform(-1, 1, size=(12, 4)).astype(np.float32)
        lists.append(Listed(features, np.abs(features[:, 0]) < 0.3))  # neither much nor little
    reached = {}
    for hidden in (0, 16):
        plan = Plan(passes=200, rate=0.03, decay=0.0001, dropped=0.0, hidden=hidden)
        scorer = scorer_of(fit_scorer(lists[:200], NAMES, plan, seed=1), NAMES)
        first = [one.right[np.argmax(scorer.scores(one.features))] for one in lists[200:]]
        reached[hidden] = float(np.mean(first))
    assert reached[16] > 0.9 and reached[0] < 0.8
