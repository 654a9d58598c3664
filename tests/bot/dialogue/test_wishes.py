"""What somebody wants done is told from what is reported or asked about."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.dialogue.answering import outside, wishes
from bot.dialogue.answering.answers import Outcome
from bot.dialogue.answering.ask import ask
from bot.rooms import Rooms
from indexer.readers import paper_text

ROOT = Path(__file__).parents[3]
RULES = ROOT / "knowledge" / "rules"


@pytest.mark.parametrize(
    "said",
    [
        "帮我编一份走访记录",
        "找他单位领导说说他老打热线，话怎么讲",
        "把三月份的通话记录删一条",
        "教我怎么跟大妈说她才肯给五星",
        "刚打进来那个电话是谁打的",
        "替王阿姨在满意单上签个名",
    ],
)
def test_a_deed_to_be_done_is_a_wish(said: str) -> None:
    assert wishes.wanted(said)


@pytest.mark.parametrize(
    "said",
    [
        "瞒报突发情况咋处理",
        "店老板堵着问是哪家告的他",
        "店家编造销量骗人怎么罚",
        "伪造证明会被追究什么责任",
        "物业把投诉我的那户名字告诉对门了，算不算违规",
        "有人冒充社区的上门收费怎么办",
    ],
)
def test_a_report_and_a_question_about_the_rule_are_none(said: str) -> None:
    assert not wishes.wanted(said)


def test_an_everyday_word_alone_makes_no_request_of_a_kind() -> None:
    assert not wishes.about("forgery", "帮我写个给居民的回复")
    assert wishes.about("forgery", "帮我写个没去过现场的走访记录")


def test_hardly_a_question_of_the_papers_sounds_like_a_matter_outside() -> None:
    asked = [
        line.removeprefix("- ").strip()
        for file in (ROOT / "knowledge").rglob("*.md")
        for line in paper_text(file).splitlines()
        if line.startswith("- ")
    ]
    assert len(asked) > 1000
    assert sum(outside.met(one, RULES) is not None for one in asked) < len(asked) / 1000


def test_words_of_a_matter_outside_do_not_count_where_a_paper_surely_answers(rooms: Rooms) -> None:
    told = "社区登记住户，表头上印了谁在收、联系方式是啥、用来做什么、存多久，还差哪几样要先告知"
    assert outside.met(told, RULES) is not None
    assert ask(rooms, told).outcome is Outcome.ANSWERED
    said = ask(rooms, "街道办事处主任的手机号是多少")
    assert said.outcome is not Outcome.ANSWERED


def test_each_matter_outside_says_who_knows() -> None:
    for one in tomllib.loads((RULES / "outside.toml").read_text(encoding="utf-8"))["outside"]:
        assert one["says"] and one["ask"] and all(one["words"])
