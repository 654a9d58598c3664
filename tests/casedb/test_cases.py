"""The road of a case: what may follow what, and that every change leaves an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casedb import audit, cases, people
from casedb.cases.stages import ROADS, refusal
from casedb.errors import CasedbError, NotFound, Refused
from casedb.store import Session, Store
from casedb.vocabulary import CaseStage, RevisitAnswer, SideWay, UnitKind
from tests.casedb.kept import NOW, draft, open_store

ACTOR: dict[str, Any] = {"actor": "person:1", "now": NOW}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two units."""
    opened = open_store(tmp_path)
    with opened.session() as s:
        people.add_unit(s, "甲一社区", UnitKind.COMMUNITY)
        people.add_unit(s, "甲二社区", UnitKind.COMMUNITY)
    return opened


def dispatched(s: Session, order_no: str = "GD2026050001", **more: Any) -> int:
    return cases.record(
        s, draft(order_no, dispatched_at=NOW, handling_unit="甲一", **more), **ACTOR
    ).id


def test_a_case_goes_down_the_main_road(store: Store) -> None:
    with store.session() as s:
        case_id = dispatched(s, due_at=NOW + timedelta(days=3))
        assert cases.case(s, case_id).stage is CaseStage.DISPATCHED
        assert cases.accept(s, case_id, **ACTOR).stage is CaseStage.HANDLING
        assert cases.first_contact(s, case_id, **ACTOR).first_contact_at == NOW
        cases.advance(s, case_id, CaseStage.UNDER_REVIEW, **ACTOR)
        closed = cases.close(s, case_id, **ACTOR, reply="已联系13800001111处理")
        assert closed.reply == "已联系138****1111处理"
        answered = cases.revisit(
            s, case_id, responded=RevisitAnswer.YES, satisfied=RevisitAnswer.NO, **ACTOR
        )
        assert answered.has_no
        kinds = [one.kind for one in cases.events(s, case_id)]
    assert kinds == ["recorded", "accepted", "first_contact", "advanced", "closed", "revisited"]


def test_steps_that_make_no_sense_are_refused_with_a_reason(store: Store) -> None:
    with store.session() as s:
        case_id = dispatched(s, due_at=NOW + timedelta(days=3))
        with pytest.raises(Refused, match="不能直接到"):
            cases.advance(s, case_id, CaseStage.UNDER_REVIEW, **ACTOR)
        with pytest.raises(Refused):
            cases.close(s, case_id, **ACTOR)
        cases.accept(s, case_id, **ACTOR)
        with pytest.raises(Refused, match="签收"):
            cases.accept(s, case_id, **ACTOR)
        with pytest.raises(Refused, match="原因"):
            cases.advance(s, case_id, CaseStage.DISPATCHED, **ACTOR)
        with pytest.raises(Refused):
            cases.extend(s, case_id, NOW + timedelta(days=1), **ACTOR, reason="早一点")
        with pytest.raises(Refused, match="理由"):
            cases.extend(s, case_id, NOW + timedelta(days=9), **ACTOR, reason=" ")
        with pytest.raises(Refused):
            cases.side_way(s, case_id, SideWay.ASSESSMENT_APPEALED, **ACTOR)
        cases.close(s, case_id, **ACTOR)
        with pytest.raises(Refused):
            cases.reassign(s, case_id, 2, **ACTOR, note="")
        with pytest.raises(CasedbError):
            cases.revisit(s, case_id, **ACTOR)
        assert audit.verify(s).intact


def test_a_closed_case_is_handled_anew_only_for_a_reason(store: Store) -> None:
    with store.session() as s:
        case_id = dispatched(s)
        cases.accept(s, case_id, **ACTOR)
        cases.close(s, case_id, **ACTOR)
        with pytest.raises(Refused):
            cases.advance(s, case_id, CaseStage.HANDLING, **ACTOR)
        again = cases.advance(s, case_id, CaseStage.HANDLING, **ACTOR, note="回访不满意")
        assert again.closed_at is None
        assert again.side_way is SideWay.REHANDLING


def test_a_hand_over_must_be_accepted_anew(store: Store) -> None:
    with store.session() as s:
        case_id = dispatched(s)
        cases.accept(s, case_id, **ACTOR)
        moved = cases.reassign(s, case_id, 2, **ACTOR, note="属地不符")
        assert (moved.handling_unit, moved.stage, moved.accepted_at) == (
            "甲二社区", CaseStage.DISPATCHED, None,
        )  # fmt: skip


def test_the_same_order_number_is_recorded_once(store: Store) -> None:
    with store.session() as s:
        dispatched(s)
        with pytest.raises(Refused):
            dispatched(s)
        with pytest.raises(CasedbError):
            dispatched(s, " ")


def test_cases_are_found_by_number_tail_and_filter(store: Store) -> None:
    with store.session() as s:
        late = dispatched(s, "GD0001", due_at=NOW - timedelta(hours=1))
        soon = dispatched(s, "GD0002", due_at=NOW + timedelta(hours=1), title="100%_满")
        done = dispatched(s, "GD0003")
        cases.accept(s, done, **ACTOR)
        cases.close(s, done, **ACTOR)
        assert [one.id for one in cases.find_by_tail(s, "0002")] == [soon]
        assert cases.find_by_tail(s, "02") == ()
        assert cases.find_by_tail(s, "%%%%") == ()
        assert [one.id for one in cases.open_cases(s)] == [late, soon]
        overdue = cases.CaseFilter(overdue_at=NOW)
        assert [one.id for one in cases.list_cases(s, overdue)] == [late]
        assert [one.id for one in cases.list_cases(s, cases.CaseFilter(words="100%_"))] == [soon]
        assert cases.count_cases(s, cases.CaseFilter(unit_id=1)) == 3
        with pytest.raises(NotFound):
            cases.case(s, 99)


def test_personal_data_opens_for_a_reason_only_and_leaves_an_event(store: Store) -> None:
    with store.session() as s:
        case_id = dispatched(s, complainant="慕容雪", phone="13800001111", appeal="慕容雪说灯坏了")
        with pytest.raises(Refused):
            cases.reveal(s, case_id, **ACTOR, reason="")
        opened = cases.reveal(s, case_id, **ACTOR, reason="回访诉求人")
        assert (opened.name, opened.phone) == ("慕容雪", "13800001111")
        last = cases.events(s, case_id)[-1]
        assert (last.kind, last.actor) == ("revealed", "person:1")
        assert cases.case(s, case_id).appeal == "慕容*说灯坏了"


def test_erasing_takes_the_personal_data_and_leaves_the_case(store: Store) -> None:
    with store.session() as s:
        case_id = dispatched(s, complainant="慕容雪", phone="13800001111")
        assert cases.erase_personal(s, **ACTOR) == 1
        with pytest.raises(NotFound):
            cases.reveal(s, case_id, **ACTOR, reason="回访")
        assert cases.case(s, case_id).complainant_masked == "慕容*"
        # The caller is no longer recognised either.
        again = dispatched(s, "GD2", phone="13800001111")
        assert cases.case(s, again).repeat_of == ""
        assert audit.verify(s).intact


def test_a_retention_period_erases_only_what_is_old(store: Store) -> None:
    with store.session() as s:
        old, new = dispatched(s, "GD1", phone="13800001111"), dispatched(s, "GD2", phone="1")
        cases.accept(s, old, **ACTOR)
        cases.close(s, old, **ACTOR)
        erased = cases.erase_personal(s, **ACTOR, closed_before=NOW + timedelta(days=1))
        assert erased == 1
        assert cases.reveal(s, new, **ACTOR, reason="核对").phone == "1"


STEPS = st.lists(st.sampled_from([*CaseStage]), max_size=8)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_a_case_only_ever_walks_the_roads(
    tmp_path_factory: pytest.TempPathFactory, steps: list[CaseStage]
) -> None:
    store = open_store(tmp_path_factory.mktemp("roads"))
    with store.session() as s:
        case_id = cases.record(s, draft(), **ACTOR).id
        at, taken = CaseStage.RECEIVED, 0
        for step in steps:
            try:
                cases.advance(s, case_id, step, **ACTOR, note="为了试一试")
            except Refused:
                assert step is at or step not in ROADS[at]
                continue
            assert step in ROADS[at]
            at, taken = step, taken + 1
        shown = cases.case(s, case_id)
        assert shown.stage is at
        assert (shown.closed_at is not None) == (at is CaseStage.CLOSED)
        assert len(cases.events(s, case_id)) == 1 + taken
    store.close()


def test_every_stage_can_reach_the_end() -> None:
    for stage in CaseStage:
        assert refusal(stage, stage, reason_given=True)
        seen, todo = {stage}, [stage]
        while todo:
            fresh = ROADS[todo.pop()] - seen
            seen |= fresh
            todo += fresh
        assert CaseStage.CLOSED in seen


def test_instants_without_zone_never_enter(store: Store) -> None:
    with pytest.raises(Exception, match="without time zone"), store.session() as s:
        dispatched(s, due_at=datetime(2026, 5, 7))  # noqa: DTZ001


def test_the_zone_of_an_instant_does_not_matter(store: Store) -> None:
    with store.session() as s:
        case_id = dispatched(s, due_at=NOW.astimezone(UTC))
        assert cases.case(s, case_id).due_at == NOW
