"""What passes between the index and those who ask it: passages, hits, filters, explanations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class PaperKind(StrEnum):
    """What sort of paper a passage comes from. Stored in the index; never rename one."""

    POLICY = "policy"  # our own digest of a law or rule (摘要)
    TECHNIQUE = "technique"  # handling guide (技巧)
    CASE = "case"  # invented model case (案例)
    LESSON = "lesson"  # training card
    OFFICIAL = "official"  # verbatim text added by users with `index add`
    PLAIN = "plain"  # a line of a corpus.jsonl
    LOCAL = "local"  # written by somebody of the unit and published there (本单位知识)


class Standing(StrEnum):
    """Whether a rule was in force on the day asked about (效力)."""

    IN_FORCE = "现行有效"
    SUPERSEDED = "已废止"
    NOT_YET = "尚未施行"
    NOT_A_RULE = "非法规"  # techniques, cases, lessons


@dataclass(frozen=True, slots=True)
class Passage:
    """One citable piece of one paper; never crosses an article (条).

    `text` is what is shown; `questions` (问法) are indexed beside it and never shown as text.
    Dates are Beijing dates; `repealed_on` is the first day on which the rule no longer holds.
    """

    id: str  # stable: derived from paper path + heading, survives rebuilds
    title: str  # 《…》without the brackets
    text: str
    kind: PaperKind = PaperKind.PLAIN
    article: str | None = None  # "第十四条", "第六十条之一"
    heading: str = ""  # heading without the article number, "首接负责制"
    aliases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    level: str = ""  # 法律, 地方性法规 …
    issuer: str = ""
    place: str = ""  # 北京, 全国, 上海 …; empty = not said
    version: str = ""  # date of the wording, ISO, as text
    effective_on: date | None = None
    repealed_on: date | None = None
    superseded_by: str = ""
    source: str = ""
    confidence: str = ""
    access: str = "staff"  # "public" | "staff" | "desk"
    verbatim: bool = False  # True only for texts users added; a digest is never verbatim
    page: int | None = None
    path: str = ""  # paper's path below its root
    ordinal: int = 0  # position within the paper

    def standing(self, on: date) -> Standing:
        """Whether this rule holds on Beijing date `on`."""
        if self.kind not in (PaperKind.POLICY, PaperKind.OFFICIAL):
            return Standing.NOT_A_RULE
        if self.effective_on and on < self.effective_on:
            return Standing.NOT_YET
        if self.repealed_on and on >= self.repealed_on:
            return Standing.SUPERSEDED
        return Standing.IN_FORCE


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be found at all; applied before ranking.

    as_of: Beijing date; rules not in force on it are left out unless `include_superseded`.
    places: allowed places, empty = any ("" passages always pass).
    access: classes the asker may read.
    """

    as_of: date | None = None
    include_superseded: bool = False
    places: tuple[str, ...] = ()
    kinds: tuple[PaperKind, ...] = ()
    access: tuple[str, ...] = ("public", "staff", "desk")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a passage stands where it stands (`search --explain`)."""

    terms: tuple[str, ...] = ()  # lexical terms that met
    lexical: float = 0.0
    dense: float = 0.0
    features: tuple[tuple[str, float], ...] = ()  # reranker features by name
    filtered_out: str = ""  # reason, when it was not allowed


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked passage."""

    passage: Passage
    score: float
    rank: int
    explanation: Explanation = field(default_factory=Explanation)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked hits and the calibrated probability (0–1) that the first ones answer the question."""

    question: str
    hits: tuple[Hit, ...]
    support: float
    supported: bool  # support >= the threshold in the model record
    left_out: tuple[Hit, ...] = ()  # filled by explain: near hits that a filter removed
