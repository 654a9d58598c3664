"""Who may do what, in which chat: every role, every chat, every action."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot import access
from bot.access import Action, Scope
from bot.dialogue.talk import ChatKind
from casedb.beijing import BEIJING
from casedb.records import CaseRecord, ChatRecord, PersonRecord
from casedb.vocabulary import AppealKind, CaseStage, ChatPurpose, Role, SideWay

N, O, A = Scope.NONE, Scope.OWN, Scope.ALL  # noqa: E741
ROLES = (Role.ADMIN, Role.DESK, Role.ANALYST, Role.LEADER, Role.SECTION, Role.COMMUNITY)
# The whole table, written out a second time so that a change of rights is always a decision.
PRIVATE = {
    Action.ASK: (A, A, A, A, A, A),
    Action.SEE_CASES: (A, A, A, A, O, O),
    Action.CHANGE_CASES: (A, A, N, N, O, O),
    Action.NEW_CASE: (A, A, A, N, N, N),
    Action.ASSIGN: (A, A, N, A, N, N),
    Action.SHEETS: (A, A, A, N, N, N),
    Action.LEDGER: (A, A, A, A, O, O),
    Action.REMIND: (A, A, A, A, A, A),
    Action.REMIND_UNITS: (A, A, A, A, O, O),
    Action.ANSWER_HANDOFFS: (A, A, A, N, N, N),
    Action.CLOSING_SHEET: (A, A, A, A, O, O),
    Action.SETTLE_SENDING: (A, A, N, N, N, N),
    Action.REVEAL: (A, A, N, N, O, O),
    Action.BIND_GROUPS: (A, N, N, N, N, N),
    Action.INVITE: (A, A, N, N, N, N),
    Action.CALENDAR: (A, N, N, N, N, N),
    Action.HEALTH: (A, N, N, N, N, N),
    Action.EXCLUDE: (A, A, A, N, O, O),
    Action.REVIEW: (A, A, A, N, N, N),
    Action.ROSTER: (A, A, N, N, N, N),
    Action.KNOWLEDGE: (A, A, A, N, N, N),
    Action.PUBLISH: (A, A, N, N, N, N),
    Action.TRAINING: (A, A, A, N, N, N),
    Action.ASSESS: (A, A, A, A, N, N),
    Action.REPORT: (A, A, A, A, N, N),
    Action.CLASSIFY: (A, A, A, N, O, O),
}
NEVER_IN_GROUPS = {
    Action.NEW_CASE,
    Action.CHANGE_CASES,
    Action.ASSIGN,
    Action.SHEETS,
    Action.REVEAL,
    Action.INVITE,
    Action.CALENDAR,
    Action.HEALTH,
    Action.SETTLE_SENDING,
    Action.EXCLUDE,
    Action.REVIEW,
    Action.ROSTER,
    Action.KNOWLEDGE,
    Action.PUBLISH,
    Action.TRAINING,
    Action.ASSESS,
    Action.CLASSIFY,
}


def test_the_table_names_every_action_and_role():
    assert set(PRIVATE) == set(Action)
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("place", range(len(ROLES)))
def test_rights_are_as_decided(action, place):
    role, expected = ROLES[place], PRIVATE[action][place]
    assert access.scope(role, ChatKind.PRIVATE, action) == expected
    in_group = N if action in NEVER_IN_GROUPS else expected
    assert access.scope(role, ChatKind.GROUP, action) == in_group


CASE = CaseRecord(
    id=1, order_no="20260601000123", source="", kind=AppealKind.HELP, title="", appeal="",
    topic_path=("", "", ""), community="甲一社区", handling_unit_id=7, handling_unit="城市管理办公室",
    supporting_units="平安建设办公室", handler_id=None, stage=CaseStage.HANDLING, side_way=SideWay.NONE,
    urgency=None, received_at=None, dispatched_at=None, accepted_at=None, first_contact_at=None,
    due_at=datetime(2026, 6, 2, tzinfo=BEIJING), due_source="", reply="", closed_at=None,
    revisited_at=None, responded=None, resolved=None, satisfied=None, complainant_masked="",
    phone_masked="", address_masked="", repeat_of="", remark="",
)  # fmt: skip


def person(unit_id: int, unit_name: str, person_id: int = 3) -> PersonRecord:
    return PersonRecord(person_id, "某人", unit_id, unit_name, Role.SECTION)


def test_a_unit_sees_what_it_handles_supports_or_lives_with_and_changes_only_what_it_handles():
    handling, supporting = person(7, "城市管理办公室"), person(8, "平安建设办公室")
    community, stranger = person(9, "甲一社区"), person(10, "甲二社区")
    seen = [access.may_see(one, CASE, O) for one in (handling, supporting, community, stranger)]
    assert seen == [True, True, True, False]
    changed = [access.may_change(one, CASE, O) for one in (handling, supporting, community)]
    assert changed == [True, False, False]
    assert access.may_change(stranger, replace(CASE, handler_id=3), O)
    assert not access.may_see(handling, CASE, N)


def chat(purpose: ChatPurpose, unit_id: int | None = None) -> ChatRecord:
    return ChatRecord(1, "telegram", "-1", "", "群", purpose, unit_id)


def test_a_group_is_shown_only_what_all_its_members_may_see():
    names = {7: "城市管理办公室", 9: "甲一社区", 10: "甲二社区"}
    assert access.shown_in([chat(ChatPurpose.LEDGER)], CASE, names)
    assert access.shown_in([chat(ChatPurpose.UNIT, 7)], CASE, names)
    assert access.shown_in([chat(ChatPurpose.UNIT, 9)], CASE, names)
    assert not access.shown_in([chat(ChatPurpose.UNIT, 10)], CASE, names)
    assert not access.shown_in([chat(ChatPurpose.TRAINING)], CASE, names)
    assert not access.shown_in([], CASE, names)


def test_desk_papers_are_for_the_desk_in_private_only():
    desk = PersonRecord(1, "某人", 1, "接诉即办专班", Role.DESK)
    assert "desk" in access.reader(desk, ChatKind.PRIVATE).access
    assert "desk" not in access.reader(desk, ChatKind.GROUP).access
    assert "desk" not in access.reader(person(7, "城市管理办公室"), ChatKind.PRIVATE).access
