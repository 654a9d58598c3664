"""Figures of exclusion: first-pass rate, rounds, days, most frequent faults, overdue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casedb.exclusion.pieces import FindingStatus
from casedb.exclusion.records import RequestRecord
from casedb.exclusion.requests import view
from casedb.exclusion.rule_names import practice, rule_name
from casedb.exclusion.states import Decision, ExclusionState
from casedb.models import ExclusionRequest, Finding, Review
from casedb.store import Session

WITH_UNIT = (ExclusionState.COLLECTING, ExclusionState.CORRECTING, ExclusionState.RETURNED)
FREQUENT, UNITS_SHOWN = 10, 3


@dataclass(frozen=True, slots=True)
class ExclusionLine:
    """Requests of one unit or category. Rates are fractions, None without any recheck."""

    name: str
    asked: int
    rechecked: int
    passed_at_first: int
    rounds: float | None  # reviews per reviewed request
    days: float | None  # from asking to the client's last recheck
    overdue: int

    @property
    def first_pass_rate(self) -> float | None:
        """Passed at the client's first recheck ÷ rechecked (service contract, article 2 item 2)."""
        return self.passed_at_first / self.rechecked if self.rechecked else None


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A kind of fault that people confirmed: how often, in which units most, what to practise."""

    name: str
    count: int
    units: tuple[tuple[str, int], ...]
    practice: str


@dataclass(frozen=True, slots=True)
class ExclusionFigures:
    """Everything of a period [begins, ends) by the time of asking."""

    whole: ExclusionLine
    by_unit: tuple[ExclusionLine, ...]
    by_category: tuple[ExclusionLine, ...]
    faults: tuple[FaultLine, ...]  # the most frequent first


def figures(s: Session, *, begins: datetime, ends: datetime, now: datetime) -> ExclusionFigures:
    """Count the requests asked in a period; withdrawn ones are left out."""
    rows = s.scalars(
        select(ExclusionRequest)
        .where(
            ExclusionRequest.asked_at >= begins,
            ExclusionRequest.asked_at < ends,
            ExclusionRequest.state != ExclusionState.WITHDRAWN,
        )
        .order_by(ExclusionRequest.id)
    )
    found = [view(s, row) for row in rows]
    return ExclusionFigures(
        whole=line_of("合计", found, now),
        by_unit=_grouped(found, [one.unit or "未定" for one in found], now),
        by_category=_grouped(found, [one.category for one in found], now),
        faults=_faults(s, {one.id: one.unit or "未定" for one in found}),
    )


def line_of(name: str, found: Iterable[RequestRecord], now: datetime) -> ExclusionLine:
    """Pure: one line over these requests."""
    every = list(found)
    rechecked = [one for one in every if one.rechecks]
    at_first = [
        one for one in rechecked if one.rechecks == 1 and one.state is ExclusionState.PASSED
    ]
    rounds = [one.round for one in every if one.round]
    days = [
        (one.rechecked_at - one.asked_at).total_seconds() / 86400
        for one in rechecked
        if one.rechecked_at is not None
    ]
    late = [one for one in every if one.state in WITH_UNIT and one.due_at and one.due_at < now]
    return ExclusionLine(
        name=name,
        asked=len(every),
        rechecked=len(rechecked),
        passed_at_first=len(at_first),
        rounds=_mean(rounds),
        days=_mean(days),
        overdue=len(late),
    )


def _mean(values: list[int] | list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _grouped(
    found: list[RequestRecord], names: list[str], now: datetime
) -> tuple[ExclusionLine, ...]:
    groups: dict[str, list[RequestRecord]] = {}
    for one, name in zip(found, names, strict=True):
        groups.setdefault(name, []).append(one)
    return tuple(line_of(name, groups[name], now) for name in sorted(groups))


def _faults(s: Session, units: Mapping[int, str]) -> tuple[FaultLine, ...]:
    """Kinds of faults by how many of their findings a person let stand; `units` by request."""
    rows = s.execute(
        select(Finding.rule, Review.request_id)
        .join(Review, Review.id == Finding.review_id)
        .where(
            Review.request_id.in_(list(units)),
            Finding.status != FindingStatus.MET.value,
            Finding.decision.in_((Decision.CONFIRMED, Decision.EDITED)),
        )
    )
    counts: dict[str, Counter[str]] = {}
    practices: dict[str, str] = {}
    for rule, request_id in rows:
        name = rule_name(rule)
        practices[name] = practice(rule)
        counts.setdefault(name, Counter())[units[request_id]] += 1
    lines = [
        FaultLine(name, by.total(), tuple(by.most_common(UNITS_SHOWN)), practices[name])
        for name, by in counts.items()
    ]
    return tuple(sorted(lines, key=lambda one: (-one.count, one.name))[:FREQUENT])
