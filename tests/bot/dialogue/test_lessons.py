"""Lessons are read page by page, the quiz is kept, the desk sees who has done what, weekly advice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.learning import gaps as gathering
from bot.learning import lesson_advice
from bot.learning.lessons import lessons, quiz_of
from casedb import cases, people
from casedb.beijing import BEIJING
from casedb.learning import lessons as records
from casedb.records import CaseDraft
from casedb.vocabulary import ChatPurpose, RevisitAnswer
from tests.bot.dialogue.test_handoffs import DESK, LEADER, UNIT_GROUP, WORKER, chat_of, told

TRAINING_GROUP = "group:training"


def labels(reply) -> list[str]:
    return [button.label for row in reply.buttons for button in row]


def takes_quiz(hall, number: int, answers: str, name: str = WORKER):
    for item, letter in enumerate(answers, start=1):
        reply = hall.press(name, f"lesson:{number}:a{item}{letter}")
    return reply


def right_answers(hall, number: int) -> str:
    lesson = next(one for one in lessons(hall.rooms.settings) if one.number == number)
    return "".join(one.answer for one in lesson.quiz)


def test_every_lesson_has_pages_a_practice_and_a_quiz(hall):
    every = lessons(hall.rooms.settings)
    assert [one.number for one in every] == list(range(1, len(every) + 1))
    for one in every:
        assert one.sections and one.practice and len(one.quiz) == 3 and one.basis
        assert all(len(quiz.choices) == 3 for quiz in one.quiz)


def test_a_lesson_is_turned_page_by_page_and_ends_in_practice_and_quiz(hall):
    listed = hall.say(WORKER, "/train")
    assert "1. 三件必须做的事" in listed.text and labels(listed)[0] == "1. 三件必须做的事"
    page = hall.press(WORKER, "lesson:1:p0")
    assert page.edit and "要点" in page.text and "（1/" in page.text
    seen = [page.text]
    while "下一页 →" in labels(page):
        turned = next(b.data for row in page.buttons for b in row if b.label == "下一页 →")
        page = hall.press(WORKER, turned)
        seen.append(page.text)
    assert any("《北京市接诉即办工作条例》第十五条（" in text for text in seen)
    assert "练一练" in seen[-1]
    assert {"练过了", "开始小测", "← 上一页"} <= set(labels(page))
    assert "已记下" in hall.press(WORKER, "lesson:1:done").toast


def test_each_answer_is_judged_with_its_rule_and_the_result_is_kept(hall):
    right = right_answers(hall, 1)
    wrong = "A" if right[0] != "A" else "B"
    asked = hall.press(WORKER, "lesson:1:q1")
    assert labels(asked) == ["A", "B", "C"]
    said = hall.press(WORKER, f"lesson:1:a1{wrong}")
    assert f"❌ 选的是 {wrong}，应为 {right[0]}" in said.text and "第十五条" in said.text
    takes_quiz(hall, 1, wrong + right[1:])
    assert "答对 2/3" in hall.press(WORKER, "lesson:1:end").text
    assert "✅ 2/3" in hall.say(WORKER, "/train").text
    takes_quiz(hall, 1, right)
    done = hall.press(WORKER, "lesson:1:end")
    assert "答对 3/3" in done.text and "下一课：不归我管怎么办" in labels(done)
    with hall.rooms.store.reading() as s:
        result = records.results_of(s, people.find_person(s, WORKER).id)
    assert [(one.answered, one.right) for one in result.values()] == [(3, 3)]


@pytest.mark.parametrize("data", ["lesson:99:p0", "lesson:1:a9A", "lesson:1:a1Z", "lesson:1:a1AB",
                                  "lesson:1:q0", "lesson:1:x", "lesson:x:p0", "lesson:1:"])  # fmt: skip
def test_a_button_that_fits_nothing_changes_nothing(hall, data):
    assert hall.press(WORKER, data).silent
    with hall.rooms.store.reading() as s:
        assert records.results(s) == {}


def test_the_desk_sees_who_has_done_what_in_private_only(hall):
    takes_quiz(hall, 1, right_answers(hall, 1))
    takes_quiz(hall, 2, right_answers(hall, 2)[:1])
    seen = hall.say(DESK, "/train 总览").text
    assert "1. 三件必须做的事：1 人学完，0 人在学" in seen
    assert "2. 不归我管怎么办：0 人学完，1 人在学" in seen
    assert "褚千里 1/12" in seen and "**甲二社区**：蒋百合 0/12" in seen
    for name in (WORKER, LEADER):
        assert "不能做这一项" in hall.say(name, "/train 总览").text
    grouped = hall.say(DESK, "/train 总览", group=UNIT_GROUP).text
    assert WORKER not in grouped and "不在群里" in grouped


def test_a_group_reads_lessons_but_never_results(hall):
    takes_quiz(hall, 1, right_answers(hall, 1))
    listed = hall.say(WORKER, "/train", group=UNIT_GROUP).text
    assert "三件必须做的事" in listed and "✅" not in listed and "已学完" not in listed
    assert "要点" in hall.press(WORKER, "lesson:1:p0", group=UNIT_GROUP).text
    assert "开始小测" not in labels(hall.press(WORKER, "lesson:1:p9", group=UNIT_GROUP))
    assert "私聊" in hall.press(WORKER, "lesson:1:a1A", group=UNIT_GROUP).toast


def test_a_lesson_is_opened_by_its_number_in_any_spelling(hall):
    for said in ("3", "第三课", "三"):
        assert "延期与解释" in hall.say(WORKER, f"/train {said}").text
    assert "没有第 88 课" in hall.say(WORKER, "/train 88").text
    assert "培训" in hall.say(WORKER, "培训课").text


def test_a_quiz_line_is_read_or_left_alone():
    found = quiz_of("题：几天？ 选项：A. 三天 B. 五天 答案：B 依据：《某条例》第十条之一")
    assert found and found.right_choice == "五天" and found.basis == ("某条例", "第十条之一")
    bare = quiz_of("题：几天？ 选项：A. 三天 B. 五天 答案：A")
    assert bare and bare.basis is None
    for line in (
        "题：几天？",
        "题：x 选项：A. 一 C. 二 答案：A",
        "题：x 选项：A. 一 B. 二 答案：D",
    ):
        assert quiz_of(line) is None


def loses_points(hall, title: str, count: int) -> None:
    """Revisits that answer no, on cases of this kind."""
    now = hall.rooms.clock.now()
    with hall.rooms.store.session() as s:
        for number in range(count):
            draft = CaseDraft(
                order_no=f"2026060188{number:04d}", title=title, appeal=title,
                handling_unit="甲一社区", dispatched_at=now - timedelta(days=3),
                accepted_at=now - timedelta(days=3), first_contact_at=now - timedelta(days=2),
                closed_at=now - timedelta(days=1), revisited_at=now,
                responded=RevisitAnswer.YES, resolved=RevisitAnswer.NO,
            )  # fmt: skip
            cases.record(s, draft, actor="person:1", now=now)


def test_what_went_wrong_chooses_the_lesson_and_it_is_suggested_once_a_week(hall, clock):
    with hall.rooms.store.session() as s:
        people.bind_chat(
            s, channel="web", external_id=TRAINING_GROUP, topic_id="", title="培训群",
            purpose=ChatPurpose.TRAINING, unit_id=None, actor="person:1", now=clock.at,
        )  # fmt: skip
    loses_points(hall, "楼上半夜装修噪声扰民", 6)
    told(hall)
    clock.at = datetime(2026, 6, 8, 9, 29, tzinfo=BEIJING)
    assert not lesson_advice.weekly(hall.rooms, clock.at)
    clock.passes(minutes=1)
    assert lesson_advice.weekly(hall.rooms, clock.at)
    sent = told(hall)
    assert "噪声单怎么办" in sent[TRAINING_GROUP] and "噪声单怎么办" in sent[chat_of(hall, DESK)]
    assert WORKER not in sent[TRAINING_GROUP]
    clock.passes(days=2)
    assert not lesson_advice.weekly(hall.rooms, clock.at)
    clock.passes(days=5)
    lesson_advice.weekly(hall.rooms, clock.at)
    assert all("噪声单" not in text for text in told(hall).values())


def test_gaps_choose_the_lesson_too(hall, clock):
    for text in ("分包欠农民工工资总包不认怎么找他要", "预付卡退费商家跑路找哪个部门退"):
        hall.say(WORKER, text)
        clock.passes(minutes=40)
    gathering.gather(hall.rooms, clock.now())
    found = lesson_advice.advise(hall.rooms, clock.now())
    assert found is not None
    assert found.lesson.short == "欠薪和预付卡"
    assert dict(found.why)["gap"] == 2
