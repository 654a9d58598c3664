"""The dialogue as people meet it: strangers, groups, commands, buttons, flows, failures."""

from __future__ import annotations

import logging
import re
import sqlite3

import pytest

from bot.dialogue.talk import IncomingFile
from bot.dialogue.turn import Turn
from casedb import cases, obligations, people, questions

UNIT_GROUP, LEDGER_GROUP = "group:unit", "group:ledger"
WORKER, COLLEAGUE, DESK, ADMIN, ANALYST, OTHER = (
    "褚千里",
    "卫万里",
    "钱二宁",
    "赵一安",
    "孙三和",
    "沈千帆",
)


def order_of(hall, unit: str, *, at: int = 0) -> str:
    with hall.rooms.store.reading() as s:
        return [case for case in cases.open_cases(s) if case.handling_unit == unit][at].order_no


def test_a_stranger_gets_how_to_register_and_nothing_else(hall):
    for text in ("首接负责制是什么", "/case 300001", "/ledger", "提醒我明天9点开会"):
        assert hall.say("陌生人", text).text.startswith("您还没有登记")
    assert hall.press("陌生人", "case:1:why").text.startswith("您还没有登记")


def test_an_unbound_group_gets_how_to_bind_and_nothing_else(hall):
    number = order_of(hall, "甲一社区")
    for text in ("首接负责制是什么", f"/case {number}", "台账"):
        reply = hall.say(DESK, text, group="group:other")
        assert reply.text.startswith("本群还没有登记")
    assert hall.press(DESK, "case:1:why", group="group:other").text.startswith("本群还没有登记")
    assert "请管理员" in hall.say(DESK, "/bind ledger", group="group:other").text
    assert "已绑定为台账群" in hall.say(ADMIN, "/bind ledger", group="group:other").text


def test_a_code_binds_an_account_once(hall):
    made = hall.say(ADMIN, "/invite 林小满 甲一社区 社区").text
    code = made.split("`")[1]
    assert "已绑定：林小满" in hall.say("新账号", f"/start {code}").text
    assert "已绑定" not in hall.say("另一个", f"/start {code}").text
    assert "林小满" in hall.say("新账号", "/whoami").text


def test_a_code_is_not_taken_in_a_group(hall):
    code = hall.say(ADMIN, "/invite 林小满 甲一社区 社区").text.split("`")[1]
    reply = hall.say("新账号", f"/start {code}", group=UNIT_GROUP)
    assert "私聊" in reply.text


def test_what_is_not_said_to_us_in_a_group_is_not_answered(hall):
    assert hall.say(WORKER, "今天谁值班", group=UNIT_GROUP, addressed=False).silent


def test_a_group_sees_tails_only_and_only_its_own_cases(hall):
    own, foreign = order_of(hall, "甲一社区"), order_of(hall, "甲三社区")
    shown = hall.say(DESK, f"/case {own}", group=UNIT_GROUP).text
    assert own not in shown and own[-6:] in shown and "诉求" not in shown
    assert "不在本群的范围" in hall.say(DESK, f"/case {foreign}", group=UNIT_GROUP).text
    assert foreign[-6:] in hall.say(DESK, f"/case {foreign}", group=LEDGER_GROUP).text
    assert "不在群里办" in hall.say(DESK, "/export", group=UNIT_GROUP).text
    listed = hall.say(DESK, "我的工单", group=UNIT_GROUP).text
    assert foreign[-6:] not in listed and own not in listed


def test_a_worker_does_not_see_another_units_case_nor_that_it_exists(hall):
    foreign = order_of(hall, "甲三社区")
    hidden = hall.say(WORKER, f"/case {foreign}").text
    missing = hall.say(WORKER, "/case 99998888777766").text
    assert hidden.replace(foreign, "X") == missing.replace("99998888777766", "X")


def test_a_case_is_recorded_step_by_step_and_survives_a_restart(hall):
    from bot.dialogue.router import Dialogue

    answers = ["/new", "20260601999001", "楼道堆物", "王小花13912345678反映楼道堆物", "甲一社区"]
    for text in answers:
        hall.say(DESK, text)
    hall.dialogue = Dialogue(hall.rooms)
    assert "第 6 步" in hall.say(DESK, "甲一社区").text
    done = hall.say(DESK, "6月8日18点").text
    assert "已登记工单 20260601999001" in done and "6月8日" in done
    card = hall.say(WORKER, "工单 20260601999001 到期了吗").text
    assert "还没到期" in card and "13912345678" not in card and "王小花" not in card


def test_cancel_leaves_the_steps(hall):
    hall.say(DESK, "/new")
    assert "已退出" in hall.say(DESK, "/cancel").text
    assert "没有正在填写" in hall.say(DESK, "/cancel").text


def test_the_state_of_a_flow_is_sealed(hall):
    for text in ("/new", "20260601999002", "标题", "电话13912345678"):
        hall.say(DESK, text)
    database = b"".join(
        path.read_bytes() for path in hall.rooms.settings.data_dir.glob("zhiban.db*")
    )
    assert b"13912345678" not in database


def test_a_case_is_accepted_contacted_and_closed_with_what_happens_next(hall):
    hall.say(DESK, "/new 20260601999003；漏水；楼上漏水；甲一社区；甲一社区；6月8日18点")
    assert "接下来请在" in hall.say(WORKER, "/accept 999003").text
    assert "接下来请在" in hall.say(WORKER, "/contact 999003").text
    assert "回复内容" in hall.say(WORKER, "/close 999003").text
    assert "已结案" in hall.say(WORKER, "已修好并告知").text
    assert "已结案" in hall.say(WORKER, "这个工单怎么样了").text


def test_a_case_is_recorded_in_one_line_of_plain_words(hall):
    said = hall.say(DESK, "/new 20260601999004 甲一社区 3号楼楼道灯不亮 6月8日18点前").text
    assert "已登记工单 20260601999004" in said
    assert "承办单位：甲一社区" in said and "6月8日" in said and "18:00" in said


def test_a_reminder_of_a_case_cannot_be_cancelled_by_its_number(hall):
    with hall.rooms.store.session() as s:
        obligations.ensure_for_cases(
            s, now=hall.rooms.clock.now(), rules=hall.rooms.rules, calendar=hall.rooms.calendar
        )
    assert "不能取消" in hall.say(DESK, "/cancel 1").text


def test_assign_and_extend_are_for_the_desk(hall):
    number = order_of(hall, "甲一社区")
    assert "不能做这一项" in hall.say(WORKER, f"/assign {number} 甲二社区").text
    assert "已改派到甲二社区" in hall.say(DESK, f"/assign {number} 甲二 属地不对").text
    assert "6月18日" in hall.say(DESK, f"/extend {number} 6月18日18点 需要区里协调").text
    assert "理由" in hall.say(DESK, f"/extend {number} 6月20日18点").text


def test_why_explains_and_reveal_is_written_down(hall):
    number = order_of(hall, "甲一社区")
    assert "依据" in hall.say(WORKER, f"/why {number}").text
    assert "请说明理由" in hall.say(WORKER, f"/reveal {number}").text
    assert "1380000" in hall.say(WORKER, f"/reveal {number} 首次联系诉求人").text
    with hall.rooms.store.reading() as s:
        case = cases.find(s, number)
        kinds = [event.kind for event in cases.events(s, case.id)]
    assert any("reveal" in kind for kind in kinds)


def test_a_reminder_said_plainly_is_set_listed_and_cancelled(hall):
    made = hall.say(WORKER, "提醒我 明天上午9点 交剔除材料")
    assert "6月2日" in made.text and "09:00" in made.text and "交剔除材料" in made.text
    assert "交剔除材料" in hall.say(WORKER, "我的提醒").text
    assert "已取消" in hall.press(WORKER, made.buttons[0][0].data).text
    assert "没有未完成" in hall.say(WORKER, "/reminders").text


def test_units_are_reminded_by_those_who_may(hall):
    assert "提醒甲二社区" in hall.say(DESK, "提醒甲二社区明天上午9点报送照片").text
    assert "只能提醒自己和本单位" in hall.say(WORKER, "提醒甲二社区明天上午9点报送照片").text
    assert "提醒甲一社区" in hall.say(WORKER, "提醒甲一社区明天上午9点报送照片").text


def test_a_reminder_without_a_time_is_asked_back(hall):
    assert (
        "几点" in hall.say(WORKER, "提醒我交材料").text
        or "时间" in hall.say(WORKER, "提醒我交材料").text
    )


def duty_of(hall, name: str) -> int:
    rooms = hall.rooms
    with rooms.store.session() as s:
        now = rooms.clock.now()
        obligations.ensure_for_cases(s, now=now, rules=rooms.rules, calendar=rooms.calendar)
        obligations.due_steps(s, now=now, rules=rooms.rules, calendar=rooms.calendar)
        return obligations.listing(s, people.find_person(s, name))[0].id


def test_received_stops_the_ladder_and_the_second_press_is_told_who_was_first(hall):
    duty = duty_of(hall, WORKER)
    first = hall.press(WORKER, f"ack:{duty}")
    assert first.edit and "已收到" in first.text and first.toast
    assert WORKER in hall.press(COLLEAGUE, f"ack:{duty}").toast
    assert "不归你" in hall.press(OTHER, f"ack:{duty_of(hall, WORKER)}").toast


def test_a_reminder_is_snoozed_handed_over_and_refused(hall):
    duty = duty_of(hall, WORKER)
    assert "再提醒" in hall.press(WORKER, f"snooze:{duty}:1h").toast
    hall.press(WORKER, f"handover:{duty}")
    assert "没有找到" in hall.say(WORKER, "查无此人").text
    assert COLLEAGUE in hall.say(WORKER, COLLEAGUE).text
    hall.press(COLLEAGUE, f"cannot:{duty}")
    assert "需要区里协调" in hall.say(COLLEAGUE, "需要区里协调").text


def test_the_ledger_is_cut_to_its_reader(hall):
    desk = hall.say(DESK, "今日台账")
    assert "早台账" in desk.text and len(desk.files) == 2
    own = hall.say(WORKER, "台账").text
    assert "甲一社区" in own and "甲二社区" not in own
    assert "甲二社区" not in hall.say(DESK, "台账", group=UNIT_GROUP).text


def test_a_question_is_kept_and_rated(hall):
    reply = hall.say(WORKER, "诉求人电话打不通怎么办")
    data = [button.data for row in reply.buttons for button in row]
    up = next(one for one in data if one.startswith("fb:down"))
    assert "哪里不好" in hall.press(WORKER, up).text
    article = next(one for one in data if one.startswith("art:"))
    cited = re.search(r"1\. (《[^》]+》)", reply.text)
    opened = hall.press(WORKER, article).text
    assert "打不通" in opened
    assert cited and cited[1] in opened
    with hall.rooms.store.reading() as s:
        kept = questions.asked(s)[0]
    assert (kept.outcome, kept.feedback) == ("answered", "down")


def test_a_question_without_basis_is_handed_off_claimed_once_and_answered(hall):
    reply = hall.say(WORKER, "火星移民的落户手续怎么办？")
    offer = next(b.data for row in reply.buttons for b in row if b.data.startswith("handoff:"))
    assert "已转给" in hall.press(WORKER, offer).text
    asked = hall.sent()
    claim = next(
        b.data for m in asked for row in m.buttons for b in row if b.data.startswith("claim")
    )
    assert "请直接发答复" in hall.press(ANALYST, claim).text
    assert "有人在处理" in hall.press("李四平", claim).text
    hall.say(ANALYST, "没有这项手续，请如实告知。")
    relayed = hall.sent()
    assert any("没有这项手续" in message.text for message in relayed)


def test_a_hand_off_nobody_claims_goes_to_the_next_on_the_roster(hall, clock):
    from bot.learning import passing_on

    reply = hall.say(WORKER, "火星移民的落户手续怎么办？")
    offer = next(b.data for row in reply.buttons for b in row if b.data.startswith("handoff:"))
    hall.press(WORKER, offer)
    first = {message.target.chat for message in hall.sent()}
    assert passing_on.pass_on(hall.rooms, clock.now()) == 0
    clock.passes(minutes=11)
    assert passing_on.pass_on(hall.rooms, clock.now()) == 1
    second = {message.target.chat for message in hall.sent()}
    assert second and not second & first


def test_unknown_commands_and_stale_buttons_get_a_clear_sentence(hall):
    assert "没有 /foo" in hall.say(WORKER, "/foo").text
    assert "失效" in hall.press(WORKER, "gone:1").toast
    assert "失效" in hall.press(WORKER, "ack:abc").toast


def test_an_unexpected_failure_gets_a_number_and_no_message_text_in_the_log(
    hall, caplog, monkeypatch
):
    from bot.dialogue import router

    def broken(turn: Turn, text: str):
        raise ZeroDivisionError

    monkeypatch.setattr(router.plain, "answer", broken)
    with caplog.at_level(logging.ERROR):
        reply = hall.say(WORKER, "王小花的电话13912345678")
    assert "已记下编号" in reply.text
    number = reply.text.split("编号 ")[1][:4]
    assert number in caplog.text and "13912345678" not in caplog.text


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a moment for a locked database, not seconds. Ask for it before the hall."""
    monkeypatch.setattr("casedb.store.BUSY_SECONDS", 0.1)


def test_a_message_while_the_records_are_locked_is_kept_and_answered_later(impatient, hall, clock):
    other = sqlite3.connect(hall.rooms.settings.data_dir / "zhiban.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    reply = hall.say(WORKER, "提醒我明天上午9点交材料")
    assert "先记下" in reply.text
    assert hall.dialogue.release(clock.now()) == 0
    other.execute("ROLLBACK")
    other.close()
    assert hall.dialogue.release(clock.now()) == 1
    assert hall.dialogue.release(clock.now()) == 0
    assert any("交材料" in message.text for message in hall.sent())
    assert "1 条" in hall.say(WORKER, "我的提醒").text


def test_the_same_message_twice_makes_one_reminder(hall):
    said = hall.incoming(WORKER, "提醒我明天上午9点交材料")
    hall.dialogue(said)
    hall.dialogue(said)
    assert "1 条" in hall.say(WORKER, "我的提醒").text


HEADINGS = "工单编号,诉求性质,标题,诉求内容,社区,承办单位,派单时间,办理时限\n"


def document(tmp_path, name: str, content: bytes) -> tuple[IncomingFile, ...]:
    path = tmp_path / name
    path.write_bytes(content)
    return (IncomingFile(name, path, len(content)),)


def test_a_sheet_sent_as_a_document_is_imported_or_every_bad_cell_is_listed(hall, tmp_path):
    good = (
        HEADINGS
        + "20260601888001,投诉,堆物,楼道堆物,甲一社区,甲一社区,2026-06-01 07:40,2026-06-05 12:00\n"
    )
    bad = (
        HEADINGS
        + "20260601888002,投诉,堆物,楼道堆物,甲一社区,甲一社区,上周三上午,2026-06-05 12:00\n"
    )
    taken = hall.say(DESK, files=document(tmp_path, "工单.csv", good.encode("gb18030")))
    assert "新增 1 件" in taken.text
    refused = hall.say(DESK, files=document(tmp_path, "坏.csv", bad.encode()))
    assert (
        "一行都没有入库" in refused.text
        and "派单时间" in refused.text
        and "上周三上午" in refused.text
    )
    assert "没有找到" in hall.say(DESK, "/case 20260601888002").text
    assert (
        "不能做这一项" in hall.say(WORKER, files=document(tmp_path, "工.csv", good.encode())).text
    )
    assert (
        "私聊"
        in hall.say(DESK, group=UNIT_GROUP, files=document(tmp_path, "群.csv", good.encode())).text
    )


def test_a_bad_file_gets_a_clear_sentence(hall, tmp_path):
    for name, content in (("空.xlsx", b""), ("改名.xlsx", b"\x89PNG\r\n\x1a\nnot a sheet")):
        reply = hall.say(DESK, files=document(tmp_path, name, content))
        assert reply.text and "编号" not in reply.text[:8] and "已记下编号" not in reply.text


def test_a_new_calendar_is_taken_from_an_admin_only(hall, tmp_path):
    table = (
        'year = 2027\nstatus = "published"\nversion = "2027-9"\nsource = "测试"\n'
        '[[holiday]]\nname = "元旦"\nfrom = 2027-01-01\nto = 2027-01-03\n'
    ).encode()
    assert "不能做这一项" in hall.say(DESK, files=document(tmp_path, "2027.toml", table)).text
    assert "已收下 2027 年" in hall.say(ADMIN, files=document(tmp_path, "2027.toml", table)).text
    assert (
        hall.rooms.calendar.version_on(hall.rooms.clock.now().date().replace(year=2027)) == "2027-9"
    )


def test_every_command_in_the_menu_does_something_for_the_admin(hall):
    for name, menu in hall.dialogue.commands:
        reply = hall.say(ADMIN, f"/{name}")
        assert menu and (reply.text or reply.files)
        assert "已记下编号" not in reply.text, name
        hall.say(ADMIN, "/cancel")


def test_a_guide_opens_whole_under_one_button_and_an_article_with_its_note(hall):
    reply = hall.say(WORKER, "诉求人电话打不通怎么办")
    labels = [b.label for row in reply.buttons for b in row if b.data.startswith("art:")]
    assert len(labels) == len(set(labels))
    guide = next(b for row in reply.buttons for b in row if "首次联系" in b.label)
    opened = hall.press(WORKER, guide.data).text
    assert "怎么说" in opened and "打不通怎么办" in opened
    article = hall.say(WORKER, "/article 接诉即办工作条例 第十四条").text
    assert "要点" in article and "核对法规原文" in article


def test_a_question_about_a_case_brings_where_it_stands_only_to_who_may_see_it(hall):
    listed = hall.say(WORKER, "我的工单").text
    number = listed.split("`")[1]
    own = hall.say(WORKER, f"工单 {number} 打不通诉求人电话怎么办")
    assert number in own.text.splitlines()[0] and "时限" in own.text.splitlines()[0]
    hall.say(WORKER, number)
    assert number in hall.say(WORKER, "这个工单能申请延期吗").text.splitlines()[0]
    other = hall.say(OTHER, f"工单 {number} 打不通诉求人电话怎么办").text
    assert "时限 " not in other.splitlines()[0] and "甲一社区" not in other.splitlines()[0]
    assert "首次联系" in other
