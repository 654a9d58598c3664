"""Several pictures sent at once are one thing said: one dialogue, one answer, every file in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue.talk import Incoming, Reply
from tests.fakes.botapi import PATIENCE, BotApi
from tests.fakes.running import Running, channel_for

GROUP = -501


class Clerk:
    """Counts the files of each thing heard."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.more = threading.Condition()

    def __call__(self, incoming: Incoming) -> Reply:
        with self.more:
            self.heard.append(incoming)
            self.more.notify_all()
        return Reply(f"{len(incoming.files)} 个文件：{incoming.text}")

    def wait(self, count: int) -> list[Incoming]:
        with self.more:
            assert self.more.wait_for(lambda: len(self.heard) >= count, PATIENCE)
            return list(self.heard)


@pytest.fixture
def botapi() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def clerk(tmp_path: Path, botapi: BotApi) -> Iterator[Clerk]:
    talk = Clerk()
    with Running(channel_for(tmp_path, botapi, talk).run):
        yield talk


def test_an_album_is_answered_once_with_all_its_pictures_and_its_caption(
    botapi: BotApi, clerk: Clerk
) -> None:
    for number in range(4):
        words = "工单 000123 的现场照片" if number == 2 else ""
        botapi.sends_photo(b"jpg%d" % number, user=7, caption=words, media_group_id="a1")
    botapi.says("收到了吗", user=7)
    heard = clerk.wait(2)
    assert [len(one.files) for one in heard] == [4, 0]
    assert heard[0].text == "工单 000123 的现场照片"
    contents = {one.path.read_bytes() for one in heard[0].files if one.path}
    assert contents == {b"jpg0", b"jpg1", b"jpg2", b"jpg3"}
    assert botapi.sent(2)[0].text.startswith("4 个文件")


def test_albums_of_two_people_at_once_stay_apart(botapi: BotApi, clerk: Clerk) -> None:
    for number in range(3):
        botapi.sends_photo(b"seven%d" % number, user=7, media_group_id="same")
        botapi.sends_document(b"eight%d" % number, f"{number}.pdf", user=8, media_group_id="same")
    heard = {one.speaker: one for one in clerk.wait(2)}
    assert len(heard["7"].files) == 3
    assert {one.name for one in heard["8"].files} == {"0.pdf", "1.pdf", "2.pdf"}


def test_a_picture_that_comes_late_is_not_lost(botapi: BotApi, clerk: Clerk) -> None:
    botapi.sends_photo(b"first", user=7, media_group_id="a2")
    assert [len(one.files) for one in clerk.wait(1)] == [1]
    botapi.sends_photo(b"late", user=7, media_group_id="a2")
    assert [len(one.files) for one in clerk.wait(2)] == [1, 1]


def test_an_album_that_waited_while_we_were_down_is_whole(tmp_path: Path, botapi: BotApi) -> None:
    for number in range(3):
        botapi.sends_photo(b"p%d" % number, user=7, media_group_id="a3")
    talk = Clerk()
    with Running(channel_for(tmp_path, botapi, talk).run):
        assert [len(one.files) for one in talk.wait(1)] == [3]
