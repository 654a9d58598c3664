"""The network breaks, Telegram refuses, the process dies: the conversation goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.pacing import Limits
from bot.clock import Clock
from bot.delivery.whereabouts import Whereabouts
from bot.dialogue.talk import Button, Incoming, Reply
from casedb import people
from casedb.vocabulary import ChatPurpose, UnitKind
from tests.fakes.botapi import BotApi
from tests.fakes.botapi_world import Ceilings
from tests.fakes.running import Running, channel_for, rooms_for, settings_for

GROUP = -500


def echo(incoming: Incoming) -> Reply:
    return Reply(f"听到：{incoming.text or incoming.pressed}", toast="好")


@pytest.fixture
def botapi() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


def test_a_429_delays_the_answer_and_only_in_that_chat(tmp_path: Path, botapi: BotApi) -> None:
    fault = botapi.fault("sendMessage", "429", chat=7, seconds=1)
    with Running(channel_for(tmp_path, botapi, echo).run):
        botapi.says("慢", user=7)
        botapi.wait(lambda: fault.hits)
        botapi.says("快", user=8)
        assert [sent.text for sent in botapi.sent(2)] == ["听到：快", "听到：慢"]


@pytest.mark.parametrize("kind", ["500", "502", "garbage", "reset_before"])
def test_a_failing_server_does_not_swallow_an_answer(
    tmp_path: Path, botapi: BotApi, kind: str
) -> None:
    botapi.fault("sendMessage", kind)
    with Running(channel_for(tmp_path, botapi, echo).run):
        botapi.says("一", user=7)
        assert botapi.sent(1)[0].text == "听到：一"


def test_real_limits_are_never_overrun(tmp_path: Path, botapi: BotApi) -> None:
    botapi.limits(Ceilings(per_chat=(1, 0.2), per_group=(4, 1.0), overall=(30, 0.3)))
    limits = Limits(0.21, group_count=4, group_window=1.02, overall_count=9, overall_window=0.31)
    with Running(channel_for(tmp_path, botapi, echo, limits=limits).run):
        for number in range(6):
            botapi.says(f"/a {number}", user=7, chat=GROUP)
            botapi.says(f"/b {number}", user=8)
        texts = [sent.text for sent in botapi.sent(6, chat=GROUP)]
        botapi.sent(6, chat=8)
    assert texts == [f"听到：/a {number}" for number in range(6)]
    assert botapi.world.refused_for_pace == 0


def test_a_blocked_bot_gives_up_quietly_and_goes_on(tmp_path: Path, botapi: BotApi) -> None:
    fault = botapi.fault("sendMessage", "403", chat=7)
    with Running(channel_for(tmp_path, botapi, echo).run):
        botapi.says("一", user=7)
        botapi.wait(lambda: fault.hits)
        botapi.says("二", user=7)
        assert botapi.sent(1)[0].text == "听到：二"


def test_a_deleted_topic_is_answered_in_the_group_itself(tmp_path: Path, botapi: BotApi) -> None:
    chat = botapi.group(-1_000_000_000_500, topics=[9])
    with Running(channel_for(tmp_path, botapi, echo).run):
        with botapi.world.lock:
            botapi.says("/due", user=7, chat=chat, topic=9)
            botapi.world.chats[chat].topics.clear()
        assert botapi.sent(1)[0].topic is None


def test_one_slow_answer_holds_up_nobody_else(tmp_path: Path, botapi: BotApi) -> None:
    go_on = threading.Event()

    def talk(incoming: Incoming) -> Reply:
        if incoming.text == "/slow":
            assert go_on.wait(10)
        return echo(incoming)

    with Running(channel_for(tmp_path, botapi, talk).run):
        botapi.says("/slow", user=7, chat=GROUP)
        botapi.says("/next", user=7, chat=GROUP)
        for user in range(8, 28):
            botapi.says("/quick", user=user, chat=GROUP)
        assert {sent.text for sent in botapi.sent(20)} == {"听到：/quick"}
        botapi.wait(lambda: botapi.methods.actions, what="typing to be shown")
        go_on.set()
        last = [sent.text for sent in botapi.sent(22)][20:]
    assert last == ["听到：/slow", "听到：/next"]


def test_what_was_heard_before_a_crash_is_answered_after_it(tmp_path: Path, botapi: BotApi) -> None:
    """The first process dies while it thinks: Telegram counts the messages as delivered."""
    never = threading.Event()

    def stuck(incoming: Incoming) -> Reply:
        never.wait()
        return echo(incoming)

    dying = Running(channel_for(tmp_path / "a", botapi, stuck).run)
    dying.__enter__()
    botapi.says("提醒我", user=7)
    botapi.says("另一句", user=7)
    botapi.says("第三人", user=8)
    botapi.taken()
    _copy_as_after_a_crash(tmp_path / "a", tmp_path / "b")
    with Running(channel_for(tmp_path / "b", botapi, echo).run):
        assert {sent.text for sent in botapi.sent(3)} == {
            "听到：提醒我",
            "听到：另一句",
            "听到：第三人",
        }
        mine = [sent.text for sent in botapi.sent(3) if sent.chat == 7]
    assert mine == ["听到：提醒我", "听到：另一句"]
    never.set()
    dying.stop()


def _copy_as_after_a_crash(old: Path, new: Path) -> None:
    """What a SIGKILL would leave on disk."""
    for path in (old / "telegram").iterdir():
        if path.suffix in (".json", ".txt", ".reply"):
            (new / "telegram").mkdir(parents=True, exist_ok=True)
            (new / "telegram" / path.name).write_bytes(path.read_bytes())


def test_an_update_delivered_again_after_a_restart_is_not_answered_again(
    tmp_path: Path, botapi: BotApi
) -> None:
    with botapi.world.lock:
        number = botapi.says("一次", user=7)
        content = dict(botapi.world.updates[-1])
    content.pop("update_id")
    with Running(channel_for(tmp_path, botapi, echo).run):
        botapi.sent(1)
    botapi.repeats(number, **content)
    botapi.says("新的", user=7)
    with Running(channel_for(tmp_path, botapi, echo).run):
        assert [sent.text for sent in botapi.sent(2)] == ["听到：一次", "听到：新的"]


def test_an_answer_that_cannot_go_out_waits_for_the_next_start(
    tmp_path: Path, botapi: BotApi
) -> None:
    botapi.fault("sendMessage", "429", seconds=60)
    with Running(channel_for(tmp_path, botapi, echo).run):
        botapi.says("等等", user=7)
        botapi.called("sendMessage", 1)
        botapi.taken()
    assert not botapi.methods.sent
    with Running(channel_for(tmp_path, botapi, echo).run):
        assert botapi.sent(1)[0].text == "听到：等等"


def test_what_was_done_once_is_not_done_again_for_an_answer_that_waited(
    tmp_path: Path, botapi: BotApi
) -> None:
    done: list[str] = []

    def talk(incoming: Incoming) -> Reply:
        done.append(incoming.text)
        return Reply("**记下了**", buttons=((Button("撤销", "undo"),),))

    botapi.fault("sendMessage", "429", seconds=60)
    for _ in range(2):
        with Running(channel_for(tmp_path, botapi, talk).run):
            if not done:
                botapi.says("提醒我明天交材料", user=7)
                botapi.called("sendMessage", 1)
            else:
                assert botapi.sent(1)[0].labels == ["撤销"]
    assert done == ["提醒我明天交材料"]
    assert not list((tmp_path / "telegram").glob("7*"))


def test_telegram_unreachable_at_start_is_said_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    botapi = BotApi()
    botapi.start()
    botapi.stop()
    channel = channel_for(tmp_path, botapi, echo)
    with Running(channel.run):
        _until(lambda: "连不上 Telegram" in channel.status())
        assert not channel.ready
        botapi.says("在吗", user=7)
        botapi.start()
        assert botapi.sent(1)[0].text == "听到：在吗"
        assert channel.status() == "ok"
        botapi.stop()
        _until(lambda: "连不上 Telegram" in channel.status())
    lines = [line for line in caplog.text.splitlines() if "连不上" in line]
    assert 1 <= len(lines) <= 3
    assert "test-token" not in caplog.text


def _until(true: object, within: float = 10.0) -> None:
    end = time.monotonic() + within
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_a_wrong_token_is_named(tmp_path: Path) -> None:
    with BotApi(token="1:another") as botapi:
        channel = channel_for(tmp_path, botapi, echo)
        with Running(channel.run):
            _until(lambda: "ZHIBAN_TELEGRAM_TOKEN" in channel.status())


def test_a_second_program_with_the_same_token_is_named(tmp_path: Path, botapi: BotApi) -> None:
    channel = channel_for(tmp_path, botapi, echo)
    botapi.fault(
        "getUpdates", "409", description="Conflict: terminated by other getUpdates request"
    )
    with Running(channel.run):
        _until(lambda: "另一个程序" in channel.status())
        botapi.says("还在吗", user=7)
        assert botapi.sent(1)[0].text == "听到：还在吗"
        assert channel.status() == "ok"


def test_two_processes_on_one_data_dir_do_not_both_listen(tmp_path: Path, botapi: BotApi) -> None:
    one, two = (channel_for(tmp_path, botapi, echo) for _ in range(2))
    with Running(one.run):
        botapi.says("一", user=7)
        botapi.sent(1)
        with Running(two.run):
            _until(lambda: two.ready)
            for number in range(5):
                botapi.says(f"第{number}句", user=7)
            botapi.sent(6)
            conflicts = [error for error in botapi.refused if error.code == 409]
    assert len(botapi.methods.sent) == 6
    assert not conflicts


def test_updates_come_by_webhook_when_one_is_set(tmp_path: Path, botapi: BotApi) -> None:
    port = _free_port()
    hook: dict[str, Any] = {
        "webhook_url": f"http://127.0.0.1:{port}/hook",
        "webhook_listen": f"127.0.0.1:{port}",
    }
    secret: dict[str, Any] = {"webhook_secret": "a-long-enough-secret"}
    with Running(channel_for(tmp_path, botapi, echo, **hook, **secret).run):
        botapi.called("setWebhook", 1)
        botapi.says("经由 webhook", user=7)
        assert botapi.sent(1)[0].text == "听到：经由 webhook"
    assert not [call for call in botapi.calls if call.method == "getUpdates"]


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_the_menu_of_commands_is_shown_in_chinese(tmp_path: Path, botapi: BotApi) -> None:
    from bot.channels.telegram import TelegramChannel

    settings = settings_for(tmp_path, botapi)
    channel = TelegramChannel(settings, echo, tmp_path, commands=[("ledger", "今日台账")])
    with Running(channel.run):
        botapi.called("setMyCommands", 1)
        botapi.called("getUpdates", 1)
    assert botapi.methods.commands == [{"command": "ledger", "description": "今日台账"}]


# ---------------------------------------------------------------- chats that move, go, come back


def test_a_group_that_moves_takes_its_binding_along(tmp_path: Path, botapi: BotApi) -> None:
    from bot.channels.telegram import TelegramChannel

    settings = settings_for(tmp_path, botapi)
    rooms = rooms_for(settings, Clock())
    botapi.group(GROUP, "台账群")
    with rooms.store.session() as s:
        unit = people.add_unit(s, "甲一社区", UnitKind.COMMUNITY)
        people.bind_chat(
            s, channel="telegram", external_id=str(GROUP), topic_id="", title="台账群",
            purpose=ChatPurpose.UNIT, unit_id=unit.id, actor="import", now=rooms.clock.now(),
        )  # fmt: skip

    def bound() -> set[str]:
        with rooms.store.reading() as s:
            return {chat.external_id for chat in people.chats(s)}

    where = Whereabouts(rooms, "telegram")
    channel = TelegramChannel(settings, echo, tmp_path / "files", where)
    with Running(channel.run):
        new = botapi.migrate(GROUP)
        _until(lambda: bound() == {str(new)})
        botapi.kicks(new)
        _until(lambda: bound() == set())
    rooms.store.close()


def test_being_added_to_a_group_is_heard_as_a_start(tmp_path: Path, botapi: BotApi) -> None:
    with Running(channel_for(tmp_path, botapi, echo).run):
        botapi.group(GROUP, "新群")
        botapi.adds(GROUP, user=7)
        assert botapi.sent(1, chat=GROUP)[0].text == "听到：/start"


def test_an_answer_follows_a_group_that_moved_meanwhile(tmp_path: Path, botapi: BotApi) -> None:
    botapi.group(GROUP, "群")
    go_on = threading.Event()

    def talk(incoming: Incoming) -> Reply:
        assert go_on.wait(10)
        return echo(incoming)

    with Running(channel_for(tmp_path, botapi, talk).run):
        botapi.says("/due", user=7, chat=GROUP)
        botapi.taken()
        new = botapi.migrate(GROUP, announce=False)
        go_on.set()
        assert botapi.sent(1, chat=new)[0].text == "听到：/due"


def test_a_press_is_answered_even_when_the_edit_is_refused(tmp_path: Path, botapi: BotApi) -> None:
    def talk(incoming: Incoming) -> Reply:
        if incoming.pressed:
            return Reply("已收到", toast="好", edit=True)
        return Reply("请确认", buttons=((Button("已收到", "ack:1"),),))

    botapi.fault("editMessageText", "400", description="message can't be edited")
    with Running(channel_for(tmp_path, botapi, talk).run):
        botapi.says("开始", user=7)
        botapi.sent(1)
        botapi.presses("已收到", user=7)
        assert [sent.text for sent in botapi.sent(2)] == ["请确认", "已收到"]
    assert botapi.toasts(1) == ["好"]
