"""Risk that a case turns into a "no" (涉否): named features, weighed on the desk's own history, checked on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from casedb.cases.endings import Ending
from casedb.vocabulary import AppealKind, CaseStage, SideWay

FEWEST = 200  # answered revisits
FEWEST_NO = 20  # of them with a no
CHECKED_SHARE = 0.2  # the newest part, kept apart to check the estimate on
TELLS = 0.55  # area under the curve from which the features tell cases apart at all
SMOOTH = 40.0  # cases of average rate added to each topic's and unit's own
PENALTY = 2.0
ROUNDS = 30
LATE_CONTACT = timedelta(hours=24)
LONG = timedelta(days=5)

Floats = npt.NDArray[np.float64]


def _late_contact(one: Ending, now: datetime) -> bool:
    return one.dispatched_at is not None and (
        (one.first_contact_at or now) - one.dispatched_at > LATE_CONTACT
    )


def _overdue(one: Ending, now: datetime) -> bool:
    end = one.closed_at or (now if one.stage is not CaseStage.CLOSED else None)
    return one.due_at is not None and end is not None and end > one.due_at


def _long(one: Ending, now: datetime) -> bool:
    return one.dispatched_at is not None and (one.closed_at or now) - one.dispatched_at > LONG


def _extended(one: Ending, _now: datetime) -> bool:
    both = one.due_at is not None and one.original_due_at is not None
    return both and one.due_at > one.original_due_at  # type: ignore[operator]


FLAGS: tuple[tuple[str, Callable[[Ending, datetime], bool]], ...] = (
    ("重复诉求", lambda one, now: bool(one.repeat_of)),
    ("派单 24 小时后才首次联系（或还没联系）", _late_contact),
    ("超过办理时限", _overdue),
    ("派单 5 天后还没办结", _long),
    ("延过期", _extended),
    ("疑难挂账、重新办理或督办", lambda one, now: one.side_way in (
        SideWay.HARD_LISTED, SideWay.REHANDLING, SideWay.SUPERVISED)),
    ("性质是投诉或举报", lambda one, now: one.kind in (AppealKind.COMPLAINT, AppealKind.REPORT)),
)  # fmt: skip
TOPIC, UNIT = "同一分类以往的涉否率", "同一承办单位以往的涉否率"
NAMES = (*(name for name, _ in FLAGS), TOPIC, UNIT)


@dataclass(frozen=True, slots=True)
class Factor:
    """One feature of a case and what history says of it.

    `weight` multiplies the odds against the average case; `cases` and `noes` count the history
    that shares it.
    """

    name: str
    weight: float
    cases: int
    noes: int


@dataclass(frozen=True, slots=True)
class Check:
    """The estimate of the newest part by a model of the older part: expected against what came."""

    cases: int
    expected: float
    came: int
    area: float  # under the curve; 0.5 tells nothing apart

    @property
    def tells(self) -> bool:
        """Whether the features told cases apart better than chance."""
        return self.area >= TELLS


@dataclass(frozen=True, slots=True)
class Risk:
    """The estimate for one case; `share` is None when history is too short to say."""

    share: float | None
    average: float | None
    factors: tuple[Factor, ...]
    cases: int
    noes: int
    check: Check | None


@dataclass(frozen=True, slots=True)
class RiskModel:
    """Weights fitted on history. Plain logistic regression: every weight belongs to a named feature."""

    weights: Floats  # [features]
    bias: float
    topics: dict[str, tuple[int, int]]  # cases, noes
    units: dict[str, tuple[int, int]]
    flags: tuple[tuple[int, int], ...]  # cases, noes of each flag
    means: Floats
    cases: int
    noes: int
    check: Check | None

    @property
    def average(self) -> float:
        """Share of noes in all history."""
        return self.noes / self.cases if self.cases else 0.0


def fitted(history: Sequence[Ending], *, now: datetime) -> RiskModel:
    """Weigh the features on answered cases, the oldest first."""
    said = [one for one in history if one.answered]
    noes = sum(one.has_no for one in said)
    if len(said) < FEWEST or noes < FEWEST_NO:
        none = np.zeros(len(NAMES))
        return RiskModel(none, 0.0, {}, {}, (), none, len(said), noes, None)
    cut = int(len(said) * (1 - CHECKED_SHARE))
    older = _fit(said[:cut], now)
    check = _checked(older, said[cut:], now) if older.noes else None
    whole = _fit(said, now)
    return RiskModel(
        whole.weights, whole.bias, whole.topics, whole.units, whole.flags, whole.means,
        whole.cases, whole.noes, check,
    )  # fmt: skip


def risk(model: RiskModel, case: Ending, *, now: datetime) -> Risk:
    """The estimate for a case as it stands at `now`, with what speaks for and against it."""
    if model.check is None:
        return Risk(None, None, (), model.cases, model.noes, None)
    if not model.check.tells:
        return Risk(None, model.average, (), model.cases, model.noes, model.check)
    row = _rows([case], model.topics, model.units, now)[0]
    share = float(_logistic(np.array([row @ model.weights + model.bias]))[0])
    factors = [
        Factor(name, float(np.exp(weight * (value - mean))), *_counted(model, case, at))
        for at, (name, weight, value, mean) in enumerate(
            zip(NAMES, model.weights, row, model.means, strict=True)
        )
        if at >= len(FLAGS) or value
    ]
    factors.sort(key=lambda one: -abs(np.log(one.weight)))
    return Risk(share, model.average, tuple(factors), model.cases, model.noes, model.check)


def _counted(model: RiskModel, case: Ending, at: int) -> tuple[int, int]:
    if at < len(FLAGS):
        return model.flags[at]
    table, name = (model.topics, case.topic_1) if NAMES[at] == TOPIC else (model.units, case.unit)
    return table.get(name, (0, 0))


def _fit(said: Sequence[Ending], now: datetime) -> RiskModel:
    truth = np.array([one.has_no for one in said], float)
    topics = _table([one.topic_1 for one in said], truth)
    units = _table([one.unit for one in said], truth)
    rows = _rows(said, topics, units, now, truth)
    weights, bias = _regressed(rows, truth)
    flags = tuple(
        (int(rows[:, at].sum()), int((rows[:, at] * truth).sum())) for at in range(len(FLAGS))
    )
    return RiskModel(
        weights, bias, topics, units, flags, rows.mean(axis=0), len(said), int(truth.sum()), None
    )


def _table(names: Sequence[str], truth: Floats) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for name, no in zip(names, truth, strict=True):
        cases, noes = found.get(name, (0, 0))
        found[name] = (cases + 1, noes + int(no))
    return found


def _rows(
    said: Sequence[Ending],
    topics: dict[str, tuple[int, int]],
    units: dict[str, tuple[int, int]],
    now: datetime,
    truth: Floats | None = None,
) -> Floats:
    """A row of features for each case. With `truth`, a case does not count in its own group's rate."""
    total = max(1, sum(cases for cases, _ in topics.values()))
    average = (sum(noes for _, noes in topics.values()) + 0.5) / (total + 1)
    rows = np.zeros((len(said), len(NAMES)))
    for at, one in enumerate(said):
        own = int(truth[at]) if truth is not None else None
        rows[at, : len(FLAGS)] = [holds(one, now) for _, holds in FLAGS]
        rows[at, -2] = _excess(topics.get(one.topic_1, (0, 0)), own, average)
        rows[at, -1] = _excess(units.get(one.unit, (0, 0)), own, average)
    return rows


def _excess(counted: tuple[int, int], own: int | None, average: float) -> float:
    """Log-odds of a group's smoothed rate above the average."""
    cases, noes = counted
    if own is not None:
        cases, noes = cases - 1, noes - own
    rate = (noes + SMOOTH * average) / (cases + SMOOTH)
    return float(np.log(rate / (1 - rate)) - np.log(average / (1 - average)))


def _regressed(rows: Floats, truth: Floats) -> tuple[Floats, float]:
    """Logistic regression by Newton's steps; weights are held small, the bias is free."""
    table = np.hstack([rows, np.ones((len(rows), 1))])
    held = np.diag([PENALTY] * rows.shape[1] + [1e-6])
    found = np.zeros(table.shape[1])
    found[-1] = np.log(truth.mean() / (1 - truth.mean()))
    for _ in range(ROUNDS):
        share = _logistic(table @ found)
        slope = table.T @ (share - truth) + held @ found
        bend = table.T @ (table * (share * (1 - share))[:, None]) + held
        step = np.linalg.solve(bend, slope)
        found -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return found[:-1], float(found[-1])


def _logistic(scores: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))))


def _checked(model: RiskModel, newer: Sequence[Ending], now: datetime) -> Check:
    truth = np.array([one.has_no for one in newer], float)
    shares = _logistic(_rows(newer, model.topics, model.units, now) @ model.weights + model.bias)
    return Check(len(newer), float(shares.sum()), int(truth.sum()), area_under(shares, truth))


def area_under(shares: Floats, truth: Floats) -> float:
    """Chance that a case with a no was given the greater share than one without; ties count half."""
    noes, others = int(truth.sum()), int(len(truth) - truth.sum())
    if not noes or not others:
        return 0.5
    values, where = np.unique(shares, return_inverse=True)
    counts = np.bincount(where, minlength=len(values))
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((ranks[where][truth > 0].sum() - noes * (noes + 1) / 2) / (noes * others))
