"""State of the fake Bot API server: chats, messages, waiting updates, files, limits."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.botapi_checks import ApiError, bad_request, utf16

BOT_ID = 4000
ANONYMOUS_ADMIN = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


@dataclass(slots=True)
class Chat:
    """A private chat, group, supergroup or channel."""

    id: int
    type: str
    title: str = ""
    forum: bool = False
    topics: set[int] = field(default_factory=set)
    gone: str = ""  # description of the 403 every send gets
    moved_to: int = 0
    members: dict[int, str] = field(default_factory=dict)
    last_message: int = 0

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": self.id, "type": self.type}
        shown |= {"first_name": self.title} if self.type == "private" else {"title": self.title}
        return shown | ({"is_forum": True} if self.forum else {})


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of the bot, as it reached a chat."""

    method: str
    chat: int
    message_id: int
    text: str
    topic: int | None = None
    buttons: tuple[tuple[dict[str, Any], ...], ...] = ()
    entities: tuple[dict[str, Any], ...] = ()
    file_name: str = ""
    content: bytes = b""
    reply_to: int | None = None
    at: float = 0.0

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]


@dataclass(slots=True)
class Ceilings:
    """Real limits, switched on with `BotApi.limits`: (messages, seconds)."""

    per_chat: tuple[int, float] = (1, 1.0)
    per_group: tuple[int, float] = (20, 60.0)
    overall: tuple[int, float] = (30, 1.0)


class World:
    """Everything the server knows. Every method is called with `lock` held."""

    def __init__(self, username: str) -> None:
        self.lock = threading.Condition(threading.RLock())
        self.bot = {
            "id": BOT_ID, "is_bot": True, "first_name": "值班", "username": username,
            "can_join_groups": True, "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }  # fmt: skip
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, dict[str, Any]] = {}
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.updates: deque[dict[str, Any]] = deque()
        self.next_update = 700_000
        self.allowed: list[str] = []
        self.poller = 0
        self.webhook: dict[str, Any] = {"url": ""}
        self.stored: dict[str, tuple[str, bytes, int]] = {}
        self.queries: dict[str, bool] = {}
        self.ceilings: Ceilings | None = None
        self.history: dict[object, deque[float]] = {}
        self.refused_for_pace = 0
        self.closing = False

    # ------------------------------------------------------------ chats

    def chat_for(self, given: Any) -> Chat:
        """The chat a request names; refuses the unknown, the moved and the lost."""
        try:
            chat = self.chats[int(given)]
        except (KeyError, TypeError, ValueError):
            raise bad_request(
                "chat not found" if given not in (None, "") else "chat_id is empty"
            ) from None
        if chat.moved_to:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to
            )
        if chat.gone:
            raise ApiError(403, f"Forbidden: {chat.gone}")
        return chat

    def user(self, user: int, name: str = "") -> dict[str, Any]:
        known = self.users.setdefault(
            user, {"id": user, "is_bot": False, "first_name": name or f"用户{user}"}
        )
        if name:
            known["first_name"] = name
        return known

    def ensure_chat(self, chat: int | None, user: int) -> Chat:
        """The chat something is said in: a private one for the user, or a group made on the fly."""
        number = user if chat is None else chat
        if number not in self.chats:
            kind = "private" if number > 0 else "supergroup" if number < -(10**12) else "group"
            self.chats[number] = Chat(
                number, kind, f"群{number}" if number < 0 else self.user(user)["first_name"]
            )
        found = self.chats[number]
        found.members.setdefault(user, "member")
        return found

    # ------------------------------------------------------------ messages and updates

    def store(self, chat: Chat, **parts: Any) -> dict[str, Any]:
        """A new message of this chat; ids count up per chat, dates are in seconds."""
        chat.last_message += 1
        message = {
            "message_id": chat.last_message, "date": int(time.time()), "chat": chat.as_json(),
            **{name: value for name, value in parts.items() if value not in (None, [], "")},
        }  # fmt: skip
        self.messages[chat.id, chat.last_message] = message
        return message

    def push(self, **content: Any) -> int:
        """Queue an update for whoever polls."""
        self.next_update += 1
        self.updates.append({"update_id": self.next_update, **content})
        self.lock.notify_all()
        return self.next_update

    def keep_file(self, name: str, content: bytes, size: int | None = None) -> dict[str, Any]:
        number = f"file{len(self.stored) + 1}"
        suffix = re.search(r"\.[A-Za-z0-9]{1,6}$", name)
        self.stored[number] = (
            f"documents/{number}{suffix[0] if suffix else ''}",
            content,
            size or len(content),
        )
        return {
            "file_id": number,
            "file_unique_id": f"u{number}",
            "file_size": size or len(content),
        }

    # ------------------------------------------------------------ limits

    def pace(self, chat: Chat, messages: int = 1) -> None:
        """Count a send against the limits, or refuse it with the seconds to wait."""
        if self.ceilings is None:
            return
        now, waits = time.monotonic(), [0.0]
        rules: list[tuple[object, tuple[int, float]]] = [
            ("overall", self.ceilings.overall), ((chat.id, "chat"), self.ceilings.per_chat),
        ]  # fmt: skip
        if chat.type != "private":
            rules.append(((chat.id, "group"), self.ceilings.per_group))
        for key, (count, seconds) in rules:
            past = self.history.setdefault(key, deque())
            while past and past[0] <= now - seconds:
                past.popleft()
            if len(past) >= count:
                waits.append(past[-count] + seconds - now)
        if max(waits) > 0:
            self.refused_for_pace += 1
            seconds = max(1, math.ceil(max(waits)))
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        for key, _ in rules:
            self.history[key].extend([now] * messages)


def entities_of(text: str) -> list[dict[str, Any]]:
    """Commands and mentions, as Telegram marks them in what people write."""
    found = []
    for kind, pattern in (
        ("bot_command", r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?"),
        ("mention", r"(?<![A-Za-z0-9_/])@\w{4,32}"),
    ):
        for match in re.finditer(pattern, text, re.ASCII):
            start, size = utf16(text[: match.start()]), utf16(match[0])
            found.append({"type": kind, "offset": start, "length": size})
    return found
