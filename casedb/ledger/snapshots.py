"""Frozen ledgers on paper: canonical content, its hash, its id, and back again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any

from casedb.records import LedgerCase, LedgerSnapshot, UnitLine
from casedb.vocabulary import CaseStage

CASE_INSTANTS = ("due_at", "dispatched_at")


def sealed_content(snapshot: LedgerSnapshot) -> dict[str, Any]:
    """Everything of a snapshot but its id and hash, as plain JSON values."""
    content = asdict(snapshot)
    del content["id"], content["content_hash"]
    content["on"] = snapshot.on.isoformat()
    content["frozen_at"] = _instant(snapshot.frozen_at)
    for case, plain in zip(snapshot.cases, content["cases"], strict=True):
        for name in CASE_INSTANTS:
            at = getattr(case, name)
            plain[name] = None if at is None else _instant(at)
        plain["stage"] = case.stage.value
    plain_content: dict[str, Any] = json.loads(canonical(content))
    return plain_content


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(content: dict[str, Any]) -> str:
    """One spelling for one content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical content."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def snapshot_id(on: date, digest: str) -> str:
    """L20260601-1a2b3c4d: the day and the begin of the content hash."""
    return f"L{on:%Y%m%d}-{digest[:8]}"


def opened(content: dict[str, Any], *, name: str, digest: str) -> LedgerSnapshot:
    """The snapshot a stored content stands for."""
    plain = {
        field.name: content[field.name] for field in fields(LedgerSnapshot) if field.name in content
    }
    plain |= {
        "id": name,
        "content_hash": digest,
        "on": date.fromisoformat(content["on"]),
        "frozen_at": datetime.fromisoformat(content["frozen_at"]),
        "by_unit": tuple(UnitLine(**line) for line in content["by_unit"]),
        "cases": tuple(_case(case) for case in content["cases"]),
        "changes": tuple(content["changes"]),
        "extra": tuple((name, number) for name, number in content["extra"]),
    }
    return LedgerSnapshot(**plain)


def _case(plain: dict[str, Any]) -> LedgerCase:
    instants = {
        name: datetime.fromisoformat(plain[name]) if plain.get(name) else None
        for name in CASE_INSTANTS
    }
    return LedgerCase(
        **{
            **plain,
            **instants,
            "stage": CaseStage(plain["stage"]),
            "flags": tuple(plain["flags"]),
        }
    )
