"""Page messages, step-by-step talks, questions and hand-offs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from casedb import people, questions, threads
from casedb.errors import CasedbError, NotFound, Refused
from casedb.learning import handoffs
from casedb.outgoing import page
from casedb.outgoing.page import PageButton, PageFile
from casedb.store import Store
from casedb.vocabulary import Role, UnitKind
from tests.casedb.kept import NOW, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two analysts."""
    opened = open_store(tmp_path)
    with opened.session() as s:
        people.add_unit(s, "专班", UnitKind.DESK)
        people.add_person(s, "孙三和", 1, Role.ANALYST)
        people.add_person(s, "李四平", 1, Role.ANALYST)
    return opened


def test_page_messages_come_in_order_and_show_their_edits(store: Store) -> None:
    with store.session() as s:
        button = PageButton("已收到", "ack:1")
        first = page.add(
            s, chat="web:1", at=NOW, author="bot", text="一", buttons=[[button]],
            files=[PageFile("files/a.xlsx", "台账.xlsx")],
        )  # fmt: skip
        second = page.add(s, chat="web:1", at=NOW, author="bot", text="二")
        page.add(s, chat="web:2", at=NOW, author="bot", text="别人的")
        assert [one.text for one in page.since(s, first, chats=["web:1"])] == ["二"]
        assert page.latest(s, "web:1")[0].buttons == ((button,),)
        assert page.latest(s, "web:1")[0].files[0].name == "台账.xlsx"
        later = NOW + timedelta(minutes=1)
        page.edit(s, first, text="一，已收到", now=later)
        changed = page.changed(s, ["web:1"], after=second, edited_since=later)
        assert [one.text for one in changed] == ["一，已收到"]
        assert changed[0].buttons == ()
        assert page.newest_id(s) == second + 1
        with pytest.raises(NotFound):
            page.edit(s, 99, text="", now=NOW)


def test_a_talk_of_several_steps_is_kept_and_left(store: Store) -> None:
    with store.session() as s:
        threads.keep_flow(s, "web:1::1", "new", {"step": "title"}, now=NOW)
        assert threads.thread(s, "web:1::1").get("step") == "title"
        assert threads.leave_flow(s, "web:1::1", now=NOW)
        assert not threads.leave_flow(s, "web:1::1", now=NOW)
        assert threads.thread(s, "web:1::1").flow == ""


def test_only_the_last_turns_are_kept_and_they_are_masked(store: Store) -> None:
    with store.session() as s:
        for number in range(9):
            threads.add_turn(s, "k", f"问题{number} 13800001111", now=NOW)
        turns = threads.thread(s, "k").turns
    assert len(turns) == threads.TURNS_KEPT
    assert turns[-1] == "问题8 138****1111"


def test_yesterdays_talk_is_not_gone_on_with(store: Store) -> None:
    with store.session() as s:
        threads.keep_flow(s, "k", "new", {"step": "title"}, now=NOW)
        kept = threads.thread(s, "k")
    assert kept.fresh(NOW + timedelta(hours=1)).flow == "new"
    assert kept.fresh(NOW + timedelta(days=1)).flow == ""


def test_unanswered_and_disliked_questions_are_the_shopping_list(store: Store) -> None:
    with store.session() as s:
        good = questions.record(
            s, text="噪声几点算夜间", outcome="answered", now=NOW, passages=["p1"]
        )
        bad = questions.record(s, text="张女士13800001111能查吗", outcome="refused", now=NOW)
        assert bad.text == "某女士138****1111能查吗"
        assert [one.id for one in questions.gaps(s)] == [bad.id]
        questions.feedback(s, good.id, "down", reason="条款旧了")
        assert {one.id for one in questions.gaps(s)} == {good.id, bad.id}
        with pytest.raises(CasedbError):
            questions.feedback(s, good.id, "sideways")


def test_a_hand_off_has_one_owner_and_one_answer(store: Store) -> None:
    with store.session() as s:
        asked = questions.record(s, text="怎么办", outcome="refused", now=NOW, person_id=1)
        one = handoffs.hand_off(s, asked.id, channel="web", chat="web:1", now=NOW)
        assert handoffs.hand_off(s, asked.id, channel="web", chat="web:1", now=NOW).id == one.id
        assert [each.id for each in handoffs.open_handoffs(s)] == [one.id]
        handoffs.claim(s, one.id, person_id=1, now=NOW)
        with pytest.raises(Refused):
            handoffs.claim(s, one.id, person_id=2, now=NOW)
        with pytest.raises(Refused):
            handoffs.answer(s, one.id, "我来答", person_id=2, now=NOW)
        with pytest.raises(CasedbError):
            handoffs.answer(s, one.id, " ", person_id=1, now=NOW)
        done = handoffs.answer(s, one.id, "请联系13800001111", person_id=1, now=NOW)
        assert (done.answer, done.chat, done.open) == ("请联系138****1111", "web:1", False)
        with pytest.raises(Refused):
            handoffs.answer(s, one.id, "再答一次", person_id=1, now=NOW)
        assert handoffs.open_handoffs(s) == ()
