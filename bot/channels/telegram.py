"""Telegram: updates in; messages, files, buttons out. Only telegram*.py import its library."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import telegram as tg
from telegram import error as errors
from telegram import ext

from bot.channels import forms, hearing, reading, refusals
from bot.channels.albums import AlbumQueue, Albums
from bot.channels.answering import Answering
from bot.channels.insisting import Interrupted, LinkState, UnderWay, first_of
from bot.channels.outcome import BadText, ChatGone, Outcome, RetryLater
from bot.channels.pacing import Pace
from bot.channels.pieces import Piece
from bot.channels.posting import Posting
from bot.channels.rendered import CAPTION_UNITS
from bot.channels.spool import Spool
from bot.channels.telegram_updates import HeardQueue, InLanes, WatchedPolls
from bot.delivery.whereabouts import Whereabouts
from bot.dialogue.talk import IncomingFile, Talk
from bot.onlyone import HeldFile
from bot.rooms import Rooms
from bot.settings import Settings
from casedb.records import OutboxMessage, Target

log = logging.getLogger(__name__)
UPDATES = ["message", "callback_query", "my_chat_member"]
POLL_SECONDS, LONGEST_PAUSE, STOP_SECONDS = 25, 30.0, 10.0
App = ext.Application[Any, Any, Any, Any, Any, Any]


class TelegramChannel:
    """One bot: hears what is meant for it, answers, and sends what delivery hands over."""

    name = reading.CHANNEL

    def __init__(
        self,
        settings: Settings,
        talk: Talk,
        files_dir: Path,
        whereabouts: Whereabouts | None = None,
        *,
        commands: Sequence[tuple[str, str]] = (),
        pace: Pace | None = None,
    ) -> None:
        self.pace = pace or Pace()
        self._settings, self._commands = settings, tuple(commands)
        self._files_dir, self._whereabouts = files_dir / "received", whereabouts
        self._spool = Spool(settings.data_dir / "telegram")
        self._albums = Albums()
        self._lanes = InLanes(self._spool)
        self._answering = Answering(talk, self, self._spool)
        self._posting = Posting(self, settings.data_dir)
        self._state = LinkState("Telegram")
        self._bot: tg.Bot | None = None
        self._poller = HeldFile(settings.data_dir / "telegram" / "poller.lock")
        self._stop, self._refused = asyncio.Event(), asyncio.Event()
        self._calls = UnderWay()

    @classmethod
    def for_rooms(cls, rooms: Rooms, talk: Talk) -> TelegramChannel:
        """The channel of the running service; the menu of commands is the dialogue's."""
        where = Whereabouts(rooms, cls.name)
        menu = getattr(talk, "commands", ())
        return cls(rooms.settings, talk, rooms.files_dir, where, commands=menu)

    def status(self) -> str:
        """ "ok", or a Chinese sentence that says what is wrong."""
        return str(self._state)

    @property
    def ready(self) -> bool:
        """Whether messages can be sent now."""
        return self._bot is not None and not self._stop.is_set()

    # ------------------------------------------------------------ life

    async def run(self, stop: asyncio.Event) -> None:
        """Hear and answer until `stop`; when Telegram cannot be reached, try again and say so."""
        logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO lines hold the token
        logging.getLogger("telegram").setLevel(logging.CRITICAL)  # we say it, in one line
        self._stop, pause = stop, 1.0
        while not stop.is_set():
            self._refused.clear()
            try:
                await self._serve()
                pause = 1.0
            except (errors.TelegramError, OSError) as problem:
                self._state.note(refusals.sentence(problem))
                pause = min(pause * 2, LONGEST_PAUSE)
            await first_of(stop.wait(), asyncio.sleep(pause))

    async def _serve(self) -> None:
        app = self._application()
        try:
            async with app:
                self._bot = app.bot
                self._state.note()
                try:
                    await self._show_menu(app.bot)
                    while not self._poller.hold() and not self._stop.is_set():
                        await first_of(self._stop.wait(), asyncio.sleep(1))
                    if not self._stop.is_set():
                        await self._listen(app)
                finally:
                    self._bot = None
                    if self._stop.is_set():
                        self.pace.close()
                    await self._calls.ended(STOP_SECONDS)  # a cut call could mean a doubled message
        finally:
            self._poller.let_go()
            await app.bot.shutdown()  # the application forgets it when its start failed

    async def _listen(self, app: App) -> None:
        updater, queue = cast(ext.Updater, app.updater), cast(HeardQueue, app.update_queue)
        await app.start()
        try:
            for _, content in self._spool.left():
                queue.again(tg.Update.de_json(json.loads(content), app.bot))
            await self._fetch_updates(updater)
            await first_of(self._stop.wait(), self._refused.wait())
        finally:
            if self._stop.is_set():
                self.pace.close()
            if updater.running:
                await updater.stop()
            await app.stop()

    async def _fetch_updates(self, updater: ext.Updater) -> None:
        hook = urlsplit(self._settings.webhook_url)
        if not hook.netloc:
            await updater.start_polling(
                timeout=POLL_SECONDS, allowed_updates=UPDATES, error_callback=lambda _: None
            )
            return
        host, _, port = self._settings.webhook_listen.rpartition(":")
        await updater.start_webhook(
            listen=host, port=int(port), url_path=hook.path, webhook_url=hook.geturl(),
            secret_token=self._settings.webhook_secret or None, allowed_updates=UPDATES,
        )  # fmt: skip

    def _application(self) -> App:
        server = self._settings.telegram_api_url
        builder = ext.Application.builder().token(self._settings.telegram_token)
        builder.base_url(f"{server}/bot").base_file_url(f"{server}/file/bot")
        builder.connection_pool_size(64).pool_timeout(20).connect_timeout(5)
        builder.read_timeout(20).write_timeout(20).media_write_timeout(60)
        builder.get_updates_request(WatchedPolls(self._noted)).job_queue(None)
        builder.update_queue(AlbumQueue(self._spool, self._albums)).concurrent_updates(self._lanes)
        app = builder.build()
        kinds = ext.filters
        talk = kinds.UpdateType.MESSAGE & ~kinds.StatusUpdate.ALL
        app.add_handler(ext.MessageHandler(talk, self._on_message))
        app.add_handler(ext.MessageHandler(kinds.StatusUpdate.MIGRATE, self._on_move))
        app.add_handler(ext.CallbackQueryHandler(self._on_press))
        app.add_handler(ext.ChatMemberHandler(self._on_membership))
        app.add_error_handler(self._on_error)
        return app

    async def _show_menu(self, bot: tg.Bot) -> None:
        if self._commands:
            try:
                await bot.set_my_commands([tg.BotCommand(*command) for command in self._commands])
            except errors.TelegramError as problem:
                log.warning("the menu of commands was not set: %s", problem)

    def _noted(self, problem: errors.TelegramError | None) -> None:
        self._state.note(refusals.sentence(problem) if problem else "")
        if isinstance(problem, errors.InvalidToken):
            self._refused.set()

    # ------------------------------------------------------------ in

    async def _on_message(self, update: tg.Update, _: object) -> None:
        self._unless_stopping()
        bot, message = self._connected(), cast(tg.Message, update.message)
        album = await self._albums.gathered(update)
        if not album or (heard := reading.heard_together(album, bot.username, bot.id)) is None:
            return
        got = [
            await self._stored(str(one.update_id), *file)
            for one in album
            for file in reading.files(one.message)
        ]
        reply_to = str(message.message_id) if heard.chat_kind == "group" else ""
        await self._answering.answer(
            replace(heard, files=tuple(got)), reading.target(message), self._stop, reply_to=reply_to
        )

    async def _stored(self, number: str, file_id: str, announced: IncomingFile) -> IncomingFile:
        async def fetch(path: Path) -> None:
            try:
                await (await self._connected().get_file(file_id)).download_to_drive(path)
            except errors.BadRequest as refused:
                big = "too big" in refused.message.lower()
                raise (hearing.TooLarge if big else hearing.FileLost) from refused
            except errors.TelegramError as problem:
                raise OSError(str(problem)) from problem

        path = hearing.stored_path(self._files_dir, number, announced.name)
        return await hearing.stored(announced, path, fetch)

    async def _on_press(self, update: tg.Update, _: object) -> None:
        self._unless_stopping()
        query = cast(tg.CallbackQuery, update.callback_query)

        async def toast(words: str) -> None:
            self._lanes.toasted(update, words)
            with suppress(errors.TelegramError):  # too late for a toast is no reason to stop
                await query.answer(words or None)

        if query.message is None:
            await toast("")
            return
        heard, target = reading.pressed(update), reading.target(query.message)
        await self._answering.press(heard, target, self._stop, toast)

    async def _on_move(self, update: tg.Update, _: object) -> None:
        message = cast(tg.Message, update.message)
        here = message.chat.id
        old, new = message.migrate_from_chat_id or here, message.migrate_to_chat_id or here
        await self.moved(str(old), str(new))

    async def _on_membership(self, update: tg.Update, _: object) -> None:
        change = cast(tg.ChatMemberUpdated, update.my_chat_member)
        chat = str(change.chat.id)
        if change.new_chat_member.status in ("kicked", "left"):
            await self._reported("lost", chat, change.chat.title or "")
            return
        await self._reported("back", chat)
        if (heard := reading.let_in(update)) is not None:
            where = Target(self.name, chat, is_group=True)
            await self._answering.answer(heard, where, self._stop)

    def _unless_stopping(self) -> None:
        if self._stop.is_set():
            raise Interrupted

    async def _on_error(self, update: object, context: Any) -> None:
        if isinstance(update, tg.Update) and isinstance(context.error, Interrupted):
            self._spool.put_off(update.update_id)
        else:
            log.error("an update was not handled", exc_info=context.error)

    async def moved(self, old: str, new: str) -> None:
        """A group has another id."""
        await self._reported("moved", old, new)

    async def _reported(self, news: str, *what: str) -> None:
        if self._whereabouts is not None:
            await asyncio.to_thread(getattr(self._whereabouts, news), *what)

    # ------------------------------------------------------------ out

    async def send(self, message: OutboxMessage) -> tuple[str, ...]:
        """Send one message of the outbox; the ids of its messages in the chat."""
        return await self._posting.send(message)

    async def post(self, target: Target, piece: Piece, reply_to: str = "") -> tuple[str, ...]:
        """One send. What Telegram will not take as it is goes once more as plain as can be."""
        async with self._turn(target, piece.messages) as bot:
            where, plain = forms.place(target, reply_to), False
            while True:
                try:
                    return await _sent(bot, where, piece, plain)
                except errors.BadRequest as refused:
                    why = refusals.outcome(refused)
                    if "thread not found" in why.what.lower() and "message_thread_id" in where:
                        del where["message_thread_id"]  # a deleted topic: the group will do
                    elif plain or isinstance(why, ChatGone):
                        raise
                    else:
                        log.warning("chat %s: sent plain, because %s", target.chat, why.what)
                        plain = True

    async def change(self, target: Target, message: str, piece: Piece) -> bool:
        """Change a message that is there; False when that cannot be done."""
        async with self._turn(target) as bot:
            try:
                await _changed(bot, target, int(message), piece)
            except errors.BadRequest as refused:
                return "not modified" in refused.message.lower()
        return True

    @asynccontextmanager
    async def _turn(self, target: Target, messages: int = 1) -> AsyncIterator[tg.Bot]:
        """A call at this chat's turn; errors come out as what they mean for the message."""
        async with self.pace.turn(target.chat, is_group=target.is_group, messages=messages):
            try:
                with self._calls:
                    yield self._connected()
            except errors.TelegramError as problem:
                outcome = refusals.outcome(problem)
                if isinstance(outcome, RetryLater) and outcome.chat_only:
                    self.pace.hold(target.chat, outcome.seconds)
                raise outcome from problem
            except OSError as problem:
                raise BadText(f"file not readable: {problem}") from problem

    async def busy(self, target: Target) -> None:
        """Show that we are at it."""
        with suppress(errors.TelegramError, Outcome):
            await self._connected().send_chat_action(action="typing", **forms.place(target))

    def _connected(self) -> tg.Bot:
        if self._bot is None:
            raise RetryLater(2.0, chat_only=False, what="not connected to Telegram")
        return self._bot


async def _sent(bot: tg.Bot, where: forms.Fields, piece: Piece, plain: bool) -> tuple[str, ...]:
    contents = [await asyncio.to_thread(file.path.read_bytes) for file in piece.files]
    call = forms.sending(piece, contents, plain=plain)
    if call.method == "send_media_group":
        media = tg.InputMediaPhoto if call.fields["kind"] == "photo" else tg.InputMediaDocument
        files = [
            media(content, filename=name)
            for name, content in zip(call.fields["names"], contents, strict=True)
        ]
        messages = await bot.send_media_group(media=files, **where)
        return tuple(str(message.message_id) for message in messages)
    message = await getattr(bot, call.method)(**call.fields, **where)
    return (str(message.message_id),)


async def _changed(bot: tg.Bot, target: Target, message: int, piece: Piece) -> None:
    for caption in (False, True):
        call = forms.editing(piece, message, caption=caption)
        try:
            await getattr(bot, call.method)(**call.fields, chat_id=forms.place(target)["chat_id"])
            return
        except errors.BadRequest as refused:
            fits = piece.text.units <= CAPTION_UNITS
            if caption or not fits or "no text in the message" not in refused.message.lower():
                raise
