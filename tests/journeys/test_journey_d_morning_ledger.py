"""Journey (d): at 08:30 Beijing time one frozen ledger is filed with every ledger group."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.fakes.botapi import TOKEN, BotApi
from tests.fakes.program import Program, wait_until

GROUP = -4200


@pytest.fixture
def morning(tmp_path: Path, botapi: BotApi) -> Program:
    """Monday 2026-06-01 08:28, a minute in a second; one ledger group with a topic."""
    botapi.group(GROUP, "台账群")
    program = Program(
        tmp_path,
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_API_URL=botapi.url,
        CLOCK_START="2026-06-01T08:28:00+08:00",
        CLOCK_RATE="60",
    )
    done = program.call("chats", "bind", str(GROUP), "ledger", "--title", "台账群")
    assert done.returncode == 0, done.stderr
    return program


def in_group(botapi: BotApi) -> list[str]:
    return [sent.text for sent in botapi.methods.sent if sent.chat == GROUP and "台账" in sent.text]


def test_the_ledger_arrives_as_message_sheet_and_picture(morning: Program, botapi: BotApi) -> None:
    with morning:
        wait_until(lambda: in_group(botapi), within=60, what="the ledger")
        wait_until(
            lambda: (
                {"sendDocument", "sendPhoto"}
                <= {sent.method for sent in botapi.methods.sent if sent.chat == GROUP}
                or any(sent.method == "sendMediaGroup" for sent in botapi.methods.sent)
            ),
            what="sheet and picture",
        )
    sheets = [one for one in botapi.methods.sent if one.file_name.endswith(".xlsx")]
    book = load_workbook(io.BytesIO(sheets[0].content))
    assert book.sheetnames == ["汇总", "按单位", "工单明细"]
    day = morning.json("ledger", "--date", "2026-06-01", "--json")
    assert day["date"] == "2026-06-01"
    assert day["snapshot"] in {row[1].value for row in book["汇总"].iter_rows()}
    assert any("0" in text for text in in_group(botapi))  # no cases, and still a report


def test_a_restart_files_it_only_once_and_a_late_start_says_so(
    morning: Program, botapi: BotApi
) -> None:
    with morning:
        wait_until(lambda: in_group(botapi), within=60, what="the ledger")
    count = len(in_group(botapi))
    with morning:
        wait_until(
            lambda: morning.json("ledger", "--date", "2026-06-01", "--json")["snapshot"],
            what="the snapshot",
        )
    assert len(in_group(botapi)) == count


def test_a_start_after_the_time_sends_it_the_same_day_and_says_it_is_late(
    tmp_path: Path, botapi: BotApi
) -> None:
    botapi.group(GROUP, "台账群")
    late = Program(
        tmp_path,
        TELEGRAM_TOKEN=TOKEN,
        TELEGRAM_API_URL=botapi.url,
        CLOCK_START="2026-06-01T10:00:00+08:00",
        CLOCK_RATE="1",
    )
    assert late.call("chats", "bind", str(GROUP), "ledger").returncode == 0
    with late:
        texts = wait_until(lambda: in_group(botapi), within=60, what="the ledger")
    assert "补发" in texts[0]


def test_the_machines_zone_does_not_matter(tmp_path: Path) -> None:
    answers = []
    for zone in ("UTC", "America/New_York"):
        program = Program(tmp_path / zone.replace("/", "-"))
        program.environment |= {"TZ": zone, "ZHIBAN_CLOCK_START": "2026-06-01T08:00:00+08:00"}
        due = program.json("due", "2026-06-01", "workdays", "3", "--json")
        when = program.json(
            "when", "明天上午9点交剔除材料", "--json", "--now", "2026-06-01T23:30:00+08:00"
        )
        ledger = program.json("ledger", "--date", "2026-06-01", "--json")
        answers.append((due, when, ledger["date"], ledger["new"]))
    assert answers[0] == answers[1]
    assert answers[0][1]["due"] == "2026-06-02T09:00:00+08:00"
