"""Frozen views of exclusion requests: all that other packages see of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casedb.exclusion.pieces import Finding
from casedb.exclusion.states import OVER, Decision, ExclusionFlow, ExclusionState


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """An exclusion request (剔除申请). Instants are UTC."""

    id: int
    case_id: int
    order_no: str
    unit_id: int | None
    unit: str
    flow: ExclusionFlow
    category: str
    reason: str
    state: ExclusionState
    wanted: tuple[str, ...]
    asked_by: int | None
    asked_at: datetime
    due_at: datetime | None
    round: int
    submitted_at: datetime | None
    rechecks: int
    rechecked_at: datetime | None
    result: str

    @property
    def open(self) -> bool:
        """Whether anything may still happen to it."""
        return self.state not in OVER


@dataclass(frozen=True, slots=True)
class MaterialRecord:
    """One file handed in (剔除材料); `path` is relative to the data dir."""

    id: int
    request_id: int
    sha256: str
    name: str
    path: str
    size: int
    kind: str
    sent_by: str  # name, "" from the shell
    received_at: datetime
    round: int
    replaced: bool


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding of a review and what a person decided about it."""

    id: int
    finding: Finding
    decision: Decision
    decided_by: str  # name
    decided_at: datetime | None
    note: str

    @property
    def stands(self) -> bool:
        """Whether it has to be mended."""
        return self.finding.status != "met" and self.decision is not Decision.OVERRIDDEN


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """One round of review; `number` is that of its written opinion (书面审核意见)."""

    id: int
    request_id: int
    round: int
    number: str
    rules_version: str
    reviewed_at: datetime
    issued_by: str
    issued_at: datetime | None
    due_at: datetime | None
    opinion_path: str
    findings: tuple[FindingRecord, ...]

    @property
    def standing(self) -> tuple[FindingRecord, ...]:
        """What has to be mended."""
        return tuple(one for one in self.findings if one.stands)


@dataclass(frozen=True, slots=True)
class RoundChange:
    """What a later round shows against the one before."""

    mended: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    fresh: tuple[Finding, ...]
