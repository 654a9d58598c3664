"""Similar texts: what is found after adding, changing, forgetting and merging equals a plain search."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import similar
from indexer.embedders import load_embedder
from indexer.similar import Marked, Reach, SimilarTexts

EMBEDDER = load_embedder(None)
WORDS = (
    "暖气不热",
    "楼上漏水",
    "夜间施工噪声",
    "占用消防通道",
    "物业费上涨",
    "遛狗不牵绳",
    "垃圾满溢",
)
PLACES = ("甲一社区", "乙二社区", "")


@pytest.fixture
def texts(tmp_path: Path) -> SimilarTexts:
    return SimilarTexts(tmp_path / "similar", EMBEDDER)


def test_a_complaint_finds_the_like_in_other_words(texts: SimilarTexts) -> None:
    texts.take([
        Marked(1, 1, "暖气片一直不热，室内温度只有十五度"),
        Marked(2, 1, "楼下饭店油烟太大"),
        Marked(3, 1, "供暖温度不达标，家里冷"),
    ])  # fmt: skip
    found = texts.search("家里暖气不热，温度上不去", top=2)
    assert {one.number for one in found} == {1, 3}


def test_only_texts_within_reach_are_found(texts: SimilarTexts) -> None:
    texts.take([
        Marked(1, 1, "暖气不热", unit=7, place="甲一社区"),
        Marked(2, 1, "暖气不热", unit=8, place="乙二社区"),
        Marked(3, 1, "暖气不热", unit=9, place=""),
    ])  # fmt: skip
    assert [one.number for one in texts.search("暖气不热", top=5, reach=Reach(8, "无此社区"))] == [
        2
    ]
    assert [one.number for one in texts.search("暖气不热", top=5, reach=Reach(0, "甲一社区"))] == [
        1
    ]
    assert texts.search("暖气不热", top=5, reach=Reach(0, "")) == ()


def test_nothing_is_found_in_nothing_and_by_nothing(texts: SimilarTexts) -> None:
    assert texts.search("暖气不热", top=5) == () and len(texts) == 0 and texts.newest == 0
    texts.take([Marked(1, 1, "暖气不热")])
    assert texts.search("", top=5) == () and texts.search("。！", top=5) == ()


def test_another_model_does_not_read_what_this_one_wrote(tmp_path: Path) -> None:
    class Other:
        model_id, dimension = "other@1", EMBEDDER.dimension
        encode_passages = staticmethod(EMBEDDER.encode_passages)
        encode_queries = staticmethod(EMBEDDER.encode_queries)

    SimilarTexts(tmp_path, EMBEDDER).take([Marked(1, 1, "暖气不热")])
    other = SimilarTexts(tmp_path, Other())
    assert len(other) == 0
    other.take([Marked(5, 1, "楼上漏水")])
    assert other.known() == {5: 1}


deeds = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(1, 12), st.sampled_from(WORDS), st.sampled_from(PLACES)), max_size=6),
        st.lists(st.integers(1, 12), max_size=2),
    ),
    max_size=6,
)  # fmt: skip


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds)
def test_after_any_changes_it_holds_what_a_plain_table_holds(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, done: list
) -> None:
    monkeypatch.setattr(similar, "MOST_RECENT", 4)
    folder = tmp_path_factory.mktemp("similar")
    texts, plain = SimilarTexts(folder, EMBEDDER), {}
    for version, (added, gone) in enumerate(done, start=1):
        texts.take([Marked(n, version, w, unit=n % 3, place=p) for n, w, p in added], gone=gone)
        for number in gone:
            plain.pop(number, None)
        plain |= {number: (version, words, place) for number, words, place in added}
    assert texts.known() == {number: one[0] for number, one in plain.items()}
    assert len(texts) == len(plain)
    found = {one.number: one.similarity for one in texts.search("暖气不热", top=50)}
    assert found.keys() == plain.keys()
    query = EMBEDDER.encode_passages(["暖气不热"])[0]
    for number, (_, words, _) in plain.items():
        exact = float(EMBEDDER.encode_passages([words])[0] @ query)
        assert found[number] == pytest.approx(exact, abs=0.02)
    near = texts.search("暖气不热", top=50, reach=Reach(1, "甲一社区"))
    assert {one.number for one in near} == {
        number for number, one in plain.items() if number % 3 == 1 or one[2] == "甲一社区"
    }
    vectors = texts.vectors_of(np.array([1, 99]))
    assert vectors[1].any() == np.False_ and vectors[0].any() == (1 in plain)


def test_what_a_program_without_the_table_of_the_coarse_scan_wrote_is_begun_anew(
    tmp_path: Path,
) -> None:
    SimilarTexts(tmp_path, EMBEDDER).take([Marked(1, 1, "暖气不热")])
    record = tmp_path / similar.RECORD
    said = json.loads(record.read_text("utf-8")) | {"format": "similar-1"}
    record.write_text(json.dumps(said), "utf-8")
    texts = SimilarTexts(tmp_path, EMBEDDER)
    assert len(texts) == 0
    texts.take([Marked(5, 1, "楼上漏水")])
    assert texts.known() == {5: 1}
