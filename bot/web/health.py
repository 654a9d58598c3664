"""Whether the service is well: for people, for docker, for Prometheus."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from bot.web.desk import Desk, desk_of
from casedb.outgoing import outbox

router = APIRouter()
DeskHere = Annotated[Desk, Depends(desk_of)]
BEAT_LATE_SECONDS = 30.0


@router.get("/healthz")
def healthz(desk: DeskHere) -> Response:
    """200 when records, index and schedule work; 503 and the reason otherwise."""
    findings = _findings(desk)
    well = all(value == "ok" for key, value in findings.items() if key != "telegram")
    return JSONResponse(findings, status_code=200 if well else 503)


def _findings(desk: Desk) -> dict[str, str]:
    findings = {"records": "ok", "index": "ok", "schedule": "ok"}
    try:
        with desk.rooms.store.reading() as session:
            outbox.pending_count(session)
    except Exception as error:
        findings["records"] = type(error).__name__
    try:
        desk.rooms.index.current()
    except Exception as error:
        findings["index"] = str(error)
    if desk.schedule is not None and not _beats(desk, desk.schedule.beat_at):
        findings["schedule"] = "late"
    if desk.telegram is not None:
        findings["telegram"] = str(desk.telegram.status())
    return findings


def _beats(desk: Desk, beat_at: datetime | None) -> bool:
    if beat_at is None:
        return True
    real_seconds = (desk.rooms.clock.now() - beat_at).total_seconds() / desk.rooms.clock.rate
    return real_seconds < BEAT_LATE_SECONDS


@router.get("/metrics")
def metrics(desk: DeskHere) -> Response:
    """A few gauges in Prometheus text form; counts only."""
    values: dict[str, Any] = {}
    with desk.rooms.store.reading() as session:
        values["zhiban_outbox_waiting"] = outbox.pending_count(session)
    values["zhiban_index_passages"] = len(desk.rooms.index.current().passages)
    ends = desk.rooms.calendar.coverage_ends
    if ends is not None:
        values["zhiban_calendar_days_left"] = (ends - desk.rooms.clock.now().date()).days
    lines = [f"# TYPE {name} gauge\n{name} {value}" for name, value in values.items()]
    return PlainTextResponse("\n".join(lines) + "\n")
