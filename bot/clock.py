"""The one clock: real, or simulated from an anchor kept in the data dir."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import BotError
from bot.settings import Settings


def _real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time: `anchor` simulated at `since` real, then `rate` simulated seconds per real one."""

    anchor: datetime | None = None
    since: datetime | None = None
    rate: float = 1.0
    real_now: Callable[[], datetime] = _real_now

    def now(self) -> datetime:
        """The present, an aware UTC instant."""
        real = self.real_now()
        if self.anchor is None or self.since is None:
            return real
        return (self.anchor + (real - self.since) * self.rate).astimezone(UTC)

    def seconds_until(self, instant: datetime) -> float:
        """Real seconds to wait until `instant`; 0 when it has passed."""
        return max(0.0, (instant - self.now()).total_seconds() / self.rate)

    @property
    def simulated(self) -> bool:
        """Whether this is not the real time."""
        return self.anchor is not None


def open_clock(settings: Settings, *, real_now: Callable[[], datetime] = _real_now) -> Clock:
    """The clock of this data dir; the anchor is written at its first use and never moved.

    A changed rate goes on from the simulated instant reached so far.
    """
    path = settings.data_dir / "clock.json"
    if not settings.simulated:
        return Clock(real_now=real_now)
    kept = _read_anchor(path)
    if kept is None:
        kept = Clock(settings.clock_start or real_now(), real_now(), settings.clock_rate, real_now)
        if not _write_anchor(path, kept, replace=False):
            kept = _read_anchor(path) or kept
    clock = Clock(kept.anchor, kept.since, kept.rate, real_now)
    if clock.rate != settings.clock_rate:
        clock = Clock(clock.now(), real_now(), settings.clock_rate, real_now)
        _write_anchor(path, clock, replace=True)
    return clock


def _read_anchor(path: Path) -> Clock | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Clock(
            datetime.fromisoformat(kept["anchor"]),
            datetime.fromisoformat(kept["since"]),
            float(kept["rate"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BotError(
            f"模拟时钟的记录 {path.name} 读不懂。", f"请删除 {path} 后重新启动。"
        ) from error


def _write_anchor(path: Path, clock: Clock, *, replace: bool) -> bool:
    """Write whole or not at all; False when another process was first."""
    assert clock.anchor is not None and clock.since is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(
        json.dumps(
            {
                "anchor": clock.anchor.isoformat(),
                "since": clock.since.isoformat(),
                "rate": clock.rate,
            }
        ),
        encoding="utf-8",
    )
    try:
        if replace:
            os.replace(draft, path)
            return True
        os.link(draft, path)
        return True
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)


def fixed(instant: datetime) -> Clock:
    """A clock that stands still, for tests and single commands."""
    return Clock(instant, instant, 1.0, lambda: instant)
