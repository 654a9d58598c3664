"""A conversation in the terminal reads like one in a chat."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.channels.console import converse
from bot.dialogue.talk import Attachment, Button, Incoming, Reply

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


def conversation(replies: list[Reply], *lines: str) -> tuple[str, list[Incoming]]:
    """What was shown and what was heard."""
    heard: list[Incoming] = []
    shown: list[str] = []

    def talk(incoming: Incoming) -> Reply:
        heard.append(incoming)
        return replies[min(len(heard), len(replies)) - 1]

    converse(talk, speaker="console:3", now=lambda: NOW, lines=lines, write=shown.append)
    return "".join(shown), heard


def test_an_answer_is_shown_without_marks() -> None:
    shown, heard = conversation([Reply("**三个工作日**\n- 《合同》第二条")], "几天内交？\n")
    assert "> 三个工作日\n• 《合同》第二条\n> " in shown
    assert (heard[0].text, heard[0].channel, heard[0].speaker) == (
        "几天内交？",
        "console",
        "console:3",
    )


def test_a_button_is_pressed_by_its_number() -> None:
    asked = Reply("到期", buttons=((Button("已收到", "ack:1"), Button("1 小时后", "snooze:1:1h")),))
    shown, heard = conversation([asked, Reply("记下了", toast="好", edit=True)], "看看", "2")
    assert "[1] 已收到  [2] 1 小时后" in shown
    assert "〔好〕\n记下了" in shown
    assert (heard[1].pressed, heard[1].text) == ("snooze:1:1h", "")
    assert heard[1].pressed_message == "1"


def test_a_number_without_a_button_is_an_ordinary_message() -> None:
    _, heard = conversation([Reply("好", buttons=((Button("一", "a"),),))], "x", "7")
    assert heard[1].text == "7"


def test_buttons_that_copy_or_link_show_their_text() -> None:
    reply = Reply(
        "范例", buttons=((Button("复制", copy="您好"), Button("全文", url="https://a.cn")),)
    )
    shown, heard = conversation([reply], "x", "1", "2")
    assert "您好" in shown
    assert "https://a.cn" in shown
    assert len(heard) == 1


def test_a_file_is_sent_by_its_path(tmp_path: Path) -> None:
    sheet = tmp_path / "派单 表.xlsx"
    sheet.write_bytes(b"rows")
    _, heard = conversation([Reply("好")], f"/file '{sheet}' 导入 派单")
    assert heard[0].files[0].path == sheet
    assert (heard[0].files[0].name, heard[0].text) == ("派单 表.xlsx", "导入 派单")


def test_a_missing_file_is_named() -> None:
    shown, heard = conversation([Reply("好")], "/file 没有.xlsx", "/file", "/file '坏")
    assert "没有这个文件：没有.xlsx" in shown
    assert not heard


def test_files_of_an_answer_are_listed(tmp_path: Path) -> None:
    reply = Reply(files=(Attachment(tmp_path / "a.docx", "意见.docx", caption="**两处**"),))
    shown, _ = conversation([reply], "x")
    assert f"附件 意见.docx（两处）：{tmp_path / 'a.docx'}" in shown


def test_leaving_ends_it_and_empty_lines_say_nothing() -> None:
    _, heard = conversation([Reply("好")], "", "  \n", "/quit", "还在吗")
    assert not heard
