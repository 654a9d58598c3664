"""/advice: the like within reach, articles that exist, steps with their source, and honest risk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.advice.likes import counted
from bot.advice.records import Past
from casedb import cases
from casedb.cases.endings import endings
from casedb.records import CaseDraft
from casedb.vocabulary import AppealKind, RevisitAnswer
from tests.bot.dialogue.test_router import DESK, UNIT_GROUP, WORKER, order_of

HARD = "YA2026060100001"


def figures(text):
    """Found, closed, answered, with a no."""
    said = re.search(
        r"相似 (\d+) 件，已办结 (\d+) 件，有回访结果 (\d+) 件，其中涉否 (\d+) 件", text
    )
    assert said, text
    return tuple(map(int, said.groups()))


@pytest.fixture
def past(hall):
    """Closed invented cases of two units about bikes charged in stairwells, and others."""
    now = hall.rooms.clock.now()
    with hall.rooms.store.session() as s:
        for number in range(12):
            unit = "甲一社区" if number % 3 else "甲三社区"
            called = now - timedelta(days=60 - number)
            answer = RevisitAnswer.NO if number == 5 else RevisitAnswer.YES
            cases.record(
                s,
                CaseDraft(
                    order_no=f"YQ20260401{number:05d}", kind=AppealKind.COMPLAINT,
                    title=f"电动车楼道充电{number}", appeal="有人把电动车推进楼道飞线充电，怕着火",
                    community=unit, handling_unit=unit, received_at=called, dispatched_at=called,
                    due_at=called + timedelta(days=7), closed_at=called + timedelta(days=2),
                    reply=f"已断电移车并增设充电口{number}", revisited_at=called + timedelta(days=8),
                    responded=RevisitAnswer.YES, resolved=answer, satisfied=answer,
                ),
                actor="import", now=now,
            )  # fmt: skip
        cases.record(
            s,
            CaseDraft(
                order_no=HARD, title="楼道里给电瓶充电", appeal="三单元楼道天天有人飞线给电动车充电",
                community="甲一社区", handling_unit="甲一社区", received_at=now, dispatched_at=now,
                due_at=now + timedelta(days=1),
            ),
            actor="import", now=now,
        )  # fmt: skip


def test_the_desk_sees_the_like_of_every_unit_and_how_they_ended(hall, past):
    text = hall.say(DESK, f"/advice {HARD}").text
    found, closed, answered, noes = figures(text)
    assert (
        found >= 12 and closed >= 12 and answered >= 12 and noes >= 1
    )  # the sample has the like too
    assert "甲一社区" in text and "甲三社区" in text
    assert "供参考，由承办人决定" in text


def test_a_worker_sees_only_what_their_unit_may_see(hall, past):
    text = hall.say(WORKER, f"/advice {HARD}").text
    everybody = hall.say(DESK, f"/advice {HARD}").text
    assert 8 <= figures(text)[0] <= figures(everybody)[0] - 4 and "甲三社区" not in text
    foreign = hall.say(WORKER, f"/advice {order_of(hall, '甲三社区')}").text
    assert foreign.startswith("没有找到工单")


def test_each_step_has_its_source_and_articles_hold_today(hall, past):
    text = hall.say(DESK, f"/advice {HARD}").text
    steps = [
        line for line in text.split("**二、")[0].splitlines() if line[:2].rstrip(".").isdigit()
    ]
    assert len(steps) >= 3 and all("〔出处：" in line for line in steps)
    assert "先联系诉求人" in steps[0] and "第十五条" in steps[0]
    assert "离时限不到两天" in text and "充电口" in text
    assert "已废止" not in text


def test_too_little_history_is_said_and_no_number_is_made_up(hall, past):
    text = hall.say(DESK, f"/advice {HARD}").text
    assert "太少，不估计" in text and "估计 **" not in text


def test_unknown_numbers_groups_and_empty_cases_get_a_clear_sentence(hall):
    assert "没有找到工单" in hall.say(DESK, "/advice 99998888777766").text
    assert "私聊" in hall.say(DESK, f"/advice {order_of(hall, '甲一社区')}", group=UNIT_GROUP).text
    assert "请写成" in hall.say(DESK, "/advice").text
    now = hall.rooms.clock.now()
    with hall.rooms.store.session() as s:
        cases.record(s, CaseDraft(order_no="KONG20260601"), actor="import", now=now)
    text = hall.say(DESK, "/advice KONG20260601").text
    assert "几乎没有诉求内容" in text and "没有找到类似的往期工单" in text


def test_the_card_offers_advice_and_no_button_opens_a_foreign_case(hall, past):
    card = hall.say(DESK, f"/case {HARD}")
    data = next(one.data for row in card.buttons for one in row if one.label == "办理建议")
    assert figures(hall.press(DESK, data).text)[0] >= 12
    with hall.rooms.store.reading() as s:
        foreign = cases.find(s, order_of(hall, "甲三社区")).id
    assert "没有找到工单" in hall.press(WORKER, f"advice:{foreign}").text
    assert hall.press(DESK, "advice:x").toast
    assert figures(hall.say(DESK, "/advice").text)[0] >= 12  # the case last spoken of


def test_nothing_unmasked_is_shown(hall, past):
    with hall.rooms.store.session() as s:
        cases.record(
            s,
            CaseDraft(
                order_no="YM2026060100002", title="楼道里充电",
                appeal="我是张三，电话13911112222，楼道里有人飞线给电动车充电",
                complainant="张三", phone="13911112222", community="甲一社区",
            ),
            actor="import", now=hall.rooms.clock.now(),
        )  # fmt: skip
    text = hall.say(DESK, f"/advice {HARD}").text
    assert "13911112222" not in text and "张三" not in text


def test_units_with_many_solved_come_before_one_lucky_case(hall, past):
    with hall.rooms.store.reading() as s:
        found = cases.list_cases(s, cases.CaseFilter(words="YQ2026"))
        known = endings(s, [one.id for one in found])
    like = counted([Past(one, 0.9) for one in known.values()])
    assert (like.found, like.answered, like.noes) == (12, 12, 1)
    assert sum(one.answered for one in like.units) == 12
