"""What the clusters are grown from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """One masked text: who said it (a keyed hash), about what place, on which day.

    `number` is the caller's own; `day` is the Beijing day as an ordinal (`date.toordinal`).
    """

    number: int
    day: int
    title: str
    text: str
    caller: str = ""
    place: str = ""
