"""Figures against an independent count, and the published example that must come out to the digit."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from casedb.rules.rate_rules import RateRules
from casedb.tally.facts import CaseFacts
from casedb.tally.spans import Span, before, cycle, month, year_ago
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, SideWay
from reports.figures import Answers, figures

MAY = month("2026-05")
NOW = datetime(2026, 6, 3, tzinfo=UTC)
NUMBERS = count(1)


def case(**values: object) -> CaseFacts:
    usual: dict[str, object] = {
        "order_no": f"N{next(NUMBERS)}", "source": "电话", "kind": AppealKind.HELP,
        "topic_1": "噪声", "topic_2": "", "topic_3": "", "community": "甲一社区", "unit": "甲一社区",
        "stage": CaseStage.CLOSED, "side_way": SideWay.NONE, "received_at": MAY.start,
        "dispatched_at": MAY.start, "accepted_at": None, "first_contact_at": None,
        "due_at": None, "closed_at": None, "responded": None, "resolved": None, "satisfied": None,
        "repeat_of": "", "caller_hash": "",
    }  # fmt: skip
    return CaseFacts(**{**usual, **values})  # type: ignore[arg-type]


def test_the_published_example_of_xining_comes_out_to_the_digit() -> None:
    satisfied = Answers(yes=614, mostly=34, no=22)
    resolved = Answers(yes=663, no=7)
    assert f"{satisfied.rate(0.6, count_not_reached=False):.4f}" == "0.9469"
    assert f"{resolved.rate(1.0, count_not_reached=False):.4f}" == "0.9896"


def test_nothing_asked_is_no_rate_and_not_zero() -> None:
    assert Answers().rate(0.6, count_not_reached=True) is None
    assert figures([], MAY, RateRules(), now=NOW).on_time_rate is None


ANSWERS = st.sampled_from([None, *RevisitAnswer])
CASES = st.lists(
    st.builds(
        case,
        kind=st.sampled_from(list(AppealKind)),
        topic_1=st.sampled_from(["", "噪声", "停车"]),
        community=st.sampled_from(["", "甲一社区", "乙一社区"]),
        side_way=st.sampled_from([SideWay.NONE, SideWay.UNREASONABLE_ASKED]),
        due_at=st.sampled_from([None, NOW - timedelta(days=9), NOW + timedelta(days=1)]),
        closed_at=st.sampled_from([None, NOW - timedelta(days=10), NOW - timedelta(days=1)]),
        responded=ANSWERS,
        resolved=ANSWERS,
        satisfied=ANSWERS,
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(CASES, st.booleans(), st.booleans(), st.sampled_from([0.0, 0.6, 1.0]))
def test_one_pass_agrees_with_counting_by_hand(
    cases: list[CaseFacts], not_reached: bool, excluded: bool, weight: float
) -> None:
    rules = RateRules(
        mostly_satisfied=weight, count_not_reached=not_reached, count_excluded=excluded
    )
    counted = figures(iter(cases), MAY, rules, now=NOW)

    assert counted.total == len(cases)
    assert {one.name: one.count for one in counted.by_kind} == Counter(str(c.kind) for c in cases)
    assert {one.name: one.count for one in counted.by_topic} == Counter(
        c.topic_1 or "未注明" for c in cases
    )
    timed = [c for c in cases if c.due_at and c.closed_at]
    on_time = [c for c in timed if c.closed_at <= c.due_at]  # type: ignore[operator]
    assert counted.on_time_rate == (len(on_time) / len(timed) if timed else None)
    asked = [
        c.satisfied
        for c in cases
        if (excluded or c.side_way is SideWay.NONE)
        and c.satisfied is not None
        and (not_reached or c.satisfied is not RevisitAnswer.NOT_REACHED)
    ]
    good = sum(1 if a is RevisitAnswer.YES else weight * (a is RevisitAnswer.MOSTLY) for a in asked)
    wanted = good / len(asked) if asked else None
    assert counted.satisfaction_rate == wanted or abs(counted.satisfaction_rate - wanted) < 1e-12  # type: ignore[operator]
    assert sum(one.total for one in counted.by_unit) == len(cases)


def test_months_cycles_and_comparisons_wrap_round_the_year() -> None:
    assert before(month("2026-01")).first == date(2025, 12, 1)
    assert year_ago(month("2024-02")) == Span(date(2023, 2, 1), date(2023, 3, 1), "2023年02月")
    assert cycle(date(2026, 1, 5), start_day=19).first == date(2025, 12, 19)
    assert cycle(date(2026, 1, 19), start_day=19).after == date(2026, 2, 19)
    assert cycle(date(2026, 2, 28), start_day=31).first == date(2026, 2, 28)
    assert cycle(date(2024, 3, 1), start_day=30).first == date(2024, 2, 29)


def test_every_day_belongs_to_exactly_one_cycle() -> None:
    day, seen = date(2023, 1, 1), None
    while day < date(2025, 3, 1):
        span = cycle(day, start_day=30)
        assert span.first <= day < span.after
        assert seen is None or span == seen or span.first == seen.after
        day, seen = day + timedelta(days=1), span
