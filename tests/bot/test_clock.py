"""The simulated clock goes on from its anchor, in every process that uses the data dir."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import open_clock
from bot.errors import BotError
from bot.settings import read

START = "2026-06-01T08:00:00+08:00"


def settings(tmp_path: Path, rate: str = "60"):  # type: ignore[no-untyped-def]
    return read(
        {
            "ZHIBAN_DATA_DIR": str(tmp_path),
            "ZHIBAN_CLOCK_START": START,
            "ZHIBAN_CLOCK_RATE": rate,
        }
    )


class Real:
    """A real clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def test_simulated_time_runs_at_its_rate(tmp_path: Path) -> None:
    real = Real()
    clock = open_clock(settings(tmp_path), real_now=real)
    assert clock.now() == datetime.fromisoformat(START)
    real.at += timedelta(seconds=10)
    assert clock.now() == datetime.fromisoformat(START) + timedelta(minutes=10)


def test_a_second_process_goes_on_from_the_same_clock(tmp_path: Path) -> None:
    real = Real()
    open_clock(settings(tmp_path), real_now=real)
    real.at += timedelta(seconds=30)
    assert open_clock(settings(tmp_path), real_now=real).now() == datetime.fromisoformat(
        START
    ) + timedelta(minutes=30)


def test_a_changed_rate_goes_on_from_the_instant_reached(tmp_path: Path) -> None:
    real = Real()
    open_clock(settings(tmp_path), real_now=real)
    real.at += timedelta(seconds=10)
    faster = open_clock(settings(tmp_path, "600"), real_now=real)
    assert faster.now() == datetime.fromisoformat(START) + timedelta(minutes=10)
    real.at += timedelta(seconds=1)
    assert faster.now() == datetime.fromisoformat(START) + timedelta(minutes=20)


def test_waiting_is_counted_in_real_seconds(tmp_path: Path) -> None:
    clock = open_clock(settings(tmp_path), real_now=Real())
    assert clock.seconds_until(clock.now() + timedelta(minutes=1)) == pytest.approx(1.0)
    assert clock.seconds_until(clock.now() - timedelta(minutes=1)) == 0.0


def test_a_broken_anchor_is_named(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text("{", encoding="utf-8")
    with pytest.raises(BotError, match="模拟时钟"):
        open_clock(settings(tmp_path))


def test_without_settings_it_is_the_real_clock(tmp_path: Path) -> None:
    clock = open_clock(read({"ZHIBAN_DATA_DIR": str(tmp_path)}))
    assert not clock.simulated
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
