"""What passes between the topic classifier and those who ask it."""

from __future__ import annotations

from dataclasses import dataclass

TopicPath = tuple[str, str, str]  # first, second and third level; "" where a level is not said


@dataclass(frozen=True, slots=True)
class Labelled:
    """A masked text with the topic a person gave it."""

    title: str
    text: str
    path: TopicPath


@dataclass(frozen=True, slots=True)
class Topic:
    """One proposed topic.

    `confidence` is the share (0–1) of such proposals that turned out right when the model was
    trained; for the shipped rules it only orders the proposals.
    """

    path: TopicPath
    confidence: float

    @property
    def text(self) -> str:
        """The levels that are said, joined."""
        return "/".join(part for part in self.path if part)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The likeliest topics of a text, best first; empty when nothing speaks for any."""

    topics: tuple[Topic, ...]
    source: str  # "model" | "rules" | ""
    labels: int = 0  # how many labelled texts the model has learned from

    @property
    def best(self) -> Topic | None:
        """The first of them."""
        return self.topics[0] if self.topics else None
