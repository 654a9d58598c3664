"""Reminders people ask for: repeat, snooze, hand over, cannot, cancel."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedb import audit, obligations, people
from casedb.beijing import BEIJING, beijing
from casedb.errors import CasedbError, NotFound, Refused
from casedb.obligations.recurrence import next_due
from casedb.outgoing import outbox
from casedb.records import ObligationRecord
from casedb.vocabulary import ObligationKind, ObligationState
from tests.casedb.office import CALENDAR, RULES, Office, at, bind_group, open_office

HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)
NOW = at("2026-06-01 08:00")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.store.close()


def asked(office: Office, when: str, **more: object) -> ObligationRecord:
    given = {"text": "交剔除材料", "by": office.worker, "now": NOW, "rules": RULES} | more
    with office.store.session() as s:
        return obligations.ask(s, due_at=at(when), **given)  # type: ignore[arg-type]


def state_of(office: Office, one: ObligationRecord) -> ObligationState:
    with office.store.reading() as s:
        return obligations.get(s, one.id).state


def test_a_personal_reminder_comes_at_its_minute_even_at_night(office: Office) -> None:
    asked(office, "2026-06-01 23:30")
    gone = office.run(at("2026-06-01 23:00"), at("2026-06-01 23:50"), every=timedelta(minutes=10))
    assert [when for when, _ in gone] == [at("2026-06-01 23:30")]
    assert "交剔除材料" in gone[0][1].text
    assert gone[0][1].target.chat == office.chat_of(office.worker)


def test_a_unit_is_reminded_through_its_head_and_its_group(office: Office) -> None:
    bind_group(office, "-100")
    asked(office, "2026-06-01 09:00", unit_id=office.unit.id, by=office.desk)
    gone = office.run(at("2026-06-01 09:00"), at("2026-06-01 10:00"), every=HALF)
    at_nine = {one.target.chat for when, one in gone if when == at("2026-06-01 09:00")}
    assert at_nine == {office.chat_of(office.head), "-100"}
    at_ten = {one.target.chat for when, one in gone if when == at("2026-06-01 10:00")}
    assert at_ten == {office.chat_of(office.desk)}


def test_a_time_that_has_passed_an_empty_text_and_an_unknown_repetition_are_refused(
    office: Office,
) -> None:
    with pytest.raises(Refused, match="已经过了"):
        asked(office, "2026-06-01 07:59")
    with pytest.raises(CasedbError, match="没有写"):
        asked(office, "2026-06-01 09:00", text="  ")
    with pytest.raises(CasedbError, match="fortnightly"):
        asked(office, "2026-06-01 09:00", repeats="fortnightly")


def test_the_text_is_masked_before_it_is_kept(office: Office) -> None:
    kept = asked(office, "2026-06-01 09:00", text="给王小花回电 13912345678")
    assert "13912345678" not in kept.text


def test_the_same_key_gives_the_same_reminder(office: Office) -> None:
    first = asked(office, "2026-06-01 09:00", key="telegram:77")
    assert asked(office, "2026-06-01 10:00", key="telegram:77") == first


def test_a_snooze_speaks_again_then_and_takes_back_what_was_queued(office: Office) -> None:
    one = asked(office, "2026-06-01 09:00")
    office.tick(at("2026-06-01 09:00"))
    with office.store.session() as s:
        again = obligations.snooze(
            s, one.id, until=at("2026-06-01 10:00"), by=office.worker, now=at("2026-06-01 09:00")
        )
        assert outbox.pending_count(s) == 0
    assert again.next_at == at("2026-06-01 10:00")
    gone = office.run(at("2026-06-01 09:00"), at("2026-06-01 10:20"), every=timedelta(minutes=10))
    assert [when for when, _ in gone] == [at("2026-06-01 10:00")]
    with office.store.session() as s:
        obligations.snooze(
            s, one.id, until=at("2026-06-02 09:00"), by=office.worker, now=at("2026-06-01 10:20")
        )
    gone = office.run(at("2026-06-01 10:30"), at("2026-06-02 09:00"), every=HALF)
    assert [when for when, _ in gone] == [at("2026-06-02 09:00")]


def test_a_case_cannot_be_snoozed_past_its_deadline(office: Office) -> None:
    with office.store.session() as s:
        case = office.case(s, "A1", due="2026-06-02 18:00", dispatched="2026-06-01 07:00", now=NOW)
    office.run(at("2026-06-01 18:00"), at("2026-06-01 18:00"), every=HALF)
    with office.store.session() as s:
        duty = next(
            one for one in obligations.of_case(s, case.id) if one.kind is ObligationKind.DEADLINE
        )
        kept = obligations.snooze(
            s, duty.id, until=at("2026-06-03 09:00"), by=office.worker, now=at("2026-06-01 18:05")
        )
    assert kept.next_at == at("2026-06-02 18:00")


def test_handing_over_tells_the_colleague_at_once_and_the_giver_no_more(office: Office) -> None:
    one = asked(office, "2026-06-01 09:00")
    office.run(at("2026-06-01 09:00"), at("2026-06-01 09:00"), every=HALF)
    with office.store.session() as s:
        given = obligations.hand_over(
            s, one.id, to=office.head, by=office.worker, now=at("2026-06-01 09:05"), note="我休假"
        )
    assert given.person_id == office.head.id
    gone = office.run(at("2026-06-01 09:05"), at("2026-06-01 11:05"), every=HALF)
    assert {one.target.chat for _, one in gone} == {office.chat_of(office.head)}
    with office.store.session() as s:
        seen = obligations.acknowledge(
            s, one.id, by=office.head, channel="web", now=at("2026-06-01 11:10")
        )
        assert seen.state is ObligationState.ACKNOWLEDGED
        people.leave(s, office.leader.id, now=NOW, actor="import")
        left = people.person(s, office.leader.id)
        other = obligations.ask(
            s, text="别的事", due_at=at("2026-06-02 09:00"), by=office.worker, now=NOW, rules=RULES
        )
        with pytest.raises(Refused, match="离岗"):
            obligations.hand_over(s, other.id, to=left, by=office.worker, now=NOW)


def test_cannot_goes_to_the_head_and_the_desk_with_the_reason(office: Office) -> None:
    one = asked(office, "2026-06-01 09:00", unit_id=office.unit.id, person_id=office.worker.id)
    office.run(at("2026-06-01 09:00"), at("2026-06-01 09:00"), every=HALF)
    with office.store.session() as s:
        with pytest.raises(CasedbError, match="原因"):
            obligations.cannot(s, one.id, because=" ", by=office.worker, now=NOW)
        up = obligations.cannot(
            s, one.id, because="需要区里协调", by=office.worker, now=at("2026-06-01 09:10")
        )
    assert (up.state, up.outcome) == (ObligationState.ESCALATED, "需要区里协调")
    gone = office.run(at("2026-06-01 09:10"), at("2026-06-01 09:10"), every=HALF)
    told = {one.target.chat: one.text for _, one in gone}
    assert set(told) == {office.chat_of(office.head), office.chat_of(office.desk)}
    assert "需要区里协调" in told[office.chat_of(office.desk)]


def test_only_the_asker_or_the_desk_cancels_and_all_repetitions_end(office: Office) -> None:
    one = asked(office, "2026-06-01 09:00", repeats="daily")
    office.run(at("2026-06-01 09:00"), at("2026-06-01 09:00"), every=HALF)
    with office.store.session() as s:
        with pytest.raises(Refused):
            obligations.cancel(s, one.id, by=office.head, now=NOW)
        assert len(obligations.listing(s, office.worker)) == 2
        obligations.cancel(s, one.id, by=office.worker, now=at("2026-06-01 09:30"))
        assert obligations.listing(s, office.worker) == ()
    assert office.run(at("2026-06-01 10:00"), at("2026-06-03 10:00"), every=HOUR) == []


def test_a_daily_reminder_comes_every_day_and_the_one_before_rests(office: Office) -> None:
    first = asked(office, "2026-06-01 09:00", repeats="daily")
    gone = office.run(at("2026-06-01 09:00"), at("2026-06-03 12:00"), every=HALF)
    nines = [when for when, one in gone if beijing(when).time() == time(9, 0)]
    assert nines == [at(f"2026-06-0{day} 09:00") for day in (1, 2, 3)]
    assert state_of(office, first) is ObligationState.CANCELLED


def test_after_days_of_outage_a_daily_reminder_speaks_once(office: Office) -> None:
    asked(office, "2026-06-01 09:00", repeats="daily")
    now = at("2026-06-04 08:00")
    office.tick(now)
    gone = office.deliver(now)
    assert len(gone) == 1 and "补发" in gone[0].text
    gone = office.run(at("2026-06-04 08:10"), at("2026-06-04 09:00"), every=timedelta(minutes=10))
    assert [when for when, one in gone if "6月4日" in one.text] == [at("2026-06-04 09:00")]


def test_acknowledging_one_repetition_leaves_the_next(office: Office) -> None:
    one = asked(office, "2026-06-05 09:00", repeats="workdays")
    office.run(at("2026-06-05 09:00"), at("2026-06-05 09:00"), every=HALF)
    with office.store.session() as s:
        obligations.acknowledge(s, one.id, by=office.worker, channel="web", now=NOW)
        (left,) = obligations.listing(s, office.worker)
    assert left.due_at == at("2026-06-08 09:00")  # Friday, then Monday


def test_a_press_on_a_reminder_that_is_gone_or_never_was_is_answered(office: Office) -> None:
    one = asked(office, "2026-06-01 09:00")
    with office.store.session() as s:
        obligations.cancel(s, one.id, by=office.worker, now=NOW)
        seen = obligations.acknowledge(s, one.id, by=office.worker, channel="web", now=NOW)
        assert seen.state is ObligationState.CANCELLED
        with pytest.raises(Refused, match="已取消"):
            obligations.snooze(s, one.id, until=at("2026-06-01 10:00"), by=office.worker, now=NOW)
        with pytest.raises(NotFound):
            obligations.acknowledge(s, 999, by=office.worker, channel="web", now=NOW)


def test_every_change_is_an_event_on_an_unbroken_chain(office: Office) -> None:
    one = asked(office, "2026-06-01 09:00")
    office.run(at("2026-06-01 09:00"), at("2026-06-01 09:00"), every=HALF)
    with office.store.session() as s:
        obligations.snooze(
            s, one.id, until=at("2026-06-01 10:00"), by=office.worker, now=NOW + HOUR
        )
        obligations.hand_over(s, one.id, to=office.head, by=office.worker, now=NOW + HOUR)
    office.run(at("2026-06-01 09:30"), at("2026-06-01 09:30"), every=HALF)
    with office.store.session() as s:
        obligations.acknowledge(s, one.id, by=office.head, channel="web", now=NOW + 2 * HOUR)
        kinds = [event.kind for event in audit.events_of(s, f"obligation:{one.id}")]
        assert kinds == [
            "created", "sent", "delivered", "snoozed", "handed_over", "due", "sent", "delivered",
            "acknowledged",
        ]  # fmt: skip
        assert audit.verify(s).intact


@given(
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-06-30")),
    st.sampled_from(["daily", "weekly", "monthly", "yearly", "workdays"]),
    st.integers(0, 120 * 24),
)
@settings(max_examples=200, deadline=None)
def test_the_next_repetition_is_the_first_matching_day_after(
    first: datetime, repeats: str, hours: int
) -> None:
    start = first.replace(second=0, microsecond=0, tzinfo=BEIJING)
    after = start + timedelta(hours=hours)
    found = beijing(next_due(start, repeats, after, CALENDAR))
    assert found > after and found.time() == start.time()
    day = start.date()
    expected = None
    while expected is None:
        moment = datetime.combine(day, start.time(), tzinfo=BEIJING)
        if moment > after and moment > start and matches(start.date(), day, repeats):
            expected = moment
        day += timedelta(days=1)
    assert found == expected


def matches(start: date, day: date, repeats: str) -> bool:
    last = months.monthrange(day.year, day.month)[1]
    if repeats == "daily":
        return True
    if repeats == "weekly":
        return (day - start).days % 7 == 0
    if repeats == "workdays":
        return CALENDAR.is_workday(day)
    same = day.day == start.day or (day.day == last and start.day > last)
    return same and (repeats == "monthly" or day.month == start.month)
