"""What somebody asks to have counted: period, rows and columns, measure, order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from casedb.tally.dimensions import Dimension
from casedb.tally.measures import Measure
from casedb.tally.spans import Span


class Grown(Enum):
    """Which change comes first."""

    MORE = 1
    LESS = -1
    EITHER = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """Only rows below, or above, a value: a rate 0–1, hours, or cases."""

    below: bool
    value: float

    def holds(self, value: float) -> bool:
        """Whether a row is within it."""
        return value < self.value if self.below else value > self.value


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted; `listed` asks for the order numbers instead."""

    span: Span
    rows: Dimension | None
    columns: Dimension | None
    measure: Measure
    words: tuple[str, ...]
    listed: bool = False
    period_said: bool = True
    by_said: bool = True  # 按社区, 各单位 …, not only a trend or a number
    against: Span | None = None  # the period to compare with
    top: int | None = None  # rows shown
    least_first: bool | None = None  # None: as the measure is usually read
    bound: Bound | None = None
    grown: Grown | None = None  # rows by how much they changed


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """It asks for counting, but by something cases have no value of."""

    by: str
