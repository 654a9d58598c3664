"""Figures against an independent count, and the published example that must come out to the digit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median_low
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, update

from casedb import people
from casedb.models import Case, Unit
from casedb.rules.rate_rules import RateRules
from casedb.store import Store
from casedb.tally.counts import count
from casedb.tally.facts import CaseFacts, facts
from casedb.tally.marks import Mark
from casedb.tally.spans import Span, before, cycle, cycle_named, month, year_ago
from casedb.tally.spent import Step
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, SideWay, UnitKind
from reports.figures import Answers, Figures, figures
from tests.casedb.kept import store_of

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 3, tzinfo=UTC)
SPANS = (
    month("2026-05"),
    cycle_named("2026-05", start_day=19),
    Span(date(2026, 3, 9), date(2026, 6, 2)),
)
EXCLUDED = (SideWay.UNREASONABLE_ASKED, SideWay.ASSESSMENT_APPEALED)


def test_the_published_example_of_xining_comes_out_to_the_digit() -> None:
    satisfied = Answers(yes=614, mostly=34, no=22)
    resolved = Answers(yes=663, no=7)
    assert f"{satisfied.rate(0.6, count_not_reached=False):.4f}" == "0.9469"
    assert f"{satisfied.rate(1.0, count_not_reached=False):.4f}" == "0.9672"
    assert f"{satisfied.rate(0.0, count_not_reached=False):.4f}" == "0.9164"
    assert f"{resolved.rate(1.0, count_not_reached=False):.4f}" == "0.9896"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    with store_of(request.param, tmp_path_factory.mktemp("figures")) as opened:
        yield opened


def test_the_xining_example_comes_out_of_the_records_too(store: Store) -> None:
    yes, mostly, no = RevisitAnswer.YES, RevisitAnswer.MOSTLY, RevisitAnswer.NO
    satisfied = [yes] * 614 + [mostly] * 34 + [no] * 22
    resolved = [yes] * 663 + [no] * 7
    fill(store, [
        {"received_at": month("2024-06").start, "responded": yes, "resolved": one, "satisfied": other}
        for one, other in zip(resolved, satisfied, strict=True)
    ])  # fmt: skip
    found = counted(store, month("2024-06"), RateRules())
    assert found.revisited == 670
    assert (
        f"{found.response_rate:.4f} {found.resolution_rate:.4f} {found.satisfaction_rate:.4f}"
        == ("1.0000 0.9896 0.9469")
    )


def test_nothing_asked_is_no_rate_and_not_zero(store: Store) -> None:
    fill(store, [])
    found = counted(store, SPANS[0], RateRules())
    assert Answers().rate(0.6, count_not_reached=True) is None
    assert (found.total, found.on_time_rate, found.satisfaction_rate) == (0, None, None)


@pytest.mark.parametrize("seed", range(8))
def test_the_database_counts_what_one_counts_by_hand(store: Store, seed: int) -> None:
    chance = Random(seed)
    fill(store, [invented(chance) for _ in range(chance.choice([1, 7, 60, 200]))])
    rules = RateRules(
        mostly_satisfied=chance.choice([0.0, 0.6, 1.0]),
        count_not_reached=chance.random() < 0.5,
        count_excluded=chance.random() < 0.5,
    )
    for span in SPANS:
        with store.reading() as s:
            cases = list(facts(s, span))
        assert told(counted(store, span, rules)) == told_by_hand(cases, span, rules)


def fill(store: Store, rows: Sequence[dict[str, object]]) -> None:
    with store.session() as s:
        s.execute(delete(Case))
        if rows:
            s.execute(insert(Case), [
                {"order_no": f"N{number}", "recorded_at": NOW, **row}
                for number, row in enumerate(rows)
            ])  # fmt: skip


def counted(store: Store, span: Span, rules: RateRules) -> Figures:
    with store.reading() as s:
        return figures(count(s, span, rules, now=NOW), rules)


def invented(chance: Random) -> dict[str, object]:
    """A case with holes, slips and values beside every border."""
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(110 * 24 * 60))
    border = chance.choice([one for span in SPANS for one in (span.start, span.end)])
    at = chance.choice([start, border, border - timedelta(seconds=1)])

    def later(most: int) -> datetime | None:
        return chance.choice([None, at + timedelta(seconds=chance.randrange(-600, most))])

    answer = [None, *RevisitAnswer]
    return {
        "source": chance.choice(["", "电话"]),
        "kind": chance.choice(list(AppealKind)),
        "topic_1": chance.choice(["", "噪声", "停车"]),
        "topic_3": chance.choice(["", "广场舞"]),
        "community": chance.choice(["", "甲一社区", "乙一社区"]),
        "handling_unit": chance.choice(["", "甲一社区", "旧名社区"]),
        "stage": chance.choice(list(CaseStage)),
        "side_way": chance.choice([SideWay.NONE, SideWay.REHANDLING, *EXCLUDED]),
        "received_at": chance.choice([at, at, None]),
        "dispatched_at": chance.choice([at, at + timedelta(minutes=5), None]),
        "accepted_at": later(9_000),
        "first_contact_at": later(90_000),
        "due_at": later(900_000),
        "closed_at": later(2_000_000),
        "revisited_at": later(2_500_000),
        "responded": chance.choice(answer),
        "resolved": chance.choice(answer),
        "satisfied": chance.choice(answer),
        "repeat_of": chance.choice(["", "N0"]),
        "caller_hash": chance.choice(["", "a", "b", "c", "d"]),
    }


def told(found: Figures) -> dict[str, object]:
    """The figures as plain values; rates to twelve digits."""
    return {
        "total": found.total, "closed": found.closed, "late": found.late, "has_no": found.has_no,
        "repeats": found.repeats, "excluded": found.excluded, "revisited": found.revisited,
        "groups": found.group_appeals, "not_contacted": found.not_contacted,
        "kinds": {one.name: one.count for one in found.by_kind},
        "topics": {one.name: one.count for one in found.by_topic},
        "communities": {one.name: one.count for one in found.by_community},
        "units": {one.unit: (one.total, one.closed, one.late, one.has_no, one.hours_to_close)
                  for one in found.by_unit},
        "hours": found.by_hour, "days": found.by_day,
        "on_time": rounded(found.on_time_rate), "response": rounded(found.response_rate),
        "resolution": rounded(found.resolution_rate),
        "satisfaction": rounded(found.satisfaction_rate),
        "steps": {one.step: (one.cases, one.median) for one in found.steps
                  if one.step is not Step.REVISIT},
        "missing": dict(found.missing),
    }  # fmt: skip


def told_by_hand(cases: Sequence[CaseFacts], span: Span, rules: RateRules) -> dict[str, object]:
    """The same, one case after the other, in no hurry."""
    assessed = [c for c in cases if rules.count_excluded or c.side_way not in EXCLUDED]
    has_no = [c for c in assessed if RevisitAnswer.NO in (c.responded, c.resolved, c.satisfied)]
    late = [c for c in cases if c.due_at and (c.closed_at or NOW) > c.due_at]
    timed = [c for c in cases if c.due_at and c.closed_at]
    reached = (RevisitAnswer.YES, RevisitAnswer.MOSTLY, RevisitAnswer.NO)
    local = [c.at.astimezone(BEIJING) for c in cases if c.at]
    ends = {
        Step.ACCEPT: ("dispatched_at", "accepted_at"),
        Step.CONTACT: ("dispatched_at", "first_contact_at"),
        Step.HANDLE: ("first_contact_at", "closed_at"),
        Step.CLOSE: ("dispatched_at", "closed_at"),
    }
    steps = {step: minutes(cases, *pair) for step, pair in ends.items()}
    units = sorted({c.unit for c in cases})
    return {
        "total": len(cases), "closed": sum(bool(c.closed_at) for c in cases), "late": len(late),
        "has_no": len(has_no), "repeats": sum(bool(c.repeat_of) for c in cases),
        "excluded": sum(c.side_way in EXCLUDED for c in cases),
        "revisited": sum(bool({c.responded, c.resolved, c.satisfied} & set(reached)) for c in cases),
        "groups": grouped(cases),
        "not_contacted": sum(not c.first_contact_at and not c.closed_at for c in cases),
        "kinds": dict(Counter(str(c.kind) for c in cases)),
        "topics": dict(Counter(c.topic_1 or "未注明" for c in cases)),
        "communities": dict(Counter(c.community or "未注明" for c in cases)),
        "units": {
            name or "未注明": (
                len(own := [c for c in cases if c.unit == name]),
                sum(bool(c.closed_at) for c in own), sum(c in late for c in own),
                sum(c in has_no for c in own), middle(minutes(own, *ends[Step.CLOSE])),
            )
            for name in units
        },
        "hours": tuple(sum(at.hour == hour for at in local) for hour in range(24)),
        "days": tuple(
            sum(at.date() == span.first + timedelta(days=day) for at in local)
            for day in range(span.days)
        ),
        "on_time": share(sum(c.closed_at <= c.due_at for c in timed), len(timed)),
        "response": rate([c.responded for c in assessed], 1.0, rules),
        "resolution": rate([c.resolved for c in assessed], rules.mostly_resolved, rules),
        "satisfaction": rate([c.satisfied for c in assessed], rules.mostly_satisfied, rules),
        "steps": {
            step: (len(found), middle(found)) for step, found in steps.items()
        },
        "missing": {
            Mark.NO_COMMUNITY: sum(not c.community for c in cases),
            Mark.NO_TOPIC: sum(not c.topic_1 for c in cases),
            Mark.NO_UNIT: sum(not c.unit for c in cases),
            Mark.NO_DEADLINE: sum(not c.due_at for c in cases),
            Mark.NO_CONTACT_TIME: sum(not c.first_contact_at for c in cases),
        },
    }  # fmt: skip


def minutes(cases: Sequence[CaseFacts], start: str, end: str) -> list[int]:
    pairs = [(getattr(c, start), getattr(c, end)) for c in cases]
    return [int((b - a).total_seconds() // 60) for a, b in pairs if a and b and b >= a]


def middle(found: Sequence[int]) -> float | None:
    return median_low(found) / 60 if found else None


def grouped(cases: Sequence[CaseFacts]) -> int:
    places: dict[tuple[str, str, date], list[str]] = {}
    for c in cases:
        if c.community and c.topic_3 and c.caller_hash and c.at:
            place = (c.community, c.topic_3, c.at.astimezone(BEIJING).date())
            places.setdefault(place, []).append(c.caller_hash)
    return sum(len(callers) for callers in places.values() if len(set(callers)) >= 3)


def rate(said: Sequence[RevisitAnswer | None], weight: float, rules: RateRules) -> float | None:
    asked = [
        one for one in said
        if one and (rules.count_not_reached or one is not RevisitAnswer.NOT_REACHED)
    ]  # fmt: skip
    worth = {RevisitAnswer.YES: 1.0, RevisitAnswer.MOSTLY: weight}
    return share(sum(worth.get(one, 0.0) for one in asked), len(asked))


def share(part: float, whole: int) -> float | None:
    return round(part / whole, 12) if whole else None


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 12)


def test_a_unit_renamed_in_the_middle_is_counted_as_one_and_said(store: Store) -> None:
    with store.session() as s:
        s.execute(delete(Case))
        s.execute(update(Unit).values(active=False))
        new = people.add_unit(s, "新名社区", UnitKind.COMMUNITY)
        s.execute(
            update(Unit).where(Unit.id == new.id).values(former_names="旧名社区", population=5000)
        )
    first = month("2026-05").start
    fill(store, [
        {"received_at": first, "handling_unit": name, "community": name}
        for name in ("旧名社区", "旧名社区", "新名社区")
    ])  # fmt: skip
    found = counted(store, month("2026-05"), RateRules())
    assert [(one.unit, one.total) for one in found.by_unit] == [("新名社区", 3)]
    assert [(one.name, one.count, one.per_10_000) for one in found.by_community] == [
        ("新名社区", 3, 6.0)
    ]
    assert found.renamed == (("旧名社区", "新名社区"),)
    assert found.per_10_000 == 6.0


def test_months_cycles_and_comparisons_wrap_round_the_year() -> None:
    assert before(month("2026-01")).first == date(2025, 12, 1)
    assert year_ago(month("2024-02")) == Span(date(2023, 2, 1), date(2023, 3, 1), "2023年02月")
    assert year_ago(month("2025-02")).after == date(2024, 3, 1)
    assert cycle(date(2026, 1, 5), start_day=19).first == date(2025, 12, 19)
    assert cycle(date(2026, 1, 19), start_day=19).after == date(2026, 2, 19)
    assert cycle(date(2026, 2, 28), start_day=31).first == date(2026, 2, 28)
    assert cycle(date(2024, 3, 1), start_day=30).first == date(2024, 2, 29)
    one_day = Span(date(2024, 2, 29), date(2024, 3, 1))
    assert year_ago(one_day) == Span(date(2023, 2, 28), date(2023, 3, 1), "去年同期")


def test_the_cycle_before_a_cycle_is_a_whole_cycle_and_so_is_that_of_the_year_before() -> None:
    may = cycle_named("2026-05", start_day=19)
    assert (may.first, may.after) == (date(2026, 4, 19), date(2026, 5, 19))
    march = cycle_named("2026-03", start_day=19)
    assert before(march) == cycle_named("2026-02", start_day=19)
    assert before(march).days == 31 and march.days == 28
    assert before(cycle_named("2026-01", start_day=19)) == cycle_named("2025-12", start_day=19)
    assert year_ago(may) == cycle_named("2025-05", start_day=19)
    assert cycle_named("2026-05", start_day=1).first == date(2026, 5, 1)


def test_every_day_belongs_to_exactly_one_cycle() -> None:
    for start_day in (1, 19, 29, 31):
        day, seen = date(2023, 1, 1), None
        while day < date(2025, 3, 1):
            span = cycle(day, start_day=start_day)
            assert span.first <= day < span.after
            if seen is not None and span != seen:
                assert span.first == seen.after
                assert (before(span).first, before(span).after) == (seen.first, seen.after)
            day, seen = day + timedelta(days=1), span
