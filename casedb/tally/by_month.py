"""Counts of each month by topic and community, as the database keeps them: what forecasts are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from casedb.store import Session
from casedb.tally.grouping import grouped
from casedb.tally.names import NOT_SAID, Names, names_of
from casedb.tally.spans import Span

COLUMNS = ("topic_1", "topic_2", "community")


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """Cases of one topic (first and second level) in one community, by its name of today."""

    topic: str  # "公共服务·供热"; 未注明 where the sheet said nothing
    community: str
    count: int


def month_counts(s: Session, span: Span) -> tuple[PlaceCount, ...]:
    """Count the cases of a period by topic and community, most first."""
    return _counted(s, span, names_of(s))


def months_of_counts(s: Session, spans: Sequence[Span]) -> tuple[tuple[PlaceCount, ...], ...]:
    """`month_counts` of each period, in their order."""
    names = names_of(s)
    return tuple(_counted(s, span, names) for span in spans)


def _counted(s: Session, span: Span, names: Names) -> tuple[PlaceCount, ...]:
    sums: Counter[tuple[str, str]] = Counter()
    for (first, second, community), count in grouped(s, span, COLUMNS).items():
        # A community that was renamed is still one place.
        sums[topic_name(first, second), names.present(community) or NOT_SAID] += count
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(PlaceCount(topic, community, count) for (topic, community), count in ordered)


def topic_name(first: str, second: str) -> str:
    """A topic's first and second level as one name; the second alone says too little (其他)."""
    return "·".join(part for part in (first, second) if part) or NOT_SAID
