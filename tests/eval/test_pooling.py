"""Pooled judgements: the author's gold stays, readers must agree, both figures are counted."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

from eval import pooling
from eval.question import Question, load
from eval.scoring import Scores, judge

ROOT = Path(__file__).parents[2]


def _answer(*names: tuple[str, str]) -> SimpleNamespace:
    cited = [SimpleNamespace(title=title, article=part, heading="") for title, part in names]
    return SimpleNamespace(citations=cited, outcome="answered", text="")


def test_what_readers_judged_right_counts_only_in_the_pooled_figure() -> None:
    question = Question("d1", "问", "plain", gold=(("甲", "第一条"),), judged=(("乙", "第二条"),))
    outcome = judge(question, _answer(("乙", "第二条"), ("甲", "第一条")))
    assert (outcome.rank, outcome.pooled) == (2, 1)
    assert (Scores.of([outcome]).hit_1, Scores.of([outcome], pooled=True).hit_1) == (0.0, 1.0)


def test_right_is_what_every_reader_marked(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(pooling, "JUDGEMENTS", tmp_path)
    pool, first, second = (tmp_path / name for name in ("pool", "first", "second"))
    candidates = [{"number": n, "title": "甲", "part": f"第{n}条"} for n in (1, 2, 3)]
    pool.write_text(json.dumps({"id": "h1", "candidates": candidates}), "utf-8")
    first.write_text(json.dumps({"id": "h1", "right": [1, 2]}), "utf-8")
    second.write_text(json.dumps({"id": "h1", "right": [2]}), "utf-8")
    assert pooling.main(["take", "held_out", str(pool), str(first), str(second)]) == 0
    marks = pooling.judgements("held_out")["h1"]
    assert marks == {("甲", "第1条"): False, ("甲", "第2条"): True, ("甲", "第3条"): False}


def test_agreement_beyond_chance_is_one_when_readers_are_alike() -> None:
    assert pooling.agreement([(True, True), (False, False)]).endswith("kappa 1.000")
    assert pooling.agreement([(True, False), (False, True)]).endswith("kappa -1.000")


def test_no_judgement_repeats_the_authors_gold() -> None:
    for one in load(ROOT / "eval" / "questions" / "dev.jsonl"):
        assert not set(one.gold) & set(one.judged), one.id
