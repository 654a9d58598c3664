"""What a piece of advice is made of; everything in it is masked and carries its source."""

from __future__ import annotations

from dataclasses import dataclass

from casedb.cases.endings import Ending
from casedb.records import CaseRecord
from indexer.passages import Passage
from indexer.topics import Proposal
from reports.no_risk import Risk


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier case that is like this one, and how like (0–1)."""

    ending: Ending
    similarity: float


@dataclass(frozen=True, slots=True)
class UnitRecordOf:
    """How a unit did with the like: answered revisits, and those without a no."""

    unit: str
    answered: int
    solved: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """The like within the reader's reach, and how they ended."""

    shown: tuple[Past, ...]
    found: int
    closed: int
    answered: int
    noes: int
    days: float | None  # median from dispatch to closing
    units: tuple[UnitRecordOf, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan and where it is from."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Everything that helps a person to decide. `notes` say what is missing and why."""

    case: CaseRecord
    topic: Proposal | None  # only when nobody has given one yet
    likeness: Likeness
    steps: tuple[Step, ...]
    articles: tuple[Passage, ...]
    guide: str  # title of the guide, "" when none fits
    wordings: tuple[Step, ...]  # model sentences to say
    risk: Risk
    notes: tuple[str, ...]
