"""Frozen values of a review: what was read, what the case says, what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class FindingStatus(StrEnum):
    """What a rule says about the materials."""

    MET = "met"
    MISSING = "missing"
    CONTRADICTORY = "contradictory"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class MaterialPage:
    """One page as it was read; `how` is "text", "ocr" or "none", `problem` a Chinese sentence."""

    number: int
    text: str
    how: str = "text"
    problem: str = ""
    seals: int | None = None  # red seals seen on it; None when nobody could look


@dataclass(frozen=True, slots=True)
class MaterialPhoto:
    """Facts of a picture: when (aware) and where (degrees, WGS 84), how sharp and how bright."""

    taken_at: datetime | None
    place: tuple[float, float] | None
    blur: float  # variance of the Laplacian, lower is blurrier
    brightness: float  # mean grey, 0 black to 255 white
    perceptual_hash: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class MaterialFile:
    """One file that was handed in (剔除材料); `kind` is told by content, not by name."""

    name: str
    sha256: str
    size: int
    kind: str
    pages: tuple[MaterialPage, ...] = ()
    photo: MaterialPhoto | None = None
    problem: str = ""

    @property
    def text(self) -> str:
        """All pages as one text."""
        return "\n".join(page.text for page in self.pages)

    @property
    def is_picture(self) -> bool:
        """Whether the file itself is a picture, be it a photograph or a photographed paper."""
        return self.photo is not None and self.kind in ("png", "jpeg")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the records say of the case under review. Instants are aware."""

    order_no: str
    category: str  # EX01 … EX12
    dispatched_at: datetime | None = None
    due_at: datetime | None = None
    unit: str = ""
    appeal: str = ""
    reply: str = ""
    signed_until: datetime | None = None  # papers may be signed until then; None: until `due_at`


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of one rule (问题 / 不合格项).

    `words` are those found in the material, `says` what is wrong, `cure` what to do; all Chinese,
    personal data already masked. `file` is "" and `page` None for what is missing altogether.
    """

    status: FindingStatus
    rule: str
    says: str
    file: str = ""
    page: int | None = None
    words: str = ""
    cure: str = ""

    @property
    def text(self) -> str:
        """The whole sentence: what is wrong, the words found, the cure."""
        found = f"（原文：“{self.words}”）" if self.words else ""
        return f"{self.says}{found}。{self.cure}"

    @property
    def key(self) -> tuple[str, str, str]:
        """Tells the same fault again in a later round, wherever it moved within its file."""
        return (self.rule, self.file, self.words)


class LawState(StrEnum):
    """What the knowledge base says of a cited article."""

    IN_FORCE = "in_force"
    REPEALED = "repealed"
    NOT_YET = "not_yet"
    NO_ARTICLE = "no_article"
    NO_LAW = "no_law"
    UNKNOWN = "unknown"  # neither confirmed nor refuted: nothing is claimed


@dataclass(frozen=True, slots=True)
class LawStanding:
    """The state of a cited article on a day; `note` says more, for example which law replaced it."""

    state: LawState
    note: str = ""


class Laws(Protocol):
    """Answers whether a cited article exists and is in force; the knowledge base stands behind it."""

    def standing(self, title: str, article: str, on: date) -> LawStanding:
        """The standing of `article` ("" = the law as a whole) of `title` on a Beijing date."""
        ...


class NoLaws:
    """Knows no law and so claims nothing; for use without a knowledge base."""

    def standing(self, title: str, article: str, on: date) -> LawStanding:
        """Always unknown."""
        return LawStanding(LawState.UNKNOWN)
