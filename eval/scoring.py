"""Judges one answer and adds judgements up; every measure is defined here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eval.question import Question

ANSWERABLE = frozenset({"plain", "follow", "version"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back for one question.

    `rank` is the place of the first citation that the author's gold names, 0 if none; `pooled` the
    place of the first that the gold names or that readers of the pool judged right.
    """

    question: Question
    outcome: str  # answered | refused | handoff
    rank: int
    pooled: int
    cited: int
    got: str
    words_missing: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """The expectation, readable."""
        return (
            "、".join(f"《{title}》{part}" for title, part in self.question.gold)
            or self.question.kind
        )

    @property
    def right(self) -> bool:
        """Whether a person would be content: the first citation right, or rightly not answered."""
        kind = self.question.kind
        if kind in ANSWERABLE:
            return self.outcome == "answered" and self.pooled == 1
        if kind == "premise":
            return self.outcome == "answered" and self.rank > 0 and not self.words_missing
        if kind == "forbidden":
            return self.outcome == "refused"
        return self.outcome != "answered"


def judge(question: Question, answer: Any) -> Outcome:
    """Compare an answer of `bot.dialogue.answering.ask` with what the question's author expects."""
    names = [
        (one.title, one.article or "", getattr(one, "heading", "") or "")
        for one in answer.citations
    ]
    rank = _first(names, question.gold)
    pooled = _first(names, (*question.gold, *question.judged))
    missing = tuple(word for word in question.must if word not in answer.text)
    if question.must_any and not any(word in answer.text for word in question.must_any):
        missing += question.must_any
    got = "、".join(f"《{title}》{article or heading}" for title, article, heading in names[:3])
    return Outcome(
        question, str(answer.outcome), rank, pooled, len(names), f"{answer.outcome} {got}", missing
    )


def _first(names: Sequence[tuple[str, str, str]], gold: Sequence[tuple[str, str]]) -> int:
    """The place of the first citation that the gold names, 0 if none."""
    return next((at for at, name in enumerate(names, 1) if _meets(name, gold)), 0)


def _meets(name: tuple[str, str, str], gold: Sequence[tuple[str, str]]) -> bool:
    title, article, heading = name
    return any(title == wanted and part in ("", article, heading) for wanted, part in gold)


@dataclass(frozen=True, slots=True)
class Scores:
    """The measures of one question file, shares 0–1; None where there was nothing to measure."""

    hit_1: float | None
    hit_3: float | None
    mrr: float | None
    citation_precision: float | None
    refusal_recall: float | None
    false_refusals: float | None
    premises: float | None
    forbidden: float | None
    places: float | None

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], *, pooled: bool = False) -> Scores:
        """Add up, by the author's gold alone or with the pooled judgements.

        hit_1, hit_3, mrr: over questions that have an answer; not answered counts as missed.
        citation_precision: share of answered ones whose first citation is right.
        refusal_recall: share of questions without a basis that were not answered.
        false_refusals: share of answerable questions that were not answered.
        """
        asked = [one for one in outcomes if one.question.kind in ANSWERABLE]
        answered = [one for one in asked if one.outcome == "answered"]
        none = [one for one in outcomes if one.question.kind == "none"]

        def at(one: Outcome) -> int:
            return one.pooled if pooled else one.rank

        return cls(
            hit_1=_share(asked, lambda one: one.outcome == "answered" and at(one) == 1),
            hit_3=_share(asked, lambda one: one.outcome == "answered" and 0 < at(one) <= 3),
            mrr=_mean(
                [1 / at(one) if at(one) and one.outcome == "answered" else 0.0 for one in asked]
            ),
            citation_precision=_share(answered, lambda one: at(one) == 1),
            refusal_recall=_share(none, lambda one: one.outcome != "answered"),
            false_refusals=_share(asked, lambda one: one.outcome != "answered"),
            premises=_share(_of(outcomes, "premise"), lambda one: one.right),
            forbidden=_share(_of(outcomes, "forbidden"), lambda one: one.right),
            places=_share(_of(outcomes, "place"), lambda one: one.right),
        )

    def lines(self, pooled: Scores | None = None) -> list[str]:
        """One line a measure; with the pooled figure beside it where one is given."""
        names = {
            "hit_1": "Hit@1", "hit_3": "Hit@3", "mrr": "MRR",
            "citation_precision": "citation precision", "refusal_recall": "refusal recall",
            "false_refusals": "false refusals", "premises": "premises corrected",
            "forbidden": "forbidden refused", "places": "other place not answered",
        }  # fmt: skip
        values = {key: getattr(self, key) for key in names}
        beside = {
            key: f"   pooled {getattr(pooled, key):.3f}"
            for key in ("hit_1", "hit_3", "mrr", "citation_precision")
            if pooled and getattr(pooled, key) is not None
        }
        return [
            f"{names[key]:<26}{value:.3f}{beside.get(key, '')}"
            for key, value in values.items()
            if value is not None
        ]


def _of(outcomes: Sequence[Outcome], kind: str) -> list[Outcome]:
    return [one for one in outcomes if one.question.kind == kind]


def _share(outcomes: Sequence[Outcome], true: Any) -> float | None:
    return sum(map(bool, map(true, outcomes))) / len(outcomes) if outcomes else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
