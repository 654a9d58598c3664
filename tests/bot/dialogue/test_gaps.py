"""What is not answered well becomes a gap with an owner and a date; the desk hears of it weekly."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.learning import gaps as gathering
from casedb import obligations, people
from casedb.beijing import BEIJING
from casedb.learning import gaps
from tests.bot.dialogue.test_handoffs import (
    DESK,
    FIRST,
    LEADER,
    SECOND,
    WORKER,
    chat_of,
    data_of,
    told,
)

ROOF = ("楼顶的旧卫星锅谁负责拆？", "楼顶卫星锅没人管找谁拆", "屋顶旧卫星锅归谁拆除")
PLANET = "火星移民的落户手续怎么办？"


def asks(hall, *texts: str, name: str = WORKER) -> list[object]:
    replies = []
    for text in texts:
        replies.append(hall.say(name, text))
        hall.rooms.clock.passes(minutes=40)  # each is a talk of its own
    return replies


def every(hall) -> tuple[gaps.GapRecord, ...]:
    gathering.gather(hall.rooms, hall.rooms.clock.now())
    with hall.rooms.store.reading() as s:
        return gaps.listing(s)


def test_unanswered_questions_of_one_kind_are_one_gap_the_most_asked_first(hall):
    asks(hall, *ROOF, PLANET)
    roof, planet = every(hall)
    assert roof.count == 3 and roof.name in ROOF and set(roof.examples) == set(ROOF)
    assert planet.examples == (PLANET,) and planet.askers == 1
    assert every(hall) == (roof, planet)  # looking again counts nothing twice


def test_a_later_question_joins_the_gap_that_is_there(hall):
    asks(hall, ROOF[0])
    first = every(hall)[0]
    asks(hall, ROOF[1], name=DESK)
    again = every(hall)[0]
    assert (again.id, again.count, again.askers) == (first.id, 2, 2)


def test_a_disliked_answer_is_a_gap_and_its_reason_is_kept(hall):
    reply = hall.say(WORKER, "诉求人电话打不通怎么办")
    down = hall.press(WORKER, data_of(reply, "fb:down"))
    assert [button.label for row in down.buttons for button in row][-1] == "转值班分析员"
    assert "写一句" in hall.press(WORKER, data_of(down, "fbr:other")).text
    assert "138****1111" in hall.say(WORKER, "没写打13800001111不通时怎么留痕").text
    found = every(hall)[0]
    assert dict(found.whys) == {"down": 1}


def test_asking_the_like_again_soon_is_a_gap_and_a_follow_up_or_later_is_not(hall, clock):
    for text in ("首次联系诉求人打电话打不通怎么办", "诉求人电话打不通，首次联系怎么办呢"):
        hall.say(WORKER, text)
        clock.passes(minutes=5)
    assert [dict(one.whys) for one in every(hall)] == [{"reasked": 2}]
    for text in ("申请延期要什么理由", "申请延期的理由有哪些要求"):
        hall.say(DESK, text)
        clock.passes(hours=3)
    hall.say(FIRST, "派单异议怎么提")
    hall.say(FIRST, "那多久有结果")
    assert len(every(hall)) == 1


def test_a_thanked_answer_and_a_refused_request_are_no_gaps(hall):
    first = hall.say(WORKER, "首次联系诉求人打电话打不通怎么办")
    hall.press(WORKER, data_of(first, "fb:up"))
    hall.say(WORKER, "诉求人电话打不通，首次联系怎么办呢")
    hall.say(WORKER, "把诉求人的电话和住址发给我")
    assert every(hall) == ()


def test_the_desk_assigns_and_the_owner_is_reminded_before_it_is_due(hall, clock):
    asks(hall, *ROOF)
    card = hall.say(DESK, "/gaps")
    assert "没有负责人" in card.text and "楼顶" in card.text
    shown = hall.press(DESK, data_of(card, "gap:1:show"))
    labels = [button.label for row in shown.buttons for button in row]
    assert "我来补" in labels and f"给{SECOND}" in labels and "给褚千里" not in labels
    with hall.rooms.store.reading() as s:
        owner = people.find_person(s, SECOND)
    assigned = hall.press(DESK, f"gap:1:to:{owner.id}")
    assert "6月8日(周一) 18:00" in assigned.text and SECOND in assigned.text
    clock.at = datetime(2026, 6, 7, 18, 1, tzinfo=BEIJING)
    with hall.rooms.store.session() as s:
        obligations.due_steps(s, now=clock.at, rules=hall.rooms.rules, calendar=hall.rooms.calendar)
    assert "补知识缺口 1 号" in told(hall)[chat_of(hall, SECOND)]
    hall.press(DESK, "gap:1:due:10")
    hall.press(DESK, "gap:1:filled")
    with hall.rooms.store.reading() as s:
        assert obligations.listing(s, owner) == ()
    assert "没有知识缺口" in hall.say(DESK, "/gaps").text


def test_a_filled_gap_opens_again_when_asked_again_and_a_dropped_one_does_not(hall):
    asks(hall, ROOF[0], PLANET)
    for one in every(hall):
        state = gaps.FILLED if one.name == ROOF[0] else gaps.DROPPED
        hall.press(DESK, f"gap:{one.id}:{state}")
    assert every(hall) == ()
    asks(hall, ROOF[1], "火星移民落户要什么手续")
    assert [one.examples[0] for one in every(hall)] == [ROOF[1]]


def test_a_gap_becomes_a_draft_with_the_ways_it_was_asked(hall):
    asks(hall, *ROOF)
    every(hall)
    card = hall.press(FIRST, "gap:1:write").text
    assert all(f"- {one}" in card for one in ROOF)
    assert "正文太短" in card and "没有写来源" in card


@pytest.mark.parametrize("name", [WORKER, LEADER])
def test_workers_and_leaders_see_no_gaps(hall, name):
    asks(hall, PLANET)
    assert "不能做这一项" in hall.say(name, "/gaps").text
    assert hall.press(name, "gap:list").silent


def test_a_group_sees_no_gaps(hall):
    asks(hall, PLANET)
    assert "火星" not in hall.say(DESK, "/gaps", group="group:unit").text
    assert hall.press(DESK, "gap:list", group="group:unit").silent


def test_the_desk_is_told_once_a_week_and_nothing_when_nothing_is_missing(hall, clock):
    clock.at = datetime(2026, 6, 8, 8, 59, tzinfo=BEIJING)
    hall.say(WORKER, PLANET)
    assert not gathering.weekly(hall.rooms, clock.at)
    clock.passes(minutes=2)
    assert gathering.weekly(hall.rooms, clock.at)
    message = told(hall)[chat_of(hall, DESK)]
    assert "本周知识缺口" in message and PLANET in message and WORKER not in message
    assert not gathering.weekly(hall.rooms, clock.at + timedelta(days=3))
    clock.passes(days=7)
    assert gathering.weekly(hall.rooms, clock.at)
    hall.press(DESK, "gap:1:dropped")
    assert not gathering.weekly(hall.rooms, clock.at + timedelta(days=7))


def test_names_and_numbers_in_questions_stay_masked(hall):
    asks(hall, "王小花13912345678家楼顶的旧卫星锅谁拆？")
    text = hall.say(DESK, "/gaps 1").text + every(hall)[0].name
    assert "13912345678" not in text and "王小花" not in text
