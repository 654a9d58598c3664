"""The forecast: it beats the naive guess, says what it cannot know, and never looks ahead."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from casedb.errors import CasedbError
from casedb.invented import COMMUNITIES, TRADES, Months, fill
from casedb.models import Unit
from casedb.rules.seasons import load_seasons
from casedb.store import Store
from casedb.tally.by_month import PlaceCount, month_counts
from casedb.tally.facts import facts
from casedb.tally.spans import Span, month
from reports.forecast.backtest import Rolled, first_origin, guesses, score
from reports.forecast.model import (
    believed,
    candidates,
    expected_effects,
    features,
    naive,
    same_month,
)
from reports.forecast.outlook import Forecast, History, forecast
from reports.forecast.paper import foresee, sentences, tables, write

RULES = Path(__file__).resolve().parents[2] / "knowledge" / "rules"
SEASONS = load_seasons(RULES)
NOW = datetime(2026, 6, 10, tzinfo=UTC)


def months(first: str, count: int) -> tuple[Span, ...]:
    found = [month(first)]
    while len(found) < count:
        found.append(month(f"{found[-1].after:%Y-%m}"))
    return tuple(found)


def seasonal(seed: int, count: int, *, each: int = 800) -> History:
    """Counts with the seasons of the generator, drawn without writing cases."""
    chance = np.random.default_rng(seed)
    spans = months("2024-06", count) if count <= 24 else months("2023-06", count)
    counts = []
    for span in spans:
        weight = np.array([trade.in_month(span.first.month) for trade in TRADES])
        volume = each * weight.sum() / 80 * chance.uniform(0.94, 1.06)
        by_topic = chance.multinomial(round(volume), weight / weight.sum())
        row = []
        for trade, number in zip(TRADES, by_topic, strict=True):
            shares = chance.multinomial(number, np.arange(8, 0, -1) / 36)
            row += [
                PlaceCount("·".join(trade.path[:2]) + trade.path[2], place, int(one))
                for place, one in zip(COMMUNITIES, shares, strict=True)
            ]
        counts.append(tuple(row))
    return History(spans, tuple(counts))


def after(history: History) -> Span:
    return month(f"{history.months[-1].after:%Y-%m}")


def plain(values: list[int]) -> History:
    spans = months("2020-01", len(values))
    return History(spans, tuple((PlaceCount("噪声", "甲一社区", one),) for one in values))


@pytest.mark.parametrize("count", [24, 36])
def test_topics_and_places_are_foreseen_better_than_by_the_naive_guess(count: int) -> None:
    for seed in (11, 12):
        history = seasonal(seed, count)
        made = forecast(history, after(history), SEASONS)
        by_grain = {one.grain: one for one in made.scores}
        assert by_grain["主题"].mase < by_grain["主题"].mase_naive
        assert by_grain["主题"].mase < by_grain["主题"].mase_average
        assert by_grain["主题×社区"].mase < 0.9 * by_grain["主题×社区"].mase_naive
        assert 0.7 <= by_grain["主题×社区"].coverage <= 0.9


def test_volume_is_foreseen_better_than_by_the_naive_guess_over_many_histories() -> None:
    scores = []
    for seed in range(21, 25):
        history = seasonal(seed, 48)
        scores.append(forecast(history, after(history), SEASONS).scores[0])
    assert sum(one.mase for one in scores) < 0.97 * sum(one.mase_naive for one in scores)
    assert 0.7 <= sum(one.coverage for one in scores) / len(scores) <= 0.97


@given(st.integers(13, 60), st.integers(1, 12))
def test_the_mean_of_the_same_month_is_the_plain_mean_over_the_years(many: int, ahead: int) -> None:
    counts = np.random.default_rng(many).poisson(30, (2, many)).astype(float)
    target = many + ahead - 1
    seen = [counts[:, at] for at in range(many) if (target - at) % 12 == 0]
    assert np.allclose(same_month(counts, ahead=ahead), np.mean(seen, axis=0))


def test_half_is_left_to_the_years_before_until_errors_are_known() -> None:
    known = features(months("2024-01", 14), SEASONS)
    counts = np.random.default_rng(4).poisson(60, (3, 13)).astype(float)
    tried = candidates(known, counts, np.full(14, 30.0), np.zeros((3, known.shape[1])), ahead=1)
    trust = believed(13, ahead=1)
    assert len(trust) == len(tried)
    assert trust[-2:].sum() == pytest.approx(trust.sum() / 2)
    early = believed(11, ahead=1)  # the same month is not known yet
    assert early[-2:].sum() < early.sum() / 4


def test_volume_with_a_trend_is_foreseen_better_than_by_the_naive_guess() -> None:
    chance = random.Random(5)
    values = [round(200 * 1.02**at * chance.uniform(0.93, 1.07)) for at in range(40)]
    made = forecast(plain(values), months("2020-01", 41)[-1], SEASONS)
    assert made.scores[0].mase < 0.7 * made.scores[0].mase_naive


def test_heating_is_foreseen_before_it_was_ever_seen() -> None:
    """Ten months without a winter: the season's own dates and words carry the first guess."""
    spans = months("2025-01", 10)[3:]  # April to October
    counts = tuple(
        (PlaceCount("公共服务·供热", "甲一社区", 6), PlaceCount("物业管理·收费", "甲一社区", 60))
        for _ in spans
    )
    made = forecast(History(spans, counts), month("2025-11"), SEASONS)
    expected = {one.topic: one.expected for one in made.topics}
    assert expected["公共服务·供热"] > 15
    assert 50 < expected["物业管理·收费"] < 70
    assert "供暖季" in made.seasons


def test_a_forecast_never_looks_ahead() -> None:
    """What comes after an origin changes nothing of what was foreseen there."""
    known = features(months("2023-01", 31), SEASONS)
    days = np.full(31, 30.0)
    chance = np.random.default_rng(3)
    counts = chance.poisson(40, (4, 30)).astype(float)
    other = counts.copy()
    other[:, 20:] = chance.poisson(400, (4, 10))
    nothing = np.zeros((4, known.shape[1]))
    one = guesses(known, counts, days, nothing, ahead=1)
    two = guesses(known, other, days, nothing, ahead=1)
    same = 20 - first_origin(30) + 1
    assert np.allclose(one[:same], two[:same])
    assert not np.allclose(one[same:], two[same:])


def test_a_short_history_says_so_and_gives_the_naive_guess() -> None:
    made = forecast(plain([40, 50, 60]), month("2020-04"), SEASONS)
    assert made.total.expected == made.total.naive == 60
    assert made.total.low < 60 < made.total.high
    assert "不足半年" in made.fallback and made.scores == () and made.beats_naive is None


def test_less_than_a_year_is_forecast_but_says_what_it_cannot_see() -> None:
    made = forecast(plain([40, 50, 45, 60, 55, 48, 52, 50]), month("2020-09"), SEASONS)
    assert not made.fallback
    assert "8 个月" in made.short and made.scores


def test_no_history_is_a_clear_sentence() -> None:
    with pytest.raises(CasedbError, match="没有任何工单"):
        forecast(History((), ()), month("2026-06"), SEASONS)
    with pytest.raises(CasedbError, match="太远"):
        forecast(plain([40] * 12), month("2026-06"), SEASONS, ahead=13)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=30),
    st.integers(1, 12),
)
def test_whatever_the_history_the_forecast_is_a_number_within_its_interval(
    values: list[int], ahead: int
) -> None:
    spans = months("2020-01", len(values) + ahead)
    history = plain(values)
    made = forecast(history, spans[-1], SEASONS, ahead=ahead)
    for line in (made.total, *made.topics, *made.cells):
        assert 0 <= line.low <= line.expected + 1e-6
        assert line.expected <= line.high + 1e-6 and np.isfinite(line.high)
    told = sum(one.expected for one in made.topics)
    assert told == pytest.approx(made.total.expected, abs=0.02 * len(made.topics) + 0.01)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 90), min_size=6, max_size=6), min_size=2, max_size=8),
    st.integers(0, 2**32 - 1),
)
def test_scores_agree_with_a_slow_count(actual: list[list[int]], seed: int) -> None:
    chance = np.random.default_rng(seed)
    came = np.array(actual, dtype=float)
    guess = np.abs(came + chance.normal(0, 10, came.shape))
    row = np.vstack([guess, guess[-1:]])
    found = Rolled(
        guess=row, low=row - 5, high=row + 5, naive=row + 3, average=row,
        actual=came, scale=np.full(row.shape, 2.0),
    )  # fmt: skip
    told = score("主题", found)
    assert told is not None
    inside, errors, hits = 0, 0.0, 0.0
    for guessed, really in zip(guess, came, strict=True):
        for g, r in zip(guessed, really, strict=True):
            inside += abs(g - r) <= 5
            errors += abs(g - r)
        fifth = sorted(really)[-5]
        named = sorted(range(6), key=lambda at: (-guessed[at], at))[:5]
        hits += sum(really[at] >= fifth for at in named) / 5
    assert told.coverage == pytest.approx(inside / came.size)
    assert told.mase == pytest.approx(errors / came.size / 2)
    assert told.hits == pytest.approx(hits / len(came))


def test_the_naive_guess_is_the_same_month_a_year_before() -> None:
    counts = np.arange(1.0, 19.0)[None, :]
    assert naive(counts, ahead=1) == [7.0]
    assert naive(counts, ahead=3) == [9.0]
    assert naive(counts[:, :5], ahead=1) == [5.0]


def test_expected_effects_follow_the_words_of_the_topics() -> None:
    effects = expected_effects(["公共服务·供热", "停车"], SEASONS)
    names = [one.id for one in SEASONS.seasons]
    assert effects[0, names.index("heating")] == pytest.approx(np.log(6.0))
    assert not effects[1].any()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("forecast")
    opened = Store.open(f"sqlite:///{folder / 'z.db'}", secret_key="k" * 40)
    with opened.session() as s:
        fill(s, Months(count=14, cases_each=80, seed=3), now=NOW)
    return opened


def foreseen(store: Store, target: str | None = None) -> Forecast:
    with store.reading() as s:
        wanted = None if target is None else month(target)
        return foresee(s, wanted, SEASONS, now=NOW).forecast


def test_months_are_counted_as_the_single_cases_say(store: Store) -> None:
    with store.reading() as s:
        counted = {(o.topic, o.community): o.count for o in month_counts(s, month("2026-03"))}
        slow: dict[tuple[str, str], int] = {}
        for one in facts(s, month("2026-03")):
            key = (f"{one.topic_1}·{one.topic_2}", one.community)
            slow[key] = slow.get(key, 0) + 1
    assert counted == slow


def test_the_month_that_is_not_over_is_no_history(store: Store) -> None:
    made = foreseen(store)
    assert made.target.name == "2026年06月" and made.months[-1].name == "2026年05月"
    assert len(made.months) == 14
    assert foreseen(store, "2026-09").ahead == 4


def test_a_past_month_is_foreseen_from_what_was_known_then(store: Store) -> None:
    with store.reading() as s:
        found = foresee(s, month("2026-02"), SEASONS, now=NOW)
        really = sum(one.count for one in month_counts(s, month("2026-02")))
    assert found.forecast.months[-1].name == "2026年01月"
    assert found.came == really
    assert any(f"实际 {really} 件" in line for line in sentences(found))


def test_every_number_of_the_text_stands_in_a_table(store: Store, tmp_path: Path) -> None:
    import re

    with store.reading() as s:
        found = foresee(s, None, SEASONS, now=NOW)
    known = {
        number
        for table in tables(found)
        for text in (*table.headings, *(cell for row in table.rows for cell in row))
        for number in re.findall(r"\d+(?:\.\d+)?%?", text)
    }
    for line in sentences(found):
        for number in re.findall(r"\d+(?:\.\d+)?%?", line):
            assert number in known, line
    written = write(found, tmp_path, made_at=NOW)
    paper = Document(str(written.docx))
    assert len(paper.inline_shapes) == 2 and len(paper.tables) == len(tables(found))
    assert written.xlsx.stat().st_size > 4000


def test_a_community_that_was_renamed_stays_one_series(tmp_path: Path) -> None:
    opened = Store.open(f"sqlite:///{tmp_path / 'r.db'}", secret_key="k" * 40)
    with opened.session() as s:
        fill(s, Months(count=2, cases_each=40, seed=3), now=NOW)
        row = s.query(Unit).filter(Unit.name == "甲一社区").one()
        row.name, row.former_names = "甲一新社区", "甲一社区"
    with opened.reading() as s:
        places = {one.community for one in month_counts(s, month("2026-05"))}
    assert "甲一新社区" in places and "甲一社区" not in places
    opened.close()
