"""The fake Bot API server behaves as Telegram's does: asked by plain HTTP and by an unmodified bot."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.fakes.botapi import TOKEN, BotApi
from tests.fakes.botapi_world import Ceilings

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def botapi() -> Iterator[BotApi]:
    with BotApi() as server:
        server.person(7)
        yield server


def call(botapi: BotApi, method: str, *, form: bool = False, **fields: Any) -> dict[str, Any]:
    """One call without any library; the whole answer, with the HTTP status beside it."""
    connection = http.client.HTTPConnection("127.0.0.1", int(botapi.url.rsplit(":", 1)[1]))
    body = urlencode(fields) if form else json.dumps(fields)
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    try:
        connection.request("POST", f"/bot{TOKEN}/{method}", body.encode(), {"Content-Type": kind})
        response = connection.getresponse()
        return {**json.loads(response.read()), "status": response.status}
    finally:
        connection.close()


def refused(answer: dict[str, Any]) -> tuple[int, str]:
    assert answer["ok"] is False
    assert answer["status"] == answer["error_code"]
    return answer["error_code"], answer["description"]


async def _converse(botapi: BotApi, count: int) -> None:
    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        from telegram import InlineKeyboardButton, InlineKeyboardMarkup

        assert update.message
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="ok")]])
        await update.message.reply_text("*你好*", parse_mode="MarkdownV2", reply_markup=keys)

    async def press(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query
        await update.callback_query.answer("收到")
        await update.callback_query.edit_message_text("改了")

    async def document(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        assert update.message.document
        file = await update.message.document.get_file()
        content = bytes(await file.download_as_bytearray())
        await update.message.reply_document(
            content, filename=f"回-{update.message.document.file_name}"
        )

    app = (
        Application.builder().token(TOKEN)
        .base_url(f"{botapi.url}/bot").base_file_url(f"{botapi.url}/file/bot").build()
    )  # fmt: skip
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(press))
    app.add_handler(MessageHandler(filters.Document.ALL, document))
    async with app:
        assert app.updater
        await app.start()
        await app.updater.start_polling()
        await asyncio.to_thread(botapi.sent, 1)
        await asyncio.to_thread(botapi.presses, "好")
        await asyncio.to_thread(botapi.edited, 1)
        await asyncio.to_thread(botapi.sends_document, b"rows", "派单.xlsx")
        await asyncio.to_thread(botapi.sent, count)
        member = await app.bot.get_chat_member(7, 7)
        chat = await app.bot.get_chat(7)
        admins = await app.bot.get_chat_administrators(botapi.group(-5, u9="administrator"))
        album = await app.bot.send_media_group(7, media=_album())
        copied = await app.bot.copy_message(7, 7, album[0].message_id)
        info = await app.bot.get_webhook_info()
        await app.updater.stop()
        await app.stop()
    assert (member.status, chat.id, admins[0].user.id, info.url) == ("member", 7, 9, "")
    assert copied.message_id > album[1].message_id


def _album() -> list[Any]:
    from telegram import InputMediaPhoto

    return [InputMediaPhoto(PNG, caption="一"), InputMediaPhoto(PNG)]


def test_an_unmodified_bot_talks_presses_and_moves_files(botapi: BotApi) -> None:
    botapi.says("/start", user=7)
    asyncio.run(_converse(botapi, 2))
    sent = botapi.sent(2)
    assert sent[0].labels == ["好"]
    assert (sent[1].file_name, sent[1].content) == ("回-派单.xlsx", b"rows")
    assert botapi.toasts(1) == ["收到"]
    assert botapi.edited(1)[0].text == "改了"


# ---------------------------------------------------------------- updates


def test_updates_come_again_until_a_higher_offset_confirms_them(botapi: BotApi) -> None:
    first, second = botapi.says("一"), botapi.says("二")
    for _ in range(2):
        numbers = [update["update_id"] for update in call(botapi, "getUpdates")["result"]]
        assert numbers == [first, second]
    rest = call(botapi, "getUpdates", offset=first + 1)["result"]
    assert [update["message"]["text"] for update in rest] == ["二"]
    assert call(botapi, "getUpdates", offset=second + 1)["result"] == []


def test_a_long_poll_waits_for_news_and_not_longer(botapi: BotApi) -> None:
    began = time.monotonic()
    assert call(botapi, "getUpdates", timeout=1)["result"] == []
    assert time.monotonic() - began >= 0.9
    threading.Timer(0.1, botapi.says, ["来了"]).start()
    assert call(botapi, "getUpdates", timeout=30)["result"][0]["message"]["text"] == "来了"


def test_a_second_poll_ends_the_first_with_a_conflict(botapi: BotApi) -> None:
    answers: list[dict[str, Any]] = []
    first = threading.Thread(target=lambda: answers.append(call(botapi, "getUpdates", timeout=30)))
    first.start()
    botapi.called("getUpdates", 1)
    botapi.wait(lambda: botapi.world.poller == 1)
    call(botapi, "getUpdates", timeout=0)
    first.join(10)
    assert refused(answers[0])[0] == 409
    assert "terminated by other getUpdates request" in answers[0]["description"]


def test_polling_is_refused_while_a_webhook_is_set(botapi: BotApi) -> None:
    call(botapi, "setWebhook", url="https://example.cn/hook")
    assert refused(call(botapi, "getUpdates"))[0] == 409
    call(botapi, "deleteWebhook")
    assert call(botapi, "getUpdates")["ok"]


def test_kinds_of_updates_nobody_asked_for_are_kept_back(botapi: BotApi) -> None:
    botapi.says("改过的", edited=True)
    assert call(botapi, "getUpdates", allowed_updates=["message"])["result"] == []


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "好" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "\u200b"}, "message text is empty"),
        ({"text": "a.b", "parse_mode": "MarkdownV2"}, "can't parse entities: Character '.' is reserved"),
        ({"text": "*a", "parse_mode": "Markdown"}, "can't parse entities: Can't find end"),
        ({"text": "<x>a</x>", "parse_mode": "HTML"}, "can't parse entities: Unsupported start tag"),
        ({"text": "ab", "entities": [{"type": "bold", "offset": 1, "length": 5}]}, "entity beginning at UTF-16"),
        ({"text": "😀b", "entities": [{"type": "bold", "offset": 1, "length": 1}]}, "in a middle of a UTF-16"),
        ({"text": "a", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ({"text": "a", "message_thread_id": 77}, "message thread not found"),
        ({"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "a", "chat_id": 999}, "chat not found"),
        ({"text": "a", "chat_id": ""}, "chat_id is empty"),
    ],
)  # fmt: skip
def test_a_text_telegram_would_refuse_is_refused(
    botapi: BotApi, fields: dict[str, Any], words: str
) -> None:
    code, description = refused(call(botapi, "sendMessage", **{"chat_id": 7, **fields}))
    assert code == 400
    assert description.startswith(f"Bad Request: {words}") or words in description
    assert not botapi.methods.sent


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "好", "callback_data": "字" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "好", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "好"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "", "callback_data": "x"}, "must be non-empty"),
        ({"text": "好", "url": "http://localhost/x"}, "Wrong HTTP URL"),
        ({"text": "好", "copy_text": {"text": "长" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
def test_a_button_telegram_would_refuse_is_refused(
    botapi: BotApi, button: dict[str, Any], words: str
) -> None:
    keys = json.dumps({"inline_keyboard": [[button]]})
    assert words in refused(call(botapi, "sendMessage", chat_id=7, text="a", reply_markup=keys))[1]


def test_exactly_the_limit_is_taken_by_form_and_by_json(botapi: BotApi) -> None:
    assert call(botapi, "sendMessage", chat_id=7, text="好" * 4096)["ok"]
    assert call(botapi, "sendMessage", form=True, chat_id=7, text="😀" * 2048)["ok"]


def test_an_edit_that_changes_nothing_is_refused(botapi: BotApi) -> None:
    number = call(botapi, "sendMessage", chat_id=7, text="a")["result"]["message_id"]
    where = {"chat_id": 7, "message_id": number}
    assert (
        "message is not modified" in refused(call(botapi, "editMessageText", text="a", **where))[1]
    )
    assert call(botapi, "editMessageText", text="b", **where)["ok"]
    missing = call(botapi, "editMessageText", text="b", chat_id=7, message_id=99)
    assert refused(missing)[1].endswith("message to edit not found")


def test_a_query_can_be_answered_once_and_never_when_stale(botapi: BotApi) -> None:
    query, stale = botapi.presses("x"), botapi.presses("x", stale=True)
    assert call(botapi, "answerCallbackQuery", callback_query_id=query)["ok"]
    for number in (query, stale):
        answer = call(botapi, "answerCallbackQuery", callback_query_id=number)
        assert "query is too old" in refused(answer)[1]


def test_blocked_kicked_moved_and_unknown_chats_have_telegrams_words(botapi: BotApi) -> None:
    botapi.group(-5)
    botapi.group(-6)
    botapi.blocks(7)
    botapi.kicks(-5)
    new = botapi.migrate(-6)
    assert refused(call(botapi, "sendMessage", chat_id=7, text="a")) == (
        403, "Forbidden: bot was blocked by the user",
    )  # fmt: skip
    assert refused(call(botapi, "sendMessage", chat_id=-5, text="a")) == (
        403, "Forbidden: bot was kicked from the group chat",
    )  # fmt: skip
    moved = call(botapi, "sendMessage", chat_id=-6, text="a")
    assert refused(moved)[1] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert moved["parameters"] == {"migrate_to_chat_id": new}
    assert call(botapi, "sendMessage", chat_id=new, text="a")["ok"]


def test_an_unknown_method_and_a_wrong_token_are_told_apart(botapi: BotApi) -> None:
    assert refused(call(botapi, "flyToTheMoon"))[0] == 404
    botapi.token = "1:another"
    assert refused(call(botapi, "getMe")) == (401, "Unauthorized")


# ---------------------------------------------------------------- faults and limits


def test_limits_answer_429_with_the_seconds_to_wait(botapi: BotApi) -> None:
    botapi.limits(Ceilings(per_chat=(1, 5.0)))
    assert call(botapi, "sendMessage", chat_id=7, text="a")["ok"]
    answer = call(botapi, "sendMessage", chat_id=7, text="b")
    assert refused(answer)[0] == 429
    assert 1 <= answer["parameters"]["retry_after"] <= 5
    botapi.person(8)
    assert call(botapi, "sendMessage", chat_id=8, text="c")["ok"]


@pytest.mark.parametrize(
    ("kind", "effects"), [("reset_before", 0), ("reset_after", 1), ("500_after", 1), ("502", 0)]
)
def test_a_fault_comes_before_or_after_the_effect(botapi: BotApi, kind: str, effects: int) -> None:
    fault = botapi.fault("sendMessage", kind, chat=7)
    try:
        answer = call(botapi, "sendMessage", chat_id=7, text="a")
        assert answer["error_code"] >= 500
    except (OSError, http.client.HTTPException):
        assert kind.startswith("reset")
    assert fault.hits == 1
    assert len(botapi.methods.sent) == effects
    assert call(botapi, "sendMessage", chat_id=7, text="a")["ok"]


def test_a_server_that_died_and_came_back_still_knows_everything(botapi: BotApi) -> None:
    botapi.says("还在")
    botapi.stop()
    with pytest.raises(OSError):
        call(botapi, "getUpdates")
    botapi.start()
    assert call(botapi, "getUpdates")["result"][0]["message"]["text"] == "还在"
