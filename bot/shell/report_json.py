"""The figures of a report as JSON: the keys of COMMANDS.md, rates as fractions 0–1 or null."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reports.figures import Change, CommunityFigures, Figures, Share, UnitFigures
from reports.measured import Measured


def report_json(report: Measured) -> dict[str, Any]:
    """Everything that the paper says in numbers."""
    now = report.now
    span = now.span
    return {
        "period": {
            "name": span.name or span.text(),
            "first": span.first.isoformat(),
            "after": span.after.isoformat(),
            "until": report.until and report.until.isoformat(),
        },
        **_volumes(now),
        **_rates(now),
        "by_hour": list(now.by_hour),
        "by_day": list(now.by_day),
        "steps": {
            str(one.step): {"cases": one.cases, "median_hours": one.median, "p90_hours": one.ninth}
            for one in now.steps
        },
        "groups": [
            {"on": one.on.isoformat(), "community": one.community, "topic": one.topic_3,
             "callers": one.callers, "cases": one.cases}
            for one in now.groups
        ],
        "vs_last_period": _change(report.last_period),
        "vs_last_year": _change(report.last_year),
        "cycle": _cycle(report.cycle),
        "missing": {str(mark): count for mark, count in now.missing},
        "renamed": dict(now.renamed),
        "invented": now.invented,
        "rules": report.rules.note,
    }  # fmt: skip


def _volumes(now: Figures) -> dict[str, Any]:
    return {
        "total": now.total,
        "closed": now.closed,
        "by_kind": _counts(now.by_kind),
        "by_source": _counts(now.by_source),
        "by_topic": _counts(now.by_topic),
        "by_topic_2": _counts(now.by_topic_2),
        "by_topic_3": _counts(now.by_topic_3),
        "by_community": _counts(now.by_community),
        "by_unit": {one.unit: _unit(one) for one in now.by_unit},
        "residents": now.residents,
        "per_10_000": now.per_10_000,
        "per_10_000_by_community": {
            one.name: one.per_10_000 for one in now.by_community if one.per_10_000 is not None
        },
    }


def _unit(one: UnitFigures) -> dict[str, Any]:
    return {
        "total": one.total,
        "closed": one.closed,
        "late": one.late,
        "on_time_rate": one.on_time_rate,
        "has_no": one.has_no,
        "repeats": one.repeats,
        "hours_to_close": one.hours_to_close,
    }


def _rates(now: Figures) -> dict[str, Any]:
    return {
        "on_time_rate": now.on_time_rate,
        "response_rate": now.response_rate,
        "resolution_rate": now.resolution_rate,
        "satisfaction_rate": now.satisfaction_rate,
        "late": now.late,
        "not_contacted": now.not_contacted,
        "revisited": now.revisited,
        "has_no": now.has_no,
        "repeats": now.repeats,
        "group_appeals": now.group_appeals,
        "excluded": now.excluded,
    }


def _counts(shares: Iterable[Share | CommunityFigures]) -> dict[str, int]:
    return {one.name: one.count for one in shares}


def _change(other: Change) -> dict[str, Any]:
    return {
        "first": other.other.first.isoformat(),
        "after": other.other.after.isoformat(),
        "known": other.known,
        "total": other.total if other.known else None,
        "difference": other.difference if other.known else None,
        "share": other.share if other.known else None,
    }


def _cycle(cycle: Figures | None) -> dict[str, Any] | None:
    """The assessment cycle in which the period ends; null where that is the period itself."""
    if cycle is None:
        return None
    return {
        "name": cycle.span.name,
        "first": cycle.span.first.isoformat(),
        "after": cycle.span.after.isoformat(),
        "total": cycle.total,
        **_rates(cycle),
    }
