"""Counts of each month by topic and community, counted by the database: what forecasts are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from casedb.models import Case
from casedb.store import Session
from casedb.tally.facts import within
from casedb.tally.pivot import NOT_SAID
from casedb.tally.spans import Span


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """Cases of one topic (first and second level) in one community."""

    topic: str  # "公共服务·供热"; 未注明 where the sheet said nothing
    community: str
    count: int


def month_counts(s: Session, span: Span) -> tuple[PlaceCount, ...]:
    """Count the cases of a period by topic and community, most first."""
    columns = (Case.topic_1, Case.topic_2, Case.community)
    query = select(*columns, func.count()).where(within(span)).group_by(*columns)
    sums: Counter[tuple[str, str]] = Counter()
    for first, second, community, count in s.execute(query):
        sums[topic_name(first, second), community or NOT_SAID] += count
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(PlaceCount(topic, community, count) for (topic, community), count in ordered)


def months_of_counts(s: Session, spans: Sequence[Span]) -> tuple[tuple[PlaceCount, ...], ...]:
    """`month_counts` of each period, in their order."""
    return tuple(month_counts(s, span) for span in spans)


def topic_name(first: str, second: str) -> str:
    """A topic's first and second level as one name; the second alone says too little (其他)."""
    return "·".join(part for part in (first, second) if part) or NOT_SAID
