"""The details sheet: odd headings, percentages as text, merged cells, titles; imported twice; unmatched rows kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from casedb import audit
from casedb.assessment import points
from casedb.assessment.causes import load_causes, propose
from casedb.assessment.details import is_details, month_named, title_facts
from casedb.assessment.intake import Office as Rules
from casedb.assessment.intake import import_details
from casedb.assessment.profiles import load_details_profiles
from casedb.assessment.records import DetailsResult
from casedb.assessment.scores import kept, points_of, rates_in
from casedb.assessment.states import Rate
from casedb.errors import CasedbError, Refused
from casedb.intake.cells import Unreadable
from casedb.intake.sheetfile import read_tables
from casedb.models import AssessmentCycle, LostPoint, Obligation, Unit
from casedb.rules.rate_rules import RateRules, load_rate_rules
from casedb.vocabulary import RevisitAnswer
from tests.casedb.office import CALENDAR, ROOT, RULES, Office, at, open_office
from tests.fakes.postgres import database

RULES_DIR = ROOT / "knowledge" / "rules"
PROFILES = load_details_profiles(RULES_DIR / "profiles" / "assessment")
RATES = load_rate_rules(RULES_DIR)
CAUSES = load_causes(RULES_DIR, date(2026, 6, 2))
BY = Rules(PROFILES, RATES, CAUSES, RULES, CALENDAR)
NOW = at("2026-06-02 10:00")  # Tuesday
HEADINGS = ("工单编号", "承办单位", "是否响应", "是否解决", "是否满意", "失分原因")


@pytest.fixture(params=["sqlite", "postgres"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    if request.param == "sqlite":
        made = open_office(f"sqlite:///{tmp_path / 'a.db'}")
        yield made
        made.store.close()
        return
    with database() as url:
        made = open_office(url)
        yield made
        made.store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = open_office(f"sqlite:///{tmp_path / 'b.db'}")
    yield made
    made.store.close()


def book(path: Path, rows: list[tuple[Any, ...]], *, merged: tuple[str, ...] = ()) -> Path:
    made = Workbook()
    page = made.active
    assert page is not None
    for row in rows:
        page.append(row)
    for cells in merged:
        page.merge_cells(cells)
    made.save(path)
    return path


def some_cases(office: Office, *orders: str, **more: object) -> None:
    with office.store.session() as s:
        for order in orders:
            office.case(
                s, order, due="2026-05-20 18:00", dispatched="2026-05-13 08:00",
                now=at("2026-05-13 08:00"), **more,
            )  # fmt: skip


def take(office: Office, path: Path, **how: Any) -> DetailsResult:
    with office.store.session() as s:
        return import_details(
            s, path, how.pop("name", path.name), office=BY, actor=how.pop("actor", "import"),
            now=how.pop("now", NOW), **({"cycle": "2026-05"} | how),
        )  # fmt: skip


def test_lost_points_are_tied_to_case_rate_unit_and_a_proposed_cause(
    office: Office, tmp_path: Path
) -> None:
    some_cases(office, "GD202605130001", "GD202605130002")
    path = book(
        tmp_path / "考核明细.xlsx",
        [
            ("2026年5月考核明细",),
            HEADINGS,
            ("GD202605130001", "甲一社区", "是", "否", "不满意", "超期办结"),
            ("GD202605130002", "甲一社区", "是", "是", "基本满意", ""),
            ("GD202605139999", "甲一社区", "否", "是", "是", "诉求人称无人联系"),
            ("GD202605130003", "甲一社区", "是", "是", "是", ""),
        ],
    )
    told = take(office, path)
    assert (told.rows, told.lost, told.created) == (4, 4, 4)
    assert len(told.unmatched) == 1 and "GD202605139999" in told.unmatched[0]
    with office.store.reading() as s:
        cycle = points.cycle_named(s, "2026-05")
        found = points.lost_points(s, cycle.id)
    assert {(one.order_no[-4:], one.rate, round(one.lost, 2)) for one in found} == {
        ("0001", Rate.RESOLUTION, 1.0),
        ("0001", Rate.SATISFACTION, 1.0),
        ("0002", Rate.SATISFACTION, 0.4),
        ("9999", Rate.RESPONSE, 1.0),
    }
    first = found[0]
    assert first.case is not None and first.unit == "甲一社区"
    assert first.proposed == "overdue" and "超期" in first.proposed_why and first.cause == ""
    assert next(one for one in found if one.order_no.endswith("9999")).case is None
    rates = {one.rate: (one.asked, round(one.kept, 2)) for one in cycle.rates}
    assert rates == {
        Rate.RESPONSE: (4, 3), Rate.RESOLUTION: (4, 3), Rate.SATISFACTION: (4, 2.6),
    }  # fmt: skip


def test_importing_twice_changes_nothing(office: Office, tmp_path: Path) -> None:
    some_cases(office, "GD202605130001")
    path = book(tmp_path / "明细.xlsx", [HEADINGS, ("GD202605130001", "", "否", "否", "否", "")])
    first = take(office, path)
    with office.store.reading() as s:
        before = [one.hash for one in audit.latest(s)]
    again = take(office, path, now=NOW + timedelta(days=1))
    assert (first.created, again.created, again.updated, again.unchanged) == (3, 0, 0, 3)
    assert again.due_at == first.due_at
    with office.store.reading() as s:
        assert [one.hash for one in audit.latest(s)] == before
        assert s.query(AssessmentCycle).count() == 1
        assert s.query(Obligation).filter(Obligation.kind == "retrospective").count() == 1


def test_a_case_that_comes_later_is_found_then(desk: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "明细.xlsx", [HEADINGS, ("GD202605130007", "", "是", "否", "是", "")])
    assert take(desk, path).unmatched
    some_cases(desk, "GD202605130007")
    with desk.store.reading() as s:
        found = points.lost_points(s, points.cycle_named(s, "").id)
    assert found[0].case is not None and found[0].unit == "甲一社区"


def test_other_headings_percentages_merged_cells_titles_and_totals_are_understood(
    desk: Office, tmp_path: Path
) -> None:
    some_cases(desk, "GD202605130001", "GD202605130002")
    path = book(
        tmp_path / "某街道5月.xlsx",
        [
            ("某街道2026年5月接诉即办考核明细（2026年4月19日—2026年5月18日）", *[""] * 6),
            ("下发日期：2026年6月1日", *[""] * 6),
            ("序号", "受理编号", "主责单位", "三率情况", "", "", "失分原因"),
            ("", "", "", "响应率", "解决率", "满意率", ""),
            (1, "GD202605130001", "甲一社区", "100％", "0%", "60 %", "现场未解决"),
            (2, "GD202605130002", "", 1, 1, 0.6, ""),
            ("合计", "", "", "100%", "50%", "60%", ""),
            ("注：本表由专班填报", *[""] * 6),
        ],
        merged=("A1:G1", "A2:G2", "A3:A4", "B3:B4", "C3:C4", "D3:F3", "G3:G4", "C5:C6"),
    )
    told = take(desk, path, cycle="")
    assert not told.errors, told.errors
    assert (told.rows, told.lost, told.unmatched) == (2, 3, ())
    with desk.store.reading() as s:
        cycle = points.cycle_named(s, "2026年5月")
        found = points.lost_points(s, cycle.id)
    assert (cycle.first_on, cycle.after_on) == (date(2026, 4, 19), date(2026, 5, 19))
    assert cycle.issued_on == date(2026, 6, 1)
    assert {(one.order_no[-1], one.rate, round(one.lost, 2)) for one in found} == {
        ("1", Rate.RESOLUTION, 1.0), ("1", Rate.SATISFACTION, 0.4), ("2", Rate.SATISFACTION, 0.4),
    }  # fmt: skip
    assert {one.unit for one in found} == {"甲一社区"}


def test_headings_nobody_wrote_down_are_read_where_only_one_column_fits(
    desk: Office, tmp_path: Path
) -> None:
    some_cases(desk, "GD202605130001", "GD202605130002")
    path = book(
        tmp_path / "2026年5月考核明细.xlsx",
        [
            ("序号", "热线工单号码", "责任科室名称", "解决比例", "满意得分率", "扣分分值", "存在问题"),
            (1, "GD202605130001", "甲一社区", "98.5%", "百分之九十八点五", "", "答复含糊"),
            (2, "GD202605130002", "甲一社区", 0.985, "百分之百", "2分", ""),
            (None, None, None, None, None, "2分", None),
        ],
    )  # fmt: skip
    told = take(desk, path, cycle="")
    assert not told.errors, told.errors
    assert (told.rows, told.lost, told.unmatched) == (2, 3, ())
    assert any("像是合计" in one for one in told.warnings)
    with desk.store.reading() as s:
        found = points.lost_points(s, points.cycle_named(s, "2026年5月").id)
    assert {round(one.lost, 4) for one in found} == {0.015}
    assert {one.unit for one in found} == {"甲一社区"}


def test_a_likely_heading_is_not_taken_where_two_columns_may_be_meant(tmp_path: Path) -> None:
    two = book(
        tmp_path / "a.xlsx", [("工单编号", "解决甲", "解决乙", "单位"), ("GD1", "否", "是", "甲")]
    )
    assert not is_details(read_tables(two, "考核明细.xlsx"), "考核明细.xlsx", PROFILES)
    cases = book(
        tmp_path / "工单.xlsx", [("工单编号", "标题", "退单原因", "解决时间"), ("GD1",) * 4]
    )
    assert not is_details(read_tables(cases, "工单.xlsx"), "工单.xlsx", PROFILES)


@given(st.integers(1, 99), st.integers(0, 9))
def test_a_percentage_in_words_means_what_it_says(whole: int, tenth: int) -> None:
    signs = "零一二三四五六七八九"
    tens, ones = divmod(whole, 10)
    words = (
        (signs[tens] if tens > 1 else "") + ("十" if tens else "") + (signs[ones] if ones else "")
    )
    said = f"百分之{words}" + (f"点{signs[tenth]}" if tenth else "")
    share = kept(said, Rate.RESOLUTION, RATES).share
    assert share == pytest.approx((whole + tenth / 10) / 100)
    assert kept(f"百分之{whole}.{tenth}", Rate.RESOLUTION, RATES).share == pytest.approx(share)
    assert kept("百分之百", Rate.RESOLUTION, RATES).share == 1


def test_a_sheet_of_items_and_points_with_tails_is_understood(desk: Office, tmp_path: Path) -> None:
    some_cases(desk, "GD202605130001", "GD202605130002")
    path = book(
        tmp_path / "2026-05失分.xlsx",
        [
            ("工单尾号", "扣分项", "扣分", "失分环节"),
            ("130001", "解决率、满意率", "-1.0分", "办理"),
            ("0002", "", 0.5, ""),
            ("", "响应率", 0.5, ""),
        ],
    )
    told = take(desk, path, cycle="")
    assert (told.rows, told.lost) == (3, 4)
    assert len(told.unmatched) == 1 and "没有编号" in told.unmatched[0]
    with desk.store.reading() as s:
        found = points.lost_points(s, points.cycle_named(s, "").id)
    assert {(one.order_no, one.rate, one.points) for one in found} == {
        ("GD202605130001", Rate.RESOLUTION, 0.5), ("GD202605130001", Rate.SATISFACTION, 0.5),
        ("GD202605130002", Rate.UNKNOWN, 0.5), ("", Rate.RESPONSE, 0.5),
    }  # fmt: skip
    assert found[0].node == "办理"


def test_a_tail_that_fits_two_cases_is_left_unmatched_and_said(
    desk: Office, tmp_path: Path
) -> None:
    some_cases(desk, "GD2026051300011", "GD2026051310011")
    path = book(tmp_path / "a.xlsx", [("尾号", "失分项"), ("0011", "解决率")])
    told = take(desk, path)
    assert len(told.unmatched) == 1 and any("2 件" in one for one in told.warnings)


def test_a_unit_that_was_renamed_counts_as_one(desk: Office, tmp_path: Path) -> None:
    some_cases(desk, "GD202605130001", "GD202605130002")
    with desk.store.session() as s:
        row = s.get_one(Unit, desk.unit.id)
        row.name, row.former_names = "甲壹新区社区", "甲一社区"
    path = book(
        tmp_path / "a.xlsx",
        [
            ("工单编号", "承办单位", "失分项"),
            ("GD202605130001", "甲一社区", "解决率"),
            ("GD202605130002", "甲壹新区社区", "解决率"),
        ],
    )
    take(desk, path)
    with desk.store.reading() as s:
        found = points.lost_points(s, points.cycle_named(s, "").id)
    assert [one.unit for one in found] == ["甲壹新区社区", "甲壹新区社区"]


@pytest.mark.parametrize(
    ("rows", "cycle", "said"),
    [
        ([("姓名", "电话"), ("甲", "1")], "2026-05", "找不到考核明细的表头"),
        ([HEADINGS], "2026-05", "表头下面没有工单"),
        ([HEADINGS, ("GD1", "", "否", "", "", "")], "", "看不出这张考核明细是哪个考核周期"),
        ([HEADINGS, ("GD1", "", "否", "", "", "")], "五月份", "看不出“五月份”是哪几天"),
        ([HEADINGS, ("GD1", "", "否", "", "", "")], "2026-07", "还没有到"),
        ([("2026年3月1日至3月31日考核明细",), HEADINGS, ("GD1", "", "否", "", "", "")],
         "2026-05", "表头写的却是"),
        ([("下发日期：2026年6月9日",), HEADINGS, ("GD1", "", "否", "", "", "")],
         "2026-05", "下发日期 2026-06-09 还没有到"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_clear_sentence_and_nothing_is_written(
    desk: Office, tmp_path: Path, rows: list[tuple[Any, ...]], cycle: str, said: str
) -> None:
    path = book(tmp_path / "表.xlsx", rows)
    with pytest.raises(CasedbError, match=said):
        take(desk, path, cycle=cycle)
    with desk.store.reading() as s:
        assert s.query(AssessmentCycle).count() == 0
        assert s.query(LostPoint).count() == 0


def test_one_unreadable_cell_stores_nothing_and_names_the_cell(
    desk: Office, tmp_path: Path
) -> None:
    path = book(
        tmp_path / "a.xlsx",
        [HEADINGS, ("GD1", "", "否", "", "", ""), ("GD2", "", "大概", "150%", "", "")],
    )
    told = take(desk, path)
    assert [(one.row, one.column, one.text) for one in told.errors] == [
        (3, "是否响应", "大概"), (3, "是否解决", "150%"),
    ]  # fmt: skip
    with desk.store.reading() as s:
        assert s.query(AssessmentCycle).count() == 0


def test_a_dry_run_stores_nothing(desk: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [HEADINGS, ("GD1", "", "否", "", "", "")])
    assert take(desk, path, dry_run=True).created == 1
    with desk.store.reading() as s:
        assert s.query(AssessmentCycle).count() == 0


def test_excluded_rows_lose_nothing(desk: Office, tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        [
            ("工单编号", "是否解决", "失分项", "是否纳入考核"),
            ("GD1", "否", "解决率", "否"),
            ("GD2", "否", "解决率", "是"),
        ],
    )
    assert take(desk, path).lost == 1


def test_a_corrected_sheet_keeps_the_confirmed_cause(desk: Office, tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = [HEADINGS, ("GD1", "", "否", "否", "", "")]
    take(desk, book(tmp_path / "a.xlsx", rows))
    with desk.store.session() as s:
        first = points.lost_points(s, points.cycle_named(s, "").id)[0]
        points.confirm(s, first.id, "未首联", causes=CAUSES, by=desk.desk, now=NOW)
        with pytest.raises(Refused, match="专班或驻场"):
            points.confirm(s, first.id, "overdue", causes=CAUSES, by=desk.worker, now=NOW)
        with pytest.raises(CasedbError, match="没有“天气不好”"):
            points.confirm(s, first.id, "天气不好", causes=CAUSES, by=desk.desk, now=NOW)
    told = take(desk, book(tmp_path / "b.xlsx", [HEADINGS, ("GD1", "", "否", "", "", "打不通")]))
    assert (told.updated, told.unchanged) == (1, 0)
    assert any("仍然保留" in one for one in told.warnings)
    with desk.store.reading() as s:
        found = points.lost_points(s, points.cycle_named(s, "").id)
    assert found[0].cause == "no_contact" and found[0].decided_by == "钱专班"
    assert found[0].said == "打不通" and len(found) == 2


def test_an_unknown_cycle_names_those_there_are(desk: Office, tmp_path: Path) -> None:
    with desk.store.reading() as s, pytest.raises(CasedbError, match="还没有导入过考核明细"):
        points.cycle_named(s, "2026-05")
    take(desk, book(tmp_path / "a.xlsx", [HEADINGS, ("GD1", "", "否", "", "", "")]))
    with desk.store.reading() as s, pytest.raises(CasedbError, match="2026年05月考核周期"):
        points.cycle_named(s, "2026-04")


def test_a_sheet_of_cases_is_not_taken_for_details(tmp_path: Path) -> None:
    cases = book(
        tmp_path / "工单.xlsx",
        [("工单编号", "标题", "诉求内容", "是否响应", "是否解决", "是否满意"), ("GD1",) * 6],
    )
    assert not is_details(read_tables(cases, "工单.xlsx"), "工单.xlsx", PROFILES)
    assert is_details(read_tables(cases, "考核明细.xlsx"), "考核明细.xlsx", PROFILES)
    signed = book(tmp_path / "b.xlsx", [("工单编号", "失分项"), ("GD1", "解决率")])
    assert is_details(read_tables(signed, "b.xlsx"), "b.xlsx", PROFILES)


@given(st.integers(0, 100), st.sampled_from(["%", "％", " %"]))
def test_a_percentage_means_the_same_however_it_is_written(share: int, sign: str) -> None:
    said = kept(f"{share}{sign}", Rate.RESOLUTION, RATES).share
    assert said == pytest.approx(share / 100)
    assert kept(share / 100, Rate.RESOLUTION, RATES).share == pytest.approx(share / 100)
    if share > 1:
        assert kept(float(share), Rate.RESOLUTION, RATES).share == pytest.approx(share / 100)


@pytest.mark.parametrize(
    ("cell", "rate", "share"),
    [
        ("是", Rate.RESPONSE, 1), ("√", Rate.RESPONSE, 1), ("未解决", Rate.RESOLUTION, 0),
        ("基本满意", Rate.SATISFACTION, 0.6), ("基本解决", Rate.RESOLUTION, 1),
        ("未接通", Rate.SATISFACTION, None), ("", Rate.RESPONSE, None), ("—", Rate.RESPONSE, None),
        (True, Rate.RESPONSE, 1), (0, Rate.RESOLUTION, 0), ("0.6", Rate.SATISFACTION, 0.6),
    ],
)  # fmt: skip
def test_answers_are_read_by_the_weights_of_the_rules(
    cell: Any, rate: Rate, share: float | None
) -> None:
    assert kept(cell, rate, RATES).share == share


def test_who_was_not_reached_counts_where_the_rules_say_so() -> None:
    assert kept("未接通", Rate.RESPONSE, RateRules(count_not_reached=True)).share == 0


@pytest.mark.parametrize(
    "cell",
    ["可能", "120%", "百分之多少", "百分之十百", -1, datetime(2026, 5, 1, tzinfo=UTC)],
)
def test_what_is_no_answer_is_refused(cell: Any) -> None:
    with pytest.raises(Unreadable):
        kept(cell, Rate.RESPONSE, RATES)


def test_points_and_items_are_read_as_people_write_them() -> None:
    assert [points_of(one) for one in ("0.5", "-1分", 2, "", "0.5 分")] == [0.5, 1, 2, None, 0.5]
    with pytest.raises(Unreadable):
        points_of("扣一点")
    assert rates_in("未解决、不满意") == (Rate.RESOLUTION, Rate.SATISFACTION)
    assert len(rates_in("三率")) == 3 and rates_in("其他") == ()


def test_titles_tell_the_cycle() -> None:
    told = title_facts(["2026年1月通报（12月19日至1月18日）"], [], "")
    assert (told.first, told.last) == (date(2025, 12, 19), date(2026, 1, 18))
    told = title_facts([], ["2026.5"], "明细.xlsx")
    assert told.month == "2026-05" and told.first is None
    assert title_facts(["2026年2月30日至3月1日"], [], "").first is None
    assert month_named("2026年5月") == month_named("2026-05") == "2026-05"
    assert month_named("第一期") == ""


def test_causes_are_proposed_from_the_facts_of_the_case(desk: Office) -> None:
    times = {"closed_at": at("2026-05-22 10:00"), "reply": "已处理。"}
    with desk.store.session() as s:
        made = desk.case(
            s, "A1", due="2026-05-20 18:00", dispatched="2026-05-13 08:00", now=NOW, **times
        )
        silent = desk.case(
            s, "A2", due="2026-05-20 18:00", dispatched="2026-05-13 08:00", now=NOW,
            first_contact_at=None, resolved=RevisitAnswer.NO,
        )  # fmt: skip
    assert propose(Rate.RESOLUTION, "", made, CAUSES).cause == "overdue"
    assert propose(Rate.RESPONSE, "", silent, CAUSES).cause == "no_contact"
    assert propose(Rate.RESPONSE, "", made, CAUSES).cause == "entry_error"
    assert propose(Rate.SATISFACTION, "工作人员态度生硬", made, CAUSES).cause == "attitude"
    assert propose(Rate.SATISFACTION, "", None, CAUSES) == propose(Rate.RESPONSE, "", None, CAUSES)
    for rate in Rate:
        for case in (made, silent):
            told = propose(rate, "", case, CAUSES)
            assert CAUSES.get(told.cause) is not None and told.why
