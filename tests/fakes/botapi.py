"""A faithful fake of Telegram's Bot API server on loopback, and a script for people in its chats.

with BotApi() as botapi:
    botapi.says("复盘报告几天内交？", user=7)
    ... run a real bot against botapi.url ...
    assert botapi.sent(1)[0].text == "三个工作日。"
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.botapi_checks import ApiError, bad_request
from tests.fakes.botapi_methods import Methods
from tests.fakes.botapi_wire import Cut, Fault, Request, Server
from tests.fakes.botapi_world import ANONYMOUS_ADMIN, Ceilings, Chat, Sent, World, entities_of

TOKEN = "4000:test-token"
PATIENCE = 10.0  # seconds a test waits for something before it fails

__all__ = ["PATIENCE", "TOKEN", "BotApi", "Fault", "Sent"]


class BotApi:
    """The server. Waiting is done on a Condition, never by sleeping."""

    def __init__(
        self, *, port: int = 0, username: str = "zhiban_test_bot", token: str = TOKEN
    ) -> None:
        self.world = World(username)
        self.methods = Methods(self.world)
        self.token, self.username = token, username
        self.faults: list[Fault] = []
        self.calls: list[Request] = []
        self.refused: list[ApiError] = []  # what was wrong with calls, faults left out
        self._port = port
        self._server: Server | None = None

    # ------------------------------------------------------------ life

    def __enter__(self) -> BotApi:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self.world.closing = False
        self._server = Server(self._port, self._answer, self._file)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        threading.Thread(target=self._post_updates, args=(self._server,), daemon=True).start()

    def stop(self) -> None:
        """Die: no new connections, open ones cut. What the server knows stays for a next start."""
        if self._server is None:
            return
        with self.world.lock:
            self.world.closing = True
            self.world.lock.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    # ------------------------------------------------------------ what people do

    def says(
        self,
        text: str = "",
        *,
        user: int = 7,
        chat: int | None = None,
        topic: int | None = None,
        name: str = "",
        reply_to: int | None = None,
        anonymous: bool = False,
        forwarded: bool = False,
        edited: bool = False,
        **parts: Any,
    ) -> int:
        """Somebody writes; the number of the update. `parts` are further fields of the message."""
        world = self.world
        with world.lock:
            place = world.ensure_chat(chat, user)
            sender = ANONYMOUS_ADMIN if anonymous else world.user(user, name)
            message = world.store(
                place, **{"from": sender}, text=text, entities=entities_of(text),
                sender_chat=place.as_json() if anonymous else None,
                message_thread_id=topic, is_topic_message=True if topic else None,
                reply_to_message=world.messages.get((place.id, reply_to or 0)),
                forward_origin=_origin() if forwarded else None, **parts,
            )  # fmt: skip
            if edited:
                message["edit_date"] = message["date"]
            return world.push(**{"edited_message" if edited else "message": message})

    def sends_document(
        self, content: bytes, name: str | None, *, caption: str = "", size: int | None = None,
        mime: str = "application/octet-stream", **where: Any,
    ) -> int:  # fmt: skip
        """Somebody sends a file; `size` may claim more bytes than there are."""
        with self.world.lock:
            kept = self.world.keep_file(name or "", content, size)
        document = {**kept, "mime_type": mime} | ({"file_name": name} if name is not None else {})
        return self._sends(caption, where, document=document)

    def sends_photo(self, content: bytes, *, caption: str = "", **where: Any) -> int:
        with self.world.lock:
            kept = self.world.keep_file("photo.jpg", content)
        small = {**kept, "width": 90, "height": 60}
        return self._sends(caption, where, photo=[small, {**small, "width": 900, "height": 600}])

    def sends_voice(self, content: bytes, **where: Any) -> int:
        with self.world.lock:
            kept = self.world.keep_file("voice.ogg", content)
        return self._sends("", where, voice={**kept, "duration": 3, "mime_type": "audio/ogg"})

    def _sends(self, caption: str, where: dict[str, Any], **media: Any) -> int:
        return self.says(
            "", caption=caption, caption_entities=entities_of(caption), **media, **where
        )

    def presses(
        self, button: str, *, user: int = 7, chat: int | None = None, message: int | None = None,
        stale: bool = False, vanished: bool = False,
    ) -> str:  # fmt: skip
        """Somebody presses the newest button with this label or data; the id of the query.

        A `stale` query can no longer be answered; a `vanished` message is too old to be shown.
        """
        world = self.world
        with world.lock:
            place = world.ensure_chat(chat, user)
            shown = self._with_button(place, button, message)
            data = _data_of(shown, button)
            if vanished:
                shown = {"message_id": shown["message_id"], "chat": shown["chat"], "date": 0}
            query = f"q{world.next_update + 1}"
            world.queries[query] = not stale
            world.push(
                callback_query={
                    "id": query, "from": world.user(user), "chat_instance": "1",
                    "message": shown, "data": data,
                }
            )  # fmt: skip
            return query

    def _with_button(self, place: Chat, button: str, message: int | None) -> dict[str, Any]:
        world = self.world
        numbers = [message] if message else range(place.last_message, 0, -1)
        for number in numbers:
            shown = world.messages.get((place.id, number))
            if shown and (message or _has(shown, button)):
                return shown
        return world.store(place, **{"from": world.bot}, text="(旧消息)")

    def group(
        self, chat: int, title: str = "", *, topics: Sequence[int] = (), **members: str
    ) -> int:
        """A group that exists before anybody speaks; `u7="administrator"` sets a member."""
        with self.world.lock:
            kind = "supergroup" if chat < -(10**12) or topics else "group"
            people = {int(user[1:]): status for user, status in members.items()}
            self.world.chats[chat] = Chat(
                chat, kind, title or f"群{chat}", bool(topics), set(topics), members=people
            )
        return chat

    def person(self, user: int, name: str = "") -> int:
        """A private chat that exists because the user once pressed start."""
        with self.world.lock:
            self.world.user(user, name)
            self.world.ensure_chat(None, user)
        return user

    def blocks(self, user: int) -> None:
        """The user blocks the bot."""
        self._leave(user, user, "bot was blocked by the user")

    def kicks(self, chat: int, *, user: int = 7) -> None:
        """The bot is thrown out of a group."""
        kind = self.world.ensure_chat(chat, user).type
        self._leave(
            chat, user, f"bot was kicked from the {'group' if kind == 'group' else kind} chat"
        )

    def adds(self, chat: int, *, user: int = 7) -> None:
        """The bot is added to a group (or unblocked)."""
        self._leave(chat, user, "")

    def _leave(self, chat: int, user: int, gone: str) -> None:
        with self.world.lock:
            place = self.world.ensure_chat(chat, user)
            place.gone = gone
            statuses = ("member", "kicked") if gone else ("left", "member")
            old, new = (_membership(self.world.bot, status) for status in statuses)
            self.world.push(
                my_chat_member={
                    "chat": place.as_json(), "from": self.world.user(user), "date": int(time.time()),
                    "old_chat_member": old, "new_chat_member": new,
                }
            )  # fmt: skip

    def migrate(self, chat: int, *, announce: bool = True) -> int:
        """The group becomes a supergroup; its new id. With `announce` both chats say so."""
        world = self.world
        with world.lock:
            old = world.chats[chat]
            new = Chat(
                -1_000_000_000_000 + chat, "supergroup", old.title, members=dict(old.members)
            )
            world.chats[new.id] = new
            old.moved_to = new.id
            if announce:
                world.push(
                    message=world.store(old, **{"from": world.bot}, migrate_to_chat_id=new.id)
                )
                world.push(
                    message=world.store(new, **{"from": world.bot}, migrate_from_chat_id=chat)
                )
            return new.id

    def push(self, **update: Any) -> int:
        """Any other update, as it is."""
        with self.world.lock:
            return self.world.push(**update)

    def repeats(self, update: int, **content: Any) -> None:
        """Deliver an update with a number that was used before."""
        with self.world.lock:
            self.world.updates.append({"update_id": update, **content})
            self.world.lock.notify_all()

    # ------------------------------------------------------------ what goes wrong

    def fault(
        self, method: str, kind: str, chat: int | None = None, times: int = 1, *,
        seconds: float = 1.0, description: str = "",
    ) -> Fault:  # fmt: skip
        """Let the next `times` calls fail.

        Kinds: 429 (`seconds` is retry_after), 400, 403, 500, 502, garbage, reset_before, slow
        (answers after `seconds`), reset_after and 500_after (carried out, but the answer is lost).
        """
        made = Fault(method, kind, chat, times, seconds, description)
        with self.world.lock:
            self.faults.append(made)
        return made

    def limits(self, ceilings: Ceilings | None = None) -> None:
        """Switch Telegram's limits on (or others, to save time)."""
        self.world.ceilings = ceilings or Ceilings()

    # ------------------------------------------------------------ what the bot did

    def sent(
        self, count: int = 1, within: float = PATIENCE, *, chat: int | None = None
    ) -> list[Sent]:
        """Wait until the bot has sent so many messages (to this chat); all of them."""
        self.wait(lambda: len(self._sent(chat)) >= count, within, f"{count} messages, chat {chat}")
        return self._sent(chat)

    def edited(self, count: int = 1, within: float = PATIENCE) -> list[Sent]:
        """Wait until the bot has edited so many messages; how they look now."""
        self.wait(lambda: len(self.methods.edited) >= count, within, f"{count} edits")
        return list(self.methods.edited)

    def toasts(self, count: int = 1, within: float = PATIENCE) -> list[str]:
        """Wait until so many button presses were answered; the words shown."""
        self.wait(lambda: len(self.methods.toasts) >= count, within, f"{count} toasts")
        return [words for _, words in self.methods.toasts]

    def called(self, method: str, count: int = 1, within: float = PATIENCE) -> list[Request]:
        """Wait until a method was called so often; those calls."""

        def found() -> list[Request]:
            return [call for call in self.calls if call.method.lower() == method.lower()]

        self.wait(lambda: len(found()) >= count, within, f"{count} calls of {method}")
        return found()

    def taken(self, within: float = PATIENCE) -> None:
        """Wait until the bot has fetched and confirmed every update."""
        self.wait(lambda: not self.world.updates, within, "all updates confirmed")

    def wait(self, true: Callable[[], Any], within: float = PATIENCE, what: str = "it") -> None:
        with self.world.lock:
            if not self.world.lock.wait_for(true, within):
                calls = [
                    f"{call.method} {call.fields.get('chat_id', '')}" for call in self.calls[-12:]
                ]
                raise AssertionError(f"waited {within} s for {what}; last calls: {calls}")

    def _sent(self, chat: int | None) -> list[Sent]:
        return [sent for sent in self.methods.sent if chat in (None, sent.chat)]

    # ------------------------------------------------------------ serving

    def _answer(self, token: str, method: str, request: Request) -> Any:
        with self.world.lock:
            self.calls.append(request)
            self.world.lock.notify_all()
            if token != self.token:
                raise ApiError(401, "Unauthorized")
            fault = next((f for f in self.faults if f.matches(method, request.chat)), None)
            if fault:
                fault.hits += 1
        if fault and fault.kind == "slow":
            time.sleep(fault.seconds)
        elif fault and not fault.kind.endswith("_after"):
            return _fail(fault)
        with self.world.lock:
            try:
                result = self.methods.named(method)(request)
            except ApiError as error:
                self.refused.append(error)
                raise
        if fault and fault.kind.endswith("_after"):
            return _fail(fault)
        return json.loads(json.dumps(result))

    def _file(self, token: str, path: str) -> bytes:
        with self.world.lock:
            for kept, content, _ in self.world.stored.values():
                if kept == path and token == self.token:
                    return content
        raise ApiError(404, "Not Found")

    def _post_updates(self, server: Server) -> None:
        """With a webhook set, post each update until it is taken with 200."""
        world = self.world
        while self._server is server:
            with world.lock:
                world.lock.wait_for(
                    lambda: world.closing or (world.webhook["url"] and world.updates), 0.5
                )
                url, update = world.webhook["url"], world.updates[0] if world.updates else None
            if url and update and self._posted(url, update):
                with world.lock:
                    world.updates.popleft()
                    world.lock.notify_all()

    def _posted(self, url: str, update: dict[str, Any]) -> bool:
        parts = urlsplit(url)
        headers = {"Content-Type": "application/json"}
        if secret := self.world.webhook.get("secret"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        try:
            connection.request("POST", parts.path or "/", json.dumps(update).encode(), headers)
            with connection.getresponse() as response:
                return response.status == 200
        except OSError:
            time.sleep(0.05)
            return False
        finally:
            connection.close()


def _fail(fault: Fault) -> bytes:
    seconds, words = max(1, round(fault.seconds)), fault.description
    if fault.kind.startswith("reset"):
        raise Cut
    if fault.kind == "garbage":
        return b"<html>Bad Gateway</html>"
    if fault.kind == "429":
        raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
    if fault.kind == "403":
        raise ApiError(403, f"Forbidden: {words or 'bot was blocked by the user'}")
    if fault.kind == "400":
        raise bad_request(words or "chat not found")
    code = int(fault.kind.removesuffix("_after"))
    raise ApiError(
        code, words or {500: "Internal Server Error", 502: "Bad Gateway"}.get(code, "Error")
    )


def _origin() -> dict[str, Any]:
    return {"type": "hidden_user", "date": int(time.time()), "sender_user_name": "某人"}


def _membership(bot: dict[str, Any], status: str) -> dict[str, Any]:
    return {"status": status, "user": bot} | ({"until_date": 0} if status == "kicked" else {})


def _has(message: dict[str, Any], button: str) -> bool:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return any(button in (one["text"], one.get("callback_data")) for row in rows for one in row)


def _data_of(message: dict[str, Any], button: str) -> str:
    """The data of the button with this label; the label itself when there is none."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    for one in (one for row in rows for one in row):
        if button in (one["text"], one.get("callback_data")):
            return str(one.get("callback_data", button))
    return button
