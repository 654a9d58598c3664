"""Units, persons and their roles; who heads what, who is on the desk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from casedb import audit
from casedb.errors import CasedbError, NotFound, Refused
from casedb.models import Account, Person, Unit
from casedb.people.unit_names import match_unit, parted_names
from casedb.records import PersonRecord, UnitRecord
from casedb.store import Session
from casedb.vocabulary import Role, UnitKind

DESK_ROLES = (Role.DESK, Role.ADMIN)


def add_unit(
    s: Session,
    name: str,
    kind: UnitKind,
    *,
    parent_id: int | None = None,
    head_id: int | None = None,
) -> UnitRecord:
    """Add a unit; its name must be new."""
    name = name.strip()
    if not name:
        raise CasedbError(what="单位名称是空的。", fix="请写上单位名称。")
    if s.scalar(select(Unit.id).where(Unit.name == name)) is not None:
        raise Refused(what=f"单位“{name}”已经有了。", fix="请直接使用它，或换一个名称。")
    row = Unit(name=name, kind=kind, parent_id=parent_id, head_id=head_id, active=True)
    s.add(row)
    s.flush()
    return unit_view(row)


def set_unit(
    s: Session,
    unit_id: int,
    *,
    kind: UnitKind | None = None,
    parent_id: int | None = None,
    head_id: int | None = None,
) -> UnitRecord:
    """Change what is given of a unit; a unit can be nobody's part that is its own part."""
    row = _unit_row(s, unit_id)
    if parent_id is not None:
        if unit_id in _line_up(s, parent_id):
            raise Refused(
                what=f"“{row.name}”不能归到自己或自己的下级下面。", fix="请改成它真正的上级单位。"
            )
        row.parent_id = parent_id
    row.kind = kind or row.kind
    row.head_id = head_id if head_id is not None else row.head_id
    s.flush()
    return unit_view(row)


def set_residents(s: Session, unit_id: int, population: int | None) -> None:
    """How many residents (常住人口) a unit has; None when that is not known."""
    _unit_row(s, unit_id).population = population
    s.flush()


def rename_unit(s: Session, unit_id: int, name: str) -> UnitRecord:
    """Give a unit a new name; the old one is kept, so that old sheets and cases still find it."""
    row = _unit_row(s, unit_id)
    if row.name != name:
        if s.scalar(select(Unit.id).where(Unit.name == name)) is not None:
            raise Refused(what=f"单位“{name}”已经有了。", fix="请直接使用它，或换一个名称。")
        remember_names(s, unit_id, (row.name,))
        row.name = name
        s.flush()
    return unit_view(row)


def remember_names(s: Session, unit_id: int, names: Collection[str]) -> None:
    """Former names (曾用名) of a unit, besides those that are known already."""
    row = _unit_row(s, unit_id)
    known = parted_names(row.former_names)
    row.former_names = "、".join((*known, *(one for one in names if one not in (*known, row.name))))
    s.flush()


def units(s: Session) -> tuple[UnitRecord, ...]:
    """Every active unit, in the order they were added."""
    rows = s.scalars(select(Unit).where(Unit.active).order_by(Unit.id))
    return tuple(unit_view(row) for row in rows)


def unit(s: Session, unit_id: int) -> UnitRecord:
    """One unit by its id."""
    return unit_view(_unit_row(s, unit_id))


def unit_named(s: Session, text: str) -> UnitRecord | None:
    """The one unit that `text` means (甲一 for 甲一社区), None when none or several might be meant."""
    return match_unit(text, units(s))


def add_person(s: Session, name: str, unit_id: int, role: Role) -> PersonRecord:
    """Add a member of staff; the same name in the same unit comes back as the same person."""
    name = name.strip()
    if not name:
        raise CasedbError(what="姓名是空的。", fix="请写上姓名。")
    home = _unit_row(s, unit_id)
    row = s.scalar(select(Person).where(Person.name == name, Person.unit_id == unit_id))
    if row is None:
        row = Person(name=name, unit_id=unit_id, role=role, active=True)
        s.add(row)
    row.role, row.active, row.unit = role, True, home
    s.flush()
    return person_view(row)


def set_role(s: Session, person_id: int, role: Role) -> PersonRecord:
    """Give a person another role."""
    row = _person_row(s, person_id)
    row.role = role
    s.flush()
    return person_view(row)


def person(s: Session, person_id: int) -> PersonRecord:
    """One person by id, whether still on duty or not."""
    return person_view(_person_row(s, person_id))


def people(
    s: Session, *, unit_id: int | None = None, roles: Collection[Role] = ()
) -> tuple[PersonRecord, ...]:
    """Everybody on duty, by unit and roles where given."""
    query = select(Person).where(Person.active).options(joinedload(Person.unit))
    if unit_id is not None:
        query = query.where(Person.unit_id == unit_id)
    if roles:
        query = query.where(Person.role.in_(list(roles)))
    return tuple(person_view(row) for row in s.scalars(query.order_by(Person.id)))


def find_person(s: Session, text: str) -> PersonRecord | None:
    """The one person `text` names (王小明, 甲一社区王小明), None when nobody or several match."""
    wanted = "".join(text.split())
    staff = people(s)
    for matches in (
        [one for one in staff if one.name == wanted],
        [one for one in staff if one.unit_name + one.name == wanted],
        [one for one in staff if wanted.endswith(one.name) and _in_unit(s, one, wanted)],
        [one for one in staff if len(wanted) >= 2 and wanted in one.name],
    ):
        if matches:
            return matches[0] if len(matches) == 1 else None
    return None


def head_of(s: Session, unit_id: int) -> PersonRecord | None:
    """Who heads a unit (负责人); None when nobody on duty is named."""
    head_id = _unit_row(s, unit_id).head_id
    if head_id is None:
        return None
    row = _person_row(s, head_id)
    return person_view(row) if row.active else None


def desk(s: Session) -> tuple[PersonRecord, ...]:
    """The people who run 接诉即办 (desk and admin), on duty."""
    return people(s, roles=DESK_ROLES)


def leave(s: Session, person_id: int, *, now: datetime, actor: str) -> PersonRecord:
    """Somebody leaves: no longer on duty, chat accounts unbound, no longer head of a unit."""
    row = _person_row(s, person_id)
    row.active = False
    s.execute(delete(Account).where(Account.person_id == person_id))
    for headed in s.scalars(select(Unit).where(Unit.head_id == person_id)):
        headed.head_id = None
    audit.record(s, at=now, actor=actor, subject=f"person:{person_id}", kind="left", detail="离岗")
    return person_view(row)


def unit_view(row: Unit) -> UnitRecord:
    """A unit as other packages see it."""
    return UnitRecord(
        row.id,
        row.name,
        row.kind,
        row.parent_id,
        row.head_id,
        row.active,
        row.population,
        parted_names(row.former_names),
    )


def person_view(row: Person) -> PersonRecord:
    """A person as other packages see them."""
    return PersonRecord(row.id, row.name, row.unit_id, row.unit.name, row.role, row.active)


def _in_unit(s: Session, one: PersonRecord, wanted: str) -> bool:
    meant = unit_named(s, wanted.removesuffix(one.name))
    return meant is not None and meant.id == one.unit_id


def _line_up(s: Session, unit_id: int) -> list[int]:
    """A unit and everything above it."""
    line: list[int] = []
    at: int | None = unit_id
    while at is not None and at not in line:
        line.append(at)
        at = _unit_row(s, at).parent_id
    return line


def _unit_row(s: Session, unit_id: int) -> Unit:
    row = s.get(Unit, unit_id)
    if row is None:
        raise NotFound(what=f"没有编号为 {unit_id} 的单位。", fix="请先登记单位，再来办这件事。")
    return row


def _person_row(s: Session, person_id: int) -> Person:
    row = s.get(Person, person_id)
    if row is None:
        raise NotFound(what=f"没有编号为 {person_id} 的人员。", fix="请先登记人员，再来办这件事。")
    return row
