"""Frozen views of cycles, lost points and measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from casedb.assessment.states import MeasureState, Rate
from casedb.records import CaseRecord, CellError


@dataclass(frozen=True, slots=True)
class KeptRate:
    """One rate by the details alone: points kept of rows asked (0–1 each)."""

    rate: Rate
    asked: int
    kept: float

    @property
    def share(self) -> float | None:
        """The rate, 0–1; None when nobody was asked."""
        return self.kept / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class CycleRecord:
    """An assessment cycle (考核周期), Beijing days [first_on, after_on)."""

    id: int
    name: str
    first_on: date
    after_on: date
    issued_on: date
    imported_at: datetime
    source: str
    listed: int
    rates: tuple[KeptRate, ...]
    due_at: datetime | None
    obligation_id: int | None
    handed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class LostPointRecord:
    """A lost point (失分点) with its case; `case` is None while no case of ours has that number."""

    id: int
    cycle_id: int
    row: int
    order_no: str
    rate: Rate
    lost: float
    points: float | None
    answer: str
    node: str
    unit: str  # by today's name
    community: str
    topic: str
    said: str
    proposed: str
    proposed_why: str
    cause: str
    decided_by: str  # name of the person who confirmed the cause, "" before
    case: CaseRecord | None = None

    @property
    def code(self) -> str:
        """The cause that counts: the confirmed one, else the proposal."""
        return self.cause or self.proposed

    @property
    def tail(self) -> str:
        """What may be seen of the order number outside the desk."""
        return self.order_no[-6:]


@dataclass(frozen=True, slots=True)
class MeasureRecord:
    """A measure (改进措施) as it is shown."""

    id: int
    cycle_id: int
    cycle: str
    cause: str
    text: str
    acceptance: str
    unit_id: int | None
    unit: str
    owner_id: int
    owner: str
    due_at: datetime
    state: MeasureState
    created_by: int | None
    created_at: datetime
    done_at: datetime | None
    done_note: str
    accepted_by: str
    accepted_at: datetime | None
    returned: int
    obligation_id: int | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class DetailsResult:
    """What an import of the details sheet did; when `errors` is not empty nothing was stored."""

    cycle: str
    rows: int
    lost: int  # lost points in the sheet
    created: int
    updated: int
    unchanged: int
    unmatched: tuple[str, ...] = ()  # rows whose case is not in the records, as readable lines
    errors: tuple[CellError, ...] = ()
    warnings: tuple[str, ...] = ()
    due_at: datetime | None = None
    cycle_id: int | None = None
