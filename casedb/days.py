"""Beijing days: when one begins and ends, and how days, moments and spans are said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from casedb.beijing import BEIJING, beijing

# A limit counted in days ends with the day. Civil Code art. 203 would end it at closing time where
# business hours apply; a rule that means that says `ends = "closing"` in its own entry.
DAY_ENDS = time(23, 59, 59)

WEEKDAYS = "一二三四五六日"


def local(instant: datetime) -> datetime:
    """An instant on the Beijing clock; a naive value typed by a person already is Beijing time."""
    return instant.replace(tzinfo=BEIJING) if instant.tzinfo is None else beijing(instant)


def beijing_day(instant: datetime) -> date:
    """The Beijing calendar day an instant falls on."""
    return local(instant).date()


def at_beijing(day: date, clock: time = time.min) -> datetime:
    """A wall-clock moment in Beijing as an aware datetime (+08:00)."""
    return datetime.combine(day, clock, tzinfo=BEIJING)


def day_start(day: date) -> datetime:
    """First instant of a Beijing day, UTC."""
    return at_beijing(day).astimezone(UTC)


def day_end(day: date) -> datetime:
    """Last instant of a Beijing day, UTC."""
    return day_start(day + timedelta(days=1)) - timedelta(microseconds=1)


def day_text(day: date) -> str:
    """A date as people say it: 2026-06-01(周一)."""
    return f"{day.isoformat()}(周{WEEKDAYS[day.weekday()]})"


def moment_text(instant: datetime) -> str:
    """An instant as people say it: 6月1日(周一) 18:00."""
    at = local(instant)
    return f"{at.month}月{at.day}日(周{WEEKDAYS[at.weekday()]}) {at:%H:%M}"


def exact_text(instant: datetime) -> str:
    """An instant to the second: 2026年6月1日(周一) 18:00:00."""
    at = local(instant)
    return f"{at.year}年{moment_text(at)}:{at:%S}"


def span_text(span: timedelta) -> str:
    """A length of time in Chinese, to the minute: 2天3小时, 45分钟."""
    minutes = max(0, int(span.total_seconds()) // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{minutes}分钟" if minutes else f"{hours}小时"
    return f"{minutes}分钟"
