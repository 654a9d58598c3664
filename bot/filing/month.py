"""The filing record (报备) of a month as xlsx: made on request, and sent to the desk by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.filing.ledger import below
from bot.rooms import Rooms
from casedb import ledger
from casedb.days import at_beijing, beijing_day
from casedb.errors import CasedbError
from casedb.outgoing import outbox
from casedb.outgoing.alerts import account_of, desk_people, private_target
from casedb.records import FilingRecord, OutgoingFile

_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*月?")


@dataclass(frozen=True, slots=True)
class MonthRecord:
    """A month's record as message and file."""

    text: str
    file: OutgoingFile
    filings: tuple[FilingRecord, ...]


def month_of(said: str, today: date) -> date:
    """The month that is meant: 2026-05, 2026年5月, 5月, 上月, nothing for the present one.

    Raises:
        CasedbError: not a month, or one that has not begun.
    """
    text = said.strip()
    first = today.replace(day=1)
    if text in ("", "本月", "这个月"):
        return first
    if text in ("上月", "上个月"):
        return (first - timedelta(days=1)).replace(day=1)
    if re.fullmatch(r"\d{1,2}\s*月", text):
        text = f"{today.year}-{text}"
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        raise CasedbError(f"“{said[:20]}”不是月份。", "请写成 2026-05 这样。")
    month = date(int(found[1]), int(found[2]), 1)
    if month > first:
        raise CasedbError(f"{month:%Y年%m月}还没有到。", "请选本月或以前的月份。")
    return month


def month_record(rooms: Rooms, month: date, now: datetime) -> MonthRecord:
    """The record of a month, up to today when it is the present one."""
    from reports.filing import filed_days, filing_text, filing_xlsx

    with rooms.store.reading() as s:
        records, since = ledger.filings(s, month), ledger.first_filed(s)
    editions = rooms.rules.ledger.editions
    days = filed_days(records, month, editions, since=since, now=now) if since else ()
    path = rooms.files_dir / "filings" / f"filing-{month:%Y-%m}-{now:%Y%m%d%H%M%S}.xlsx"
    filing_xlsx(records, days, month, path)
    file = OutgoingFile(below(rooms, path), f"台账报备记录-{month:%Y-%m}.xlsx")
    return MonthRecord(filing_text(records, days, month), file, records)


def send_month(rooms: Rooms, now: datetime) -> int:
    """Once a month, from the day and hour of ledger.toml on: last month's record for the desk.

    Keyed by month and person; a month in which nothing was filed is not sent.
    """
    today, times = beijing_day(now), rooms.rules.ledger
    due = at_beijing(today.replace(day=times.filing_day), times.filing_at)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if now < due:
        return 0
    with rooms.store.reading() as s:
        waiting = [
            (f"filing:{month:%Y-%m}:p{one.id}", private_target(account), one.id)
            for one in desk_people(s)
            if (account := account_of(s, one.id)) is not None
            and not outbox.known(s, f"filing:{month:%Y-%m}:p{one.id}")
        ]
        if not waiting or not ledger.filings(s, month):
            return 0
    made = month_record(rooms, month, now)
    with rooms.store.session() as s:
        return sum(
            outbox.put(
                s, key=key, target=target, text=made.text, files=(made.file,), now=now,
                wanted_at=due, person_id=person_id, step="filing",
            )
            for key, target, person_id in waiting
        )  # fmt: skip
