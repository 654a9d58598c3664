"""Starting and stopping: pages and reminders at once, the index beside, and a quick end."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import httpx
import pytest

from tests.fakes.program import READY, SETTLED, Program, Visitor, wait_until

A_FEW_SECONDS = 8.0  # a machine under load included


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path, builds_index=True, DEMO="1")


def test_the_page_opens_before_the_index_is_built_and_a_question_is_answered_after(
    program: Program,
) -> None:
    program.start(until=READY)
    try:
        told = httpx.get(f"{program.url}/healthz", timeout=10)
        assert told.status_code == 503 and "正在建立" in told.json()["index"]
        visitor = Visitor(program).sits_as(role="analyst")
        assert "台账" in visitor.says("今日台账")
        asked = visitor.says("这个单子不归我们单位管，能退回去吗？")
        if "正在建立索引" in asked:
            wait_until(
                lambda: "《北京市接诉即办工作条例》" in str(visitor.last(visitor.private)["html"]),
                within=60,
                what="the answer that was promised",
            )
        else:
            assert "《北京市接诉即办工作条例》" in asked
    finally:
        program.stop()


def test_a_stop_in_the_middle_of_a_build_takes_only_seconds_and_spoils_nothing(
    program: Program,
) -> None:
    program.start(until=READY)
    time.sleep(1.5)  # the builder is at work
    began = time.monotonic()
    assert program.stop() == 0
    assert time.monotonic() - began < A_FEW_SECONDS
    assert not (program.folder / "var" / "index" / "current").exists()

    assert any(SETTLED.search(line) for line in _said_at_a_start(program))


def test_an_old_index_answers_while_a_new_one_is_built(program: Program) -> None:
    assert program.call("index", "build").returncode == 0
    record = next((program.folder / "var" / "index" / "versions").glob("*/record.json"))
    record.write_text(record.read_text("utf-8").replace('"terms": "', '"terms": "old'), "utf-8")
    program.start(until=READY)
    try:
        assert httpx.get(f"{program.url}/healthz", timeout=10).status_code == 200
        visitor = Visitor(program).sits_as(role="analyst")
        assert "《" in visitor.says("这个单子不归我们单位管，能退回去吗？")
    finally:
        program.stop()


def _said_at_a_start(program: Program) -> list[str]:
    shutil.rmtree(program.folder / "var" / "logs", ignore_errors=True)
    program.start()
    try:
        return list(program.said)
    finally:
        program.stop()
