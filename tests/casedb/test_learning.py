"""Hand-offs, gaps, drafts and changed papers in the records, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedb import people, questions
from casedb.errors import CasedbError, NotFound, Refused
from casedb.learning import changes, drafts, gaps, handoffs, lessons
from casedb.learning.changes import Mark
from casedb.store import Store
from casedb.vocabulary import Role, UnitKind
from tests.casedb.kept import NOW, open_store, store_of


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Four analysts on each database."""
    with store_of(request.param, tmp_path) as opened:
        with opened.session() as s:
            people.add_unit(s, "专班", UnitKind.DESK)
            for name in ("孙三和", "李四平", "周五明", "吴六顺"):
                people.add_person(s, name, 1, Role.ANALYST)
        yield opened


def waiting(store: Store) -> int:
    with store.session() as s:
        asked = questions.record(s, text="怎么办", outcome="handoff", now=NOW, person_id=1)
        return handoffs.hand_off(s, asked.id, channel="web", chat="web:1", now=NOW).id


def test_of_many_claims_at_once_one_has_it(store: Store) -> None:
    number = waiting(store)

    def claims(person: int) -> bool:
        try:
            with store.session() as s:
                handoffs.claim(s, number, person_id=person, now=NOW)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as together:
        had = list(together.map(claims, (1, 2, 3, 4)))
    assert sum(had) == 1
    with store.reading() as s:
        assert handoffs.handoff(s, number).claimed_by == had.index(True) + 1


def test_a_late_hand_off_is_late_until_somebody_has_it(store: Store) -> None:
    number = waiting(store)
    later = NOW + timedelta(minutes=10)
    with store.session() as s:
        assert [one.id for one in handoffs.late(s, NOW)] == [number]
        handoffs.asked(s, number, 1, next_at=later)
        assert handoffs.late(s, NOW) == ()
        assert handoffs.late(s, later)[0].told == (1,)
        handoffs.claim(s, number, person_id=1, now=NOW, until=later)
        assert not handoffs.give_up(s, number, person_id=2, now=NOW)
        assert handoffs.give_up(s, number, person_id=1, now=NOW)
        assert handoffs.late(s, NOW)[0].claimed_by is None
        handoffs.answer(s, number, "这样办", person_id=2, now=NOW)
        assert handoffs.late(s, later) == ()
        with pytest.raises(Refused):
            handoffs.claim(s, number, person_id=1, now=NOW)


def test_a_paper_is_drafted_published_and_mended(store: Store) -> None:
    with store.session() as s:
        one = drafts.make(s, title=" 《旧天线》 ", text="甲", author_id=1, now=NOW)
        other = drafts.make(s, title="旧天线", text="乙", author_id=2, now=NOW)
        assert (one.title, other.title) == ("旧天线", "旧天线（2）")
        assert drafts.named(s, "《旧天线（2）》").id == drafts.named(s, str(other.id)).id
        with pytest.raises(CasedbError, match="已经有"):
            drafts.change(s, other.id, by=2, now=NOW, title="旧天线")
        with pytest.raises(CasedbError, match="标题"):
            drafts.change(s, other.id, by=2, now=NOW, title="长" * 41)
        done = drafts.publish(s, one.id, by=2, now=NOW)
        assert (done.state, done.publisher) == ("published", "李四平")
        with pytest.raises(Refused):
            drafts.change(s, one.id, by=1, now=NOW, text="丙")
        drafts.reopen(s, one.id, by=2, now=NOW)
        assert drafts.change(s, one.id, by=1, now=NOW, text="丙").text == "丙"
        with pytest.raises(NotFound):
            drafts.named(s, "没有")


def test_a_question_is_in_one_gap_and_refused_requests_in_none(store: Store) -> None:
    with store.session() as s:
        asked = [
            questions.record(s, text=f"问{at}", outcome=outcome, now=NOW, person_id=1)
            for at, outcome in enumerate(("handoff", "refused", "answered"))
        ]
        questions.feedback(s, asked[2].id, "down")
        loose = gaps.loose(s, since=NOW)
        assert [(one.id, why) for one, why in loose] == [
            (asked[0].id, "unanswered"),
            (asked[2].id, "down"),
        ]
        gap_id = gaps.make(s, "张女士13800001111问", now=NOW)
        gaps.put(s, gap_id, [(one.id, why) for one, why in loose], now=NOW)
        assert gaps.loose(s, since=NOW) == ()
        found = gaps.gap(s, gap_id)
        assert (found.count, found.askers, found.examples) == (2, 1, ("问2", "问0"))
        assert "13800001111" not in found.name
        assert gaps.of_question(s, asked[0].id) == gap_id


def test_the_newest_answer_of_an_item_counts(store: Store) -> None:
    with store.session() as s:
        for item, right in ((1, False), (2, True), (1, True), (0, True)):
            lessons.answered(
                s, person_id=1, lesson="第一课", item=item, chosen="A", right=right, now=NOW
            )
        found = lessons.results_of(s, 1)["第一课"]
        assert (found.answered, found.right, found.practised) == (2, 2, True)
        assert lessons.results_of(s, 2) == {}


def mark(number: int, digest: str = "a", standing: str = "") -> Mark:
    return Mark(
        f"p{number}", f"{number % 3}.md", f"{number % 3}法", f"第{number}条", digest, standing
    )


PASSAGES = st.dictionaries(
    st.integers(0, 8), st.tuples(st.sampled_from("ab"), st.sampled_from(["", "superseded"]))
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Records that only marks are kept in."""
    opened = open_store(tmp_path_factory.mktemp("marks"))
    yield opened
    opened.close()


@settings(max_examples=60, deadline=None)
@given(before=PASSAGES, after=PASSAGES)
def test_changes_are_what_a_slow_look_finds(shelf: Store, before: dict, after: dict) -> None:
    old = [mark(number, *rest) for number, rest in before.items()]
    new = [mark(number, *rest) for number, rest in after.items()]
    with shelf.session() as s:
        changes.keep(s, changes.Diff((), frozenset()), old, now=NOW)
        found = changes.diff(s, new)
    if not before:
        assert found.first and found.papers == ()
        return
    touched = {f"p{number}" for number, rest in before.items() if after.get(number) != rest}
    assert {one for paper in found.papers for one, _ in paper.passages} == touched
    fresh = {
        f"p{number}"
        for number, rest in after.items()
        if number not in before or before[number][0] != rest[0]
    }
    assert found.fresh == fresh
    for paper in found.papers:
        gone = any(int(one[1:]) not in after for one, _ in paper.passages)
        assert paper.what != changes.CHANGED or not gone


def test_kept_marks_leave_nothing_to_find(store: Store) -> None:
    marks = [mark(number) for number in range(5)]
    with store.session() as s:
        assert changes.diff(s, marks).first
        changes.keep(s, changes.diff(s, marks), marks, now=NOW)
        assert changes.diff(s, marks) == changes.Diff((), frozenset())
        ended = [mark(number, standing="superseded" if number == 1 else "") for number in range(5)]
        made = changes.keep(s, changes.diff(s, ended), ended, now=NOW)
        assert [changes.change(s, one).what for one in made] == ["superseded"]
        settled = changes.settle(s, made[0], changes.SETTLED, by=1, now=NOW)
        assert settled.state == "settled" and changes.listing(s) == ()
