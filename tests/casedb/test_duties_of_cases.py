"""Reminders of cases: the ladder, acknowledgement, quiet hours, digests, outages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from casedb import audit, cases, obligations, people
from casedb.errors import Refused
from casedb.outgoing import outbox
from casedb.vocabulary import ObligationKind, ObligationState, UnitKind
from tests.casedb.office import Office, account, at, bind_group, open_office

MINUTE = timedelta(minutes=1)
TEN = timedelta(minutes=10)
HALF = timedelta(minutes=30)
ORDER = "20260601000123"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.store.close()


def a_case(
    office: Office,
    *,
    now: str = "2026-06-01 09:00",
    due: str = "2026-06-05 18:00",
    order: str = ORDER,
) -> int:
    with office.store.session() as s:
        return office.case(s, order, due=due, dispatched="2026-06-01 08:00", now=at(now)).id


def deadline_of(office: Office, case_id: int) -> obligations.ObligationRecord:
    with office.store.reading() as s:
        return next(
            one
            for one in obligations.of_case(s, case_id)
            if one.kind is ObligationKind.DEADLINE and one.state is not ObligationState.CANCELLED
        )


def test_the_ladder_speaks_before_at_and_after_the_due_time(office: Office) -> None:
    a_case(office)
    gone = office.run(at("2026-06-04 17:30"), at("2026-06-05 20:30"), every=HALF)
    to_worker = [when for when, one in gone if one.target.chat == office.chat_of(office.worker)]
    assert to_worker == [
        at("2026-06-04 18:00"),
        at("2026-06-05 14:00"),
        at("2026-06-05 17:00"),
        at("2026-06-05 18:00"),
        at("2026-06-05 20:00"),
    ]


def test_silence_climbs_to_the_head_then_the_desk_and_to_the_leader_only_near_the_end(
    office: Office,
) -> None:
    a_case(office)
    gone = office.run(at("2026-06-04 18:00"), at("2026-06-05 14:30"), every=HALF)
    first = {one.target.chat: when for when, one in reversed(gone)}
    assert first[office.chat_of(office.head)] == at("2026-06-04 18:30")
    assert first[office.chat_of(office.desk)] == at("2026-06-04 19:00")
    assert first[office.chat_of(office.leader)] == at("2026-06-05 14:00")


def test_one_press_stops_the_whole_ladder_and_names_who_pressed(office: Office) -> None:
    case_id = a_case(office)
    office.run(at("2026-06-04 18:00"), at("2026-06-04 18:00"), every=TEN)
    duty = deadline_of(office, case_id)
    assert duty.state is ObligationState.DELIVERED
    with office.store.session() as s:
        seen = obligations.acknowledge(
            s, duty.id, by=office.worker, channel="telegram", now=at("2026-06-04 18:05")
        )
    assert (seen.state, seen.acknowledged_by) == (ObligationState.ACKNOWLEDGED, office.worker.id)
    assert seen.acknowledged_on == "telegram"
    assert office.run(at("2026-06-04 18:10"), at("2026-06-06 12:00"), every=HALF) == []
    with office.store.reading() as s:
        kinds = [one.kind for one in audit.events_of(s, f"obligation:{duty.id}")]
        assert kinds == ["created", "sent", "delivered", "acknowledged"]
        assert audit.verify(s).intact


def test_a_press_takes_back_what_is_queued_in_the_same_transaction(office: Office) -> None:
    case_id = a_case(office)
    office.tick(at("2026-06-04 18:00"))
    duty = deadline_of(office, case_id)
    with office.store.session() as s:
        obligations.acknowledge(
            s, duty.id, by=office.desk, channel="web", now=at("2026-06-04 18:00")
        )
        assert outbox.pending_count(s) == 0
    assert office.deliver(at("2026-06-04 18:01")) == []


def test_a_second_press_keeps_the_first_name(office: Office) -> None:
    case_id = a_case(office)
    office.run(at("2026-06-04 18:00"), at("2026-06-04 18:00"), every=TEN)
    duty = deadline_of(office, case_id)
    with office.store.session() as s:
        for who in (office.worker, office.head):
            seen = obligations.acknowledge(
                s, duty.id, by=who, channel="telegram", now=at("2026-06-04 18:05")
            )
    assert seen.acknowledged_by == office.worker.id


def test_a_stranger_to_the_case_cannot_acknowledge(office: Office) -> None:
    case_id = a_case(office)
    office.tick(at("2026-06-04 18:00"))
    with office.store.session() as s:
        other = people.add_unit(s, "乙二社区", UnitKind.COMMUNITY)
        stranger = people.add_person(s, "周生人", other.id, office.worker.role)
        with pytest.raises(Refused):
            obligations.acknowledge(
                s,
                deadline_of(office, case_id).id,
                by=stranger,
                channel="telegram",
                now=at("2026-06-04 18:05"),
            )


def test_private_text_has_number_unit_and_time_and_the_group_only_the_tail(office: Office) -> None:
    bind_group(office, "-100")
    a_case(office)
    gone = [one for _, one in office.run(at("2026-06-04 18:00"), at("2026-06-04 18:00"), every=TEN)]
    private = next(one for one in gone if one.target.chat == office.chat_of(office.worker))
    group = next(one for one in gone if one.target.is_group)
    for part in (ORDER, "甲一社区", "6月5日(周五) 18:00"):
        assert part in private.text
    assert ORDER not in group.text and ORDER[-6:] in group.text
    assert office.worker.name not in group.text
    labels = [button.label for line in private.buttons for button in line]
    assert labels == ["已收到", "1小时后再提醒", "明天9点", "另选时间", "转交", "办不了"]


def test_quiet_hours_hold_ordinary_cases_and_let_urgent_ones_through(office: Office) -> None:
    with office.store.session() as s:
        office.case(
            s,
            "N1",
            due="2026-06-03 02:00",
            dispatched="2026-06-01 08:00",
            now=at("2026-06-01 09:00"),
        )
        office.case(
            s,
            "U1",
            due="2026-06-03 02:00",
            dispatched="2026-06-02 20:00",
            now=at("2026-06-02 20:00"),
        )
    gone = office.run(at("2026-06-02 20:00"), at("2026-06-03 07:00"), every=TEN)
    night = [
        (when, one) for when, one in gone if at("2026-06-02 22:00") < when < at("2026-06-03 07:00")
    ]
    assert night and all("U1" in one.text and "N1" not in one.text for _, one in night)
    assert any("N1" in one.text for when, one in gone if when == at("2026-06-02 21:50"))
    assert any("N1" in one.text for when, one in gone if when == at("2026-06-03 07:00"))


def test_several_reminders_to_one_person_within_a_minute_become_one_message(office: Office) -> None:
    for number in range(5):
        a_case(office, order=f"2026060100{number:04}")
    gone = [one for _, one in office.run(at("2026-06-04 18:00"), at("2026-06-04 18:00"), every=TEN)]
    mine = [one for one in gone if one.target.chat == office.chat_of(office.worker)]
    assert len(mine) == 1
    assert "5 项提醒" in mine[0].text
    assert all(f"2026060100{number:04}" in mine[0].text for number in range(5))
    with office.store.session() as s:
        done = obligations.acknowledge_all(
            s, mine[0].id, by=office.worker, channel="telegram", now=at("2026-06-04 18:01")
        )
    assert [one.state for one in done] == [ObligationState.ACKNOWLEDGED] * 5
    assert office.run(at("2026-06-04 18:10"), at("2026-06-05 21:00"), every=HALF) == []


def test_a_reminder_seconds_after_another_waits_for_the_minute_to_end(office: Office) -> None:
    a_case(office, order="A1")
    now = at("2026-06-04 18:00")
    office.tick(now)
    assert len(office.deliver(now)) == 1
    a_case(office, order="B1", due="2026-06-05 18:00")
    a_case(office, order="C1", due="2026-06-05 18:00")
    office.tick(now + timedelta(seconds=20))
    assert office.deliver(now + timedelta(seconds=20)) == []
    later = office.deliver(now + timedelta(seconds=60))
    assert len(later) == 1 and "B1" in later[0].text and "C1" in later[0].text


def test_acknowledging_one_of_a_digest_that_has_not_left_rewrites_it(office: Office) -> None:
    first, second = a_case(office, order="A1"), a_case(office, order="B1")
    now = at("2026-06-04 18:00")
    office.tick(now)
    with office.store.session() as s:
        obligations.acknowledge(
            s, deadline_of(office, first).id, by=office.worker, channel="web", now=now
        )
    gone = office.deliver(now)
    assert len(gone) == 1 and "B1" in gone[0].text and "A1" not in gone[0].text
    assert gone[0].buttons[0][0].data == f"ack:{deadline_of(office, second).id}"


def test_after_an_outage_only_the_last_step_goes_out_and_says_it_is_late(office: Office) -> None:
    a_case(office)
    office.tick(at("2026-06-01 09:00"))
    now = at("2026-06-05 17:30")  # down since before the first step
    office.tick(now)
    gone = [one for one in office.deliver(now) if one.target.chat == office.chat_of(office.worker)]
    assert len(gone) == 1
    assert gone[0].step == "at-1h"
    assert gone[0].text.startswith("（补发，迟到30分钟：本应 6月5日(周五) 17:00 发出）")


def test_after_an_outage_higher_ups_still_get_their_time_to_answer(office: Office) -> None:
    a_case(office)
    office.run(at("2026-06-04 18:00"), at("2026-06-04 18:10"), every=TEN)
    gone = office.run(at("2026-06-05 09:00"), at("2026-06-05 10:00"), every=TEN)
    first = {one.target.chat: when for when, one in reversed(gone)}
    assert first[office.chat_of(office.head)] == at("2026-06-05 09:00")
    assert first[office.chat_of(office.desk)] == at("2026-06-05 09:30")


def test_what_is_no_longer_true_does_not_go_out(office: Office) -> None:
    case_id = a_case(office)
    office.tick(at("2026-06-05 14:00"))
    with office.store.session() as s:
        cases.advance(
            s, case_id, cases.CaseStage.UNDER_REVIEW, actor="import", now=at("2026-06-05 14:00")
        )
        cases.close(s, case_id, actor="import", now=at("2026-06-05 14:00"))
    assert office.deliver(at("2026-06-05 14:00")) == []
    assert office.run(at("2026-06-05 14:10"), at("2026-06-05 21:00"), every=HALF) == []
    assert deadline_of(office, case_id).state is ObligationState.DONE


def test_an_extension_ends_the_old_ladder_and_starts_a_new_one(office: Office) -> None:
    case_id = a_case(office)
    office.tick(at("2026-06-01 09:00"))
    with office.store.session() as s:
        cases.extend(
            s,
            case_id,
            at("2026-06-10 18:00"),
            actor=f"person:{office.desk.id}",
            now=at("2026-06-04 10:00"),
            reason="需要区里协调",
        )
    gone = office.run(at("2026-06-04 17:00"), at("2026-06-09 17:50"), every=2 * HALF)
    assert gone == []
    gone = office.run(at("2026-06-09 18:00"), at("2026-06-09 18:00"), every=TEN)
    assert len(gone) == 1


def test_a_case_given_to_another_unit_is_reminded_there(office: Office) -> None:
    case_id = a_case(office)
    office.tick(at("2026-06-01 09:00"))
    with office.store.session() as s:
        other = people.add_unit(s, "乙二社区", UnitKind.COMMUNITY)
        other_head = people.add_person(s, "周书记", other.id, office.head.role)
        people.set_unit(s, other.id, head_id=other_head.id)
        account(s, other_head, "telegram", "chat-周书记", at("2026-06-01 09:00"))
        cases.reassign(
            s, case_id, other.id, actor="import", now=at("2026-06-02 09:00"), note="属地不符"
        )
    gone = office.run(at("2026-06-04 18:00"), at("2026-06-04 18:00"), every=TEN)
    assert {one.target.chat for _, one in gone} == {"chat-周书记"}


def test_a_deadline_past_before_the_case_was_recorded_is_told_once_to_the_desk(
    office: Office,
) -> None:
    for number in range(12):
        a_case(office, order=f"OLD{number:05}", due="2026-06-01 08:30")
    gone = office.run(at("2026-06-01 09:00"), at("2026-06-02 20:00"), every=2 * HALF)
    assert [one.target.chat for _, one in gone] == [office.chat_of(office.desk)]
    assert "12 件" in gone[0][1].text


def test_somebody_who_left_is_replaced_and_the_desk_told(office: Office) -> None:
    a_case(office)
    office.tick(at("2026-06-01 09:00"))
    with office.store.session() as s:
        people.leave(s, office.worker.id, now=at("2026-06-02 09:00"), actor="import")
    gone = office.run(at("2026-06-04 18:00"), at("2026-06-04 18:00"), every=TEN)
    told = {one.target.chat: one.text for _, one in gone}
    assert "离岗" in told[office.chat_of(office.head)]
    assert "离岗" in told[office.chat_of(office.desk)]


def test_nobody_with_an_account_goes_up_to_whoever_has_one(office: Office) -> None:
    a_case(office)
    with office.store.session() as s:
        for one in (office.worker, office.head):
            people.mark_unreachable(s, "telegram", office.chat_of(one), at("2026-06-02 09:00"))
    gone = office.run(at("2026-06-04 18:00"), at("2026-06-04 18:10"), every=MINUTE)
    assert {one.target.chat for _, one in gone} == {office.chat_of(office.desk)}


def test_a_blocked_bot_sends_the_step_to_the_next_account_and_tells_the_desk(
    office: Office,
) -> None:
    a_case(office)
    now = at("2026-06-04 18:00")
    with office.store.session() as s:
        account(s, office.worker, "web", "web-林小满", now)
    office.tick(now)
    with office.store.session() as s:
        (message,) = outbox.claim(s, owner="test", now=now)
        people.mark_unreachable(s, "telegram", message.target.chat, now)
        outbox.fail(s, message.id, error="Forbidden: bot was blocked by the user", now=now)
    office.tick(now)
    told = {one.target.chat for one in office.deliver(now)}
    assert told == {"web-林小满", office.chat_of(office.desk)}


def test_a_clock_that_jumps_back_sends_nothing_twice_and_is_told(office: Office) -> None:
    a_case(office)
    before = office.run(at("2026-06-04 18:00"), at("2026-06-04 18:10"), every=TEN)
    again = office.run(at("2026-06-04 17:00"), at("2026-06-04 18:10"), every=TEN)
    assert len(before) == 1
    assert [one.target.chat for _, one in again] == [office.chat_of(office.desk)]
    assert "往回跳了" in again[0][1].text


def test_accept_and_first_contact_are_reminded_until_they_happen(office: Office) -> None:
    now = at("2026-06-01 09:00")
    with office.store.session() as s:
        case = office.case(
            s,
            ORDER,
            due="2026-06-08 18:00",
            dispatched="2026-06-01 09:00",
            now=now,
            accepted_at=None,
            first_contact_at=None,
        )
    gone = [one for _, one in office.run(now, at("2026-06-01 09:40"), every=TEN)]
    assert any("签收时限 6月1日(周一) 11:00" in one.text for one in gone)
    with office.store.session() as s:
        cases.accept(s, case.id, actor=f"person:{office.worker.id}", now=at("2026-06-01 09:45"))
    gone = [
        one for _, one in office.run(at("2026-06-01 09:50"), at("2026-06-02 07:20"), every=HALF)
    ]
    assert gone and all("首次联系" in one.text for one in gone)
    with office.store.session() as s:
        cases.first_contact(
            s, case.id, actor=f"person:{office.worker.id}", now=at("2026-06-02 07:25")
        )
    assert office.run(at("2026-06-02 07:30"), at("2026-06-04 17:00"), every=2 * HALF) == []


def test_cases_no_rule_covers_do_not_stand_in_the_way_of_the_others(office: Office) -> None:
    now = at("2026-06-01 09:00")
    with office.store.session() as s:
        for number in range(8):
            office.case(
                s,
                f"ANCIENT{number}",
                due="2019-03-01 18:00",
                dispatched="2019-02-20 08:00",
                now=now,
                accepted_at=None,
                first_contact_at=None,
            )
    a_case(office, order="NEW1", due="2026-06-02 09:00")
    for _ in range(8):
        with office.store.session() as s:
            made = obligations.ensure_for_cases(
                s, now=now, rules=office.rules, calendar=office.calendar, limit=4
            )
    assert made == 0
    gone = office.run(now, now, every=TEN)
    assert any("NEW1" in one.text for _, one in gone)


def test_what_may_have_arrived_already_stays_marked_inside_a_digest(office: Office) -> None:
    now = at("2026-06-04 18:00")
    a_case(office, order="A1")
    office.tick(now)
    with office.store.session() as s:
        (message,) = outbox.claim(s, owner="test", now=now)
        outbox.uncertain(s, message.id, error="reset", now=now)
    a_case(office, order="B1")
    office.tick(now)
    (digest,) = office.deliver(now)
    assert "2 项提醒" in digest.text
    assert digest.text.startswith("（网络中断过，这条可能重复收到）")


def test_all_of_a_digest_that_may_have_arrived_confirms_nothing_that_came_later(
    office: Office,
) -> None:
    now = at("2026-06-04 18:00")
    a_case(office, order="A1")
    a_case(office, order="B1")
    office.tick(now)
    with office.store.session() as s:
        (digest,) = outbox.claim(s, owner="test", now=now)
        outbox.uncertain(s, digest.id, error="reset", now=now)
    a_case(office, order="C1")
    office.tick(now)
    with office.store.session() as s:
        by = people.person(s, digest.person_id)
        done = obligations.acknowledge_all(s, digest.id, by=by, channel="telegram", now=now)
    assert sorted(one.order_no for one in done) == ["A1", "B1"]
    gone = office.run(now, now + 3 * TEN, every=TEN)
    assert any("C1" in one.text and "A1" not in one.text for _, one in gone)
