"""The daily ledger: every figure against its one-sentence definition, frozen bytes, filing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casedb import cases, ledger
from casedb.errors import CasedbError
from casedb.ledger import text as ledger_text
from casedb.ledger.snapshots import canonical, sealed_content
from casedb.outgoing import outbox
from casedb.records import CaseDraft, LedgerSnapshot, Target
from casedb.vocabulary import CaseStage, RevisitAnswer
from tests.casedb.office import CALENDAR, RULES, Office, at, open_office

DAY = date(2026, 6, 10)
MORNING = at("2026-06-10 08:30")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.store.close()


def freeze(
    office: Office, on: date = DAY, now: str = "2026-06-10 08:30", **more: str
) -> LedgerSnapshot:
    with office.store.session() as s:
        return ledger.freeze(s, on=on, now=at(now), rules=RULES, calendar=CALENDAR, **more)


def a_case(office: Office, order: str, dispatched: str, due: str, **more: object) -> None:
    with office.store.session() as s:
        office.case(s, order, due=due, dispatched=dispatched, now=at(dispatched), **more)


def figures(snapshot: LedgerSnapshot) -> dict[str, int]:
    names = (
        "new", "open", "due_today", "due_in_3_days", "overdue", "not_contacted", "closed",
        "has_no", "repeats",
    )  # fmt: skip
    return {name: getattr(snapshot, name) for name in names}


def test_a_day_without_a_case_is_reported_all_the_same(office: Office) -> None:
    snapshot = freeze(office)
    assert set(figures(snapshot).values()) == {0}
    assert snapshot.id.startswith("L20260610-") and snapshot.by_unit == ()
    assert "在办 0" in ledger_text.desk_text(snapshot)


def test_each_case_is_counted_where_it_belongs(office: Office) -> None:
    a_case(office, "NEW", "2026-06-10 08:00", "2026-06-17 18:00")
    a_case(office, "TODAY", "2026-06-03 08:00", "2026-06-10 18:00")
    a_case(office, "SOON", "2026-06-06 08:00", "2026-06-13 18:00")
    a_case(office, "LATER", "2026-06-07 08:00", "2026-06-14 18:00")
    a_case(office, "LATE", "2026-06-01 08:00", "2026-06-09 18:00")
    a_case(office, "SILENT", "2026-06-09 08:00", "2026-06-16 18:00", first_contact_at=None)
    a_case(office, "DONE", "2026-06-02 08:00", "2026-06-12 18:00", closed_at=at("2026-06-10 07:00"))
    a_case(
        office,
        "NO",
        "2026-05-20 08:00",
        "2026-05-27 18:00",
        closed_at=at("2026-05-27 17:00"),
        revisited_at=at("2026-06-08 10:00"),
        satisfied=RevisitAnswer.NO,
    )
    snapshot = freeze(office)
    assert figures(snapshot) == {
        "new": 1, "open": 6, "due_today": 1, "due_in_3_days": 2, "overdue": 1, "not_contacted": 1,
        "closed": 1, "has_no": 1, "repeats": 0,
    }  # fmt: skip
    lights = {case.order_no: case.light for case in snapshot.cases}
    assert lights == {
        "LATE": "红", "TODAY": "黄", "SILENT": "黄", "NO": "黄", "SOON": "绿", "LATER": "绿",
        "NEW": "绿", "DONE": "绿",
    }  # fmt: skip
    flags = {case.order_no: case.flags for case in snapshot.cases}
    assert flags["LATE"] == ("逾期",) and flags["TODAY"] == ("今日到期",)
    assert next(case.order_no for case in snapshot.cases) == "LATE"
    assert dict(snapshot.extra)["昨日新增"] == 1


def test_asking_again_gives_the_same_bytes_whatever_happened_since(office: Office) -> None:
    a_case(office, "A1", "2026-06-09 08:00", "2026-06-16 18:00")
    first = freeze(office, edition="morning")
    a_case(office, "A2", "2026-06-10 09:00", "2026-06-17 18:00")
    again = freeze(office, now="2026-06-10 15:00", edition="morning")
    without = freeze(office, now="2026-06-10 15:00")
    assert again == first == without
    assert canonical(sealed_content(again)) == canonical(sealed_content(first))


def test_asking_before_the_first_edition_does_not_spoil_it(office: Office) -> None:
    early = freeze(office, now="2026-06-10 07:00")
    assert early.edition == "early"
    assert freeze(office, now="2026-06-10 08:00") == early
    a_case(office, "A1", "2026-06-10 08:10", "2026-06-17 18:00")
    morning = freeze(office, now="2026-06-10 08:30")
    assert (morning.edition, morning.new) == ("morning", 1)
    evening = freeze(office, now="2026-06-10 17:40", edition="evening")
    assert evening.id != morning.id
    assert freeze(office, now="2026-06-11 09:00") == evening


def test_a_day_that_is_over_is_counted_as_of_its_end(office: Office) -> None:
    a_case(office, "A1", "2026-06-10 20:00", "2026-06-10 23:00")
    a_case(office, "A2", "2026-06-11 00:00", "2026-06-18 18:00")
    with office.store.session() as s:
        case = cases.find(s, "A1")
        assert case is not None
        cases.advance(
            s, case.id, CaseStage.UNDER_REVIEW, actor="import", now=at("2026-06-11 07:00")
        )
        cases.close(s, case.id, actor="import", now=at("2026-06-11 08:00"))
    past = freeze(office, now="2026-06-20 09:00")
    assert (past.new, past.open, past.overdue, past.due_today, past.closed) == (1, 1, 1, 1, 0)
    assert past.cases[0].stage is not CaseStage.CLOSED
    next_day = freeze(office, on=date(2026, 6, 11), now="2026-06-20 09:00")
    assert (next_day.new, next_day.open, next_day.closed) == (1, 1, 1)


def test_a_day_that_has_not_begun_is_refused(office: Office) -> None:
    with pytest.raises(CasedbError, match="还没有到"):
        freeze(office, on=date(2026, 6, 11))


def test_what_changed_since_yesterday_is_told_by_tails(office: Office) -> None:
    a_case(office, "20260609000111", "2026-06-08 08:00", "2026-06-09 18:00")
    freeze(office, on=date(2026, 6, 9), now="2026-06-09 08:30")
    a_case(office, "20260609000222", "2026-06-09 10:00", "2026-06-16 18:00")
    changes = "\n".join(freeze(office).changes)
    assert "新进在办 1 件（…000222）" in changes
    assert "新逾期 1 件（…000111）" in changes
    assert "20260609000222" not in changes


def test_a_unit_sees_only_its_own_and_groups_never_see_a_whole_number(office: Office) -> None:
    for number in range(30):
        a_case(office, f"20260601{number:06}", "2026-06-01 08:00", "2026-06-09 18:00")
    snapshot = freeze(office)
    for text in (
        ledger_text.desk_text(snapshot),
        ledger_text.leader_text(snapshot),
        ledger_text.unit_text(snapshot, "甲一社区"),
    ):
        assert "20260601" not in text.replace("L20260610", "")
        assert len(text.splitlines()) <= 20 and len(text) <= 900
    assert "没有在办" in ledger_text.unit_text(snapshot, "乙二社区")


def test_what_was_sent_is_filed_once_with_its_message_ids(office: Office) -> None:
    snapshot = freeze(office)
    with office.store.session() as s:
        outbox.put(
            s,
            key="ledger:2026-06-10:morning:1",
            target=Target("telegram", "-100", is_group=True),
            text="台账",
            now=MORNING,
            step=snapshot.id,
            resend_when_unsure=False,
        )
        (one,) = outbox.claim(s, owner="a", now=MORNING)
        outbox.sent(s, one.id, message_ids=("11", "12"), now=MORNING)
        again = ledger.filed(s, snapshot.id, Target("telegram", "-100"), "", ("13",), MORNING)
        assert not again
        (filing,) = ledger.filings(s, date(2026, 6, 1))
        assert ledger.filings(s, date(2026, 5, 1)) == ()
    assert (filing.snapshot, filing.message_ids) == (snapshot.id, ("11", "12"))
    assert filing.content_hash == snapshot.content_hash


def test_the_lines_of_forty_units_add_up_to_the_totals(office: Office) -> None:
    from sqlalchemy import insert

    from casedb.models import Case

    rows = [
        {
            "order_no": f"N{number:06}",
            "dispatched_at": MORNING - timedelta(hours=number % 300),
            "due_at": MORNING + timedelta(hours=number % 200 - 50),
            "handling_unit": f"第{number % 40}社区",
            "recorded_at": MORNING,
            "extra": {},
        }
        for number in range(3000)
    ]
    with office.store.session() as s:
        s.execute(insert(Case), rows)
    snapshot = freeze(office)
    assert snapshot.open == 3000 and len(snapshot.by_unit) == 40
    assert sum(line.open for line in snapshot.by_unit) == snapshot.open
    assert sum(line.overdue for line in snapshot.by_unit) == snapshot.overdue


moments = st.integers(-96, 96).map(lambda hours: MORNING + timedelta(hours=hours))
drafts = st.fixed_dictionaries(
    {
        "dispatched_at": moments,
        "due_at": st.none() | moments,
        "first_contact_at": st.none() | moments,
        "closed_at": st.none() | moments,
    }
)


@given(st.lists(drafts, max_size=12))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_figures_equal_a_count_by_hand(
    tmp_path_factory: pytest.TempPathFactory, made: list[dict]
) -> None:  # type: ignore[type-arg]
    office = open_office(f"sqlite:///{tmp_path_factory.mktemp('l') / 'a.db'}")
    with office.store.session() as s:
        for number, one in enumerate(made):
            draft = CaseDraft(order_no=f"H{number:05}", handling_unit="甲一社区", **one)
            cases.record(s, draft, actor="import", now=MORNING)
        snapshot = ledger.freeze(s, on=DAY, now=MORNING, rules=RULES, calendar=CALENDAR)
    office.store.close()

    begin, end = at("2026-06-10 00:00"), at("2026-06-11 00:00")
    here = [one for one in made if one["dispatched_at"] <= MORNING]
    still = [one for one in here if one["closed_at"] is None or one["closed_at"] > MORNING]
    dues = [one["due_at"] for one in still if one["due_at"] is not None]
    assert snapshot.new == sum(begin <= one["dispatched_at"] for one in here)
    assert snapshot.open == len(still)
    assert snapshot.due_today == sum(begin <= due < end for due in dues)
    assert snapshot.due_in_3_days == sum(begin <= due < end + timedelta(days=3) for due in dues)
    assert snapshot.overdue == sum(due < MORNING for due in dues)
    assert snapshot.not_contacted == sum(
        one["first_contact_at"] is None or one["first_contact_at"] > MORNING for one in still
    )
    assert snapshot.closed == sum(
        one["closed_at"] is not None and begin <= one["closed_at"] <= MORNING for one in here
    )
