"""Due messages reach the chats once, in order and in time, whatever Telegram and the network do."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.pacing import Limits
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.delivery.sending import Delivery
from bot.delivery.whereabouts import Whereabouts
from bot.dialogue.talk import SILENCE, Incoming, Reply
from bot.rooms import Rooms
from casedb import people
from casedb.outgoing import outbox
from casedb.records import OutboxMessage, OutgoingButton, OutgoingFile, Target
from casedb.vocabulary import ChatPurpose, OutboxState, Role, UnitKind
from tests.fakes.botapi import BotApi
from tests.fakes.botapi_world import Ceilings
from tests.fakes.running import NO_LIMITS, Running, channel_for, rooms_for, settings_for

GROUP = -500
DESK = 90
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def quiet(incoming: Incoming) -> Reply:
    return SILENCE


class Desk:
    """Records, a fake Telegram, the channel and delivery; what tests put and look up."""

    def __init__(self, folder: Path, botapi: BotApi, limits: Limits = NO_LIMITS) -> None:
        self.botapi, self.settings = botapi, settings_for(folder, botapi)
        self.rooms = rooms_for(self.settings)
        self.channel = channel_for(folder, botapi, quiet, limits=limits)
        self.delivery = Delivery(self.rooms, {"telegram": self.channel}, tick=0.05)
        self.numbers: list[int] = []

    def running(self) -> Running:
        return Running(self.channel.run, self.delivery.run)

    def put(self, chat: int, text: str, **others: Any) -> None:
        target = Target("telegram", str(chat), others.pop("topic", ""), is_group=chat < 0)
        key = others.pop("key", f"k{len(self.numbers)}")
        with self.rooms.store.session() as s:
            assert outbox.put(
                s, key=key, target=target, text=text, now=self.rooms.clock.now(), **others
            )
        self.numbers.append(len(self.numbers) + 1)
        self.delivery.wake()

    def message(self, number: int) -> OutboxMessage:
        with self.rooms.store.reading() as s:
            return outbox.message(s, number)

    def until(self, number: int, *states: OutboxState) -> OutboxMessage:
        wait_for(lambda: self.message(number).state in states)
        return self.message(number)


def wait_for(true: Callable[[], object], within: float = 15.0) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def botapi() -> Iterator[BotApi]:
    with BotApi() as server:
        server.group(GROUP, "台账群")
        for user in (7, 8, DESK):
            server.person(user)
        yield server


@pytest.fixture
def desk(tmp_path: Path, botapi: BotApi) -> Iterator[Desk]:
    made = Desk(tmp_path, botapi)
    yield made
    made.rooms.store.close()


def with_desk_person(rooms: Rooms) -> None:
    now = rooms.clock.now()
    with rooms.store.session() as s:
        unit = people.add_unit(s, "专班", UnitKind.DESK)
        person = people.add_person(s, "丁一", unit.id, Role.DESK)
        code = people.invite(s, person.id, now=now, actor="import")
        people.bind_account(
            s, code, channel="telegram", external_id=str(DESK), private_chat=str(DESK), now=now
        )


def test_a_reminder_goes_out_with_its_button_and_is_recorded(desk: Desk) -> None:
    desk.put(7, "**甲一社区**：明天到期", buttons=((OutgoingButton("已收到", "ack:1"),),))
    with desk.running():
        shown = desk.botapi.sent(1, chat=7)[0]
        assert (shown.text, shown.labels) == ("甲一社区：明天到期", ["已收到"])
        message = desk.until(1, OutboxState.SENT)
    assert message.message_ids == (str(shown.message_id),)


def test_a_ledger_goes_out_as_text_picture_and_sheet_in_its_topic(
    desk: Desk, tmp_path: Path
) -> None:
    chat = desk.botapi.group(-1_000_000_000_600, "专班", topics=[4])
    (tmp_path / "files").mkdir(exist_ok=True)
    (tmp_path / "files" / "l.xlsx").write_bytes(b"sheet")
    (tmp_path / "files" / "l.png").write_bytes(PNG)
    files = (
        OutgoingFile("files/l.png", "台账.png", True),
        OutgoingFile("files/l.xlsx", "台账.xlsx"),
    )
    desk.put(chat, "台账", files=files, topic="4", resend_when_unsure=False)
    with desk.running():
        sent = desk.botapi.sent(3, chat=chat)
        message = desk.until(1, OutboxState.SENT)
    assert [one.method for one in sent] == ["sendMessage", "sendPhoto", "sendDocument"]
    assert {one.topic for one in sent} == {4}
    assert message.message_ids == tuple(str(one.message_id) for one in sent)


def test_a_message_put_while_running_leaves_at_once(desk: Desk) -> None:
    with desk.running():
        wait_for(lambda: desk.channel.ready)
        desk.put(7, "马上")
        assert desk.botapi.sent(1, within=5)[0].text == "马上"


def test_what_is_not_due_yet_stays(desk: Desk) -> None:
    desk.put(7, "以后", not_before=desk.rooms.clock.now() + timedelta(hours=1))
    desk.put(8, "现在")
    with desk.running():
        assert [sent.text for sent in desk.botapi.sent(1)] == ["现在"]
        desk.until(2, OutboxState.SENT)
        assert desk.message(1).state is OutboxState.WAITING


def test_a_chats_messages_keep_their_order(desk: Desk) -> None:
    for number in range(12):
        desk.put(7, f"第{number}条")
    with desk.running():
        assert [sent.text for sent in desk.botapi.sent(12)] == [f"第{n}条" for n in range(12)]


def test_a_429_stops_only_that_chat(desk: Desk) -> None:
    fault = desk.botapi.fault("sendMessage", "429", chat=7, seconds=1)
    desk.put(7, "慢一")
    desk.put(7, "慢二")
    with desk.running():
        wait_for(lambda: fault.hits)
        for number in range(5):
            desk.put(8, f"快{number}")
        texts = [sent.text for sent in desk.botapi.sent(7)]
    assert texts[-2:] == ["慢一", "慢二"]
    assert desk.message(1).unsure == 0


def test_a_429_between_text_and_file_repeats_neither(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"sheet")
    desk.botapi.fault("sendDocument", "429", seconds=1)
    desk.put(7, "台账", files=(OutgoingFile("a.xlsx", "台账.xlsx"),))
    with desk.running():
        message = desk.until(1, OutboxState.SENT)
    assert [sent.method for sent in desk.botapi.methods.sent] == ["sendMessage", "sendDocument"]
    assert len(message.message_ids) == 2


@pytest.mark.parametrize("kind", ["500", "502", "reset_before", "garbage"])
def test_a_reminder_survives_a_failing_server(desk: Desk, kind: str) -> None:
    desk.botapi.fault("sendMessage", kind)
    desk.put(7, "提醒")
    with desk.running():
        assert "提醒" in desk.botapi.sent(1)[0].text
        desk.until(1, OutboxState.SENT)
    assert len(desk.botapi.methods.sent) == 1


def test_a_reminder_whose_answer_was_cut_goes_again_and_says_so(desk: Desk) -> None:
    desk.botapi.fault("sendMessage", "reset_after")
    desk.put(7, "提醒")
    with desk.running():
        texts = [sent.text for sent in desk.botapi.sent(2)]
        message = desk.until(1, OutboxState.SENT)
    assert texts == ["提醒", "（网络中断过，这条可能重复收到）\n提醒"]
    assert message.unsure == 1


def test_a_ledger_whose_answer_was_cut_is_never_repeated_but_the_desk_is_asked(desk: Desk) -> None:
    with_desk_person(desk.rooms)
    desk.botapi.fault("sendMessage", "reset_after", chat=GROUP)
    desk.put(GROUP, "台账 6月1日", resend_when_unsure=False)
    with desk.running():
        asked = desk.botapi.sent(1, chat=DESK)[0]
        desk.until(1, OutboxState.UNCERTAIN)
    assert asked.labels == ["群里已有，不再发", "没收到，再发一次"]
    assert len(desk.botapi.sent(1, chat=GROUP)) == 1


def test_a_group_that_moved_gets_its_message_and_its_binding(desk: Desk) -> None:
    now = desk.rooms.clock.now()
    with desk.rooms.store.session() as s:
        people.bind_chat(
            s, channel="telegram", external_id=str(GROUP), topic_id="", title="台账群",
            purpose=ChatPurpose.LEDGER, unit_id=None, actor="import", now=now,
        )  # fmt: skip
    new = desk.botapi.migrate(GROUP, announce=False)
    desk.put(GROUP, "一")
    desk.put(GROUP, "二")
    with desk.running():
        assert [sent.text for sent in desk.botapi.sent(2, chat=new)] == ["一", "二"]
        desk.until(2, OutboxState.SENT)
    with desk.rooms.store.reading() as s:
        assert [chat.external_id for chat in people.chats(s)] == [str(new)]


def test_a_person_who_blocked_us_becomes_an_alert_to_the_desk(desk: Desk) -> None:
    with_desk_person(desk.rooms)
    desk.botapi.blocks(7)
    desk.put(7, "提醒")
    with desk.running():
        alert = desk.botapi.sent(1, chat=DESK)[0]
        message = desk.until(1, OutboxState.FAILED)
    assert "发不出去" in alert.text
    assert "blocked" in message.error


def test_an_alert_that_cannot_be_told_breeds_no_alerts(desk: Desk) -> None:
    with_desk_person(desk.rooms)
    desk.botapi.blocks(DESK)
    desk.botapi.blocks(7)
    desk.put(7, "提醒")
    with desk.running():
        desk.until(1, OutboxState.FAILED)
        desk.until(2, OutboxState.FAILED)
        with desk.rooms.store.reading() as s:
            assert outbox.pending_count(s) == 0


def test_an_unknown_chat_is_given_up_and_the_rest_goes_on(desk: Desk) -> None:
    desk.put(12345, "去哪里")
    desk.put(8, "照常")
    with desk.running():
        assert desk.botapi.sent(1, chat=8)[0].text == "照常"
        desk.until(1, OutboxState.FAILED)


def test_content_telegram_refuses_in_every_form_is_given_up(desk: Desk) -> None:
    desk.botapi.fault("sendMessage", "400", chat=7, times=2, description="nobody knows why")
    desk.put(7, "怪")
    with desk.running():
        message = desk.until(1, OutboxState.FAILED)
    assert "knows why" in message.error


def test_what_waited_while_telegram_was_down_goes_out_when_it_is_back(tmp_path: Path) -> None:
    botapi = BotApi()
    botapi.start()
    botapi.person(7)
    desk = Desk(tmp_path, botapi)
    botapi.stop()
    desk.put(7, "等网络")
    with desk.running():
        wait_for(lambda: "连不上" in desk.channel.status())
        assert desk.message(1).attempts == 0
        botapi.start()
        assert botapi.sent(1)[0].text == "等网络"
        desk.until(1, OutboxState.SENT)
    botapi.stop()
    desk.rooms.store.close()


def test_a_channel_nobody_runs_does_not_hold_up_the_others(desk: Desk) -> None:
    with desk.rooms.store.session() as s:
        outbox.put(
            s, key="other", target=Target("wecom", "1"), text="别处", now=desk.rooms.clock.now()
        )
    desk.put(7, "这里")
    with desk.running():
        assert desk.botapi.sent(1)[0].text == "这里"


def test_the_pace_inside_the_limits_meets_no_429(tmp_path: Path, botapi: BotApi) -> None:
    botapi.limits(Ceilings(per_chat=(1, 0.2), per_group=(5, 1.5), overall=(60, 0.5)))
    limits = Limits(0.21, group_count=5, group_window=1.52, overall_count=20, overall_window=0.5)
    desk = Desk(tmp_path, botapi, limits)
    for number in range(7):
        desk.put(GROUP, f"群{number}")
        desk.put(7, f"私{number}")
    with desk.running():
        assert [sent.text for sent in botapi.sent(7, chat=GROUP)] == [f"群{n}" for n in range(7)]
        botapi.sent(7, chat=7)
    assert botapi.world.refused_for_pace == 0
    desk.rooms.store.close()


def test_a_fast_clock_neither_doubles_nor_calls_anything_late(
    tmp_path: Path, botapi: BotApi
) -> None:
    desk = Desk(tmp_path, botapi)
    start = datetime(2026, 6, 1, tzinfo=UTC)
    clock = Clock(start, datetime.now(UTC), rate=3600.0)
    desk.rooms = rooms_for(desk.settings, clock)
    desk.delivery = Delivery(desk.rooms, {"telegram": desk.channel}, tick=0.05)
    botapi.fault("sendMessage", "slow", chat=7, seconds=0.5)
    botapi.fault("sendMessage", "429", chat=8, seconds=1)
    for chat in (7, 8):
        desk.put(chat, "提醒")
    with desk.running():
        desk.until(1, OutboxState.SENT)
        desk.until(2, OutboxState.SENT)
    assert sorted(sent.text for sent in botapi.methods.sent) == ["提醒", "提醒"]
    desk.rooms.store.close()


def test_stopping_finishes_what_is_under_way_and_keeps_the_rest(desk: Desk) -> None:
    fault = desk.botapi.fault("sendMessage", "slow", chat=7, seconds=0.5)
    desk.put(7, "在路上")
    desk.put(7, "还没走")
    with desk.running():
        wait_for(lambda: fault.hits)
    assert desk.message(1).state is OutboxState.SENT
    assert desk.message(2).state is OutboxState.WAITING


def test_draining_brings_out_what_is_due_and_comes_back(desk: Desk) -> None:
    import asyncio

    sent: list[str] = []

    class Plain:
        name = "plain"

        async def send(self, message: OutboxMessage) -> tuple[str, ...]:
            sent.append(message.text)
            return ("1",)

    now = desk.rooms.clock.now()
    with desk.rooms.store.session() as s:
        for number in range(3):
            target = Target("plain", str(number % 2))
            outbox.put(s, key=f"p{number}", target=target, text=f"{number}", now=now)
        later = now + timedelta(hours=1)
        outbox.put(s, key="later", target=target, text="later", now=now, not_before=later)
    delivery = Delivery(desk.rooms, {"plain": Plain()})
    asyncio.run(delivery.drain(now))
    assert sorted(sent) == ["0", "1", "2"]
    asyncio.run(delivery.drain(later))
    assert len(sent) == 4


# ---------------------------------------------------------------- processes


def _serve(folder: Path, url: str) -> None:
    """What one process of the service does, until it is killed."""
    import asyncio

    from bot.channels.pacing import Pace
    from bot.settings import Settings
    from tests.fakes.botapi import TOKEN
    from tests.fakes.running import SECRET

    settings = Settings(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'zhiban.db'}",
        secret_key=SECRET,
        telegram_token=TOKEN,
        telegram_api_url=url,
    )
    rooms = rooms_for(settings)

    def talk(incoming: Incoming) -> Reply:
        with rooms.store.session() as s:  # an acknowledgement: written once, told once
            outbox.put(
                s,
                key=f"ack:{incoming.id}",
                target=Target("telegram", incoming.chat),
                text=f"收到 {incoming.text}",
                now=rooms.clock.now(),
            )
        return SILENCE

    where = Whereabouts(rooms, "telegram")
    channel = TelegramChannel(settings, talk, folder, where, pace=Pace(NO_LIMITS))
    delivery = Delivery(rooms, {"telegram": channel}, tick=0.05)

    async def main() -> None:
        stop = asyncio.Event()
        await asyncio.gather(channel.run(stop), delivery.run(stop))

    asyncio.run(main())


class Processes:
    """Service processes on one data dir that can be killed."""

    def __init__(self, folder: Path, url: str) -> None:
        self._start = multiprocessing.get_context("spawn").Process
        self._folder, self._url = folder, url
        self.living: list[Any] = []

    def start(self) -> None:
        process = self._start(target=_serve, args=(self._folder, self._url), daemon=True)
        process.start()
        self.living.append(process)

    def kill(self) -> None:
        for process in self.living:
            process.kill()
            process.join(5)
            assert process.exitcode == -signal.SIGKILL
        self.living.clear()


@pytest.fixture
def processes(tmp_path: Path, botapi: BotApi) -> Iterator[Processes]:
    made = Processes(tmp_path, botapi.url)
    yield made
    made.kill()


def test_two_processes_share_the_work_and_send_nothing_twice(
    desk: Desk, processes: Processes
) -> None:
    for number in range(60):
        desk.put(desk.botapi.person(1000 + number % 30), f"提醒{number}")
    processes.start()
    processes.start()
    texts = Counter(sent.text for sent in desk.botapi.sent(60, within=40))
    wait_for(lambda: all(desk.message(n).state is OutboxState.SENT for n in desk.numbers))
    assert texts == Counter(f"提醒{number}" for number in range(60))


def test_killed_in_the_middle_nothing_is_lost_and_what_doubles_says_so(
    desk: Desk, processes: Processes
) -> None:
    """Reminders go out and people answer, while the process is killed again and again."""
    people_here = [desk.botapi.person(1000 + number) for number in range(20)]
    for number in range(80):
        desk.put(people_here[number % 20], f"提醒{number}。")
    for round_ in range(1, 4):
        processes.start()
        desk.botapi.sent(15 * round_, within=40)
        for user in people_here[:5]:
            desk.botapi.says(f"答{round_}-{user}", user=user)
        desk.botapi.called("getUpdates", len(desk.botapi.called("getUpdates", 0)) + 1)
        processes.kill()
    processes.start()
    wait_for(lambda: _settled(desk, 80 + 15), within=60)
    texts = [sent.text for sent in desk.botapi.methods.sent]
    plain = Counter(text for text in texts if "可能重复" not in text)
    told_twice = Counter(text.split("\n")[-1] for text in texts if "可能重复" in text)
    for number in range(80):
        assert plain[f"提醒{number}。"] <= 1
        assert plain[f"提醒{number}。"] + told_twice[f"提醒{number}。"] >= 1
    for round_ in range(1, 4):
        for user in people_here[:5]:
            assert plain[f"收到 答{round_}-{user}"] + told_twice[f"收到 答{round_}-{user}"] >= 1


def _settled(desk: Desk, rows: int) -> bool:
    with desk.rooms.store.reading() as s:
        if outbox.pending_count(s):
            return False
    return len({sent.text.split("\n")[-1] for sent in desk.botapi.methods.sent}) >= rows
