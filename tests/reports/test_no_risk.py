"""The risk of a "no": learned where history tells, silent where it does not, calibrated, named."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedb.cases.endings import Ending
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, SideWay
from reports.no_risk import FEWEST, FLAGS, NAMES, area_under, fitted, risk

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def ending(number: int = 1, *, no: bool = False, repeat: bool = False, late: bool = False,
           topic: str = "噪声", unit: str = "甲一社区", open_: bool = False) -> Ending:  # fmt: skip
    sent = NOW - timedelta(days=400) + timedelta(hours=number)
    answer = RevisitAnswer.NO if no else RevisitAnswer.YES
    return Ending(
        id=number, order_no=f"A{number}", title="", kind=AppealKind.HELP, topic_1=topic, topic_2="",
        community="", unit_id=1, unit=unit, stage=CaseStage.HANDLING if open_ else CaseStage.CLOSED,
        side_way=SideWay.NONE, received_at=sent, dispatched_at=sent, accepted_at=sent,
        first_contact_at=sent + timedelta(hours=30 if late else 2), due_at=sent + timedelta(days=7),
        original_due_at=sent + timedelta(days=7),
        closed_at=None if open_ else sent + timedelta(days=2),
        responded=None if open_ else answer, resolved=None if open_ else answer,
        satisfied=None if open_ else answer, repeat_of="B" if repeat else "", reply="",
    )  # fmt: skip


def history(count: int, *, base: float, repeat: float, late: float, seed: int = 5) -> list[Ending]:
    chance = random.Random(seed)
    made = []
    for number in range(count):
        again, slow = chance.random() < 0.2, chance.random() < 0.2
        share = base + repeat * again + late * slow
        made.append(ending(number, no=chance.random() < share, repeat=again, late=slow))
    return made


def test_what_history_tells_is_found_and_named() -> None:
    model = fitted(history(4000, base=0.03, repeat=0.25, late=0.1), now=NOW)
    assert model.check is not None and model.check.tells and model.check.area > 0.65
    plain = risk(model, ending(9000, open_=False), now=NOW)
    again = risk(model, ending(9001, repeat=True), now=NOW)
    assert plain.share is not None and again.share is not None
    assert plain.share < 0.06 and 0.2 < again.share < 0.36
    first = again.factors[0]
    assert first.name == "重复诉求" and first.weight > 3 and first.noes > 100
    assert {one.name for one in again.factors} <= set(NAMES)


def test_the_estimate_is_calibrated_on_cases_it_did_not_see() -> None:
    model = fitted(history(5000, base=0.03, repeat=0.25, late=0.1), now=NOW)
    unseen = history(5000, base=0.03, repeat=0.25, late=0.1, seed=6)
    shares = [risk(model, one, now=NOW).share or 0 for one in unseen]
    came = [one.has_no for one in unseen]
    assert np.mean(shares) == pytest.approx(np.mean(came), abs=0.015)
    high = [no for share, no in zip(shares, came, strict=True) if share > 0.2]
    said = [share for share in shares if share > 0.2]
    assert np.mean(high) == pytest.approx(np.mean(said), abs=0.05)


def test_history_that_tells_nothing_apart_gives_the_average_only() -> None:
    model = fitted(history(3000, base=0.05, repeat=0, late=0), now=NOW)
    told = risk(model, ending(9000, repeat=True), now=NOW)
    assert told.share is None and told.average == pytest.approx(0.05, abs=0.02)
    assert told.check is not None and not told.check.tells and told.factors == ()


@pytest.mark.parametrize(
    "said", [[], history(FEWEST - 1, base=0.3, repeat=0, late=0), [ending(n) for n in range(900)]],
    ids=["nothing", "few", "no no"],
)  # fmt: skip
def test_too_short_a_history_gives_no_number(said: list[Ending]) -> None:
    told = risk(fitted(said, now=NOW), ending(open_=True), now=NOW)
    assert told.share is None and told.check is None and told.factors == ()
    assert told.cases == len(said)


def test_unreached_complainants_are_no_history() -> None:
    missed = [ending(n)._replace(responded=RevisitAnswer.NOT_REACHED, resolved=None, satisfied=None)
              for n in range(500)]  # fmt: skip
    assert fitted(missed, now=NOW).cases == 0


def test_an_open_case_is_judged_as_it_stands_now() -> None:
    names = dict(FLAGS)
    waiting = ending(open_=True)._replace(first_contact_at=None)
    assert names["派单 24 小时后才首次联系（或还没联系）"](
        waiting, waiting.dispatched_at + timedelta(hours=25)
    )
    assert not names["派单 24 小时后才首次联系（或还没联系）"](
        waiting, waiting.dispatched_at + timedelta(hours=5)
    )
    assert names["超过办理时限"](waiting, waiting.due_at + timedelta(hours=1))
    assert not names["超过办理时限"](waiting, waiting.due_at - timedelta(hours=1))


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=30))
def test_area_under_the_curve_equals_the_slow_way(pairs: list[tuple[int, bool]]) -> None:
    shares, truth = np.array([a for a, _ in pairs], float), np.array([b for _, b in pairs], float)
    duels = [(a, b) for a, no in pairs if no for b, other in pairs if not other]
    slow = np.mean([(a > b) + (a == b) / 2 for a, b in duels]) if duels else 0.5
    assert area_under(shares, truth) == pytest.approx(slow)
