"""What goes out by itself: each version of the ledger to whom it is for, the closing sheet, the record."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook

from bot.filing.closing_round import tell_closing
from bot.filing.ledger import file_ledger
from bot.filing.month import send_month
from bot.schedule import Schedule
from casedb import cases, ledger, people
from casedb.beijing import BEIJING
from casedb.closing import sheet as closing_sheet
from casedb.records import OutboxMessage
from tests.bot.dialogue.conftest import LEDGER_GROUP, UNIT_GROUP, Hall

DESK, WORKER, LEADER = "钱二宁", "褚千里", "周五明"
UNIT = "甲一社区"


def morning(hall: Hall, on: date) -> datetime:
    """Set the clock to the morning edition of a day."""
    due = datetime(on.year, on.month, on.day, 8, 30, tzinfo=BEIJING)
    hall.rooms.clock.at = due  # type: ignore[misc]
    return due


def today(hall: Hall) -> date:
    return hall.rooms.clock.now().astimezone(BEIJING).date()


def filed(hall: Hall, on: date) -> tuple[OutboxMessage, ...]:
    due = morning(hall, on)
    file_ledger(hall.rooms, "morning", due=due, now=due)
    return tuple(one for one in hall.sent() if "台账" in one.text)


def rows_of(hall: Hall, message: OutboxMessage) -> list[tuple[object, ...]]:
    path = next(file.path for file in message.files if file.path.endswith(".xlsx"))
    book = load_workbook(hall.rooms.settings.data_dir / path)
    return [tuple(row) for row in book["工单明细"].iter_rows(values_only=True)]


def test_each_receiver_gets_the_version_that_is_for_it(hall: Hall) -> None:
    messages = {one.target.chat: one for one in filed(hall, today(hall) + timedelta(days=1))}
    with hall.rooms.store.reading() as s:
        leader = people.find_person(s, LEADER)
        assert leader is not None
        chat = people.accounts(s, leader.id)[0].private_chat
    assert set(messages) == {LEDGER_GROUP, UNIT_GROUP, chat}
    assert "领导版" in messages[chat].text and not messages[chat].target.is_group
    assert UNIT in messages[UNIT_GROUP].text and "城市管理" not in messages[UNIT_GROUP].text
    assert messages[UNIT_GROUP].files == ()
    snapshots = {one.step for one in messages.values()}
    assert len(snapshots) == 1  # one frozen ledger behind all versions


def test_the_sheet_in_a_group_names_orders_by_their_tails_and_nobody(hall: Hall) -> None:
    on = today(hall) + timedelta(days=1)
    in_group = next(one for one in filed(hall, on) if one.target.chat == LEDGER_GROUP)
    heads, *rows = rows_of(hall, in_group)
    orders, handlers = heads.index("工单编号"), heads.index("责任人")
    assert rows and all(str(row[orders]).startswith("…") for row in rows)
    assert not any(row[handlers] for row in rows)
    reply = hall.say(DESK, "/ledger")
    sheet = next(file.path for file in reply.files if file.name.endswith(".xlsx"))
    whole = load_workbook(sheet)["工单明细"]
    assert all(len(str(cell.value)) > 7 for (cell,) in whole.iter_rows(2, None, 2, 2))


def test_a_worker_gets_the_sheet_of_the_own_unit_only(hall: Hall) -> None:
    reply = hall.say(WORKER, "/ledger")
    (file,) = reply.files
    book = load_workbook(io.BytesIO(Path(file.path).read_bytes()))
    units = {row[4] for row in book["工单明细"].iter_rows(min_row=2, values_only=True)}
    assert units == {UNIT}
    assert [row[0] for row in book["按单位"].iter_rows(min_row=2, values_only=True)] == [UNIT]


def owed(hall: Hall) -> str:
    """The worker's unit owes materials for one of its cases; the order number."""
    with hall.rooms.store.session() as s:
        unit = people.unit_named(s, UNIT)
        case = next(one for one in cases.open_cases(s) if unit and one.handling_unit_id == unit.id)
        now = hall.rooms.clock.now()
        closing_sheet.owe(
            s, case.id, items=("现场照片",), due_at=now + timedelta(hours=30), actor="import",
            now=now, rules=hall.rooms.rules,
        )  # fmt: skip
    return case.order_no


def test_what_is_owed_is_told_once_a_day_to_the_desk_and_the_units_group(hall: Hall) -> None:
    order = owed(hall)
    on = today(hall) + timedelta(days=1)
    early = morning(hall, on)
    assert tell_closing(hall.rooms, early) == 0  # 09:05 is still to come
    hall.sent()
    hall.rooms.clock.passes(minutes=40)  # type: ignore[attr-defined]
    now = hall.rooms.clock.now()
    assert tell_closing(hall.rooms, now) > 0
    assert tell_closing(hall.rooms, now) == 0
    told = {one.target.chat: one.text for one in hall.sent() if "材料催收" in one.text}
    assert f"尾号{order[-6:]}" in told[UNIT_GROUP] and order not in told[UNIT_GROUP]
    assert any(order in text for chat, text in told.items() if chat != UNIT_GROUP)
    assert LEDGER_GROUP not in told


def test_nothing_owed_makes_no_noise(hall: Hall) -> None:
    morning(hall, today(hall) + timedelta(days=1))
    hall.rooms.clock.passes(hours=2)  # type: ignore[attr-defined]
    assert tell_closing(hall.rooms, hall.rooms.clock.now()) == 0


def test_the_record_of_a_month_goes_to_the_desk_once_the_month_is_over(hall: Hall) -> None:
    first = today(hall).replace(day=1)
    filed(hall, first + timedelta(days=3))
    filed(hall, first + timedelta(days=5))
    after = (first + timedelta(days=40)).replace(day=1)
    hall.rooms.clock.at = datetime(after.year, after.month, 1, 9, 0, tzinfo=BEIJING)  # type: ignore[misc]
    assert send_month(hall.rooms, hall.rooms.clock.now()) == 0
    hall.rooms.clock.passes(minutes=11)  # type: ignore[attr-defined]
    now = hall.rooms.clock.now()
    assert send_month(hall.rooms, now) == 1 and send_month(hall.rooms, now) == 0
    (sent,) = (one for one in hall.sent() if "报备记录" in one.text)
    book = load_workbook(hall.rooms.settings.data_dir / sent.files[0].path)
    days = list(book["按日汇总"].iter_rows(min_row=2, values_only=True))
    assert str(days[0][0]).endswith("-04") and "晚台账未报备" in str(days[0][-1])
    assert days[1][-1] == "早台账、晚台账未报备"  # the day between was never filed
    record = list(book["报备明细"].iter_rows(min_row=2, values_only=True))
    assert len(record) == 6 and {row[5] for row in record} >= {LEADER}
    with hall.rooms.store.reading() as s:
        assert len(ledger.filings(s, first)) == 6


def test_the_record_can_be_asked_for_by_month(hall: Hall) -> None:
    on = today(hall) + timedelta(days=1)
    filed(hall, on)
    for said in (f"/filing {on:%Y-%m}", f"/ledger 报备 {on:%Y年%m月}", "报备记录"):
        reply = hall.say(DESK, said)
        assert "报备" in reply.text and reply.files[0].name.endswith(".xlsx"), said
    assert "不是月份" in hall.say(DESK, "/filing 2026-13").text
    assert "还没有到" in hall.say(DESK, "/filing 2099-01").text
    assert "不能做这一项" in hall.say(WORKER, "/filing").text


def test_the_leader_of_the_day_is_shown_and_set_in_chat(hall: Hall) -> None:
    assert "还没有排" in hall.say(WORKER, "/leader").text
    on = today(hall) + timedelta(days=1)
    said = f"{on.month}月{on.day}日"
    assert "不能做这一项" in hall.say(WORKER, f"/leader {said} {LEADER}").text
    assert "名册里没有" in hall.say(DESK, f"/leader {said} {WORKER}").text
    assert LEADER in hall.say(DESK, f"/leader {said} {LEADER}").text
    hall.rooms.clock.passes(days=1)  # type: ignore[attr-defined]
    assert f"今天的带班领导**：{LEADER}" in hall.say(WORKER, "谁带班").text
    assert LEADER in hall.say(DESK, "/oncall").text


def test_the_schedule_does_all_of_it_and_a_restart_repeats_nothing(hall: Hall) -> None:
    owed(hall)
    morning(hall, today(hall) + timedelta(days=1))
    hall.rooms.clock.passes(minutes=45)  # type: ignore[attr-defined]
    now = hall.rooms.clock.now()
    Schedule(hall.rooms).tick(now)
    first = [*hall.sent(), *hall.sent(), *hall.sent()]  # a chat gets one message at a time
    assert any("早台账" in one.text for one in first)
    assert any("材料催收" in one.text for one in first)
    Schedule(hall.rooms).tick(now)
    assert not [one for one in hall.sent() if "台账" in one.text or "材料催收" in one.text]
