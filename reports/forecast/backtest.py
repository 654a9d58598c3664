"""Pure: forecasts made again from every earlier month, as if the later ones were unknown, and their score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reports.forecast.model import MONTHS, Array, believed, candidates, moving_average, naive

MOST_ORIGINS = 24
SHARPNESS = 4.0  # how strongly past errors decide between the guesses
DOUBT = 3.0  # months of experience that are assumed to have told nothing
CHANCE = 0.3  # no guess is ever nearer than chance allows, in standard deviations
COVERED = 0.8  # share of outcomes an interval should hold
SHARE_MEMORY, SHARE_WEIGHT = 0.95, 12.0  # of a community's part of a topic, in cases
# Before any error is known intervals are as wide as chance and a bad month make them.
FIRST_SCORES = (0.25, 0.6, 1.0, 1.5, 2.4)
TOP = 5


@dataclass(frozen=True, slots=True)
class Rolled:
    """Forecasts of one grain; the last row is the real one, the others look back.

    Arrays have one row an origin and one column a series; `actual` lacks the last row.
    """

    guess: Array
    low: Array
    high: Array
    naive: Array
    average: Array
    actual: Array
    scale: Array  # mean error of the naive guess inside each history, for MASE


@dataclass(frozen=True, slots=True)
class Score:
    """What the backtest of one grain says. MASE below that of the naive guess: the model helps.

    Rates are 0–1. `hits` is the share of the five largest that were among the five expected.
    """

    grain: str
    origins: int
    mase: float
    mase_naive: float
    mase_average: float
    coverage: float
    hits: float | None
    hits_naive: float | None

    @property
    def beats_naive(self) -> bool:
        """Whether the guess was nearer than the naive one."""
        return self.mase < self.mase_naive


def first_origin(months: int) -> int:
    """How many months the first forecast looked back at may know."""
    return max(min(MONTHS, max(4, months // 2)), months - MOST_ORIGINS)


def guesses(known: Array, counts: Array, days: Array, expected: Array, *, ahead: int) -> Array:
    """One forecast for each origin and each series, the last one for the real target.

    At each origin the guesses that erred less so far weigh more; nothing later is looked at.
    """
    months = counts.shape[1]
    origins = range(first_origin(months), months + 1)
    rows = [candidates(known, counts[:, :at], days, expected, ahead=ahead) for at in origins]
    made, tried = np.empty((len(rows), counts.shape[0])), np.array(rows)
    size = np.sqrt(np.maximum(counts[:, : origins[0]].mean(axis=1), 1.0))
    for number, at in enumerate(origins):
        done = max(0, number - ahead + 1)  # whose outcome was known by then
        actual = counts[:, origins[0] + ahead - 1 : at][:, :done].T
        errors = np.abs(tried[:done] - actual[:, None]) / size
        weight = _trust(believed(at, ahead=ahead), errors)
        made[number] = weight @ tried[number]
    return made


def _trust(weight: Array, errors: Array) -> Array:
    """How much of each guess to take: belief before any error, and its errors (origin, guess, series)."""
    if not len(errors):
        return weight / weight.sum()
    each = errors.mean(axis=(0, 2))
    # A few lucky months prove little: all errors are drawn together while there are few of them.
    drawn = (len(errors) * each + DOUBT * each.mean()) / (len(errors) + DOUBT)
    earned = weight * (drawn + CHANCE) ** -SHARPNESS
    trust: Array = earned / earned.sum()
    return trust


def shared_out(topics: Array, cells: Array, origins: range) -> Array:
    """Forecasts of topics parted among communities by their recent shares.

    A topic with few cases takes the shares of all topics together.

    Args:
        topics: one row an origin, one column a topic.
        cells: counts by topic, community, month.
    """
    kinds, places = cells.shape[:2]
    out = np.empty((len(origins), kinds * places))
    for row, at in enumerate(origins):
        weight = SHARE_MEMORY ** np.arange(at - 1, -1, -1)
        recent = (cells[:, :, :at] * weight).sum(axis=2)
        everywhere = (recent.sum(axis=0) + 1e-9) / (recent.sum() + 1e-9 * places)
        part = (recent + SHARE_WEIGHT * everywhere) / (
            recent.sum(axis=1, keepdims=True) + SHARE_WEIGHT
        )
        out[row] = (topics[row][:, None] * part).ravel()
    return out


def rolled(made: Array, counts: Array, *, ahead: int) -> Rolled:
    """Put intervals and the two plain guesses beside the forecasts, origin by origin."""
    months = counts.shape[1]
    origins = range(first_origin(months), months + 1)
    actual = counts[:, origins[0] + ahead - 1 :].T
    reach = np.sqrt(np.maximum(made, 0.5) + (0.05 * made) ** 2)
    wide = np.empty(len(made))
    for number in range(len(made)):
        done = max(0, number - ahead + 1)
        scores = np.abs(made[:done] - actual[:done]) / reach[:done]
        wide[number] = np.quantile([*scores.ravel(), *FIRST_SCORES], COVERED, method="higher")
    return Rolled(
        guess=made,
        low=np.maximum(made - wide[:, None] * reach, 0.0),
        high=made + wide[:, None] * reach,
        naive=np.array([naive(counts[:, :at], ahead=ahead) for at in origins]),
        average=np.array([moving_average(counts[:, :at]) for at in origins]),
        actual=actual,
        scale=np.array([_naive_error(counts[:, :at]) for at in origins]),
    )


def _naive_error(counts: Array) -> Array:
    back = MONTHS if counts.shape[1] > MONTHS else 1
    error: Array = np.abs(counts[:, back:] - counts[:, :-back]).mean(axis=1)
    return error


def score(grain: str, found: Rolled) -> Score | None:
    """The score of a grain over all origins whose outcome is known; None without any."""
    done = len(found.actual)
    if not done:
        return None
    scale = np.maximum(found.scale[:done].mean(), 1e-9)

    def mase(guess: Array) -> float:
        return float(np.abs(guess[:done] - found.actual).mean() / scale)

    inside = (found.low[:done] <= found.actual) & (found.actual <= found.high[:done])
    many = found.actual.shape[1] > TOP
    return Score(
        grain=grain,
        origins=done,
        mase=mase(found.guess),
        mase_naive=mase(found.naive),
        mase_average=mase(found.average),
        coverage=float(inside.mean()),
        hits=_hits(found.guess[:done], found.actual) if many else None,
        hits_naive=_hits(found.naive[:done], found.actual) if many else None,
    )


def _hits(guess: Array, actual: Array) -> float:
    """How many of the five largest were named, on average; ties count for either."""
    shares = []
    for guessed, came in zip(guess, actual, strict=True):
        named = np.argsort(-guessed, kind="stable")[:TOP]
        fifth = np.sort(came)[-TOP]
        shares.append(float((came[named] >= fifth).mean()))
    return float(np.mean(shares))
