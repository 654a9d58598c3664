"""What a section is for, and which of the sections of one guide a question asks for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hashing import HashingEmbedder

from indexer.build import build_from_corpus
from indexer.passages import PaperKind, Passage
from indexer.purposes import PURPOSES, PurposeSense, load_purposes, purpose_flags, purpose_of
from indexer.search import Index
from indexer.wording import BUCKETS, Wording, buckets


def _section(heading: str, kind: PaperKind, questions: tuple[str, ...] = ()) -> Passage:
    return Passage(
        id=f"{kind}#{heading}", title="楼道堆物怎么办", kind=kind, heading=heading, article=None,
        text="楼道里的东西要清走。", questions=questions,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "kind", "purpose"),
    [
        ("依据（引哪几条）", PaperKind.TECHNIQUE, "basis"),
        ("怎么说（话术）", PaperKind.LOCAL, "wording"),
        ("启示", PaperKind.CASE, "lesson"),
        ("不按时清运的处罚", PaperKind.POLICY, "penalty"),
        ("十日内答复", PaperKind.POLICY, "term"),
        ("房屋的用途", PaperKind.POLICY, "other_rule"),
        ("别的事", PaperKind.TECHNIQUE, "other_guide"),
        ("", PaperKind.TECHNIQUE, "unsaid"),
        ("处罚", PaperKind.OFFICIAL, "unsaid"),
    ],
)
def test_a_heading_tells_what_a_section_is_for(heading: str, kind: PaperKind, purpose: str) -> None:
    assert PURPOSES[purpose_of(_section(heading, kind))] == purpose


def test_character_runs_tell_order_and_ends_apart() -> None:
    one, other = set(buckets("罚不罚").tolist()), set(buckets("不罚罚").tolist())
    assert one != other
    assert set(buckets(" 罚 不罚 ").tolist()) == one
    assert all(0 <= at < BUCKETS for at in one)


def test_columns_are_zero_where_nothing_tells_a_purpose() -> None:
    count = len(PURPOSES)
    usual, query = np.full(count, -1.0, np.float32), np.ones(7, np.float32)
    nothing = PurposeSense(None, usual)
    assert nothing.asked_for("甲", query).tolist() == [0.0] * count
    assert nothing.columns("甲", query, np.array([3], np.uint8))[0].tolist() == [0.0]
    even = Wording(
        np.zeros((BUCKETS, count), np.float32), np.zeros((0, count), np.float32),
        np.zeros(count, np.float32),
    )  # fmt: skip
    fit, share = PurposeSense(even, usual).columns("甲", query, np.array([0, 3], np.uint8))
    assert (fit[0], share[0]) == (0.0, 0.0)
    assert share[1] == pytest.approx(-np.log(count))
    assert fit[1] == pytest.approx(share[1] + 1)
    assert purpose_flags(np.array([0, 3], np.uint8)).sum(axis=1).tolist() == [0.0, 1.0]


def test_what_is_asked_for_is_learned_from_the_questions_of_sections(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch missing: nothing can be fitted")
    from indexer.training_purposes import fit_purposes

    things = "车狗树门灯桶墙窗井棚椅箱路水电气草花锅盆"
    passages = [
        _section("依据", PaperKind.TECHNIQUE, tuple(f"{one}的事引哪几条" for one in things)),
        _section("怎么说", PaperKind.TECHNIQUE, tuple(f"{one}的事咋跟人讲" for one in things)),
    ]
    file = tmp_path / "purposes.safetensors"
    assert fit_purposes(passages, file, seed=1) > 0.9
    asked = load_purposes(file).asked_for("鱼缸的事咋跟人讲", np.empty(0, np.float32))
    assert PURPOSES[int(asked.argmax())] == "wording"
    assert np.exp(asked).sum() == pytest.approx(1, abs=1e-4)


def test_texts_without_names_are_ranked_by_words_and_meaning_alone(tmp_path: Path) -> None:
    rows = [
        {"id": "own", "name": "", "text": "柳树巷十二号门前的井盖已经换好，感谢来信。"},
        {
            "id": "like",
            "name": "",
            "text": "井盖松动一事已经转给排水部门，井盖会换，井盖很快换好。",
        },
        {"id": "far", "name": "", "text": "公园的长椅本月内刷漆。"},
    ]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    build_from_corpus(corpus, tmp_path / "index", embedder=HashingEmbedder())
    index = Index.open(tmp_path / "index", HashingEmbedder())
    best, score = index.rank("柳树巷十二号门前的井盖", top=3)[0]
    assert best == "own"
    assert score == pytest.approx(1.0)  # first by words and by meaning: both shares in full
