"""Journey (b): a sheet of cases becomes reminders; a press stops the ladder, silence climbs it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.fakes.botapi import TOKEN, BotApi
from tests.fakes.program import Program, wait_until
from tests.journeys.conftest import registers

HEADINGS = (
    "工单编号", "来源渠道", "诉求性质", "标题", "诉求内容", "诉求人", "联系电话", "社区",
    "详细地址", "承办单位", "来电时间", "派单时间", "签收时间", "首次联系时间", "办理时限",
)  # fmt: skip
WORKER, HEAD, DESK = 71, 72, 73


def sheet(order_no: str = "20260601000123") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(HEADINGS)
    page.append(
        (
            order_no, "电话", "投诉", "楼道堆物", "王小花女士反映楼道堆物影响通行，电话13912345678",
            "王小花", "13912345678", "甲一社区", "甲一小区3号楼2单元501", "甲一社区",
            "2026-06-01 07:30", "2026-06-01 07:40", "2026-06-01 07:50", "2026-06-01 07:55",
            "2026-06-01 12:00",
        )
    )  # fmt: skip
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def fast_town(tmp_path: Path, botapi: BotApi) -> Program:
    """Ten simulated minutes in a second, from 07:58 on Monday 2026-06-01."""
    return Program(
        tmp_path,
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_API_URL=botapi.url,
        CLOCK_START="2026-06-01T07:58:00+08:00",
        CLOCK_RATE="300",
    )


def reminders(botapi: BotApi, user: int) -> list[str]:
    return [
        sent.text for sent in botapi.methods.sent if sent.chat == user and "000123" in sent.text
    ]


def people_of(program: Program, botapi: BotApi) -> None:
    registers(program, botapi, name="林小满", unit="甲一社区", role="community", user=WORKER)
    registers(program, botapi, name="赵主任", unit="甲一社区", role="community", user=HEAD)
    registers(program, botapi, name="钱专班", unit="接诉即办专班", role="desk", user=DESK)


def test_a_sheet_sent_in_chat_is_imported_masked_and_reminded(
    fast_town: Program, botapi: BotApi
) -> None:
    with fast_town:
        people_of(fast_town, botapi)
        botapi.sends_document(sheet(), "工单.xlsx", user=DESK)
        wait_until(
            lambda: any("1" in one.text and "新增" in one.text for one in botapi.methods.sent),
            what="the import's answer",
        )
        wait_until(lambda: reminders(botapi, WORKER), what="a reminder to the worker")
        botapi.presses("已收到", user=WORKER)
        botapi.toasts(1, within=30)

        for sent in botapi.methods.sent:
            assert "13912345678" not in sent.text
            assert "王小花" not in sent.text


def test_silence_climbs_from_the_worker_to_the_desk(fast_town: Program, botapi: BotApi) -> None:
    with fast_town:
        people_of(fast_town, botapi)
        botapi.sends_document(sheet(), "工单.xlsx", user=DESK)
        wait_until(lambda: reminders(botapi, WORKER), what="a reminder to the worker")
        wait_until(lambda: reminders(botapi, DESK), within=60, what="the escalation to the desk")


def test_importing_twice_changes_nothing(town: Program, tmp_path: Path) -> None:
    file = tmp_path / "工单.xlsx"
    file.write_bytes(sheet())
    first = town.json("cases", "import", str(file), "--json")
    again = town.json("cases", "import", str(file), "--json")
    assert (first["created"], first["errors"]) == (1, [])
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)


def test_a_killed_service_loses_no_reminder_and_sends_none_twice(
    fast_town: Program, botapi: BotApi
) -> None:
    fast_town.start()
    people_of(fast_town, botapi)
    botapi.sends_document(sheet(), "工单.xlsx", user=DESK)
    wait_until(lambda: reminders(botapi, WORKER), what="a reminder to the worker")
    fast_town.kill()
    seen = len(reminders(botapi, WORKER))
    fast_town.start()
    wait_until(lambda: reminders(botapi, DESK), within=60, what="the escalation to the desk")
    fast_town.stop()
    assert len(reminders(botapi, WORKER)) >= seen
    keyed = reminders(botapi, WORKER)
    assert len(keyed) == len(set(keyed)) or len(keyed) <= seen + 6
