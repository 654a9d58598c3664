"""Pivots and the cases behind them against counting by hand, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from casedb import people
from casedb.models import Case, Unit
from casedb.rules.rate_rules import RateRules
from casedb.store import Store
from casedb.tally.dimensions import WEEKDAYS, Dimension
from casedb.tally.facts import CaseFacts, facts
from casedb.tally.marks import Mark
from casedb.tally.measures import BY_NAME, COUNT
from casedb.tally.opening import opened, opened_groups
from casedb.tally.pivot import Scope, pivot
from casedb.tally.spans import Span, month
from casedb.tally.words import Meaning
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, UnitKind
from tests.casedb.kept import store_of

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 3, tzinfo=UTC)
RULES = RateRules()
SPANS = (
    month("2026-05"),
    Span(date(2026, 3, 9), date(2026, 6, 2)),
    Span(date(2026, 4, 20), date(2026, 5, 10)),
)
YES, MOSTLY, NO = RevisitAnswer.YES, RevisitAnswer.MOSTLY, RevisitAnswer.NO


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    chance = Random(4)
    with store_of(request.param, tmp_path_factory.mktemp("pivot")) as kept:
        with kept.session() as s:
            unit = people.add_unit(s, "甲一社区", UnitKind.COMMUNITY)
            s.execute(update(Unit).where(Unit.id == unit.id).values(former_names="老甲社区"))
            s.execute(insert(Case), [invented(chance, number) for number in range(400)])
        yield kept


def invented(chance: Random, number: int) -> dict[str, object]:
    at = datetime(2026, 3, 1, 16, tzinfo=UTC) + timedelta(hours=chance.randrange(100 * 24))
    return {
        "order_no": f"N{number}", "recorded_at": at, "received_at": chance.choice([at, at, None]),
        "dispatched_at": at, "title": chance.choice(["楼上漏水", "噪声扰民", "其他"]),
        "kind": chance.choice([AppealKind.HELP, AppealKind.COMPLAINT]),
        "source": chance.choice(["", "电话", "网络"]),
        "topic_1": chance.choice(["", "噪声与环境", "交通管理"]),
        "topic_2": chance.choice(["", "施工噪声", "停车"]),
        "community": chance.choice(["", "甲一社区", "老甲社区", "乙一社区"]),
        "handling_unit": chance.choice(["", "甲一社区", "老甲社区", "平安建设办公室"]),
        "stage": chance.choice(list(CaseStage)),
        "due_at": at + timedelta(days=7),
        "closed_at": chance.choice([None, at + timedelta(days=chance.randrange(1, 12))]),
        "satisfied": chance.choice([None, *RevisitAnswer]),
        "repeat_of": chance.choice(["", "", "N0"]), "caller_hash": chance.choice("abcdefgh"),
        "topic_3": chance.choice(["", "广场舞"]),
    }  # fmt: skip


def today(name: str) -> str:
    return "甲一社区" if name == "老甲社区" else name or "未注明"


def local(case: CaseFacts) -> datetime:
    assert case.at is not None
    return case.at.astimezone(BEIJING)


VALUE: dict[Dimension, Callable[[CaseFacts], str]] = {
    Dimension.KIND: lambda c: str(c.kind),
    Dimension.SOURCE: lambda c: c.source or "未注明",
    Dimension.TOPIC: lambda c: c.topic_1 or "未注明",
    Dimension.COMMUNITY: lambda c: today(c.community),
    Dimension.UNIT: lambda c: today(c.unit),
    Dimension.STAGE: lambda c: str(c.stage),
    Dimension.QUARTER: lambda c: f"{local(c).year} 年 {(local(c).month - 1) // 3 + 1} 季度",
    Dimension.WEEK: lambda c: f"{local(c).date() - timedelta(days=local(c).weekday())} 起",
    Dimension.MONTH: lambda c: f"{local(c):%Y-%m}",
    Dimension.DAY: lambda c: f"{local(c):%Y-%m-%d}",
    Dimension.WEEKDAY: lambda c: WEEKDAYS[local(c).weekday()],
    Dimension.HOUR: lambda c: f"{local(c).hour:02d} 时",
}


def cases_of(store: Store, span: Span) -> Sequence[CaseFacts]:
    with store.reading() as s:
        return list(facts(s, span))


@pytest.mark.parametrize("rows", list(VALUE))
def test_every_row_counts_its_cases_and_opens_to_them(store: Store, rows: Dimension) -> None:
    for span in SPANS:
        counts_and_opens(store, span, rows)


def counts_and_opens(store: Store, span: Span, rows: Dimension) -> None:
    by_hand: dict[str, list[str]] = {}
    for case in cases_of(store, span):
        by_hand.setdefault(VALUE[rows](case), []).append(case.order_no)
    with store.reading() as s:
        table = pivot(s, span, rows=rows)
        assert {cell.row: cell.count for cell in table.cells} == {
            name: len(orders) for name, orders in by_hand.items()
        }
        for row in list(by_hand)[:1]:
            behind = opened(s, span, places=((rows, row),), now=NOW, limit=1000)
            assert sorted(one.order_no for one in behind.cases) == sorted(by_hand[row])
            assert behind.total == len(by_hand[row])


def test_two_dimensions_make_a_table(store: Store) -> None:
    span = SPANS[1]
    with store.reading() as s:
        table = pivot(s, span, rows=Dimension.MONTH, columns=Dimension.HOUR)
        other = pivot(s, span, rows=Dimension.COMMUNITY, columns=Dimension.MONTH)
    cases = cases_of(store, span)
    for cell in table.cells:
        assert cell.count == sum(
            (f"{local(c):%Y-%m}", f"{local(c).hour:02d} 时") == (cell.row, cell.column)
            for c in cases
        )
    assert other.total == len(cases)
    assert {cell.column for cell in other.cells} == {"2026-03", "2026-04", "2026-05", "2026-06"}


def test_mean_times_are_those_of_the_cases_one_by_one(store: Store) -> None:
    span, measure = SPANS[1], BY_NAME["平均办结用时"]
    with store.reading() as s:
        table = pivot(s, span, rows=Dimension.UNIT, measure=measure, rules=RULES, now=NOW)
        behind = opened(s, span, measure=measure, rules=RULES, now=NOW, limit=1000)
        still = pivot(s, span, rows=None, measure=BY_NAME["未办结数"], rules=RULES, now=NOW)
    hours: dict[str, list[float]] = {}
    cases = cases_of(store, span)
    for case in cases:
        if case.closed_at and case.dispatched_at and case.closed_at >= case.dispatched_at:
            took = (case.closed_at - case.dispatched_at).total_seconds() / 3600
            hours.setdefault(today(case.unit), []).append(took)
    found = {cell.row: (cell.part, cell.whole) for cell in table.cells if cell.whole}
    assert {name: number for name, (_, number) in found.items()} == {
        name: len(took) for name, took in hours.items()
    }
    assert all(found[name][0] == pytest.approx(sum(took)) for name, took in hours.items())
    assert behind.total == sum(map(len, hours.values()))
    assert still.total == sum(case.closed_at is None for case in cases)


def test_two_values_of_one_kind_mean_either_and_different_kinds_mean_both(store: Store) -> None:
    cases = cases_of(store, SPANS[0])
    with store.reading() as s:
        either = pivot(s, SPANS[0], rows=None, scope=Scope(("电话", "网络")))
        both = pivot(s, SPANS[0], rows=None, scope=Scope(("电话", "平安建设办公室")))
        behind = opened(s, SPANS[0], scope=Scope(("电话", "网络")), now=NOW)
    assert either.total == behind.total == sum(c.source in ("电话", "网络") for c in cases)
    assert both.total == sum(c.source == "电话" and c.unit == "平安建设办公室" for c in cases)


@pytest.mark.parametrize("name", ["逾期数", "办结率", "按时办结率", "重复率", "满意率", "不满意"])
def test_measures_are_those_of_the_reports(store: Store, name: str) -> None:
    span, measure = SPANS[0], BY_NAME[name]
    with store.reading() as s:
        table = pivot(s, span, rows=Dimension.UNIT, measure=measure, rules=RULES, now=NOW)
        behind = opened(
            s, span, places=((Dimension.UNIT, "甲一社区"),), measure=measure, rules=RULES, now=NOW,
            limit=1000,
        )  # fmt: skip
    own = [c for c in cases_of(store, span) if today(c.unit) == "甲一社区"]
    late = [c for c in own if c.due_at and (c.closed_at or NOW) > c.due_at]
    closed = [c for c in own if c.closed_at]
    answered = [c for c in own if c.satisfied in (YES, MOSTLY, NO)]
    good = sum(1.0 if c.satisfied is YES else 0.6 * (c.satisfied is MOSTLY) for c in answered)
    repeats = [c for c in own if c.repeat_of]
    wanted = {
        "逾期数": (len(late), len(own), late),
        "办结率": (len(closed), len(own), [c for c in own if not c.closed_at]),
        "按时办结率": (sum(c not in late for c in closed), len(closed), [c for c in closed if c in late]),
        "重复率": (len(repeats), len(own), repeats),
        "满意率": (good, len(answered), [c for c in answered if c.satisfied is not YES]),
        "不满意": (sum(c.satisfied is NO for c in own), len(own), [c for c in own if c.satisfied is NO]),
    }[name]  # fmt: skip
    cell = next(one for one in table.cells if one.row == "甲一社区")
    assert (round(cell.part, 9), cell.whole) == (round(wanted[0], 9), wanted[1])
    assert sorted(one.order_no for one in behind.cases) == sorted(c.order_no for c in wanted[2])


@pytest.mark.parametrize(("word", "meaning", "holds"), [
    ("噪声", Meaning.TOPIC, lambda c: "噪声" in c.topic_1 + c.topic_2),
    ("噪音", Meaning.TOPIC, lambda c: "噪声" in c.topic_1 + c.topic_2),
    ("甲一社区", Meaning.COMMUNITY, lambda c: today(c.community) == "甲一社区"),
    ("老甲社区", Meaning.COMMUNITY, lambda c: today(c.community) == "甲一社区"),
    ("平安建设", Meaning.UNIT, lambda c: c.unit == "平安建设办公室"),
    ("投诉", Meaning.KIND, lambda c: c.kind is AppealKind.COMPLAINT),
    ("网络", Meaning.SOURCE, lambda c: c.source == "网络"),
])  # fmt: skip
def test_a_word_means_what_the_records_know_it_as(
    store: Store, word: str, meaning: Meaning, holds: Callable[[CaseFacts], bool]
) -> None:
    for span in SPANS:
        with store.reading() as s:
            table = pivot(s, span, rows=None, scope=Scope((word,)))
        assert [one.meaning for one in table.filters] == [meaning]
        assert table.total == sum(map(holds, cases_of(store, span)))


def test_an_unknown_word_is_searched_in_the_titles(store: Store) -> None:
    with store.reading() as s:
        table = pivot(s, SPANS[1], rows=Dimension.KIND, scope=Scope(("楼上",)))
        found = opened(s, SPANS[1], scope=Scope(("楼上",)), now=NOW, limit=1000)
    assert table.filters[0].meaning is Meaning.TITLE
    assert table.total == found.total > 0
    assert {one.title for one in found.cases} == {"楼上漏水"}


def test_only_the_units_one_may_see_are_counted_under_any_of_their_names(store: Store) -> None:
    own = [c for c in cases_of(store, SPANS[0]) if today(c.unit) == "甲一社区"]
    with store.reading() as s:
        scope = Scope(units=("甲一社区",))
        assert pivot(s, SPANS[0], rows=Dimension.KIND, scope=scope).total == len(own)
        assert opened(s, SPANS[0], scope=scope, now=NOW).total == len(own)
        assert pivot(s, SPANS[0], rows=None, scope=Scope(units=())).total == 0


def test_group_appeals_open_to_their_cases(store: Store) -> None:
    cases = [c for c in cases_of(store, SPANS[1]) if c.community and c.topic_3]
    places: dict[tuple[str, date], list[CaseFacts]] = {}
    for case in cases:
        places.setdefault((case.community, local(case).date()), []).append(case)
    wanted = [
        c for group in places.values() if len({c.caller_hash for c in group}) >= 3 for c in group
    ]
    with store.reading() as s:
        found = opened_groups(s, SPANS[1], limit=1000)
    assert sorted(one.order_no for one in found.cases) == sorted(c.order_no for c in wanted)
    assert found.total == len(wanted)


def test_a_measure_that_needs_the_hour_refuses_to_guess_it(store: Store) -> None:
    assert COUNT.mark is Mark.TOTAL
    with store.reading() as s, pytest.raises(ValueError, match="now"):
        pivot(s, SPANS[0], rows=None, measure=BY_NAME["逾期数"])
