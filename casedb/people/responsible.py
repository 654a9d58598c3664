"""Which unit answers for a case: its 承办单位, else its 社区."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casedb.people.staff import units
from casedb.people.unit_names import match_unit
from casedb.records import UnitRecord
from casedb.store import Session


@dataclass(frozen=True, slots=True)
class Responsible:
    """The unit found, and the name in the sheet that no unit of ours answers to."""

    unit_id: int | None
    unknown: str = ""


def responsible_unit(s: Session, columns: Mapping[str, Any]) -> Responsible:
    """The unit that `columns` of a case name."""
    return responsible_among(units(s), columns)


def responsible_among(known: Sequence[UnitRecord], columns: Mapping[str, Any]) -> Responsible:
    """The same among units already read."""
    unknown = ""
    for name in ("handling_unit", "community"):
        said = str(columns.get(name) or "")
        found = match_unit(said, known) if said else None
        if found is not None:
            return Responsible(found.id, unknown)
        unknown = unknown or said
    return Responsible(None, unknown)
