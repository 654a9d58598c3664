"""When papers change: old askers hear of a basis, those answered from old text get a correction."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from bot.dialogue.router import Dialogue
from bot.learning.paper_watch import PaperWatch
from casedb import cases, people
from casedb.beijing import BEIJING
from casedb.learning import changes, citing
from indexer.build import build_index
from indexer.embedders import load_embedder
from indexer.search import LiveIndex
from tests.bot.dialogue.conftest import KNOWLEDGE, Hall
from tests.bot.dialogue.test_drafts import ASKED, completed
from tests.bot.dialogue.test_gaps import every
from tests.bot.dialogue.test_handoffs import DESK, FIRST, WORKER, chat_of, data_of, told

UNIT_GROUP = "group:unit"
CONTACT = "诉求人电话打不通怎么办"


def shelf() -> list[str]:
    """The papers that change in the tests among many others, so that words weigh what they weigh."""
    policies = ["policies/信访工作条例.md", "policies/北京市接诉即办工作条例.md"]
    guides = sorted((KNOWLEDGE / "techniques").glob("*.md"))
    return [*policies, *(f"techniques/{one.name}" for one in guides)]


class Library:
    """A hall with an index of its own that can be built again."""

    def __init__(self, hall: Hall) -> None:
        self.folder = hall.rooms.settings.data_dir
        for name in shelf():
            target = self.folder / "shelf" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(KNOWLEDGE / name, target)
        hall.rooms.settings.own_papers_dir.mkdir()
        self.embedder = load_embedder(None)
        self.build()
        live = LiveIndex(self.folder, self.embedder)
        rooms = dataclasses.replace(hall.rooms, index=live)
        self.hall = Hall(rooms, Dialogue(rooms))
        self.watch = PaperWatch(rooms)
        self.look()

    def build(self) -> None:
        sources = [self.folder / "shelf" / kind for kind in ("policies", "techniques")]
        build_index(
            [*sources, self.folder / "knowledge"], self.folder / "index", embedder=self.embedder
        )

    def paper(self, name: str) -> Path:
        return next((self.folder / "shelf").rglob(f"{name}.md"))

    def look(self) -> bool:
        """Ticks until the watch has nothing left to do."""
        queued = [self.watch.tick(self.hall.rooms.clock.now()) for _ in range(4)]
        return any(queued)

    def changes_text(self, name: str, old: str, new: str) -> None:
        """Write another wording and let everybody notice."""
        paper = self.paper(name)
        text = paper.read_text(encoding="utf-8")
        assert old in text
        paper.write_text(text.replace(old, new, 1), encoding="utf-8")
        self.hall.rooms.clock.passes(minutes=1)
        self.build()
        self.look()


@pytest.fixture
def library(hall: Hall) -> Library:
    return Library(hall)


def listed(library: Library) -> tuple[changes.ChangeRecord, ...]:
    with library.hall.rooms.store.reading() as s:
        return changes.listing(s)


def test_the_first_look_is_no_change_and_tells_nobody(library):
    assert listed(library) == ()
    assert told(library.hall) == {}
    assert not library.look()


def test_old_askers_are_told_once_and_the_gap_is_filled(library, clock):
    hall = library.hall
    completed(hall)
    told(hall)
    assert [one.count for one in every(hall)] == [1]
    hall.press(DESK, "draft:1:publish")
    library.build()
    assert library.look()
    message = next(one for one in hall.sent() if one.target.chat == chat_of(hall, WORKER))
    assert "现在有依据了" in message.text and ASKED in message.text
    button = message.buttons[0][0]
    assert button.label.startswith("看答复")
    answer = hall.press(WORKER, button.data).text
    assert "本单位知识" in answer and "城市管理办公室" in answer
    assert hall.press(FIRST, button.data).silent  # it is not their question
    assert every(hall) == ()
    library.build()
    library.look()
    clock.passes(days=1)
    library.look()
    assert told(hall) == {}


def test_an_unrelated_paper_wakes_nobody(library):
    hall = library.hall
    hall.say(WORKER, "火星移民的落户手续怎么办？")
    library.changes_text("申请延期", "办不完不可怕", "办不完并不可怕")
    assert told(hall) == {}


def test_at_night_nobody_is_woken(library, clock):
    hall = library.hall
    hall.say(WORKER, ASKED)
    clock.at = datetime(2026, 6, 1, 23, 0, tzinfo=BEIJING)
    completed(hall)
    told(hall)
    hall.press(DESK, "draft:1:publish")
    library.build()
    assert not library.look()
    assert told(hall) == {}
    clock.at = datetime(2026, 6, 2, 7, 0, tzinfo=BEIJING)
    library.look()
    assert list(told(hall)) == [chat_of(hall, WORKER)]


def test_a_killed_process_begins_the_round_again_and_tells_once(library):
    hall = library.hall
    completed(hall)
    hall.press(DESK, "draft:1:publish")
    told(hall)
    library.build()
    now = hall.rooms.clock.now()
    index = hall.rooms.index.current()
    dying = PaperWatch(hall.rooms)._begin(index, (index.folder.name, now.date()), now)
    assert dying.left  # it had work to do, and dies before it records anything
    for _ in range(2):
        library.watch = PaperWatch(hall.rooms)
        library.look()
    assert list(told(hall)) == [chat_of(hall, WORKER)]
    library.watch = PaperWatch(hall.rooms)
    assert not library.look()


def test_who_was_answered_from_the_old_text_is_listed_and_corrected_once(library):
    hall = library.hall
    hall.say(WORKER, CONTACT)
    hall.say(WORKER, CONTACT, group=UNIT_GROUP)
    hall.say(DESK, "申请延期要提前多久")
    library.changes_text("首次联系诉求人", "换时段再打", "换三个时段再打")
    notice = told(hall)[chat_of(hall, DESK)]
    assert "《首次联系诉求人》内容改了" in notice and "答复 2 条" in notice
    card = hall.say(FIRST, "/changes 1")
    assert CONTACT in card.text and WORKER not in card.text and "换三个时段再打" in card.text
    assert "群里" in card.text and "私聊" in card.text
    assert "共 2 处" in hall.press(FIRST, data_of(card, "change:1:push")).text
    sent = told(hall)
    assert set(sent) == {chat_of(hall, WORKER), UNIT_GROUP}
    assert all("**更正**" in text for text in sent.values())
    assert "您" not in sent[UNIT_GROUP] and WORKER not in sent[UNIT_GROUP]
    assert "已经处理过" in hall.press(DESK, "change:1:push").toast
    assert "已经处理过" in hall.press(DESK, "change:1:skip").toast
    assert told(hall) == {}
    assert "没有待处理" in hall.say(FIRST, "/changes").text


def test_an_answer_given_after_the_change_is_not_taken_back(library):
    hall = library.hall
    library.changes_text("首次联系诉求人", "换时段再打", "换三个时段再打")
    hall.rooms.clock.passes(minutes=1)
    hall.say(WORKER, CONTACT)
    assert "没有人引用过" in hall.say(FIRST, "/changes").text
    with hall.rooms.store.reading() as s:
        assert not citing.affected(s, changes.listing(s))[1]


def test_a_rule_that_ends_with_a_date_is_a_change_on_that_day(library, clock):
    hall = library.hall
    library.changes_text(
        "信访工作条例", "version:", "repealed_on: 2026-06-03\nsuperseded_by: 信访法\nversion:"
    )
    hall.say(WORKER, "信访事项多少天内办结")
    told(hall)
    with hall.rooms.store.session() as s:
        one = next(iter(cases.open_cases(s)))
        cases.note(s, one.id, "答复引用《信访工作条例》第三十四条", actor="person:1", now=clock.at)
    clock.at = datetime(2026, 6, 3, 8, 0, tzinfo=BEIJING)
    library.look()
    notice = told(hall)[chat_of(hall, DESK)]
    assert "《信访工作条例》已废止" in notice and "未结工单 1 件" in notice
    newest = listed(library)[0]
    card = hall.say(DESK, f"/changes {newest.id}").text
    assert one.order_no in card and "现行的是《信访法》" in card


def test_a_paper_taken_away_is_a_change(library):
    hall = library.hall
    hall.say(WORKER, CONTACT)
    library.paper("首次联系诉求人").unlink()
    hall.rooms.clock.passes(minutes=1)
    library.build()
    library.look()
    assert "撤下了" in hall.say(DESK, "/changes").text
    assert "不用更正" in hall.press(DESK, "change:1:skip").text


def test_a_paper_only_moved_is_no_change(library):
    hall = library.hall
    hall.say(WORKER, CONTACT)
    paper = library.paper("首次联系诉求人")
    paper.rename(paper.with_name("首联.md"))
    library.build()
    library.look()
    assert listed(library) == ()


def test_who_has_left_gets_no_correction(library):
    hall = library.hall
    hall.say(WORKER, CONTACT)
    with hall.rooms.store.session() as s:
        person = people.find_person(s, WORKER)
        people.leave(s, person.id, now=hall.rooms.clock.now(), actor="person:1")
    library.changes_text("首次联系诉求人", "换时段再打", "换三个时段再打")
    told(hall)
    card = hall.say(DESK, "/changes 1")
    with pytest.raises(StopIteration):
        data_of(card, "change:1:push")


def test_workers_and_groups_see_no_changes(library):
    hall = library.hall
    hall.say(WORKER, CONTACT)
    library.changes_text("首次联系诉求人", "换时段再打", "换三个时段再打")
    assert "不能做这一项" in hall.say(WORKER, "/changes").text
    assert "首次联系" not in hall.say(DESK, "/changes", group=UNIT_GROUP).text
    assert hall.press(WORKER, "change:1:push").silent
