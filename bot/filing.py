"""Files the daily ledger (报备): one frozen snapshot as message, xlsx and picture to every ledger group."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.rooms import Rooms
from bot.settings import BEIJING
from casedb import ledger, people
from casedb.ledger.text import desk_text
from casedb.outgoing import outbox
from casedb.records import LedgerSnapshot, OutgoingFile, Target
from casedb.vocabulary import ChatPurpose


def file_ledger(rooms: Rooms, edition: str, *, due: datetime, now: datetime) -> int:
    """Queue today's ledger for every bound ledger group; returns how many rows are new.

    The outbox key holds date, edition and chat, so calling it again queues nothing.
    """
    on = due.astimezone(BEIJING).date()
    with rooms.store.reading() as session:
        groups = people.chats(session, purpose=ChatPurpose.LEDGER)
        waiting = [
            group
            for group in groups
            if not outbox.known(session, _key(on.isoformat(), edition, group.id))
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
    files = papers(rooms, snapshot)
    queued = 0
    with rooms.store.session() as session:
        for group in waiting:
            queued += outbox.put(
                session,
                key=_key(on.isoformat(), edition, group.id),
                target=Target(group.channel, group.external_id, group.topic_id, is_group=True),
                text=desk_text(snapshot),
                files=files,
                now=now,
                wanted_at=due,
                step=snapshot.id,
                resend_when_unsure=False,
            )
    return queued


def _key(day: str, edition: str, chat_id: int) -> str:
    return f"ledger:{day}:{edition}:{chat_id}"


def papers(rooms: Rooms, snapshot: LedgerSnapshot) -> tuple[OutgoingFile, ...]:
    """Sheet and picture of a snapshot below the files dir, made once."""
    from reports.pictures import ledger_png
    from reports.sheets import ledger_xlsx

    folder = rooms.files_dir / "ledgers"
    sheet = folder / f"{snapshot.id}.xlsx"
    picture = folder / f"{snapshot.id}.png"
    if not sheet.exists():
        ledger_xlsx(snapshot, sheet)
    if not picture.exists():
        ledger_png(snapshot, picture)
    day = f"{snapshot.on:%Y-%m-%d}"
    return (
        OutgoingFile(_below(rooms, picture), f"台账-{day}.png", as_picture=True),
        OutgoingFile(_below(rooms, sheet), f"台账-{day}.xlsx"),
    )


def _below(rooms: Rooms, path: Path) -> str:
    return str(path.relative_to(rooms.settings.data_dir))
