"""One case as lines for the shell and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.settings import BEIJING
from casedb.records import CaseRecord, EventRecord

STAGE_WORDS = {
    "received": "受理",
    "dispatched": "流转",
    "handling": "办理",
    "under_review": "审核",
    "closed": "结案",
}


def beijing(instant: datetime | None) -> str:
    """An instant in Beijing time, or a dash."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if instant else "—"


def case_lines(case: CaseRecord, events: Sequence[EventRecord]) -> list[str]:
    """What a desk wants to see first, then every event."""
    lines = [
        f"工单 {case.order_no}  {STAGE_WORDS[case.stage]}",
        f"标题：{case.title}",
        f"诉求：{case.appeal}",
        f"承办：{case.handling_unit or '—'}  社区：{case.community or '—'}",
        f"派单：{beijing(case.dispatched_at)}  签收：{beijing(case.accepted_at)}  "
        f"首次联系：{beijing(case.first_contact_at)}",
        f"办理时限：{beijing(case.due_at)}（{case.due_source or '未注明'}）",
        f"办结：{beijing(case.closed_at)}  回访：{beijing(case.revisited_at)}",
        "经过：",
    ]
    lines += [
        f"  {beijing(event.at)} {event.actor} {event.kind} {event.detail}" for event in events
    ]
    return lines


def case_json(case: CaseRecord, events: Sequence[EventRecord]) -> dict[str, Any]:
    """Every field of the masked view; instants in Beijing time."""
    value = {field.name: _plain(getattr(case, field.name)) for field in fields(case)}
    value["extra"] = dict(case.extra)
    value["has_no"] = case.has_no
    value["events"] = [
        {"at": _plain(event.at), "actor": event.actor, "kind": event.kind, "detail": event.detail}
        for event in events
    ]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).isoformat()
    return list(value) if isinstance(value, tuple) else value
