"""Deadlines of a case: the order's own time wins, the rest comes from dated rules, all explained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedb import cases
from casedb.closing import sheet as closing_sheet
from casedb.deadlines import by_class, explain, feedback, for_case, retrospective_due
from casedb.obligations.reminders import Standing, move
from casedb.records import CaseDraft, CaseRecord
from casedb.rules.dated import UNCONFIRMED
from casedb.rules.ladders import Ladder, QuietHours
from casedb.vocabulary import SideWay, Urgency
from tests.casedb.office import CALENDAR, RULES, Office, at, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.store.close()


def a_case(office: Office, *, urgency: Urgency | None = None, **more: datetime) -> CaseRecord:
    with office.store.session() as s:
        draft = CaseDraft(order_no="A1", dispatched_at=at("2026-06-01 09:00"), **more)  # type: ignore[arg-type]
        case = cases.record(s, draft, actor="import", now=at("2026-06-01 09:05"))
        if urgency is not None:
            case = cases.set_urgency(
                s, case.id, urgency, actor="import", now=at("2026-06-01 09:06")
            )
        return case


def test_the_orders_own_time_wins_over_the_class(office: Office) -> None:
    case = a_case(office, urgency=Urgency.NORMAL, due_at=at("2026-06-04 18:00"))
    assert feedback(case, RULES, CALENDAR).due == at("2026-06-04 18:00")
    assert feedback(case, RULES, CALENDAR).source == "工单办理时限"
    lines = "\n".join(explain(case, RULES, CALENDAR))
    assert "以工单为准" in lines and "按 7d 档" in lines


@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (Urgency.EMERGENCY, "2026-06-01 11:00:00"),
        (Urgency.UTILITY, "2026-06-02 09:00:00"),
        (Urgency.NORMAL, "2026-06-08 23:59:59"),
        (Urgency.COMPLEX, "2026-06-16 23:59:59"),
    ],
)
def test_without_one_the_class_gives_a_default_that_says_it_is_a_sample(
    office: Office, urgency: Urgency, due: str
) -> None:
    deadline = by_class(a_case(office, urgency=urgency), RULES, CALENDAR)
    assert deadline.due == at(due) and deadline.note == UNCONFIRMED
    assert UNCONFIRMED in "\n".join(explain(a_case_again(office), RULES, CALENDAR))


def a_case_again(office: Office) -> CaseRecord:
    with office.store.reading() as s:
        case = cases.find(s, "A1")
    assert case is not None
    return case


def test_a_case_without_a_time_says_why_there_is_no_deadline(office: Office) -> None:
    lines = "\n".join(explain(a_case(office), RULES, CALENDAR))
    assert "没有写办理时限" in lines


def test_accept_and_first_contact_say_whether_they_were_in_time(office: Office) -> None:
    case = a_case(
        office,
        accepted_at=at("2026-06-01 12:30"),
        first_contact_at=at("2026-06-01 15:00"),
        due_at=at("2026-06-08 18:00"),
    )
    accept, contact, _ = for_case(case, RULES, CALENDAR)
    assert accept.due == at("2026-06-01 11:00") and contact.due == at("2026-06-02 09:00")
    lines = "\n".join(explain(case, RULES, CALENDAR))
    assert "超时 1小时30分钟" in lines and "未超时" in lines


def test_materials_are_explained_day_by_day_with_the_calendar_version(office: Office) -> None:
    case = replace(
        a_case(office, due_at=at("2026-10-01 18:00"), closed_at=at("2026-09-29 10:00")),
        side_way=SideWay.ASSESSMENT_APPEALED,
    )
    materials = for_case(case, RULES, CALENDAR)[-1]
    assert materials.due == at("2026-10-08 18:00")  # 30 September, then 8 October; closing time
    lines = "\n".join(explain(case, RULES, CALENDAR))
    assert "2026-10-01(周四) 不计：国庆节放假" in lines
    assert "2026-10-08(周四) 第 2 天：工作日" in lines
    assert "工作日历版本：2026-1" in lines


def test_materials_are_spoken_of_only_where_they_are_owed(office: Office) -> None:
    case = a_case(office, due_at=at("2026-06-08 18:00"), closed_at=at("2026-06-05 10:00"))
    assert "剔除材料" not in "\n".join(explain(case, RULES, CALENDAR))
    with office.store.session() as s:
        owed = closing_sheet.owe(
            s, case.id, items=("现场照片",), due_at=at("2026-06-09 12:00"), actor="import",
            now=at("2026-06-05 11:00"), rules=RULES,
        )  # fmt: skip
    lines = "\n".join(explain(case, RULES, CALENDAR, owed))
    assert "【剔除材料提交】2026年6月9日" in lines and "结案作业表" in lines and "现场照片" in lines


def test_the_retrospective_is_due_three_working_days_after_the_details() -> None:
    deadline = retrospective_due(date(2026, 9, 29), RULES, CALENDAR)
    assert deadline.due is not None and deadline.note == ""
    assert deadline.due.isoformat() == "2026-10-09T23:59:59+08:00"
    past = retrospective_due(date(2027, 12, 30), RULES, CALENDAR)
    assert past.due is None and "2028" in past.problem


LADDER = RULES.ladder("deadline", date(2026, 6, 1))
DUE = datetime(2026, 6, 5, 10, tzinfo=UTC)  # 18:00 in Beijing


def walk(ladder: Ladder, minutes: list[int], quiet: QuietHours) -> list[tuple[datetime, str]]:
    """Let time pass in uneven steps, delivering everything at once."""
    now = DUE - timedelta(days=2)
    standing = Standing(due_at=DUE, created_at=now)
    said: list[tuple[datetime, str]] = []
    for step in minutes:
        now += timedelta(minutes=step)
        made = move(standing, ladder, quiet, now)
        said += [(now, call.id) for call in made.calls]
        standing = made.standing
        if made.calls and standing.waiting_since is None:
            standing = Standing(DUE, standing.created_at, standing.step, standing.rung, now)
    return said


@given(st.lists(st.integers(1, 400), max_size=60))
@settings(max_examples=200, deadline=None)
def test_however_unevenly_the_tick_comes_nothing_is_said_twice_early_or_at_night(
    minutes: list[int],
) -> None:
    assert LADDER is not None
    said = walk(LADDER, minutes, RULES.quiet)
    names = [name for _, name in said]
    assert len(names) == len(set(names))
    offsets = {step.id: step.offset for step in LADDER.steps}
    for when, name in said:
        assert RULES.quiet.until(when) == when
        if name in offsets:
            assert when >= DUE + offsets[name]
    order = [offsets[name] for name in names if name in offsets]
    assert order == sorted(order)


@given(st.lists(st.integers(1, 90), min_size=60, max_size=80))
@settings(max_examples=100, deadline=None)
def test_a_tick_every_hour_and_a_half_or_oftener_misses_no_final_step(minutes: list[int]) -> None:
    assert LADDER is not None
    said = walk(LADDER, minutes, QuietHours(urgent=()))
    reached = DUE - timedelta(days=2) + timedelta(minutes=sum(minutes))
    quiet_free = RULES.quiet.until(reached) == reached
    if reached >= DUE and quiet_free:
        assert "at0m" in [name for _, name in said] or "at+2h" in [name for _, name in said]
