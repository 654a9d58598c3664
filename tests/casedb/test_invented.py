"""Invented cases: life-like in volume, season, rates and repeats; marked everywhere; the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from casedb.errors import CasedbError
from casedb.invented import MARK, Months, fill
from casedb.models import Case
from casedb.rules.rate_rules import RateRules
from casedb.store import Store
from casedb.tally.counts import Tally, count
from casedb.tally.marks import Mark
from casedb.tally.spans import month
from tests.casedb.kept import SECRET

NOW = datetime(2026, 6, 10, tzinfo=UTC)
YEAR = [f"2025-{number:02d}" for number in range(6, 13)] + [f"2026-{n:02d}" for n in range(1, 6)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = filled(tmp_path_factory.mktemp("invented"), seed=7)
    yield opened
    opened.close()


def filled(folder: Path, *, seed: int, months: int = 12, each: int = 300) -> Store:
    opened = Store.open(f"sqlite:///{folder}/z.db", secret_key=SECRET)
    with opened.session() as s:
        fill(s, Months(months, each, seed), now=NOW)
    return opened


def tallies(store: Store) -> list[Tally]:
    with store.reading() as s:
        return [count(s, month(one), RateRules(), now=NOW) for one in YEAR]


def test_volume_season_rates_and_repeats_are_those_of_a_real_street(store: Store) -> None:
    months = tallies(store)
    total = sum(one.of(Mark.TOTAL) for one in months)
    assert abs(total / 12 - 300) < 30
    heating = {
        name: next((t.count for t in one.topics_2 if t.name == "供热"), 0)
        for name, one in zip(YEAR, months, strict=True)
    }
    rain = {
        name: next((t.count for t in one.topics_2 if t.name == "房屋漏雨"), 0)
        for name, one in zip(YEAR, months, strict=True)
    }
    assert heating["2025-11"] > 5 * max(1, heating["2025-09"])
    assert rain["2025-07"] > 1.5 * max(1, rain["2026-03"])
    answers = [
        sum(getattr(one.answers[2], name) for one in months) for name in ("yes", "mostly", "no")
    ]
    satisfied = (answers[0] + 0.6 * answers[1]) / sum(answers)
    assert 0.955 < satisfied < 0.99
    on_time = sum(one.of(Mark.ON_TIME) for one in months) / sum(
        one.of(Mark.TIMED) for one in months
    )
    assert 0.93 < on_time < 0.99
    assert 0.03 < sum(one.of(Mark.REPEATS) for one in months) / total < 0.09
    assert all(one.of(Mark.INVENTED) == one.of(Mark.TOTAL) for one in months)


def test_every_text_says_that_it_is_invented(store: Store) -> None:
    with store.reading() as s:
        rows = s.execute(select(Case.order_no, Case.appeal, Case.reply, Case.remark)).all()
    assert all(row.order_no.startswith("XG") and row.remark == MARK for row in rows)
    assert all(MARK in row.appeal and (not row.reply or MARK in row.reply) for row in rows)
    assert len({row.appeal for row in rows}) > 0.8 * len(rows)


def test_times_follow_each_other_and_nothing_happens_after_now(store: Store) -> None:
    with store.reading() as s:
        for case in s.scalars(select(Case)):
            assert case.received_at < case.dispatched_at < case.due_at
            assert case.closed_at is None or case.dispatched_at <= case.closed_at <= NOW
            assert case.handling_unit_id is not None


def test_who_calls_again_calls_about_the_same_thing_and_place(store: Store) -> None:
    with store.reading() as s:
        by_number = {case.order_no: case for case in s.scalars(select(Case))}
    again = [case for case in by_number.values() if case.repeat_of]
    for case in again:
        before = by_number[case.repeat_of]
        for name in ("caller_hash", "topic_3", "community", "address_masked", "handling_unit"):
            assert getattr(case, name) == getattr(before, name)
        assert "再次来电" in case.appeal and case.received_at >= before.received_at
    assert max(Counter(case.repeat_of for case in again).values()) < 12


def test_the_same_seed_makes_the_same_cases_and_another_others(
    store: Store, tmp_path: Path
) -> None:
    def numbers(opened: Store) -> list[tuple[str, str, str]]:
        with opened.reading() as s:
            return [tuple(row) for row in s.execute(select(Case.order_no, Case.title, Case.appeal))]

    (tmp_path / "same").mkdir()
    (tmp_path / "other").mkdir()
    same, other = filled(tmp_path / "same", seed=7), filled(tmp_path / "other", seed=8)
    assert numbers(same) == numbers(store) != numbers(other)
    same.close()
    other.close()


@pytest.mark.parametrize("wanted", [Months(0, 10, 1), Months(12, 0, 1), Months(999, 10, 1)])
def test_amounts_that_make_no_sense_are_refused(tmp_path: Path, wanted: Months) -> None:
    opened = Store.open(f"sqlite:///{tmp_path}/z.db", secret_key=SECRET)
    with pytest.raises(CasedbError), opened.session() as s:
        fill(s, wanted, now=NOW)
    opened.close()


def test_a_second_helping_is_refused_and_leaves_the_first_alone(store: Store) -> None:
    with pytest.raises(CasedbError, match="已经有"), store.session() as s:
        fill(s, Months(1, 10, 1), now=NOW)
