"""The assessment in chat: a details sheet sent in, causes confirmed by buttons, measures, forecast."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.dialogue.talk import IncomingFile
from casedb import cases
from casedb.assessment import measures, points
from casedb.assessment.countdown import wake_acknowledged
from casedb.assessment.states import MeasureState
from casedb.invented import Months, fill
from casedb.records import CaseDraft
from tests.casedb.office import at

WORKER, COLLEAGUE, DESK, ADMIN, ANALYST, LEADER = (
    "褚千里", "卫万里", "钱二宁", "赵一安", "孙三和", "周五明",
)  # fmt: skip


@pytest.fixture
def details(hall, tmp_path: Path):
    """Sends a details sheet of May: two known cases, one unknown."""
    with hall.rooms.store.session() as s:
        for order in ("GD202605130001", "GD202605130002"):
            draft = CaseDraft(
                order_no=order, title="楼道堆物", appeal="楼道堆物影响通行", handling_unit="甲一社区",
                dispatched_at=at("2026-05-13 08:00"), due_at=at("2026-05-20 18:00"),
                closed_at=at("2026-05-22 18:00"), reply="已处理",
            )  # fmt: skip
            cases.record(s, draft, actor="import", now=at("2026-05-13 08:00"))

    def send(name: str = "2026年5月考核明细.xlsx", *, by: str = ANALYST, group: str = ""):
        book = Workbook()
        page = book.active
        page.append(("2026年5月考核明细",))
        page.append(("工单编号", "承办单位", "失分项", "失分原因"))
        page.append(("GD202605130001", "甲一社区", "解决率", "超期"))
        page.append(("GD202605130002", "甲一社区", "满意率", ""))
        page.append(("GD202605139999", "甲二社区", "响应率", ""))
        path = tmp_path / "sheet.xlsx"
        book.save(path)
        file = IncomingFile(name=name, path=path, size=path.stat().st_size)
        return hall.say(by, "", files=(file,), group=group)

    return send


def labels(reply) -> dict[str, str]:
    return {button.label: button.data for row in reply.buttons for button in row}


def pressed(hall, name: str, reply, label: str):
    found = {key: data for key, data in labels(reply).items() if label in key}
    assert len(found) >= 1, labels(reply)
    return hall.press(name, next(iter(found.values())))


def test_a_details_sheet_is_known_by_what_stands_in_it(hall, details):
    told = details("表格.xlsx")
    assert "2026年05月考核周期" in told.text and "失分 3 项" in told.text
    assert "GD202605139999" in told.text and "已保留" in told.text
    # Imported on Monday 1 June: three working days are Tuesday to Thursday.
    assert "2026年6月4日(周四) 23:59:59" in told.text
    again = details("表格.xlsx")
    assert "新增 0，更新 0，未变 3" in again.text


def test_the_analyst_who_imported_it_is_reminded_until_it_is_handed_in(hall, details, clock):
    details()
    from casedb import obligations

    def tick() -> list[str]:
        with hall.rooms.store.session() as s:
            wake_acknowledged(s, now=clock.now(), rules=hall.rooms.rules)
            obligations.due_steps(
                s, now=clock.now(), rules=hall.rooms.rules, calendar=hall.rooms.calendar
            )
        return [one.text for one in hall.sent() if "复盘报告" in one.text]

    assert tick(), "told at once"
    with hall.rooms.store.reading() as s:
        cycle = points.cycle_named(s, "")
    assert "不再催办" in hall.press(ANALYST, f"ack:{cycle.obligation_id}").toast
    clock.passes(days=1, hours=15)  # Wednesday 01:00: quiet
    assert tick() == []
    clock.passes(hours=8)
    assert tick(), "reminded again although it was acknowledged"
    card = hall.say(ANALYST, "/retro")
    assert "还有" in card.text
    assert "倒计时停止" in pressed(hall, ANALYST, card, "登记已提交").text
    clock.passes(days=2)
    assert tick() == []
    assert "⏳" not in hall.say(ANALYST, "复盘").text


def test_causes_are_confirmed_one_after_the_other(hall, details):
    card = pressed(hall, DESK, details(), "确认失分原因")
    assert "系统提出：超期办结" in card.text
    card = pressed(hall, DESK, card, "确认：超期办结")
    assert card.edit and card.toast == "已定为“超期办结”"
    card = pressed(hall, DESK, card, "态度问题")
    assert "案件库里没有这件工单" in card.text and "系统看不出原因" in card.text
    skipped = pressed(hall, DESK, card, "先跳过")
    assert skipped.text == card.text
    last = pressed(hall, DESK, card, "未首联")
    assert "都确认过了" in last.text
    with hall.rooms.store.reading() as s:
        found = points.lost_points(s, points.cycle_named(s, "").id)
    assert [(one.cause, one.decided_by) for one in found] == [
        ("overdue", DESK), ("attitude", DESK), ("no_contact", DESK),
    ]  # fmt: skip


def test_the_papers_come_with_a_picture(hall, details):
    reply = pressed(hall, ANALYST, details(), "出复盘报告")
    names = [file.name for file in reply.files]
    assert [name.rpartition(".")[2] for name in names] == ["png", "docx", "xlsx"]
    assert reply.files[0].as_picture and all(file.path.exists() for file in reply.files)


def test_workers_neither_import_nor_see_it(hall, details):
    assert "不" in details(by=WORKER).text
    assert "/retro" not in hall.say(WORKER, "/help").text
    assert "复盘报告" not in hall.say(WORKER, "/retro").text
    with hall.rooms.store.reading() as s:
        assert points.cycles(s) == ()
    details()
    assert hall.press(WORKER, "rt:paper:1").files == ()
    assert hall.press(WORKER, "lp:set:1:overdue").buttons == ()
    with hall.rooms.store.reading() as s:
        assert points.lost_points(s, 1)[0].cause == ""
    group = details(group="group:ledger")
    assert "私聊" in group.text


def test_a_measure_in_one_line_reminds_its_owner_and_is_accepted(hall, details, clock):
    details()
    told = hall.say(
        DESK, "/measure 卫万里 6月20日 每周巡查楼道两次，针对超期办结 验收：月底前无新增堆物"
    )
    assert "卫万里，6月20日(周六) 18:00" in told.text and "验收标准：月底前无新增堆物" in told.text
    with hall.rooms.store.reading() as s:
        made = measures.measure(s, 1)
    assert (made.cause, made.text) == ("overdue", "每周巡查楼道两次")
    from casedb import obligations

    with hall.rooms.store.session() as s:
        obligations.due_steps(
            s, now=clock.now(), rules=hall.rooms.rules, calendar=hall.rooms.calendar
        )
    heard = [one for one in hall.sent() if "每周巡查楼道" in one.text]
    assert len(heard) == 1 and "/measure 完成" in heard[0].text
    hall.press(COLLEAGUE, f"ack:{made.obligation_id}")
    assert "已确认" in hall.say(COLLEAGUE, "/measure").text
    assert "不能" not in hall.say(COLLEAGUE, "/measure 完成 1 已巡查四次").text
    asked = [one for one in hall.sent() if "请验收" in one.text]
    assert asked and "已巡查四次" in asked[0].text
    returned = hall.say(DESK, "/measure 退回 1 照片不全，6月25日前补")
    assert "6月25日" in returned.text
    with hall.rooms.store.reading() as s:
        again = measures.measure(s, 1)
    assert again.state is MeasureState.OPEN and again.returned == 1
    hall.say(COLLEAGUE, "/measure 完成 1")
    listed = hall.say(LEADER, "改进措施")
    assert "待验收" in listed.text
    assert "验收通过" in pressed(hall, LEADER, listed, "验收通过").text
    with hall.rooms.store.reading() as s:
        assert measures.measure(s, 1).accepted_by == LEADER


def test_a_measure_is_asked_for_step_by_step(hall, details):
    reply = pressed(hall, ANALYST, details(), "定措施")
    assert "由谁负责" in reply.text
    assert "没有找到责任人" in hall.say(ANALYST, "张某某某").text
    assert "什么时候" in hall.say(ANALYST, "甲二社区").text  # its head
    assert "什么时候" in hall.say(ANALYST, "尽快吧").text
    assert "要做什么" in hall.say(ANALYST, "下周五下午5点").text
    assert "验收标准" in hall.say(ANALYST, "整理同类诉求口径").text
    done = hall.say(ANALYST, "无")
    assert "甲二社区蒋百合" in done.text and "6月12日(周五) 17:00" in done.text


def test_what_cannot_be_is_said_and_nothing_is_made(hall, details, clock):
    assert "请先" in hall.say(DESK, "/measure 卫万里 6月20日 巡查 验收：无").text
    details()
    past = hall.say(DESK, "/measure 卫万里 2026年5月1日 巡查 验收：无").text
    assert "过" in past and "5月1日" in past
    assert "6月20日(周六) 18:00" in hall.say(DESK, "6月20日").text  # only the time was asked again
    hall.say(DESK, "/measure 撤销 1")
    assert "专班" in hall.say(WORKER, "/measure 卫万里 6月20日 巡查 验收：无").text
    assert "没有编号 9" in hall.say(DESK, "/measure 完成 9").text
    hall.say(DESK, "/measure 卫万里 6月20日 巡查 验收：无新增")
    assert "不归你负责" in hall.say("沈千帆", "/measure 完成 2").text
    assert "还不能验收" in hall.say(DESK, "/measure 验收 2").text
    assert "撤销" in hall.say(DESK, "/measure 撤销 2").text
    with hall.rooms.store.reading() as s:
        assert [one.state for one in (measures.measure(s, 2),)] == [MeasureState.DROPPED]
        assert measures.open_measures(s) == ()


def test_an_owner_does_not_accept_their_own_work(hall, details):
    details()
    hall.say(LEADER, "/measure 孙三和 6月20日 写口径 验收：有口径")
    hall.say(ANALYST, "/measure 完成 1")
    assert "不能自己验收" in hall.say(ANALYST, "/measure 验收 1").text
    assert "验收通过" in hall.say(DESK, "/measure 验收 1").text


def test_the_forecast_comes_with_pictures_to_those_who_see_everything(hall, clock):
    with hall.rooms.store.session() as s:
        fill(s, Months(13, 60, 4), now=clock.now())
    reply = hall.say(LEADER, "预测")
    assert "2026年06月诉求预测" in reply.text and "回测" in reply.text
    assert len(reply.files) == 2 and all(file.as_picture for file in reply.files)
    assert "2026年08月" in hall.say(DESK, "/forecast 2026-08").text
    assert "不是月份" in hall.say(DESK, "/forecast 明年").text
    assert hall.say(WORKER, "/forecast").files == ()


def test_a_question_about_the_retrospective_stays_a_question(hall):
    reply = hall.say(DESK, "复盘报告几天内交？")
    assert "考核明细" not in reply.text or "工作日" in reply.text
    assert not labels(reply).get("出复盘报告")
