"""What every page route works with, and who may look at which chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException, Request
from fastapi.templating import Jinja2Templates

from bot.channels.webchat import NAME, WebChannel
from bot.dialogue.talk import ChatKind
from bot.rooms import Rooms
from bot.web.session import COOKIE, Seat, Signer, seat_of
from casedb import people
from casedb.records import ChatRecord
from casedb.vocabulary import Role

if TYPE_CHECKING:
    from bot.delivery.sending import Delivery
    from bot.schedule import Schedule

SEES_EVERY_GROUP = frozenset({Role.ADMIN, Role.DESK, Role.ANALYST, Role.LEADER})


@dataclass(frozen=True, slots=True)
class VisibleChat:
    """A chat of the page that the person at the seat may read and write."""

    id: str
    title: str
    kind: ChatKind


@dataclass(frozen=True, slots=True)
class Desk:
    """The rooms as the pages see them."""

    rooms: Rooms
    channel: WebChannel
    sessions: Signer
    links: Signer
    templates: Jinja2Templates
    schedule: Schedule | None
    delivery: Delivery | None
    telegram: Any

    def seat(self, request: Request) -> Seat:
        """Who asks; 401 with a Chinese sentence when nobody has signed in."""
        seat = self.seat_or_none(request)
        if seat is None:
            raise HTTPException(401, "请先选择身份，或输入管理员给的绑定码。")
        return seat

    def seat_or_none(self, request: Request) -> Seat | None:
        """Who asks, if anybody has signed in."""
        return seat_of(self.rooms, self.sessions, request.cookies.get(COOKIE))

    def chats(self, seat: Seat) -> tuple[VisibleChat, ...]:
        """The private talk with the bot, and the groups of the page this person belongs to."""
        private = VisibleChat(seat.account, "和值班私聊", ChatKind.PRIVATE)
        with self.rooms.store.reading() as session:
            groups = people.chats(session)
        titles = {
            group.external_id: group.title or group.external_id
            for group in groups
            if group.channel == NAME and group.active and self._sees(seat, group)
        }
        return (
            private,
            *(VisibleChat(chat, title, ChatKind.GROUP) for chat, title in titles.items()),
        )

    def _sees(self, seat: Seat, group: ChatRecord) -> bool:
        # In the invented sample everybody may watch every group; that is what it is for.
        return (
            self.rooms.settings.demo
            or seat.person.role in SEES_EVERY_GROUP
            or group.unit_id == seat.person.unit_id
        )

    def chat(self, seat: Seat, chat_id: str) -> VisibleChat:
        """The chat meant, or 404: a chat one may not see does not exist."""
        for one in self.chats(seat):
            if one.id == chat_id:
                return one
        raise HTTPException(404, "没有这个会话。")


def desk_of(request: Request) -> Desk:
    """The desk of this application."""
    desk: Desk = request.app.state.desk
    return desk
