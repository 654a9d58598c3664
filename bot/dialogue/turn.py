"""One thing said by a known person: all that a handler needs to answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import access
from bot.access import Action, Scope
from bot.dialogue.answering.answers import Reader
from bot.dialogue.talk import Button, ChatKind, Incoming, Reply
from bot.rooms import Rooms
from casedb.records import ChatRecord, OutgoingButton, PersonRecord, Target
from casedb.vocabulary import ChatPurpose


@dataclass(frozen=True, slots=True)
class Turn:
    """Who said what, where, when; `groups` are the bindings of the group it was said in."""

    rooms: Rooms
    incoming: Incoming
    person: PersonRecord
    groups: tuple[ChatRecord, ...]
    now: datetime

    @property
    def in_group(self) -> bool:
        """Whether others read the answer."""
        return self.incoming.chat_kind is ChatKind.GROUP

    @property
    def key(self) -> str:
        """Names this speaker's talk in this chat."""
        heard = self.incoming
        return f"{heard.channel}:{heard.chat}:{heard.topic}:{heard.speaker}"

    @property
    def actor(self) -> str:
        """How events name the speaker."""
        return f"person:{self.person.id}"

    @property
    def reader(self) -> Reader:
        """Who will read the answer."""
        return access.reader(self.person, self.incoming.chat_kind, self.groups)

    @property
    def target(self) -> Target:
        """This chat as an outbox target."""
        heard = self.incoming
        return Target(heard.channel, heard.chat, heard.topic, self.in_group)

    @property
    def group_units(self) -> tuple[int, ...]:
        """Units whose group this is."""
        return tuple(
            group.unit_id
            for group in self.groups
            if group.purpose is ChatPurpose.UNIT and group.unit_id is not None
        )

    @property
    def is_ledger_group(self) -> bool:
        """Whether the ledger is filed with this group."""
        return any(group.purpose is ChatPurpose.LEDGER for group in self.groups)

    def scope(self, action: Action) -> Scope:
        """How far the speaker may go with an action here."""
        return access.scope(self.person.role, self.incoming.chat_kind, action)


def rows(buttons: tuple[tuple[OutgoingButton, ...], ...]) -> tuple[tuple[Button, ...], ...]:
    """Buttons of the records as buttons of a reply."""
    return tuple(tuple(Button(one.label, one.data) for one in line) for line in buttons)


def toast(text: str, *, edit_to: str = "") -> Reply:
    """The answer to a pressed button: a short note, and perhaps the message changed."""
    if edit_to:
        return Reply(edit_to, toast=text, edit=True)
    return Reply(toast=text, silent=True)
