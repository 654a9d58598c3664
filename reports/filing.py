"""The monthly filing record (报备): which ledger reached whom when, and the days on which none did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from casedb.days import at_beijing, beijing_day
from casedb.ledger.text import EDITION_NAMES
from casedb.records import FilingRecord
from casedb.rules import Edition
from reports.sheets import beijing_text, table_xlsx

CHANNEL_WORDS = {"telegram": "Telegram", "web": "网页", "wecom": "企业微信", "dingtalk": "钉钉"}
NOT_FILED = "未报备"


@dataclass(frozen=True, slots=True)
class FiledDay:
    """One Beijing day of the month: how many receivers each edition reached."""

    on: date
    reached: tuple[tuple[str, int], ...]  # (edition, receivers), in the order they go out

    @property
    def missing(self) -> tuple[str, ...]:
        """Editions that reached nobody."""
        return tuple(name for name, count in self.reached if count == 0)


def filed_days(
    records: Sequence[FilingRecord],
    month: date,
    editions: Sequence[Edition],
    *,
    since: date,
    now: datetime,
) -> tuple[FiledDay, ...]:
    """The days of the month on which ledgers had to go out, with the editions that were due.

    Args:
        since: the first Beijing day on which any ledger was filed; nothing was owed before.
        now: editions whose time is still to come are left out.
    """
    first, last = max(since, month.replace(day=1)), min(beijing_day(now), month_end(month))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    found = (FiledDay(day, _reached(records, day, editions, now)) for day in days)
    return tuple(day for day in found if day.reached)


def _reached(
    records: Sequence[FilingRecord], day: date, editions: Sequence[Edition], now: datetime
) -> tuple[tuple[str, int], ...]:
    return tuple(
        (one.id, sum(filed.on == day and filed.edition == one.id for filed in records))
        for one in editions
        if at_beijing(day, one.at) <= now
    )


def month_end(month: date) -> date:
    """The last day of the month a day lies in."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def filing_text(records: Sequence[FilingRecord], days: Sequence[FiledDay], month: date) -> str:
    """The record in a few lines, for a message."""
    if not records and not days:
        return f"🗂 {month:%Y年%m月}没有报备记录。"
    ledgers = len({one.snapshot for one in records})
    lines = [
        f"🗂 **{month:%Y年%m月}台账报备记录**",
        f"共报备 {len(records)} 次，台账 {ledgers} 份，接收方 {len(_receivers(records))} 个。",
    ]
    gaps = [day for day in days if day.missing]
    lines += [f"缺报 {len(gaps)} 天：{_named(gaps)}。" if gaps else "没有缺报的日子。"]
    return "\n".join(lines)


def _receivers(records: Iterable[FilingRecord]) -> set[tuple[str, str, str]]:
    return {(one.channel, one.chat, one.topic) for one in records}


def _named(gaps: Sequence[FiledDay], shown: int = 8) -> str:
    said = "、".join(f"{day.on.day}日（{_editions(day.missing)}）" for day in gaps[:shown])
    return said + (" 等" if len(gaps) > shown else "")


def _editions(names: Iterable[str]) -> str:
    return "、".join(EDITION_NAMES.get(name, name) for name in names)


def filing_xlsx(
    records: Sequence[FilingRecord], days: Sequence[FiledDay], month: date, path: Path
) -> Path:
    """The record as a workbook: 按日汇总, 报备明细. The same filings give the same bytes."""
    editions = list(dict.fromkeys(name for day in days for name, _ in day.reached))
    stamp = max((one.filed_at for one in records), default=at_beijing(month.replace(day=1)))
    return table_xlsx(
        path,
        sheets=(
            (
                "按日汇总",
                ("日期", *(f"{_editions([name])}接收方" for name in editions), "情况"),
                [
                    (f"{day.on:%Y-%m-%d}", *_counts(day, editions), _state(day))
                    for day in days
                ],
            ),
            (
                "报备明细",
                ("序号", "台账日期", "期次", "快照编号", "报备时间（北京时间）", "接收方", "渠道",
                 "会话编号", "消息编号", "内容校验"),
                [_row(number, one) for number, one in enumerate(records, start=1)],
            ),
        ),
        saved_at=stamp,
    )  # fmt: skip


def _counts(day: FiledDay, editions: Sequence[str]) -> list[object]:
    reached = dict(day.reached)
    return [reached.get(name, "") for name in editions]


def _state(day: FiledDay) -> str:
    return f"{_editions(day.missing)}{NOT_FILED}" if day.missing else "已报备"


def _row(number: int, one: FilingRecord) -> tuple[object, ...]:
    chat = f"{one.chat}#{one.topic}" if one.topic else one.chat
    return (
        number,
        f"{one.on:%Y-%m-%d}",
        _editions([one.edition]),
        one.snapshot,
        beijing_text(one.filed_at),
        one.title or chat,
        CHANNEL_WORDS.get(one.channel, one.channel),
        chat,
        "、".join(one.message_ids) or "（专班确认已收到）",
        one.content_hash,
    )
