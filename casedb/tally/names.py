"""Today's names of units: former names (曾用名) of old sheets, and how many residents a unit has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from casedb.models import Unit
from casedb.people.unit_names import parted_names
from casedb.store import Session
from casedb.vocabulary import UnitKind

NOT_SAID = "未注明"


@dataclass(frozen=True, slots=True)
class Names:
    """What the register says; residents of a unit only where they are known."""

    former: tuple[tuple[str, str], ...]  # former name -> present name
    residents: tuple[tuple[str, int], ...]
    street_residents: int | None  # of the whole sub-district

    def present(self, name: str) -> str:
        """The name a unit bears today."""
        return dict(self.former).get(name, name)

    def every(self, name: str) -> tuple[str, ...]:
        """Today's name and all former ones."""
        return (name, *(old for old, new in self.former if new == name))

    def merged(self, used: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Former names that were met, with the present ones."""
        return tuple(pair for pair in self.former if pair[0] in used)


def names_of(s: Session) -> Names:
    """Read the register. The street has the residents written for it, else those of all its
    communities when every one is known."""
    units = s.execute(
        select(Unit.name, Unit.kind, Unit.population, Unit.former_names).where(Unit.active)
    ).all()
    present = {unit.name for unit in units}
    former = tuple(
        (old, unit.name)
        for unit in units
        for old in parted_names(unit.former_names)
        if old != unit.name and old not in present - {unit.name}
    )
    communities = [unit.population for unit in units if unit.kind is UnitKind.COMMUNITY]
    whole = sum(people for people in communities if people)
    street = next(
        (
            unit.population
            for unit in units
            if unit.kind is UnitKind.SUBDISTRICT and unit.population
        ),
        whole if communities and all(communities) else None,
    )
    residents = tuple((unit.name, unit.population) for unit in units if unit.population)
    return Names(former, residents, street)
