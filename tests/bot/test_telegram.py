"""The real python-telegram-bot application, driven over HTTP: what goes in and what comes out."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.telegram_updates import IMPATIENT
from bot.dialogue.talk import (
    SILENCE,
    Attachment,
    Button,
    ChatKind,
    Incoming,
    Reply,
)
from tests.fakes.botapi import PATIENCE, BotApi
from tests.fakes.running import Running, channel_for

GROUP = -500
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


class Ear:
    """A dialogue that remembers what it heard and says what it was told to say."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.heard: list[Incoming] = []
        self.reply = reply
        self.lock = threading.Condition()

    def __call__(self, incoming: Incoming) -> Reply:
        with self.lock:
            self.heard.append(incoming)
            self.lock.notify_all()
        return self.reply or Reply(f"听到：{incoming.text or incoming.pressed}")

    def wait(self, count: int) -> list[Incoming]:
        with self.lock:
            assert self.lock.wait_for(lambda: len(self.heard) >= count, PATIENCE), self.heard
            return list(self.heard)


@pytest.fixture
def botapi() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def ear(tmp_path: Path, botapi: BotApi) -> Iterator[Ear]:
    talk = Ear()
    with Running(channel_for(tmp_path, botapi, talk).run):
        yield talk


def test_a_private_question_gets_its_answer(botapi: BotApi, ear: Ear) -> None:
    number = botapi.says("复盘报告几天内交？", user=7, name="甲工")
    assert botapi.sent(1, chat=7)[0].text == "听到：复盘报告几天内交？"
    heard = ear.heard[0]
    assert (heard.id, heard.channel, heard.chat, heard.speaker) == (
        str(number),
        "telegram",
        "7",
        "7",
    )
    assert heard.chat_kind is ChatKind.PRIVATE
    assert heard.speaker_name == "甲工"
    assert heard.at.tzinfo is not None


def test_messages_that_waited_while_we_were_down_are_answered(
    tmp_path: Path, botapi: BotApi
) -> None:
    for text in ("一", "二", "三"):
        botapi.says(text, user=7)
    with Running(channel_for(tmp_path, botapi, Ear()).run):
        assert [sent.text for sent in botapi.sent(3)] == ["听到：一", "听到：二", "听到：三"]


def test_in_a_group_only_what_is_meant_for_us_is_heard(botapi: BotApi, ear: Ear) -> None:
    botapi.group(GROUP, "甲一社区群")
    ours = botapi.world.store(botapi.world.chats[GROUP], **{"from": botapi.world.bot}, text="台账")
    for text in ("大家好", "/due@other_bot 3", "@other_bot 在吗", "写信给 a@zhiban_test_bot.cn"):
        botapi.says(text, user=7, chat=GROUP)
    botapi.says("/due 3", user=7, chat=GROUP)
    botapi.says("/due@ZHIBAN_test_bot 4", user=7, chat=GROUP)
    botapi.says("请@zhiban_test_bot 几天内交？", user=7, chat=GROUP)
    botapi.says("这是什么", user=7, chat=GROUP, reply_to=ours["message_id"])
    texts = [sent.text for sent in botapi.sent(4)]
    assert texts == ["听到：/due 3", "听到：/due 4", "听到：请几天内交？", "听到：这是什么"]
    assert {heard.chat_kind for heard in ear.heard} == {ChatKind.GROUP}
    assert ear.heard[0].chat_title == "甲一社区群"


def test_a_group_answer_replies_to_the_question_in_its_topic(botapi: BotApi, ear: Ear) -> None:
    chat = botapi.group(-1_000_000_000_500, "专班", topics=[9])
    botapi.says("/help", user=7, chat=chat, topic=9)
    sent = botapi.sent(1, chat=chat)[0]
    assert (sent.topic, sent.reply_to) == (9, 1)
    assert ear.heard[0].topic == "9"


def test_the_first_message_of_a_topic_is_not_taken_for_ours(botapi: BotApi, ear: Ear) -> None:
    chat = botapi.group(-1_000_000_000_500, topics=[1])
    world = botapi.world
    opened = {"forum_topic_created": {"name": "甲一", "icon_color": 7322096}}
    world.store(world.chats[chat], **{"from": world.bot}, **opened)
    botapi.says("闲聊", user=7, chat=chat, topic=1, reply_to=1)
    botapi.says("/help", user=7, chat=chat, topic=1)
    botapi.sent(1)
    assert [heard.text for heard in ear.heard] == ["/help"]


def test_an_anonymous_admin_is_heard_without_a_name(botapi: BotApi, ear: Ear) -> None:
    botapi.says("/ledger", chat=botapi.group(GROUP), anonymous=True)
    botapi.sent(1, chat=GROUP)
    assert (ear.heard[0].speaker, ear.heard[0].speaker_name) == ("", "")


def test_channel_posts_edits_and_other_bots_are_left_alone(botapi: BotApi, ear: Ear) -> None:
    post = {"message_id": 1, "date": 1, "chat": {"id": -1009, "type": "channel", "title": "频道"}}
    botapi.push(channel_post={**post, "text": "/due 3"})
    botapi.says("/due 3", user=7, edited=True)
    botapi.world.users[8] = {"id": 8, "is_bot": True, "first_name": "别的机器人"}
    botapi.says("/due 3", user=8, chat=botapi.group(GROUP))
    botapi.says("真的问题", user=7)
    botapi.sent(1)
    assert [heard.text for heard in ear.heard] == ["真的问题"]


def test_the_same_update_twice_is_answered_once(botapi: BotApi, ear: Ear) -> None:
    with botapi.world.lock:
        number = botapi.says("只答一次", user=7)
        content = dict(botapi.world.updates[-1])
    content.pop("update_id")
    botapi.sent(1)
    botapi.repeats(number, **content)
    botapi.says("下一条", user=7)
    assert [sent.text for sent in botapi.sent(2)] == ["听到：只答一次", "听到：下一条"]


def test_a_forwarded_message_says_so(botapi: BotApi, ear: Ear) -> None:
    botapi.says("转来的", user=7, forwarded=True)
    assert ear.wait(1)[0].forwarded


def test_a_silent_reply_sends_nothing(botapi: BotApi, ear: Ear) -> None:
    ear.reply = SILENCE
    botapi.says("静", user=7)
    ear.wait(1)
    ear.reply = None
    botapi.says("响", user=7)
    assert [sent.text for sent in botapi.sent(1)] == ["听到：响"]


# ---------------------------------------------------------------- buttons


def test_a_pressed_button_gets_a_toast_and_the_message_changes(botapi: BotApi, ear: Ear) -> None:
    ear.reply = Reply(
        "请确认", buttons=((Button("已收到", "ack:12"), Button("1 小时后", "snooze:12:1h")),)
    )
    botapi.says("开始", user=7)
    assert botapi.sent(1)[0].labels == ["已收到", "1 小时后"]
    ear.reply = Reply("**已收到**，谢谢", toast="记下了", edit=True)
    botapi.presses("已收到", user=7)
    assert botapi.edited(1)[0].text == "已收到，谢谢"
    assert botapi.edited(1)[0].buttons == ()
    assert botapi.toasts(1) == ["记下了"]
    pressed = ear.heard[1]
    assert (pressed.pressed, pressed.pressed_message, pressed.text) == ("ack:12", "2", "")


def test_a_stale_button_on_a_vanished_message_still_gets_an_answer(
    botapi: BotApi, ear: Ear
) -> None:
    ear.reply = Reply("这条提醒早就办完了。", toast="已办完", edit=True)
    botapi.person(7)
    botapi.presses("ack:3", user=7, stale=True, vanished=True)
    botapi.wait(lambda: botapi.methods.edited or botapi.methods.sent)
    assert ear.heard[0].pressed == "ack:3"


def test_pressing_twice_changes_nothing_and_complains_to_nobody(botapi: BotApi, ear: Ear) -> None:
    ear.reply = Reply("请确认", buttons=((Button("已收到", "ack:1"),),))
    botapi.says("开始", user=7)
    shown = botapi.sent(1)[0]
    ear.reply = Reply("已收到", toast="好", edit=True)
    botapi.presses("ack:1", user=7, message=shown.message_id)
    botapi.presses("ack:1", user=7, message=shown.message_id)
    assert botapi.toasts(2) == ["好", "好"]
    botapi.says("完", user=7)
    ear.reply = None
    ear.wait(4)
    assert len(botapi.edited(1)) == 1


def test_a_button_below_a_picture_changes_its_caption(
    botapi: BotApi, ear: Ear, tmp_path: Path
) -> None:
    picture = tmp_path / "p.png"
    picture.write_bytes(PNG)
    ear.reply = Reply(files=(Attachment(picture, "图.png", as_picture=True, caption="台账图"),))
    botapi.says("图", user=7)
    shown = botapi.sent(1)[0]
    ear.reply = Reply("已阅", edit=True)
    botapi.presses("x", user=7, message=shown.message_id)
    assert botapi.edited(1)[0].text == "已阅"


def test_a_toast_longer_than_telegram_allows_is_cut(botapi: BotApi, ear: Ear) -> None:
    ear.reply = Reply(toast="长" * 300)
    botapi.person(7)
    botapi.presses("x", user=7)
    assert botapi.toasts(1) == ["长" * 200]


def test_copy_and_url_buttons_reach_the_chat(botapi: BotApi, ear: Ear) -> None:
    ear.reply = Reply(
        "范例",
        buttons=(
            (
                Button("复制", copy="您好，我是社区的"),
                Button("全文", url="https://zb.example.cn/1"),
            ),
        ),
    )
    botapi.says("话术", user=7)
    row = botapi.sent(1)[0].buttons[0]
    assert row[0]["copy_text"] == {"text": "您好，我是社区的"}
    assert row[1]["url"] == "https://zb.example.cn/1"


def test_what_fits_no_button_is_written_below_instead(botapi: BotApi, ear: Ear) -> None:
    ear.reply = Reply(
        "范例",
        buttons=(
            (Button("复制", copy="很长" * 200), Button("全文", url="http://localhost:8080/1")),
            (Button("坏", "x" * 65), Button("好", "ok")),
        ),
    )
    botapi.says("话术", user=7)
    sent = botapi.sent(1)[0]
    assert sent.labels == ["好"]
    assert "很长" * 200 in sent.text
    assert "http://localhost:8080/1" in sent.text


# ---------------------------------------------------------------- texts


def test_a_long_answer_comes_in_order_with_its_buttons_last(botapi: BotApi, ear: Ear) -> None:
    ear.reply = Reply("好" * 9000, buttons=((Button("有用", "up"),),))
    botapi.says("长", user=7)
    parts = botapi.sent(3)
    assert "".join(part.text for part in parts) == "好" * 9000
    assert [part.labels for part in parts] == [[], [], ["有用"]]


@pytest.mark.parametrize("text", ["*_[`<b>&.!-#", "😀" * 3000, "\u200b", "```", "a\x00b", "\ud83d"])
def test_no_text_can_stop_the_conversation(botapi: BotApi, ear: Ear, text: str) -> None:
    ear.reply = Reply(text)
    botapi.says("一", user=7)
    ear.wait(1)
    ear.reply = Reply("完")
    botapi.says("二", user=7)
    botapi.wait(lambda: any(sent.text == "完" for sent in botapi.methods.sent))
    assert not botapi.refused


def test_marks_telegram_will_not_take_are_left_out(botapi: BotApi, ear: Ear) -> None:
    botapi.fault("sendMessage", "400", description="can't parse entities: no")
    ear.reply = Reply("**要点**")
    botapi.says("一", user=7)
    sent = botapi.sent(1)[0]
    assert (sent.text, sent.entities) == ("要点", ())


def test_a_broken_dialogue_gives_a_number_instead_of_a_traceback(
    tmp_path: Path, botapi: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    def talk(incoming: Incoming) -> Reply:
        raise ZeroDivisionError

    with Running(channel_for(tmp_path, botapi, talk).run):
        botapi.says("坏", user=7)
        text = botapi.sent(1)[0].text
    assert "已记下编号" in text
    assert "Zero" not in text
    number = text.split("编号 ")[1][:4]
    assert number in caplog.text


# ---------------------------------------------------------------- files


def test_a_document_is_stored_below_our_folder_whatever_it_is_called(
    botapi: BotApi, ear: Ear, tmp_path: Path
) -> None:
    botapi.sends_document(b"rows", "../../../etc/派单 表.XLSX", user=7, caption="导入")
    heard = ear.wait(1)[0]
    file = heard.files[0]
    assert (file.name, heard.text, file.size) == ("派单 表.XLSX", "导入", 4)
    assert file.path is not None
    assert file.path.read_bytes() == b"rows"
    assert file.path.suffix == ".xlsx"
    assert file.path.resolve().is_relative_to((tmp_path / "files").resolve())


def test_photos_and_voice_come_as_files(botapi: BotApi, ear: Ear) -> None:
    botapi.sends_photo(b"jpg", user=7)
    botapi.sends_voice(b"ogg", user=7)
    contents = [heard.files[0].path.read_bytes() for heard in ear.wait(2) if heard.files[0].path]
    assert contents == [b"jpg", b"ogg"]


@pytest.mark.parametrize("claimed", [21 * 1024 * 1024, 0])
def test_a_file_over_the_limit_comes_with_a_sentence(
    botapi: BotApi, ear: Ear, claimed: int
) -> None:
    with botapi.world.lock:
        botapi.sends_document(b"x", "大.zip", user=7, size=21 * 1024 * 1024)
        if claimed == 0:  # the sender's client did not say how large it is
            del botapi.world.messages[7, 1]["document"]["file_size"]
    file = ear.wait(1)[0].files[0]
    assert file.path is None
    assert "超过 20 MB" in file.error


def test_a_file_that_is_gone_comes_with_a_sentence(botapi: BotApi, ear: Ear) -> None:
    botapi.fault("getFile", "400", description="invalid file_id")
    botapi.sends_document(b"x", None, user=7)
    file = ear.wait(1)[0].files[0]
    assert file.error == "文件“文件1”没有取到。请重新发送一次。"


def test_files_go_out_with_their_chinese_names(botapi: BotApi, ear: Ear, tmp_path: Path) -> None:
    sheet, picture = tmp_path / "a.bin", tmp_path / "b.bin"
    sheet.write_bytes(b"sheet")
    picture.write_bytes(PNG)
    ear.reply = Reply(
        "台账",
        files=(
            Attachment(sheet, "台账-6月1日.xlsx", caption="**附表**"),
            Attachment(picture, "图.png", as_picture=True),
        ),
    )
    botapi.says("台账", user=7)
    text, photo, document = botapi.sent(3)
    assert (text.method, photo.method, document.method) == (
        "sendMessage",
        "sendPhoto",
        "sendDocument",
    )
    assert (document.file_name, document.content, document.text) == (
        "台账-6月1日.xlsx",
        b"sheet",
        "附表",
    )
    assert photo.content == PNG


def test_several_files_go_as_one_album(botapi: BotApi, ear: Ear, tmp_path: Path) -> None:
    files = []
    for number in range(3):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(b"%d" % number)
        files.append(Attachment(path, f"意见{number}.docx"))
    ear.reply = Reply("三份", files=tuple(files))
    botapi.says("意见", user=7)
    sent = botapi.sent(4)
    assert [one.file_name for one in sent[1:]] == ["意见0.docx", "意见1.docx", "意见2.docx"]
    assert botapi.called("sendMediaGroup", 1)


def test_a_picture_telegram_cannot_show_goes_as_a_document(
    botapi: BotApi, ear: Ear, tmp_path: Path
) -> None:
    picture = tmp_path / "b.png"
    picture.write_bytes(b"no picture at all")
    ear.reply = Reply(files=(Attachment(picture, "图.png", as_picture=True),))
    botapi.says("图", user=7)
    assert botapi.sent(1)[0].method == "sendDocument"


def test_a_missing_file_is_named_and_the_text_goes_all_the_same(
    botapi: BotApi, ear: Ear, tmp_path: Path
) -> None:
    ear.reply = Reply("台账", files=(Attachment(tmp_path / "none", "台账.xlsx"),))
    botapi.says("台账", user=7)
    assert botapi.sent(1)[0].text.startswith("台账\n\n附件“台账.xlsx”已不在")


def test_who_presses_again_while_the_first_press_waits_does_not_make_it_wait_longer(
    tmp_path: Path, botapi: BotApi
) -> None:
    ear, free = Ear(), threading.Event()

    def slow(incoming: Incoming) -> Reply:
        reply = ear(incoming)
        assert not incoming.pressed or free.wait(PATIENCE)
        return reply

    with Running(channel_for(tmp_path, botapi, slow).run):
        ear.reply = Reply("请确认", buttons=((Button("已收到", "ack:1"),),))
        botapi.says("开始", user=7)
        shown = botapi.sent(1)[0]
        ear.reply = Reply("已收到", toast="好", edit=True)
        botapi.presses("ack:1", user=7, message=shown.message_id)
        ear.wait(2)
        time.sleep(IMPATIENT)
        for _ in range(3):
            botapi.presses("ack:1", user=7, message=shown.message_id)
        time.sleep(0.3)  # they are on their way in
        free.set()
        assert botapi.toasts(4) == ["好"] * 4
    assert len(ear.heard) == 2
    assert botapi.methods.actions == []  # the button turns; nothing else says that we are at it
