"""Pure: the next period's volume and topics with intervals, the naive guesses and past errors beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from casedb.errors import CasedbError
from casedb.rules.seasons import Seasons
from casedb.tally.by_month import PlaceCount
from casedb.tally.spans import Span, before
from reports.forecast.backtest import (
    COVERED,
    Rolled,
    Score,
    first_origin,
    guesses,
    rolled,
    score,
    shared_out,
)
from reports.forecast.model import MONTHS, Array, expected_effects, features

MOST_TOPICS, MOST_PLACES = 30, 40
REST = "其他分类"
REST_PLACES = "其他社区"
FEWEST_MONTHS = 6  # below that nothing can be learned: the naive guess it is
MOST_MONTHS = 60  # older months say little about the next one
MOST_AHEAD = 12


@dataclass(frozen=True, slots=True)
class History:
    """Counts of whole months one after the other, oldest first."""

    months: tuple[Span, ...]
    counts: tuple[tuple[PlaceCount, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One forecast: cases expected in the period, the interval, and the guesses beside it.

    `naive` is the same month a year before (the last month while history is shorter than a year),
    `average` the mean of the last three months.
    """

    topic: str  # "" for all topics together
    community: str  # "" for all communities
    expected: float
    low: float
    high: float
    naive: float
    average: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of one month; `fallback` says in Chinese why only the naive guess is given.

    `topics` and `cells` (topic × community) come with the largest first and sum to the total.
    """

    target: Span
    months: tuple[Span, ...]  # of history
    past: tuple[float, ...]  # cases of each of them
    ahead: int
    total: Line
    topics: tuple[Line, ...]
    cells: tuple[Line, ...]
    scores: tuple[Score, ...]
    seasons: tuple[str, ...]  # named seasons that touch the target
    rules_note: str
    fallback: str = ""
    short: str = ""  # what a short history cannot show

    @property
    def beats_naive(self) -> bool | None:
        """Whether the model was nearer than the naive guess by topics; None without a backtest."""
        found = next((one for one in self.scores if one.grain == GRAINS[1]), None)
        return None if found is None else found.beats_naive


GRAINS = ("总量", "主题", "主题×社区")
INTERVAL = f"{COVERED:.0%}"


def history_months(target: Span, *, since: Span, ahead: int) -> tuple[Span, ...]:
    """The whole months of history for a target: from `since`, `ahead` months before it at the latest."""
    months: list[Span] = []
    one = target
    for _ in range(ahead):
        one = before(one)
    while one.first >= since.first and len(months) < MOST_MONTHS:
        months.append(one)
        one = before(one)
    return tuple(reversed(months))


def forecast(history: History, target: Span, seasons: Seasons, *, ahead: int = 1) -> Forecast:
    """Forecast a month from the months before it, with its score on those months.

    Args:
        ahead: how many months the target lies after the last month of history.

    Raises:
        CasedbError: there is no history at all, or the target lies too far ahead.
    """
    if not 1 <= ahead <= MOST_AHEAD:
        raise CasedbError(
            f"{target.name}离最近的完整月份有 {ahead} 个月，太远了。",
            f"最多往后预测 {MOST_AHEAD} 个月，请选近一些的月份。",
        )
    if not history.months or not any(map(len, history.counts)):
        raise CasedbError(
            f"{target.name}以前没有任何工单，无法预测。",
            "请先导入历史工单，至少要有一个完整的月份。",
        )
    topics, places, cells = _cube(history.counts)
    if len(history.months) < FEWEST_MONTHS:
        return _fallen_back(history, target, seasons, topics, places, cells, ahead)
    spans = [*history.months, *_following(history.months[-1], ahead)]
    known = features(spans, seasons)
    days = np.array([float(one.days) for one in spans])
    by_topic = cells.sum(axis=1)
    total = by_topic.sum(axis=0, keepdims=True)
    of_topics = guesses(known, by_topic, days, expected_effects(topics, seasons), ahead=ahead)
    nothing = np.zeros((1, known.shape[1]))
    of_total = guesses(known, total, days, nothing, ahead=ahead)
    # Two views of the same sum: every topic's own season, and the volume as a whole.
    sums = (of_total + of_topics.sum(axis=1, keepdims=True)) / 2
    of_topics = of_topics * sums / np.maximum(of_topics.sum(axis=1, keepdims=True), 1e-9)
    origins = range(first_origin(total.shape[1]), total.shape[1] + 1)
    of_cells = shared_out(of_topics, cells, origins)
    flat = cells.reshape(-1, cells.shape[2])
    found = tuple(
        rolled(made, counts, ahead=ahead)
        for made, counts in ((sums, total), (of_topics, by_topic), (of_cells, flat))
    )
    scores = tuple(score(grain, one) for grain, one in zip(GRAINS, found, strict=True))
    return Forecast(
        target=target,
        months=history.months,
        past=tuple(map(float, total[0])),
        ahead=ahead,
        total=_lines(found[0], [("", "")])[0],
        topics=_largest(_lines(found[1], [(topic, "") for topic in topics])),
        cells=_largest(_lines(found[2], [(t, p) for t in topics for p in places])),
        scores=tuple(one for one in scores if one is not None),
        seasons=_named(seasons, target),
        rules_note=seasons.note,
        short=_short(len(history.months)),
    )


def _following(last: Span, count: int) -> list[Span]:
    months, one = [], last
    for _ in range(count):
        one = _next(one)
        months.append(one)
    return months


def _next(span: Span) -> Span:
    year, number = span.after.year, span.after.month
    after = span.after.replace(year=year + number // 12, month=number % 12 + 1)
    return Span(span.after, after, f"{span.after:%Y年%m月}")


def _cube(counts: Sequence[Sequence[PlaceCount]]) -> tuple[list[str], list[str], Array]:
    """Topics, communities, and cases by topic, community, month; what is rare stands together."""
    topics, places = Counter[str](), Counter[str]()
    for month in counts[-MONTHS:]:
        for one in month:
            topics[one.topic] += one.count
            places[one.community] += one.count
    kept = _most(topics, MOST_TOPICS, REST)
    kept_places = _most(places, MOST_PLACES, REST_PLACES)
    row = {name: at for at, name in enumerate(kept)}
    column = {name: at for at, name in enumerate(kept_places)}
    cube = np.zeros((len(kept), len(kept_places), len(counts)))
    for at, month in enumerate(counts):
        for one in month:
            topic = row.get(one.topic, len(kept) - 1)
            cube[topic, column.get(one.community, len(kept_places) - 1), at] += one.count
    return kept, kept_places, cube


def _most(counts: Counter[str], limit: int, rest: str) -> list[str]:
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    return [*ordered[:limit], rest]


def _lines(found: Rolled, names: Sequence[tuple[str, str]]) -> list[Line]:
    return [
        Line(
            topic=topic,
            community=place,
            expected=float(found.guess[-1, at]),
            low=float(found.low[-1, at]),
            high=float(found.high[-1, at]),
            naive=float(found.naive[-1, at]),
            average=float(found.average[-1, at]),
        )
        for at, (topic, place) in enumerate(names)
    ]


def _largest(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The largest first; rows in which nothing was and nothing is expected are left out."""
    told = [one for one in lines if one.expected > 0.005 or one.naive or one.average]
    return tuple(sorted(told, key=lambda one: (-one.expected, one.topic, one.community)))


def _named(seasons: Seasons, target: Span) -> tuple[str, ...]:
    return tuple(
        one.name for one in seasons.seasons if seasons.share(one, target.first, target.after) > 0
    )


def _short(months: int) -> str:
    if months <= MONTHS:
        return (
            f"历史只有 {months} 个月，不满一年零一个月：看不到上年同期，季节只能按样例倍数和最近几个月估计，"
            "“简单推算”用的是上一个月。"
        )
    if months < 2 * MONTHS:
        return f"历史有 {months} 个月，不满两年：每个月份最多见过一次，季节的估计还不稳。"
    return ""


def _fallen_back(
    history: History,
    target: Span,
    seasons: Seasons,
    topics: list[str],
    places: list[str],
    cells: Array,
    ahead: int,
) -> Forecast:
    """Too little history: the last month again, with a wide interval and no score."""
    flat = cells.reshape(-1, cells.shape[2])
    grains = (
        (cells.sum(axis=(0, 1))[None, :], [("", "")]),
        (cells.sum(axis=1), [(topic, "") for topic in topics]),
        (flat, [(topic, place) for topic in topics for place in places]),
    )
    total, by_topic, by_cell = (
        [_plain_line(row, *name) for row, name in zip(counts, names, strict=True)]
        for counts, names in grains
    )
    months = len(history.months)
    return Forecast(
        target=target,
        months=history.months,
        past=tuple(map(float, cells.sum(axis=(0, 1)))),
        ahead=ahead,
        total=total[0],
        topics=_largest(by_topic),
        cells=_largest(by_cell),
        scores=(),
        seasons=_named(seasons, target),
        rules_note=seasons.note,
        fallback=(
            f"历史只有 {months} 个完整的月份，不足半年，不能建立预测：以下就是上一个月的数字，"
            "区间按偶然波动放宽估计，没有做回测。"
        ),
    )


def _plain_line(counts: Array, topic: str, place: str) -> Line:
    last = float(counts[-1])
    half = 2.0 * float(np.sqrt(last + (0.15 * last) ** 2 + 1))
    average = float(counts[-3:].mean())
    return Line(topic, place, last, max(last - half, 0.0), last + half, last, average)
