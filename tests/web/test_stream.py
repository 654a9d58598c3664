"""The page hears of everything: also of what arrives while it is still fetching the past talk."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.program import Program, Visitor


def test_what_arrives_between_the_past_talk_and_the_stream_is_not_lost(tmp_path: Path) -> None:
    with Program(tmp_path, DEMO="1", CLOCK_START="2026-06-01T10:00:00+08:00") as program:
        visitor = Visitor(program).sits_as(role="desk")
        newest = visitor.client.get("/api/state").json()["newest"]
        visitor.says("今日台账")

        heard: list[str] = []
        with visitor.client.stream("GET", "/api/stream", params={"after": newest}) as stream:
            for line in stream.iter_lines():
                if line.startswith('data: {"'):
                    heard.append(json.loads(line.removeprefix("data: "))["html"])
                if any("早台账" in one for one in heard) or line.startswith("event: clock"):
                    break
        assert any("早台账" in one for one in heard)
