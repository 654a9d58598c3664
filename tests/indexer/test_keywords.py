"""The lexical index against a slow one, and its bounded way for a million passages."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import indexer.keywords as keywords
from indexer.asking import Asker
from indexer.keywords import KeywordIndex, best_rows
from indexer.postings import K1, B, Field, KeywordWriter
from indexer.terms import Lexicon, load_lexicon
from indexer.tokens import block_keys, pair_keys

ALPHABET = "接诉即办单位社区回访 ab12。"


def written(folder: Path, texts: list[str], blocks: int = 1) -> KeywordIndex:
    folder.mkdir(exist_ok=True)
    writer = KeywordWriter(folder)
    size = -(-len(texts) // blocks)
    for start in range(0, len(texts), size):
        writer.add([Field(texts[start : start + size], 1.0)])
    writer.write()
    return KeywordIndex(folder, len(texts))


def slow_terms(text: str) -> Counter[str]:
    terms: Counter[str] = Counter()
    for run in re.findall(r"[\u4e00-\u9fff]+", text):
        terms.update(run[at : at + 2] for at in range(len(run) - 1))
    terms.update(re.findall(r"[a-z0-9]+", text))
    return terms


def slow_scores(texts: list[str], query: str) -> list[float]:
    """BM25 as the book has it."""
    counted = [slow_terms(text) for text in texts]
    average = sum(c.total() for c in counted) / len(texts)
    scores = []
    for terms in counted:
        score = 0.0
        for term in slow_terms(query):
            held = sum(term in other for other in counted)
            if term in terms:
                idf = math.log1p((len(texts) - held + 0.5) / (held + 0.5))
                norm = K1 * (1 - B + B * terms.total() / max(average, 1e-6))
                score += idf * (K1 + 1) * terms[term] / (terms[term] + norm)
        scores.append(score)
    return scores


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(
    st.lists(st.text(ALPHABET, max_size=30), min_size=1, max_size=12),
    st.text(ALPHABET, min_size=2, max_size=12),
    st.integers(1, 3),
)
def test_scores_are_bm25(tmp_path: Path, texts: list[str], query: str, blocks: int) -> None:
    index = written(tmp_path / "index", texts, blocks)
    keys = np.unique(block_keys([query])[0])
    found = index.scores(index.match(keys, np.ones(len(keys), np.float32)), 10)
    assert found == pytest.approx(slow_scores(texts, query), rel=0.02, abs=0.02)


def test_beyond_the_light_postings_the_best_stay_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    texts = ["".join(chance.choices("接诉即办单位社区回访首联系", k=60)) for _ in range(2000)]
    index = written(tmp_path / "index", texts)
    keys, _ = pair_keys("首联系回访社区单位接诉")
    matched = index.match(np.unique(keys), np.ones(len(np.unique(keys)), np.float32))
    whole = index.scores(matched, 10)
    monkeypatch.setattr(keywords, "LIGHT_POSTINGS", 3000)
    bounded = index.scores(matched, 100)
    assert set(np.argsort(-whole)[:10]) <= set(np.argsort(-bounded)[:20])


@given(st.lists(st.floats(0, 9, width=32), max_size=400), st.integers(1, 40))
def test_best_rows_hold_the_best_and_never_a_zero(values: list[float], wanted: int) -> None:
    scores = np.array(values, np.float64)
    rows = best_rows(scores, wanted)
    above = int((scores > 0).sum())
    assert (scores[rows] > 0).all()
    assert len(rows) >= min(wanted, above)
    kept = np.sort(scores[rows])[::-1][:wanted]
    assert kept == pytest.approx(np.sort(scores)[::-1][: min(wanted, above)])


def test_a_passage_without_any_term_gets_nothing(tmp_path: Path) -> None:
    index = written(tmp_path / "index", ["接诉即办", "完全无关"])
    keys, _ = pair_keys("接诉")
    assert index.scores(index.match(keys, np.ones(len(keys), np.float32)), 5).tolist()[1] == 0


def test_full_width_and_capitals_are_one_term() -> None:
    first, _ = block_keys(["ＤＢ11 标准 Ａｐｐ"])
    second, _ = block_keys(["db11 标准 app"])
    assert first.tolist() == second.tolist()


@pytest.fixture
def asker() -> Asker:
    return Asker(load_lexicon())


def test_words_of_the_trade_are_not_cut(asker: Asker) -> None:
    assert "接诉即办" in asker.ask("接诉即办怎么考核").words.texts


def test_synonyms_join_with_less_weight(asker: Asker) -> None:
    asked = asker.ask("房东不退押金")
    weight = dict(zip(asked.labels, asked.weights.tolist(), strict=True))
    assert 0 < weight["出租"] < weight["房东"]


def test_question_words_weigh_little_and_carry_no_content(asker: Asker) -> None:
    asked = asker.ask("怎么投诉")
    weight = dict(zip(asked.labels, asked.weights.tolist(), strict=True))
    assert weight["怎么"] < weight["投诉"]
    assert "怎么" not in asked.words.texts


def test_a_number_is_also_looked_up_as_statutes_print_it(asker: Asker) -> None:
    assert {"十五", "五日"} <= set(asker.ask("15日内答复").labels)


@pytest.mark.parametrize(
    ("question", "elsewhere", "particular"),
    [
        ("天津供暖几号开始", True, False),
        ("北京供暖几号开始", False, False),
        ("西安门大街的路灯谁管", False, False),
        ("物业经理叫什么名字", False, True),
    ],
)
def test_another_place_and_a_particular_case_are_noticed(
    asker: Asker, question: str, elsewhere: bool, particular: bool
) -> None:
    asked = asker.ask(question)
    assert (asked.elsewhere, asked.particular) == (elsewhere, particular)


@pytest.mark.parametrize("question", ["", " \n\t", "😀😀", "？！。", "\ud800\udfff"])
def test_a_question_of_nothing_has_no_terms(asker: Asker, question: str) -> None:
    assert asker.ask(question).empty


def test_an_empty_lexicon_works_too() -> None:
    assert not Asker(Lexicon()).ask("接诉即办").empty
