"""Files the daily ledger (报备): one frozen snapshot to the ledger groups, the leader, and each unit its part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.rooms import Rooms
from bot.settings import BEIJING
from casedb import ledger, people
from casedb.ledger.text import desk_text, leader_text, unit_text
from casedb.ledger.versions import for_group, for_unit
from casedb.outgoing import outbox
from casedb.outgoing.alerts import account_of, private_target
from casedb.records import LedgerSnapshot, OutgoingFile, Target
from casedb.rules import Edition
from casedb.store import Session
from casedb.vocabulary import ChatPurpose, Role


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets which version of a ledger."""

    key: str  # unique for ever
    target: Target
    version: str  # desk, leader, or the name of a unit
    person_id: int | None = None


def file_ledger(rooms: Rooms, edition: str, *, due: datetime, now: datetime) -> int:
    """Queue today's ledger for whoever its edition goes to; returns how many rows are new.

    The outbox key holds date, edition and receiver, so calling it again queues nothing.
    """
    on = due.astimezone(BEIJING).date()
    with rooms.store.reading() as session:
        waiting = [
            one
            for one in receivers(session, _edition(rooms, edition), on)
            if not outbox.known(session, one.key)
        ]
    if not waiting:
        return 0
    with rooms.store.session() as session:
        snapshot = ledger.freeze(
            session,
            on=on,
            now=now,
            rules=rooms.rules,
            calendar=rooms.calendar,
            edition=edition,
        )
    wanted = [one for one in waiting if _has_something(snapshot, one)]
    made = {one.version: _version(rooms, snapshot, one) for one in wanted}
    queued = 0
    with rooms.store.session() as session:
        for one in wanted:
            text, files = made[one.version]
            queued += outbox.put(
                session,
                key=one.key,
                target=one.target,
                text=text,
                files=files,
                now=now,
                wanted_at=due,
                step=snapshot.id,
                person_id=one.person_id,
                resend_when_unsure=False,
            )
    return queued


def _edition(rooms: Rooms, name: str) -> Edition:
    known = rooms.rules.ledger.edition(name)
    return known or Edition(name, name, datetime.min.time())


def receivers(s: Session, edition: Edition, on: date) -> Iterator[Receiver]:
    """The ledger groups; the leader of the day (all leaders where nobody is set); units' groups."""
    day = f"ledger:{on.isoformat()}:{edition.id}"
    if "groups" in edition.to:
        for group in people.chats(s, purpose=ChatPurpose.LEDGER):
            target = Target(group.channel, group.external_id, group.topic_id, is_group=True)
            yield Receiver(f"{day}:{group.id}", target, "desk")
    if "leader" in edition.to:
        leads = people.duty_leader(s, on)
        for one in (leads,) if leads else people.people(s, roles=(Role.LEADER,)):
            account = account_of(s, one.id)
            if account is not None:
                yield Receiver(f"{day}:p{one.id}", private_target(account), "leader", one.id)
    if "units" in edition.to:
        names = {unit.id: unit.name for unit in people.units(s)}
        for group in people.chats(s, purpose=ChatPurpose.UNIT):
            if group.unit_id in names:
                target = Target(group.channel, group.external_id, group.topic_id, is_group=True)
                yield Receiver(f"{day}:u{group.id}", target, names[group.unit_id])


def _has_something(snapshot: LedgerSnapshot, one: Receiver) -> bool:
    """A unit's group is left alone on a day on which there is nothing to say to it."""
    line = next((line for line in snapshot.by_unit if line.unit == one.version), None)
    return one.version in ("desk", "leader") or (line is not None and bool(line.open or line.owed))


def _version(
    rooms: Rooms, snapshot: LedgerSnapshot, one: Receiver
) -> tuple[str, tuple[OutgoingFile, ...]]:
    if one.version == "desk":
        return desk_text(snapshot), papers(rooms, for_group(snapshot))
    if one.version == "leader":
        return leader_text(snapshot), papers(rooms, snapshot, version="leader")[:1]
    return unit_text(snapshot, one.version), ()


def unit_papers(rooms: Rooms, snapshot: LedgerSnapshot, unit: str) -> tuple[OutgoingFile, ...]:
    """The sheet of one unit's own cases."""
    with rooms.store.reading() as session:
        known = people.unit_named(session, unit)
    name = f"unit{known.id}" if known else "unit0"
    return papers(rooms, for_unit(snapshot, unit), version=name)[1:]


def papers(
    rooms: Rooms, snapshot: LedgerSnapshot, *, version: str = "group"
) -> tuple[OutgoingFile, ...]:
    """Picture and sheet of a version of a snapshot below the files dir, made once."""
    from reports.pictures import ledger_png
    from reports.sheets import ledger_xlsx

    folder = rooms.files_dir / "ledgers"
    sheet = folder / f"{snapshot.id}-{version}.xlsx"
    picture = folder / f"{snapshot.id}-{version}.png"
    if not sheet.exists():
        ledger_xlsx(snapshot, sheet)
    if not picture.exists():
        ledger_png(snapshot, picture)
    day = f"{snapshot.on:%Y-%m-%d}"
    return (
        OutgoingFile(below(rooms, picture), f"台账-{day}.png", as_picture=True),
        OutgoingFile(below(rooms, sheet), f"台账-{day}.xlsx"),
    )


def below(rooms: Rooms, path: Path) -> str:
    """A path as the outbox keeps it: relative to the data dir."""
    return str(path.relative_to(rooms.settings.data_dir))
