"""Journey (e): the assessment details become a countdown, lost points and measures somebody owns."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.fakes.botapi import TOKEN, BotApi
from tests.fakes.program import Program, wait_until
from tests.journeys.conftest import all_register

WORKER, ANALYST, DESK = 81, 82, 83
HOURS_A_SECOND = 6


def details() -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(("2026年5月考核明细", "", "", ""))
    page.append(("工单编号", "承办单位", "解决率", "失分原因"))
    page.append(("20260513000123", "甲一社区", "0%", "超期办结"))
    page.append(("20260513000456", "甲二社区", "100%", ""))
    page.merge_cells("A1:D1")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def fast_town(tmp_path: Path, botapi: BotApi) -> Program:
    """Six simulated hours in a second, from 08:00 on Monday 2026-06-01."""
    return Program(
        tmp_path,
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_API_URL=botapi.url,
        CLOCK_START="2026-06-01T08:00:00+08:00",
        CLOCK_RATE=str(HOURS_A_SECOND * 3600),
    )


def heard(botapi: BotApi, user: int, *words: str) -> list[str]:
    return [
        sent.text
        for sent in botapi.methods.sent
        if sent.chat == user and all(word in sent.text for word in words)
    ]


def test_the_countdown_runs_from_the_import_and_a_measure_finds_its_owner(
    fast_town: Program, botapi: BotApi
) -> None:
    with fast_town:
        all_register(
            fast_town, botapi,
            ("林小满", "甲一社区", "community", WORKER),
            ("李析", "接诉即办专班", "analyst", ANALYST),
            ("钱专班", "接诉即办专班", "desk", DESK),
        )  # fmt: skip
        botapi.sends_document(details(), "明细.xlsx", user=ANALYST)
        wait_until(lambda: heard(botapi, ANALYST, "考核明细已导入"), what="the import's answer")
        told = heard(botapi, ANALYST, "考核明细已导入")[0]
        assert "失分 1 项" in told and "20260513000123" in told  # not in the records: kept
        due = re.search(r"复盘报告时限：(\d+)年(\d+)月(\d+)日", told)
        assert due
        # However long the import waited on a busy machine, two weeks after it are still to come.
        day = date(*map(int, due.groups())) + timedelta(days=14)
        botapi.says(f"/measure 林小满 {day} 核对超期工单，针对超期办结 验收：无超期", user=DESK)
        wait_until(lambda: heard(botapi, DESK, "已定改进措施 1"), what="the measure's answer")
        wait_until(
            lambda: heard(botapi, WORKER, "核对超期工单", "改进措施完成时限"),
            within=60,
            what="the owner hears of the measure",
        )
        wait_until(
            lambda: heard(botapi, ANALYST, "复盘报告提交时限"), within=60, what="the countdown"
        )
        first = len(heard(botapi, ANALYST, "复盘报告提交时限"))
        wait_until(
            lambda: len(heard(botapi, ANALYST, "复盘报告提交时限")) > first,
            within=90,
            what="the countdown speaks again before the report is handed in",
        )
        botapi.says("/measure 完成 1 已核对", user=WORKER)
        wait_until(
            lambda: heard(botapi, DESK, "请验收", "已核对"), within=60, what="the desk is asked"
        )
        botapi.says("/measure 验收 1", user=DESK)
        wait_until(lambda: heard(botapi, DESK, "措施 1 验收通过"), what="accepted")
    made = fast_town.json("report", "retrospective", "--cycle", "2026-05", "--json")
    assert made["lost"] == 1 and made["by_cause"][0]["name"] == "超期办结"
    assert [(one["owner"], one["state"]) for one in made["measures"]] == [("林小满", "accepted")]
    assert made["unmatched"] == [{"row": 3, "order_no": "20260513000123"}]
