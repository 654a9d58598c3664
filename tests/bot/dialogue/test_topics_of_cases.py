"""Topics in chat: proposed on entry and on the card, confirmed by a button, written down with who."""

from __future__ import annotations

from casedb import cases
from tests.bot.dialogue.test_router import DESK, UNIT_GROUP, WORKER

NEW = "FL2026060100001"
LEADER = "周五常"


def recorded(hall, text="夜间施工太吵", who=DESK, unit="甲一社区", no=NEW):
    return hall.say(
        who, f"/new {no}；{text}；工地凌晨还在打桩，睡不着；甲一社区；{unit}；6月8日18点"
    )


def case_of(hall, no=NEW):
    with hall.rooms.store.reading() as s:
        return cases.find(s, no)


def buttons(reply):
    return {one.label: one.data for row in reply.buttons for one in row}


def test_a_new_case_is_proposed_a_topic_and_a_press_confirms_it(hall):
    reply = recorded(hall)
    assert "建议分类" in reply.text and "噪声与环境" in reply.text
    assert "规则" in reply.text  # no model has been trained yet, and that is said
    assert case_of(hall).topic_path == ("", "", "")  # a proposal alone changes nothing
    label, data = next(
        (one, two) for one, two in buttons(reply).items() if one.startswith("分类：")
    )
    done = hall.press(DESK, data)
    assert "已确认" in done.text and "钱二宁" in done.text
    path = case_of(hall).topic_path
    assert path[0] == "噪声与环境" and label == "分类：" + "/".join(path)
    with hall.rooms.store.reading() as s:
        last = cases.events(s, case_of(hall).id)[-1]
    assert last.kind == "classified" and last.actor.startswith("person:") and "把握" in last.detail


def test_the_card_proposes_until_there_is_a_topic(hall):
    recorded(hall)
    assert "建议分类" in hall.say(DESK, f"/case {NEW}").text
    hall.say(DESK, f"/topic {NEW} 噪声与环境/施工噪声/夜间施工")
    card = hall.say(DESK, f"/case {NEW}").text
    assert "建议分类" not in card and "分类：噪声与环境/施工噪声/夜间施工" in card


def test_a_topic_of_ones_own_needs_a_known_first_level_or_the_word_new(hall):
    recorded(hall)
    assert "没有“打桩声”" in hall.say(DESK, f"/topic {NEW} 打桩声").text
    assert case_of(hall).topic_path[0] == ""
    assert "打桩声" in hall.say(DESK, f"/topic {NEW} 新 打桩声").text
    assert case_of(hall).topic_path == ("打桩声", "", "")
    assert "不用再确认" in hall.say(DESK, f"/topic {NEW} 打桩声").text


def test_a_text_that_says_nothing_is_asked_about(hall):
    hall.say(DESK, f"/new {NEW}；来电；请尽快联系；甲一社区；甲一社区；6月8日18点")
    assert "看不出是哪一类" in hall.say(DESK, f"/topic {NEW}").text


def test_only_who_may_classify_is_asked_and_heard(hall):
    data = next(
        two for one, two in buttons(recorded(hall, unit="甲三社区")).items() if "分类" in one
    )
    for_other = hall.press(WORKER, data)  # another unit, though the community is the worker's own
    assert "已确认" in for_other.text
    hall.say(DESK, f"/topic {NEW} 公共安全")
    group = hall.say(DESK, f"/case {NEW}", group=UNIT_GROUP)
    assert "分类" not in group.text
    foreign = "FL2026060100009"
    hall.say(DESK, f"/new {foreign}；夜间施工；工地打桩；乙二社区；乙二社区；6月8日18点")
    with hall.rooms.store.reading() as s:
        number = cases.find(s, foreign).id
    mark = data.rpartition(":")[2]
    assert "不能做" in hall.press(WORKER, f"topic:{number}:{mark}").text
    assert case_of(hall, foreign).topic_path[0] == ""


def test_the_list_offers_the_newest_without_topic(hall):
    recorded(hall)
    reply = hall.say(DESK, "/topic")
    assert NEW in reply.text and "噪声与环境" in reply.text
    data = next(two for one, two in buttons(reply).items() if "噪声与环境" in one)
    hall.press(DESK, data)
    assert case_of(hall).topic_path[0] == "噪声与环境"
    assert NEW not in hall.say(DESK, "/topic").text


def test_stale_and_broken_buttons_are_said(hall):
    recorded(hall)
    number = case_of(hall).id
    assert "已经变了" in hall.press(DESK, f"topic:{number}:00000000").text
    assert "失效" in hall.press(DESK, "topic:x:y").text
    assert "没有找到" in hall.press(DESK, "topic:999999:00000000").text
    assert "没有找到" in hall.say(DESK, "/topic 88887777 物业管理").text
