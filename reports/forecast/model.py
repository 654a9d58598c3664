"""Pure: level, trend and season of monthly counts, fitted to many series at once with numpy alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from casedb.rules.seasons import Seasons
from casedb.tally.spans import Span

Array = NDArray[np.float64]

MONTHS = 12
# How fast the level forgets, a month; which of them to believe is learned from past errors.
MEMORIES = (0.5, 0.7, 0.85, 0.95)
LONG_MEMORY = 0.97
TRENDS = (0.0, 0.5)  # 0: the level stays; 0.5: half of its recent drift goes on
LEVEL_ONLY = (0.7, 0.95)  # candidates that know no season, for series that have none
# How much each guess is believed before its errors are known: half goes to the levels and averages, half
# to the years before, for a fit to one year knows no more of its season than that year itself tells.
FITTED: Array = np.repeat((1.0, 0.2, 0.2), (len(MEMORIES) * len(TRENDS), len(LEVEL_ONLY), 1))
YEARS_BEFORE = FITTED.sum() / 2  # each of two: the mean of all years, the year before
NO_YEAR_BEFORE = 0.5  # while that is only the last month again
SMOOTH = 0.93  # kernel of the level while the season is fitted
OVERDISPERSION = 0.005  # variance = mean + 0.005 mean²: months differ by about 7 % beyond chance
ROUNDS, NEWTON = 6, 4
FIRST_SPREADS = (0.25, 0.04)  # variances of season and month effects (log scale) to begin with
SPREAD_LIMITS = (0.0005, 4.0)
FAR = 4.0  # no effect beyond e⁴


def features(spans: Sequence[Span], seasons: Seasons) -> Array:
    """One row a period: its share of days in each season, then twelve columns for the month."""
    rows = np.zeros((len(spans), len(seasons.seasons) + MONTHS))
    for at, span in enumerate(spans):
        rows[at, : len(seasons.seasons)] = [
            seasons.share(one, span.first, span.after) for one in seasons.seasons
        ]
        rows[at, len(seasons.seasons) + span.first.month - 1] = 1.0
    return rows


def expected_effects(topics: Sequence[str], seasons: Seasons) -> Array:
    """What the seasons are expected to do to each topic before any data are seen, log scale."""
    effects = np.zeros((len(topics), len(seasons.seasons) + MONTHS))
    for row, topic in enumerate(topics):
        for column, one in enumerate(seasons.seasons):
            effects[row, column] = np.log(one.lift) if one.concerns(topic) else 0.0
    return effects


def season_effects(known: Array, counts: Array, days: Array, expected: Array) -> Array:
    """Log effect of each season and month on each series.

    A Poisson regression round a smooth level. Each effect is held back towards what was expected;
    how strongly is estimated from the data (empirical Bayes): a series without season loses it.

    Args:
        known: features, one row a month.
        counts: one row a series, one column a month.
        days: days of each month.
        expected: prior means, one row a series.
    """
    series, months = counts.shape
    columns = known.shape[1]
    place = np.arange(months)
    kernel = SMOOTH ** np.abs(place[:, None] - place[None, :])
    seen = known.sum(axis=0) > 0
    effects = expected * seen
    spreads = np.tile(np.repeat(FIRST_SPREADS, (columns - MONTHS, MONTHS)), (series, 1))
    inner = np.hstack([known, np.ones((months, 1))])
    diagonal = np.arange(columns + 1)
    for _ in range(ROUNDS):
        base = np.log(days * _level(counts, days, effects @ known.T, kernel))
        hold = np.hstack([1 / spreads, np.full((series, 1), 1e-3)])
        wanted = np.hstack([expected, np.zeros((series, 1))])
        now = np.hstack([effects, np.zeros((series, 1))])
        for _ in range(NEWTON):
            eta = np.clip(base + now @ inner.T, -8.0, 14.0)
            mean = np.exp(eta)
            weight = mean / (1 + OVERDISPERSION * mean)
            aim = (eta - base) + (counts - mean) / mean
            curve = np.einsum("tp,st,tq->spq", inner, weight, inner)
            curve[:, diagonal, diagonal] += hold
            pull = np.einsum("tp,st->sp", inner, weight * aim) + hold * wanted
            now = np.linalg.solve(curve, pull[..., None])[..., 0]
        effects = np.clip(now[:, :columns], -FAR, FAR)
        doubt = np.diagonal(np.linalg.inv(curve), axis1=1, axis2=2)[:, :columns]
        spreads = _spreads((effects - expected) ** 2 + doubt, seen, columns - MONTHS)
    return effects


def _level(counts: Array, days: Array, effects: Array, kernel: Array) -> Array:
    """Cases a day beside the season, smoothed over the months on both sides."""
    exposure = days * np.exp(np.clip(effects, -FAR, FAR))
    usual = np.maximum(counts.mean(axis=1, keepdims=True) / days.mean(), 1e-3)
    level: Array = (counts @ kernel + 0.5) / (exposure @ kernel + 0.5 / usual)
    return level


def _spreads(squares: Array, seen: Array, seasons: int) -> Array:
    """How far effects of a kind lie from what was expected, for each series (one step of EM)."""
    out = np.empty_like(squares)
    for part in (slice(0, seasons), slice(seasons, None)):
        number = max(int(seen[part].sum()), 1)
        mean = (squares[:, part] * seen[part]).sum(axis=1, keepdims=True) / number
        out[:, part] = np.clip(mean, *SPREAD_LIMITS)
    return out


def candidates(known: Array, counts: Array, days: Array, expected: Array, *, ahead: int) -> Array:
    """Every guess for the month `ahead` months after the counts: one row a guess, one column a series.

    `known` and `days` reach up to that month. The last row is the naive guess.
    """
    months = counts.shape[1]
    target = months + ahead - 1
    effects = season_effects(known[:months], counts, days[:months], expected)
    exposure = days[:months] * np.exp(effects @ known[:months].T)
    at_target = days[target] * np.exp(effects @ known[target])
    long = _recent(counts, exposure, LONG_MEMORY)
    guesses = []
    for memory in MEMORIES:
        level = _recent(counts, exposure, memory)
        drift = np.clip(level / long, 0.5, 2.0)
        guesses += [level * drift**trend * at_target for trend in TRENDS]
    plain = np.broadcast_to(days[:months], counts.shape)
    guesses += [_recent(counts, plain, memory) * days[target] for memory in LEVEL_ONLY]
    plain_guesses = (
        moving_average(counts),
        same_month(counts, ahead=ahead),
        naive(counts, ahead=ahead),
    )
    return np.array([*guesses, *plain_guesses])


def believed(months: int, *, ahead: int) -> Array:
    """How much to believe each of the `candidates` after so many months, knowing none of their errors."""
    each = YEARS_BEFORE if months + ahead > MONTHS else NO_YEAR_BEFORE
    return np.array([*FITTED, each, each])


def _recent(counts: Array, exposure: Array, memory: float) -> Array:
    weight = memory ** np.arange(counts.shape[1] - 1, -1, -1)
    level: Array = ((counts * weight).sum(axis=1) + 1e-9) / (exposure * weight).sum(axis=1)
    return level


def naive(counts: Array, *, ahead: int) -> Array:
    """The same month a year before; the last month while the history is shorter than a year."""
    back = counts.shape[1] + ahead - 1 - MONTHS
    guess: Array = counts[:, back] if back >= 0 else counts[:, -1]
    return guess


def same_month(counts: Array, *, ahead: int) -> Array:
    """The mean of the same month in every year before; the last month while there is none."""
    back = range(counts.shape[1] + ahead - 1 - MONTHS, -1, -MONTHS)
    guess: Array = counts[:, list(back)].mean(axis=1) if back else counts[:, -1]
    return guess


def moving_average(counts: Array, *, of: int = 3) -> Array:
    """The mean of the last three months."""
    mean: Array = counts[:, -of:].mean(axis=1)
    return mean
