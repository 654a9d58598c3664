"""Questions for old wordings, colloquial words, kinds of answers and how they are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.answering import asking, fitting, formal, versions
from bot.dialogue.answering.answers import Outcome
from bot.dialogue.answering.ask import ask
from indexer.passages import Hit, PaperKind, Passage

RULES = Path(__file__).parents[3] / "knowledge" / "rules"


@pytest.mark.parametrize(
    "question",
    ["旧复议法几天内提", "以前那个信访老规定要几个代表", "治安法修订前养狗吓人怎么罚"],
)
def test_an_old_wording_is_heard(question: str) -> None:
    assert versions.asked_for(question)


@pytest.mark.parametrize("question", ["老物业不走不给资料", "旧电池扔哪", "原来的物业占着办公室"])
def test_old_things_are_no_old_wordings(question: str) -> None:
    assert not versions.asked_for(question)


def test_the_superseded_paper_answers_first_and_the_present_one_stands_beside_it(rooms) -> None:
    answer = ask(rooms, "旧治安法养狗扰民怎么罚")
    assert answer.outcome is Outcome.ANSWERED
    assert (answer.citations[0].status, answer.citations[0].article) == ("已废止", "第七十五条")
    assert (answer.citations[1].status, answer.citations[1].article) == ("现行有效", "第八十九条")
    assert "2026-01-01" in answer.text.split("\n")[0]


def test_a_neighbouring_article_is_not_offered_as_the_one_since(rooms) -> None:
    answer = ask(rooms, "旧治安法打人罚多少")
    assert "第八十九条" not in [one.article for one in answer.citations]


def test_sayings_become_the_words_of_the_rules() -> None:
    assert "佩戴安全头盔" in formal.words("骑电驴没戴头盔被拦", RULES)
    assert formal.words("物业管理条例第七十二条", RULES) == ()


def test_a_colloquial_question_is_answered_without_a_word_of_the_rule(rooms) -> None:
    answer = ask(rooms, "骑电驴光着头骑被拦了交几块")
    assert "非机动车" in answer.citations[0].title


def _hit(text: str, rank: int, kind: PaperKind = PaperKind.POLICY) -> Hit:
    passage = Passage(id=text, title="某条例", text=text, kind=kind)
    return Hit(passage, score=2.0 - 0.1 * rank, rank=rank)


def test_a_question_for_the_fine_prefers_the_article_with_the_sum() -> None:
    hits = (_hit("禁止在楼道停放。", 1), _hit("违反的罚款500元。", 2))
    assert [hit.rank for hit in fitting.rerank("楼道停车罚多少", hits)] == [1, 2]
    assert "500" in fitting.rerank("楼道停车罚多少", hits)[0].passage.text
    assert "禁止" in fitting.rerank("楼道能停车吗", hits)[0].passage.text


def test_a_model_case_leads_only_when_an_example_is_asked_for() -> None:
    hits = (_hit("某街道怎么办的。", 1, PaperKind.CASE), _hit("应当这样办。", 2))
    assert fitting.rerank("这种单子怎么办", hits)[0].passage.kind is PaperKind.POLICY
    assert fitting.rerank("有没有这种案例", hits)[0].passage.kind is PaperKind.CASE


def test_another_question_after_lingwai_is_a_question_of_its_own() -> None:
    said = "诉求人电话打不通怎么办？另外延期怎么申请？"
    assert asking.parts(said) == ("诉求人电话打不通怎么办", "延期怎么申请")


def test_the_point_is_not_said_twice(rooms) -> None:
    text = ask(rooms, "诉求人电话打不通怎么办").text
    point = text.split("**")[1]
    assert text.count(point) == 1
