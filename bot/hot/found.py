"""What the clusters say of a period: topics with growth and the cases behind, new against known, repeats."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from bot.hot.growth import MOST_AT_ONCE, Progress, grown, told
from bot.settings import Settings
from casedb.cases.texts import CaseText, texts_of
from casedb.store import Session
from casedb.tally.spans import Span, before
from indexer.clusters import Growing, Told, key_terms
from indexer.clusters.naming import typical
from reports.hot import MOST_REPEATS, HotReport, HotTopic, Repeated

FEWEST = 3  # texts of one period that make a hot topic
LOOK_BACK = 365  # days in which the same caller counts as calling again
NAMED_BY = 60  # texts of a topic that are read to name it

Ints = npt.NDArray[np.int64]
Read = Callable[[Sequence[int]], dict[int, CaseText]]


@dataclass(frozen=True, slots=True)
class HotScope:
    """Whose cases count: those of the unit or of the community; None for all."""

    unit_id: int
    community: str

    def holds(self, one: CaseText) -> bool:
        """Whether a case is within it."""
        return one.unit_id == self.unit_id or one.community == self.community


def of_cases(
    settings: Settings,
    s: Session,
    span: Span,
    *,
    scope: HotScope | None = None,
    most: int | None = MOST_AT_ONCE,
    progress: Progress = lambda step, done, total: None,
) -> HotReport:
    """The hot topics of a period of the records.

    Raises:
        CasedbError: too many cases have not been placed yet.
    """
    growing = grown(settings, s, most=most, progress=progress)
    return found(growing, span, read=lambda ids: texts_of(s, ids), scope=scope, source="案件库")


def found(
    growing: Growing, span: Span, *, read: Read, source: str, scope: HotScope | None = None
) -> HotReport:
    """The report of a period. `read` gives texts by number; one that is gone is not counted."""
    earlier = before(span)
    inside = _within(growing, span)
    held = _seen(growing.numbers[inside], read, scope) if scope else None
    if held is not None:
        inside = inside[np.isin(growing.numbers[inside], list(held))]
    past = _within(growing, earlier)
    if scope:
        seen = _seen(growing.numbers[past], read, scope)
        past = past[np.isin(growing.numbers[past], list(seen))]
    known = bool(len(growing.days)) and _first_day(growing) <= earlier.first.toordinal() + 3
    told_with = growing.merged(np.unique(growing.labels[inside]))
    labels = _told(growing.labels, told_with)
    now, then = Counter(labels[inside].tolist()), Counter(labels[past].tolist())
    topics = [
        _topic(growing, labels, inside, label, then[label] if known else None, span, read)
        for label, count in now.most_common()
        if count >= FEWEST
    ]
    # What one caller says again and again is a repeat, not a topic of many.
    hot = [one for one in topics if one is not None and one.callers != 1]
    repeats = _repeats(growing, labels, inside, span, read)
    return HotReport(
        span=span, before=earlier, before_known=known, total=len(inside),
        total_before=len(past) if known else None, in_topics=sum(one.count for one in hot),
        topics=tuple(hot), repeats=repeats, fewest=FEWEST,
        invented=any("虚构" in one.title or no.startswith(("XG", "YL")) for one in hot
                     for no in one.order_nos[:1]),
        source=source,
    )  # fmt: skip


def _within(growing: Growing, span: Span) -> Ints:
    first, after = span.first.toordinal(), span.after.toordinal()
    return np.flatnonzero((growing.days >= first) & (growing.days < after))


def _first_day(growing: Growing) -> int:
    dated = growing.days[growing.days > 0]
    return int(dated.min()) if len(dated) else 0


def _seen(numbers: Ints, read: Read, scope: HotScope) -> Collection[int]:
    return {number for number, one in read(numbers.tolist()).items() if scope.holds(one)}


def _told(labels: Ints, told_with: dict[int, int]) -> Ints:
    """The labels with clusters that are told together under one number."""
    if not told_with:
        return labels
    table = np.arange(int(labels.max()) + 1)
    table[list(told_with)] = list(told_with.values())
    return table[labels]


def _topic(
    growing: Growing, labels: Ints, inside: Ints, label: int, earlier: int | None, span: Span,
    read: Read,
) -> HotTopic | None:  # fmt: skip
    rows = inside[labels[inside] == label]
    texts = read(growing.numbers[rows].tolist())
    if len(texts) < FEWEST:
        return None
    # The newest are read to name it; they say best what it is about now.
    some = [told(one) for one in list(texts.values())[-NAMED_BY:]]
    terms = key_terms(some, growing.bearers)
    places = Counter(one.community for one in texts.values() if one.community)
    callers = {one.caller for one in texts.values() if one.caller}
    every = growing.days[labels == label]
    first = int(every[every > 0].min(initial=span.after.toordinal() - 1))
    return HotTopic(
        terms=terms, title=_title(some, terms), count=len(texts), before=earlier,
        callers=len(callers), first_on=date.fromordinal(first),
        is_new=first >= span.first.toordinal(),
        places=tuple(places.most_common(5)),
        order_nos=tuple(one.order_no for one in texts.values()),
    )  # fmt: skip


def _title(some: Sequence[Told], terms: Sequence[str]) -> str:
    best = typical(some, terms)
    return best.title or best.text[:40]


def _repeats(
    growing: Growing, labels: Ints, inside: Ints, span: Span, read: Read
) -> tuple[Repeated, ...]:
    """The same caller about the same thing, at least once in the period and more than once in all."""
    first = span.first.toordinal() - LOOK_BACK
    window = np.flatnonzero((growing.days >= first) & (growing.days < span.after.toordinal()))
    calls: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in window[growing.said_by[window] != 0].tolist():
        calls[int(growing.said_by[row]), int(labels[row])].append(row)
    current = set(inside.tolist())
    again = [rows for rows in calls.values() if len(rows) > 1 and current & set(rows)]
    again.sort(key=lambda rows: (-len(rows), -max(rows)))
    found = (_repeated(growing, rows, current, read) for rows in again[:MOST_REPEATS])
    return tuple(one for one in found if one is not None)


def _repeated(
    growing: Growing, rows: Sequence[int], current: Collection[int], read: Read
) -> Repeated | None:
    texts = read([int(growing.numbers[row]) for row in rows])
    if len(texts) < 2:
        return None
    days = sorted(int(growing.days[row]) for row in rows)
    newest = texts[max(texts)]
    return Repeated(
        title=newest.title or newest.appeal[:40], count=len(texts),
        in_period=sum(row in current for row in rows),
        first_on=date.fromordinal(max(1, days[0])), last_on=date.fromordinal(max(1, days[-1])),
        order_nos=tuple(one.order_no for one in texts.values()),
    )  # fmt: skip
