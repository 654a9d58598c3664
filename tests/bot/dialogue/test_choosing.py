"""Which passages an answer shows and which it only names; laws of ours, of the past, and none of ours."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.dialogue.answering import choosing, lookup, unheld
from bot.dialogue.answering.answers import Outcome
from bot.dialogue.answering.ask import ask
from bot.rooms import Rooms
from casedb.beijing import BEIJING
from indexer.passages import Hit, PaperKind, Passage

AFTER_THE_CODE = datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING)


def _hits(*scores: float) -> list[Hit]:
    return [
        Hit(
            Passage(f"p{at}", f"甲{at}", "正文。", PaperKind.TECHNIQUE, heading="先做什么"),
            score,
            at,
        )
        for at, score in enumerate(scores, start=1)
    ]


def _choice(rooms: Rooms) -> choosing.Choice:
    day = rooms.clock.now().astimezone(BEIJING).date()
    return choosing.Choice("楼下有人吵架", rooms.index.current(), day, False, ("public", "staff"))


@pytest.mark.parametrize("scores", [(-0.4, -0.9, -5.0), (0.0, -0.1, -4.0), (6.0, 5.0, 2.0)])
def test_the_best_and_what_is_hardly_worse_is_shown_whatever_the_sign(
    rooms: Rooms, scores: tuple[float, ...]
) -> None:
    hits = _hits(*scores)
    shown = choosing.chosen(_choice(rooms), hits, [])
    assert [one.id for one in shown] == ["p1", "p2"]
    assert [one.id for one in choosing.further(hits, shown)] == ["p3"]


@pytest.mark.parametrize("best", [3.0, 0.0, -0.6])
def test_scores_put_in_a_new_order_fall_from_place_to_place(best: float) -> None:
    hits = _hits(best, best - 1, best - 2)
    merits = {"p2": 3.0, "p1": 2.0, "p3": 1.0}
    ordered = lookup._ordered(hits, merits)
    assert [hit.passage.id for hit in ordered] == ["p2", "p1", "p3"]
    scores = [hit.score for hit in ordered]
    assert scores == sorted(scores, reverse=True)


def test_what_leads_is_shown_once_and_no_more_than_three(rooms: Rooms) -> None:
    hits = _hits(4.0, 3.9, 3.8, 3.7)
    shown = choosing.chosen(_choice(rooms), hits, [hits[2].passage])
    assert [one.id for one in shown] == ["p3", "p1", "p2"]
    assert choosing.further(hits, shown) == ()


def test_lines_above_the_first_section_are_not_named_too() -> None:
    opening = Hit(Passage("p9", "甲9", "开头。", PaperKind.TECHNIQUE), 3.0, 2)
    hits = [*_hits(4.0), opening]
    assert choosing.further(hits, [hits[0].passage]) == ()


def test_an_answer_names_further_sections_in_one_line(rooms: Rooms) -> None:
    answer = ask(rooms, "办理诉求涉及好几个单位，谁来牵头？")
    shown = answer.text.count("现行有效") + answer.text.count("办理技巧")
    assert len(answer.citations) == 3
    assert ("另见：" in answer.text) == (shown < 3)


def test_a_repealed_rule_answers_where_its_successor_is_not_held(rooms: Rooms) -> None:
    rooms.clock.at = AFTER_THE_CODE  # type: ignore[attr-defined]
    answer = ask(rooms, "干洗店味儿冲得楼上头疼，不装净化设备怎么罚")
    first = answer.citations[0]
    assert (first.article, first.status) == ("第一百二十条", "已废止")
    assert "已废止" in answer.text[:120] and "生态环境法典" in answer.text[:120]


def test_while_it_is_in_force_nothing_is_said_of_the_code(rooms: Rooms) -> None:
    answer = ask(rooms, "干洗店味儿冲得楼上头疼，不装净化设备怎么罚")
    assert answer.citations[0].status == "现行有效"
    assert "引用前请先查现行文本" not in answer.text


def test_a_replaced_rule_never_leads_where_the_new_one_speaks(rooms: Rooms) -> None:
    rooms.clock.at = AFTER_THE_CODE  # type: ignore[attr-defined]
    answer = ask(rooms, "邻居半夜制造噪声扰民公安怎么处罚")
    assert answer.citations[0].title == "治安管理处罚法"
    assert answer.citations[0].status == "现行有效"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("公司法对股东出资期限怎么规定", "公司法"),
        ("献血条例里献一次给几天假", "献血条例"),
        ("刑法里高空抛物最重判几年", "刑法"),
    ],
)
def test_a_law_that_is_none_of_ours_is_not_answered_from_others(
    rooms: Rooms, question: str, title: str
) -> None:
    answer = ask(rooms, question)
    assert answer.outcome is Outcome.HANDOFF
    assert f"《{title}》" in answer.text and "没有收录" in answer.text


@pytest.mark.parametrize(
    "question",
    ["信访条例里几天办完", "个人信息保护法对泄露怎么罚", "公司法人要不要签字", "刑法院门口有人闹"],
)
def test_a_law_of_ours_and_like_sounding_words_are_none(rooms: Rooms, question: str) -> None:
    assert unheld.named(rooms.index.current(), question, rooms.settings.rules_dir) == ""
