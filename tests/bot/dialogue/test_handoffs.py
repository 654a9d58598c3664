"""Hand-offs by hand: who is asked when, what is relayed, and what happens when nobody answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from bot.learning.passing_on import pass_on
from casedb import people
from casedb.beijing import BEIJING
from casedb.learning import handoffs

WORKER, FIRST, SECOND, DESK, ADMIN, LEADER = (
    "褚千里",
    "孙三和",
    "李四平",
    "钱二宁",
    "赵一安",
    "周五明",
)
UNIT_GROUP = "group:unit"
QUESTION = "火星移民的落户手续怎么办？"


def data_of(reply, start: str) -> str:
    rows = [button for row in reply.buttons for button in row]
    return next(one.data for one in rows if one.data.startswith(start))


def hands_off(hall, text: str = QUESTION, name: str = WORKER, **where) -> str:
    """Ask and press the button; what the asker reads."""
    offer = data_of(hall.say(name, text, **where), "handoff:")
    return hall.press(name, offer, **where).text


def chat_of(hall, name: str) -> str:
    with hall.rooms.store.reading() as s:
        return people.accounts(s, people.find_person(s, name).id)[0].private_chat


def told(hall) -> dict[str, str]:
    """Who got what from the outbox since the last look: chat -> text."""
    found: dict[str, str] = {}
    for message in hall.sent():
        found[message.target.chat] = found.get(message.target.chat, "") + message.text
    return found


def on_duty(hall) -> tuple[str, str]:
    """Today's first and second analyst."""
    lines = hall.say(WORKER, "/oncall").text.splitlines()
    names = [line.split(". ")[1].split("（")[0] for line in lines if line[:2] in ("1.", "2.")]
    return names[0], names[1]


def moves_on(hall, clock, **span) -> dict[str, str]:
    clock.passes(**span)
    pass_on(hall.rooms, clock.now())
    return told(hall)


def test_the_analyst_reads_the_question_and_what_was_said_before(hall):
    hall.say(WORKER, "冥王星上养什么宠物不违规？")
    hands_off(hall)
    first, _ = on_duty(hall)
    text = told(hall)[chat_of(hall, first)]
    assert QUESTION in text and "冥王星" in text and "甲一社区" in text


def test_pressing_twice_asks_once_and_says_so(hall):
    reply = hall.say(WORKER, QUESTION)
    offer = data_of(reply, "handoff:")
    hall.press(WORKER, offer)
    assert len(told(hall)) == 1
    assert "不用重复" in hall.press(WORKER, offer).text
    assert told(hall) == {}


def test_the_like_again_goes_to_whoever_has_the_question(hall):
    hands_off(hall)
    first, _ = on_duty(hall)
    told(hall)
    again = hall.press(WORKER, data_of(hall.say(WORKER, "火星移民怎么办落户手续"), "handoff:"))
    assert "1 号" in again.text
    assert "又问了一次" in told(hall)[chat_of(hall, first)]
    assert "编号 2" in hall.press(WORKER, data_of(again, "handnew:")).text
    other = hands_off(hall, "月球上的房子漏水归哪个物业公司管？")
    assert "编号 3" in other


def test_of_two_claims_at_once_one_wins(hall):
    hands_off(hall)

    def claims(person: int) -> str:
        try:
            with hall.rooms.store.session() as s:
                handoffs.claim(s, 1, person_id=person, now=hall.rooms.clock.now())
        except Exception as refused:
            return str(refused)
        return "claimed"

    with hall.rooms.store.reading() as s:
        two = [people.find_person(s, name).id for name in (FIRST, SECOND)]
    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(claims, two))
    assert said[0] == "claimed"
    assert "已经有人在处理" in said[1]


@pytest.mark.parametrize("hour", [3, 10, 23])
def test_nobody_answers_and_it_climbs_to_desk_and_leader_by_day_and_by_night(hall, clock, hour):
    clock.at = datetime(2026, 6, 1, hour, 0, tzinfo=BEIJING)
    first, second = on_duty(hall)
    hands_off(hall)
    assert list(told(hall)) == [chat_of(hall, first)]
    assert moves_on(hall, clock, minutes=9) == {}
    assert list(moves_on(hall, clock, minutes=2)) == [chat_of(hall, second)]
    desk = {*moves_on(hall, clock, minutes=10), *moves_on(hall, clock, minutes=10)}
    assert desk == {chat_of(hall, ADMIN), chat_of(hall, DESK)}
    last = moves_on(hall, clock, minutes=11)
    assert "没有人答" in last[chat_of(hall, DESK)]
    assert "已请专班安排" in last[chat_of(hall, LEADER)]
    assert "还没有人答复" in last[chat_of(hall, WORKER)]
    assert moves_on(hall, clock, hours=5) == {}
    morning = moves_on(hall, clock, hours=30)
    assert set(morning) == {chat_of(hall, DESK)} and "还没有人答复" in morning[chat_of(hall, DESK)]
    assert moves_on(hall, clock, minutes=5) == {}
    hall.say(DESK, "/answer 1 没有这项手续。")
    assert "没有这项手续" in told(hall)[chat_of(hall, WORKER)]


def test_a_claim_that_leads_to_nothing_is_taken_back_and_the_next_is_asked(hall, clock):
    first, second = on_duty(hall)
    hands_off(hall)
    told(hall)
    hall.press(first, "claim:1")
    assert moves_on(hall, clock, minutes=15) == {}
    moved = moves_on(hall, clock, minutes=6)
    assert "已请下一位" in moved[chat_of(hall, first)]
    assert first in moved[chat_of(hall, second)]
    hall.press(second, "claim:1")
    assert "有人在处理" in hall.say(first, "太晚的答复").text
    assert "没有正在填写" in hall.say(first, "/cancel").text


@pytest.mark.parametrize("how", ["/cancel", "取消", "unclaim:1"])
def test_who_gives_up_makes_room_for_the_next_at_once(hall, clock, how):
    first, second = on_duty(hall)
    hands_off(hall)
    told(hall)
    hall.press(first, "claim:1")
    hall.press(first, how) if ":" in how else hall.say(first, how)
    assert chat_of(hall, second) in moves_on(hall, clock, seconds=1)


def test_an_analyst_is_not_asked_their_own_question(hall):
    first, second = on_duty(hall)
    hands_off(hall, name=first)
    assert list(told(hall)) == [chat_of(hall, second)]


def test_nobody_to_be_reached_is_said_and_goes_up(hall, clock):
    with hall.rooms.store.session() as s:
        for name in (FIRST, SECOND, DESK, ADMIN):
            chat = people.accounts(s, people.find_person(s, name).id)[0].private_chat
            people.mark_unreachable(s, "web", chat, clock.now())
    assert "值班领导" in hands_off(hall)
    assert "没有分析员答复" in told(hall)[chat_of(hall, LEADER)]
    with hall.rooms.store.session() as s:
        people.mark_unreachable(s, "web", chat_of(hall, LEADER), clock.now())
    assert "打电话" in hands_off(hall, "冥王星上养什么宠物不违规？")


def test_the_answer_can_be_questioned_once_more(hall, clock):
    first, _ = on_duty(hall)
    hands_off(hall)
    hall.press(first, "claim:1")
    hall.say(first, "没有这项手续，电话13800001111可问。")
    message = next(one for one in hall.sent() if one.target.chat == chat_of(hall, WORKER))
    assert "138****1111" in message.text and first in message.text
    labels = [button.label for row in message.buttons for button in row]
    assert labels == ["解决了 👍", "还没解决，追问"]
    assert "连同前面" in hall.press(WORKER, "hmore:1").text
    assert "编号 2" in hall.say(WORKER, "那金星呢").text
    asked = told(hall)[chat_of(hall, first)]
    assert "那金星呢" in asked and "没有这项手续" in asked


def test_a_group_gets_the_answer_without_names(hall):
    hands_off(hall, group=UNIT_GROUP)
    first, _ = on_duty(hall)
    hall.press(first, "claim:1")
    hall.say(first, "没有这项手续。")
    message = next(one for one in hall.sent() if one.target.chat == UNIT_GROUP)
    assert message.target.is_group
    assert first not in message.text and WORKER not in message.text
    assert message.buttons == ()


def test_the_desk_sets_a_day_and_others_only_read_it(hall, clock):
    assert "不能做这一项" in hall.say(WORKER, "/oncall 今天 李四平").text
    for name in (FIRST, SECOND):
        hall.say(DESK, f"/oncall 今天 {name}")
        assert on_duty(hall)[0] == name
    assert "没有“褚千里”" in hall.say(DESK, "/oncall 明天 褚千里").text
    assert "已经过去" in hall.say(DESK, "/oncall 5月30日 李四平").text
    assert "请写成" in hall.say(DESK, "/oncall 下辈子 李四平").text
    assert "轮换" not in hall.say(WORKER, "/oncall").text.splitlines()[0]
    hall.say(DESK, "/oncall 今天 轮换")
    assert "按日轮换" in hall.say(WORKER, "/oncall").text
    hall.say(DESK, "/oncall 6月3日 李四平 孙三和")
    clock.passes(days=2)
    assert on_duty(hall) == ("李四平", "孙三和")


def test_what_waits_is_listed_for_those_who_answer_only(hall):
    hands_off(hall)
    assert "1 号" in hall.say(FIRST, "/oncall").text
    assert data_of(hall.say(FIRST, "/oncall"), "claim") == "claim:1"
    assert "火星" not in hall.say(WORKER, "/oncall").text
    assert "火星" not in hall.say(FIRST, "/oncall", group=UNIT_GROUP).text
