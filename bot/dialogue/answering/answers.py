"""What an answered question is made of: outcome, point, passages with their citations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casedb.vocabulary import Role
from indexer.passages import Passage, Standing


class Outcome(StrEnum):
    """What came of a question. Values are stored and printed; never rename one."""

    ANSWERED = "answered"
    REFUSED = "refused"  # the rules forbid what was asked for
    HANDOFF = "handoff"  # no basis found: the analyst on duty is offered


@dataclass(frozen=True, slots=True)
class Reader:
    """Who will read the answer; the least privileged of a group. Default: a section worker."""

    role: Role = Role.SECTION
    in_group: bool = False

    @property
    def access(self) -> tuple[str, ...]:
        """Classes of passages this reader may see."""
        if self.in_group or self.role not in (Role.ADMIN, Role.DESK, Role.ANALYST):
            return ("public", "staff")
        return ("public", "staff", "desk")


@dataclass(frozen=True, slots=True)
class Citation:
    """出处: paper, article, whether it holds today, since when, and whether the words are its own."""

    title: str
    article: str | None
    status: str
    effective_on: date | None
    verbatim: bool
    version: str = ""
    passage_id: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready to be said. `wordings` are model sentences that can be copied."""

    outcome: Outcome
    text: str
    citations: tuple[Citation, ...] = ()
    score: float = 0.0
    passage_ids: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()
    question: str = ""  # as it was understood, the turn before included
    parts: tuple[Answer, ...] = field(default=())


def citation(passage: Passage, today: date) -> Citation:
    """The citation of a passage, its standing as of today."""
    return Citation(
        title=passage.title,
        article=passage.article,
        status=str(passage.standing(today)),
        effective_on=passage.effective_on,
        verbatim=passage.verbatim,
        version=passage.version,
        passage_id=passage.id,
        heading=passage.heading,
    )


def is_rule(passage: Passage) -> bool:
    """Whether it cites a law or rule, not a technique or a model case."""
    return passage.standing(date.min) is not Standing.NOT_A_RULE
