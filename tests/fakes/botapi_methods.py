"""The methods of the fake Bot API server."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.fakes.botapi_checks import ApiError, bad_request, check_markup, check_text
from tests.fakes.botapi_wire import Request
from tests.fakes.botapi_world import BOT_ID, Chat, Sent, World

DOWNLOAD_BYTES = 20 * 1024 * 1024
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
    "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
    "can_edit_stories can_delete_stories"
)


class Methods:
    """Answers requests; the name of a method of Telegram is the name of a function here."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sent: list[Sent] = []
        self.edited: list[Sent] = []
        self.toasts: list[tuple[str, str]] = []
        self.actions: list[int] = []
        self.commands: list[dict[str, str]] = []

    def named(self, method: str) -> Callable[[Request], Any]:
        names = {name.lower(): name for name in dir(type(self)) if name[0].islower()}
        if (name := names.get(method.lower())) in (None, "named"):
            raise ApiError(404, "Not Found")
        return getattr(self, name)

    # ------------------------------------------------------------ about the bot

    def getMe(self, request: Request) -> Any:
        return self.world.bot

    def setMyCommands(self, request: Request) -> bool:
        commands = request.json("commands") or []
        for command in commands:
            name, words = command.get("command", ""), command.get("description", "")
            if not (name.isascii() and name.replace("_", "a").isalnum() and name == name.lower()):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(name) <= 32 or not 1 <= len(words) <= 256:
                raise bad_request("BOT_COMMAND_INVALID")
        self.commands = commands
        return True

    def getMyCommands(self, request: Request) -> Any:
        return self.commands

    # ------------------------------------------------------------ updates

    def getUpdates(self, request: Request) -> list[dict[str, Any]]:
        world = self.world
        if world.webhook["url"]:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        world.poller += 1
        mine = world.poller
        world.lock.notify_all()  # an older poll is terminated
        if (allowed := request.json("allowed_updates")) is not None:
            world.allowed = allowed
        self._confirm(request.number("offset"))
        until = time.monotonic() + min(request.number("timeout"), 50)
        while not (ready := self._ready(request)):
            if not world.lock.wait(max(0.0, until - time.monotonic())) or world.closing:
                break
            if world.poller != mine:
                raise ApiError(409, CONFLICT)
        return ready

    def _confirm(self, offset: int) -> None:
        waiting = self.world.updates
        if offset < 0:
            while len(waiting) > -offset:
                waiting.popleft()
        while waiting and waiting[0]["update_id"] < offset:
            waiting.popleft()

    def _ready(self, request: Request) -> list[dict[str, Any]]:
        allowed, limit = self.world.allowed, request.number("limit", 100) or 100
        ready = [u for u in self.world.updates if not allowed or set(u) & set(allowed)]
        return ready[:limit]

    def setWebhook(self, request: Request) -> bool:
        self.world.webhook = {
            "url": request.text("url"), "secret": request.text("secret_token"),
        }  # fmt: skip
        if (allowed := request.json("allowed_updates")) is not None:
            self.world.allowed = allowed
        if request.flag("drop_pending_updates"):
            self.world.updates.clear()
        self.world.lock.notify_all()
        return True

    def deleteWebhook(self, request: Request) -> bool:
        self.world.webhook = {"url": ""}
        if request.flag("drop_pending_updates"):
            self.world.updates.clear()
        return True

    def getWebhookInfo(self, request: Request) -> Any:
        return {
            "url": self.world.webhook["url"], "has_custom_certificate": False,
            "pending_update_count": len(self.world.updates),
        }  # fmt: skip

    # ------------------------------------------------------------ sending

    def sendMessage(self, request: Request) -> Any:
        chat = self.world.chat_for(request.fields.get("chat_id"))
        text, entities = check_text(
            request.text("text"), request.text("parse_mode"), request.json("entities") or []
        )
        return self._out(request, chat, text=text, entities=entities)

    def sendDocument(self, request: Request) -> Any:
        return self._out_file(request, "document")

    def sendPhoto(self, request: Request) -> Any:
        return self._out_file(request, "photo")

    def sendVoice(self, request: Request) -> Any:
        return self._out_file(request, "voice")

    def _out_file(self, request: Request, kind: str) -> Any:
        chat = self.world.chat_for(request.fields.get("chat_id"))
        caption, entities = check_text(
            request.text("caption"), request.text("parse_mode"),
            request.json("caption_entities") or [], caption=True,
        )  # fmt: skip
        media = self._media(request, kind, kind)
        return self._out(request, chat, caption=caption, caption_entities=entities, **media)

    def _media(self, request: Request, kind: str, name: str) -> dict[str, Any]:
        upload = request.upload(name)
        if upload is None:
            if request.text(name) not in self.world.stored:
                raise bad_request("wrong file identifier/HTTP URL specified")
            return {kind: {"file_id": request.text(name), "file_unique_id": "u", "file_name": ""}}
        if not upload.content:
            raise bad_request("file must be non-empty")
        kept = self.world.keep_file(upload.name, upload.content)
        if kind != "photo":
            return {kind: {**kept, "file_name": upload.name}}
        if not upload.content.startswith((b"\x89PNG", b"\xff\xd8", b"RIFF", b"GIF8")):
            raise bad_request("IMAGE_PROCESS_FAILED")
        if len(upload.content) > 10 * 1024 * 1024:
            raise bad_request("file is too big for a photo")
        return {"photo": [{**kept, "width": 90, "height": 60}], "_name": upload.name}

    def sendMediaGroup(self, request: Request) -> Any:
        chat = self.world.chat_for(request.fields.get("chat_id"))
        media = request.json("media") or []
        if not 2 <= len(media) <= 10:
            raise bad_request("media group must include 2-10 items")
        kinds = {item["type"] for item in media}
        if len(kinds) > 1 and kinds & {"document", "audio"}:
            raise bad_request("document can't be mixed with other media types")
        self.world.pace(chat, len(media))
        group = str(time.monotonic_ns())
        return [self._out_item(request, chat, item, group) for item in media]

    def _out_item(self, request: Request, chat: Chat, item: dict[str, Any], group: str) -> Any:
        caption, entities = check_text(
            item.get("caption", ""), item.get("parse_mode", ""),
            item.get("caption_entities", []), caption=True,
        )  # fmt: skip
        inner = Request(request.method, {**request.fields, "file": item["media"]}, request.uploads)
        media = self._media(inner, item["type"], "file")
        parts = {"caption": caption, "caption_entities": entities, "media_group_id": group}
        return self._out(inner, chat, paced=True, **parts, **media)

    def _out(self, request: Request, chat: Chat, *, paced: bool = False, **parts: Any) -> Any:
        topic = self._topic(request, chat)
        reply_to = self._reply_to(request, chat)
        markup = (
            check_markup(request.json("reply_markup")) if request.text("reply_markup") else None
        )
        if not paced:
            self.world.pace(chat)
        name = parts.pop("_name", "")
        message = self.world.store(
            chat, **{"from": self.world.bot}, **parts, reply_markup=markup,
            message_thread_id=topic, is_topic_message=True if topic else None,
            reply_to_message=self.world.messages.get((chat.id, reply_to or 0)),
        )  # fmt: skip
        self.sent.append(self._record(request.method, chat, message, name))
        self.world.lock.notify_all()
        return message

    def _topic(self, request: Request, chat: Chat) -> int | None:
        topic = request.number("message_thread_id")
        if topic and topic not in chat.topics:
            raise bad_request("message thread not found")
        return topic or None

    def _reply_to(self, request: Request, chat: Chat) -> int | None:
        reply = request.json("reply_parameters") or {}
        number = int(reply.get("message_id", request.number("reply_to_message_id")))
        if not number or (chat.id, number) in self.world.messages:
            return number or None
        if not reply.get("allow_sending_without_reply") and not request.flag(
            "allow_sending_without_reply"
        ):
            raise bad_request("message to be replied not found")
        return None

    def _record(self, method: str, chat: Chat, message: dict[str, Any], name: str = "") -> Sent:
        media = message.get("document") or message.get("voice") or (message.get("photo") or [{}])[0]
        kept = self.world.stored.get(media.get("file_id", ""), ("", b"", 0))
        return Sent(
            method=method,
            chat=chat.id,
            message_id=message["message_id"],
            text=message.get("text", message.get("caption", "")),
            topic=message.get("message_thread_id"),
            buttons=tuple(
                map(tuple, (message.get("reply_markup") or {}).get("inline_keyboard", []))
            ),
            entities=tuple(message.get("entities", message.get("caption_entities", []))),
            file_name=media.get("file_name", "") or name,
            content=kept[1],
            reply_to=(message.get("reply_to_message") or {}).get("message_id"),
            at=time.monotonic(),
        )

    # ------------------------------------------------------------ changing what was sent

    def editMessageText(self, request: Request) -> Any:
        text, entities = check_text(
            request.text("text"), request.text("parse_mode"), request.json("entities") or []
        )
        return self._edit(request, "text", text=text, entities=entities)

    def editMessageCaption(self, request: Request) -> Any:
        caption, entities = check_text(
            request.text("caption"), request.text("parse_mode"),
            request.json("caption_entities") or [], caption=True,
        )  # fmt: skip
        return self._edit(request, "", caption=caption, caption_entities=entities)

    def editMessageReplyMarkup(self, request: Request) -> Any:
        return self._edit(request, "")

    def _edit(self, request: Request, needs: str, **parts: Any) -> Any:
        chat = self.world.chat_for(request.fields.get("chat_id"))
        message = self.world.messages.get((chat.id, request.number("message_id")))
        if message is None:
            raise bad_request("message to edit not found")
        if message.get("from", {}).get("id") != BOT_ID:
            raise bad_request("message can't be edited")
        if needs and needs not in message:
            raise bad_request(f"there is no {needs} in the message to edit")
        given = request.text("reply_markup")
        markup = check_markup(request.json("reply_markup")) if given else None
        new = {**parts, "reply_markup": markup}
        if all((message.get(name) or None) == (value or None) for name, value in new.items()):
            raise bad_request(NOT_MODIFIED)
        self.world.pace(chat)
        for name, value in new.items():
            message.pop(name, None)
            if value:
                message[name] = value
        message["edit_date"] = int(time.time())
        self.edited.append(self._record(request.method, chat, message))
        self.world.lock.notify_all()
        return message

    def deleteMessage(self, request: Request) -> bool:
        chat = self.world.chat_for(request.fields.get("chat_id"))
        if self.world.messages.pop((chat.id, request.number("message_id")), None) is None:
            raise bad_request("message to delete not found")
        return True

    def copyMessage(self, request: Request) -> Any:
        source = self.world.messages.get(
            (request.number("from_chat_id"), request.number("message_id"))
        )
        if source is None:
            raise bad_request("message to copy not found")
        chat = self.world.chat_for(request.fields.get("chat_id"))
        copied = {
            k: source[k]
            for k in ("text", "caption", "document", "photo", "entities")
            if k in source
        }
        return {"message_id": self._out(request, chat, **copied)["message_id"]}

    def answerCallbackQuery(self, request: Request) -> bool:
        query = request.text("callback_query_id")
        if not self.world.queries.get(query):
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        if len(request.text("text")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        self.world.queries[query] = False
        self.toasts.append((query, request.text("text")))
        self.world.lock.notify_all()
        return True

    def sendChatAction(self, request: Request) -> bool:
        self.actions.append(self.world.chat_for(request.fields.get("chat_id")).id)
        return True

    # ------------------------------------------------------------ looking up

    def getFile(self, request: Request) -> Any:
        file = self.world.stored.get(request.text("file_id"))
        if file is None:
            raise bad_request("invalid file_id")
        path, _, size = file
        if size > DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        return {
            "file_id": request.text("file_id"), "file_unique_id": "u", "file_size": size,
            "file_path": path,
        }  # fmt: skip

    def getChat(self, request: Request) -> Any:
        chat = self.world.chat_for(request.fields.get("chat_id"))
        return {
            **chat.as_json(), "accent_color_id": 0, "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False,
                "premium_subscription": False, "gifts_from_channels": False,
            },
        }  # fmt: skip

    def getChatMember(self, request: Request) -> Any:
        chat = self.world.chat_for(request.fields.get("chat_id"))
        user = request.number("user_id")
        if user != BOT_ID and user not in chat.members:
            raise bad_request("user not found")
        return self._member(chat, user)

    def getChatMemberCount(self, request: Request) -> int:
        return len(self.world.chat_for(request.fields.get("chat_id")).members) + 1

    def getChatAdministrators(self, request: Request) -> Any:
        chat = self.world.chat_for(request.fields.get("chat_id"))
        admins = [u for u, status in chat.members.items() if status in ("administrator", "creator")]
        return [self._member(chat, user) for user in admins]

    def _member(self, chat: Chat, user: int) -> dict[str, Any]:
        status = chat.members.get(user, "member")
        shown: dict[str, Any] = {
            "status": status,
            "user": self.world.bot if user == BOT_ID else self.world.user(user),
        }
        if status == "administrator":
            shown |= dict.fromkeys(RIGHTS.split(), False)
        return shown | ({"is_anonymous": False} if status == "creator" else {})

    def leaveChat(self, request: Request) -> bool:
        self.world.chat_for(
            request.fields.get("chat_id")
        ).gone = "bot is not a member of the group chat"
        return True
