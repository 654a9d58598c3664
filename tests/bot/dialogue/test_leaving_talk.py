"""/leave: who may say it, whom it means, and what the desk and the one who left see after."""

from __future__ import annotations

WORKER, DESK, ADMIN = "褚千里", "钱二宁", "赵一安"


def test_who_left_is_a_stranger_and_the_desk_hears_what_to_name_anew(hall):
    later = hall.incoming(WORKER, "我的工单")  # from the account he still holds
    told = hall.say(ADMIN, f"/leave 甲一社区 {WORKER}").text
    assert (f"甲一社区{WORKER}已离岗" in told and "改派" in told) or "负责人" in told
    assert any(f"{WORKER}已离岗" in one.text for one in hall.sent())
    assert hall.dialogue(later).text.startswith("您还没有登记")
    assert "没有在岗" in hall.say(ADMIN, f"/leave {WORKER}").text


def test_only_who_may_invite_may_say_that_somebody_left(hall):
    assert "已离岗" not in hall.say(WORKER, "/leave 卫万里").text
    assert "管理员" in hall.say(DESK, f"/leave {ADMIN}").text
    assert "自己" in hall.say(ADMIN, f"/leave {ADMIN}").text
    assert "/leave" in hall.say(ADMIN, "/leave").text
    assert "没有在岗" in hall.say(ADMIN, "/leave 查无此人").text


def test_a_question_about_leaving_is_no_command(hall):
    assert "已离岗" not in hall.say(ADMIN, "离岗人员的工单怎么办").text
