"""Beijing time: every sentence speaks it, every sheet is read in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

# A fixed offset, so that nothing depends on the machine's zone tables: Beijing has had no
# summer time since 1992.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


def beijing(instant: datetime) -> datetime:
    """The same instant on a Beijing clock; naive values are refused."""
    if instant.tzinfo is None:
        raise ValueError(f"instant without time zone: {instant!r}")
    return instant.astimezone(BEIJING)


def from_beijing(on: date, at: time = time(0, 0)) -> datetime:
    """The UTC instant when Beijing clocks show `at` on `on`."""
    return datetime.combine(on, at, tzinfo=BEIJING).astimezone(UTC)


def spoken(instant: datetime) -> str:
    """An instant as our sentences say it, for example 2026-05-07 09:30."""
    return beijing(instant).strftime("%Y-%m-%d %H:%M")
