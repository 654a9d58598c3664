"""The retrospective: shares that add up, cards that are masked, last cycle's measures looked at again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from casedb import audit, obligations
from casedb.assessment import countdown, measures, points
from casedb.assessment.causes import load_causes
from casedb.assessment.intake import Office as Rules
from casedb.assessment.intake import import_details
from casedb.assessment.profiles import load_details_profiles
from casedb.assessment.records import LostPointRecord
from casedb.assessment.states import Rate
from casedb.rules.rate_rules import load_rate_rules
from reports.retrospective.findings import Retrospective, measure, parted
from reports.retrospective.paper import write
from tests.casedb.office import CALENDAR, ROOT, RULES, Office, at, open_office
from tests.fakes.postgres import database

RULES_DIR = ROOT / "knowledge" / "rules"
CAUSES = load_causes(RULES_DIR, date(2026, 6, 2))
BY = Rules(
    load_details_profiles(RULES_DIR / "profiles" / "assessment"), load_rate_rules(RULES_DIR),
    CAUSES, RULES, CALENDAR,
)  # fmt: skip
MAY, JUNE = at("2026-06-02 10:00"), at("2026-07-02 10:00")
NUMBER = re.compile(r"\d+(?:\.\d+)?%?")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(f"sqlite:///{tmp_path / 'a.db'}")
    yield made
    made.store.close()


def sheet(path: Path, rows: list[tuple[Any, ...]]) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (("工单编号", "承办单位", "是否响应", "是否解决", "是否满意", "失分原因"), *rows):
        page.append(row)
    book.save(path)
    return path


def cases(office: Office, month: int, count: int) -> list[str]:
    orders = [f"GD20260{month}13{at_:06d}" for at_ in range(1, count + 1)]
    with office.store.session() as s:
        for order in orders:
            office.case(
                s, order, due=f"2026-0{month}-20 18:00", dispatched=f"2026-0{month}-13 08:00",
                now=at(f"2026-0{month}-13 08:00"), reply="王小花女士13912345678的问题已办。",
                closed_at=at(f"2026-0{month}-21 09:00"),
            )  # fmt: skip
    return orders


def take(office: Office, path: Path, cycle: str, now: Any) -> None:
    with office.store.session() as s:
        import_details(s, path, path.name, office=BY, actor="import", now=now, cycle=cycle)


def measured(office: Office, cycle: str = "") -> Retrospective:
    with office.store.reading() as s:
        return measure(s, points.cycle_named(s, cycle), CAUSES)


@pytest.fixture
def two_cycles(office: Office, tmp_path: Path) -> Office:
    may, june = cases(office, 5, 6), cases(office, 6, 6)
    lost = [(one, "甲一社区", "是", "否", "否", "超期") for one in may[:3]]
    kept = [(one, "甲一社区", "是", "是", "是", "") for one in may[3:]]
    take(office, sheet(tmp_path / "5.xlsx", [*lost, *kept]), "2026-05", MAY)
    with office.store.session() as s:
        cycle = points.cycle_named(s, "2026-05")
        made = [
            measures.create(
                s, cycle.id, text=text, owner_id=office.worker.id, due_at=at("2026-06-20 18:00"),
                by=office.desk, now=MAY, rules=RULES, cause=cause, acceptance="月底无超期",
            )
            for text, cause in (("到期前三天会商", "overdue"), ("话术培训", "attitude"))
        ]  # fmt: skip
        measures.done(s, made[0].id, by=office.worker, now=at("2026-06-18 10:00"), note="已执行")
        measures.accept(s, made[0].id, by=office.desk, now=at("2026-06-19 10:00"))
    lost = [(june[0], "甲一社区", "是", "否", "基本满意", "超期")]
    kept = [(one, "甲一社区", "是", "是", "是", "") for one in june[1:5]]
    gone = [("GD202606990001", "乙二社区", "否", "是", "是", "没有联系")]
    take(office, sheet(tmp_path / "6.xlsx", [*lost, *kept, *gone]), "2026-06", JUNE)
    return office


def test_the_last_cycles_measures_are_looked_at_again(two_cycles: Office) -> None:
    report = measured(two_cycles, "2026-06")
    assert report.before is not None and report.items_before == 6
    told = {one.measure.text: (one.before, one.now, one.verdict) for one in report.last_measures}
    assert told == {
        "到期前三天会商": (6, 2, "已完成，同一原因失分减少"),
        "话术培训": (0, 0, "未完成，同一原因失分持平"),
    }


def test_shares_add_up_and_the_first_cycle_says_there_is_none_before(two_cycles: Office) -> None:
    report = measured(two_cycles, "2026-06")
    for parts in (report.by_rate, report.by_cause, report.by_unit, report.by_topic):
        assert sum(part.share for part in parts) == pytest.approx(1)
        assert sum(part.items for part in parts) == len(report.points) == 3
    assert [(one.name, one.items) for one in report.by_unit] == [("甲一社区", 2), ("乙二社区", 1)]
    assert len(report.unmatched) == 1 and report.lost_cases == 2
    assert measured(two_cycles, "2026-05").items_before is None


def test_the_paper_is_masked_and_says_what_is_missing(two_cycles: Office, tmp_path: Path) -> None:
    report = measured(two_cycles, "2026-06")
    written = write(report, tmp_path / "出", made_at=JUNE)
    paper = Document(str(written.docx))
    text = "\n".join(p.text for p in paper.paragraphs)
    cells = [c.text for t in paper.tables for row in t.rows for c in row.cells]
    whole = text + "\n".join(cells)
    assert "王小花" not in whole and "13912345678" not in whole
    for head in ("处置流程", "失分：", "点评：", "启示：", "找不到工单", "同一原因失分减少"):
        assert head in whole
    assert "GD20260613000001" not in whole and "000001" in whole  # tails only in the paper
    assert "样例规则" in whole
    book = load_workbook(written.xlsx)
    assert "GD20260613000001" in {row[1].value for row in book["失分明细"].iter_rows(min_row=2)}
    assert written.picture.read_bytes()[:4] == b"\x89PNG"


def test_every_number_of_the_summary_stands_in_a_table(two_cycles: Office, tmp_path: Path) -> None:
    report = measured(two_cycles, "2026-06")
    paper = Document(str(write(report, tmp_path / "出", made_at=JUNE).docx))
    known = {
        n for t in paper.tables for row in t.rows for c in row.cells for n in NUMBER.findall(c.text)
    }
    known |= {str(len(report.points) - (report.items_before or 0)).lstrip("-")}
    told = [
        p.text for p in paper.paragraphs if p.text.startswith(("本周期考核明细", "按", "上期（"))
    ]
    assert len(told) >= 4
    for line in told:
        for number in NUMBER.findall(re.sub(r"（2026年\d+月考核周期）", "", line)):
            assert number in known, line


def test_a_cycle_that_lost_nothing_still_makes_a_paper(office: Office, tmp_path: Path) -> None:
    take(office, sheet(tmp_path / "a.xlsx", [("GD1", "", "是", "是", "是", "")]), "2026-05", MAY)
    report = measured(office)
    paper = Document(str(write(report, tmp_path / "出", made_at=MAY).docx))
    assert any("没有失分" in p.text for p in paper.paragraphs)


def test_a_cycle_none_of_whose_cases_we_have_still_makes_a_paper(
    office: Office, tmp_path: Path
) -> None:
    rows = [(f"GD{n}", "甲一社区", "是", "否", "否", "") for n in range(3)]
    take(office, sheet(tmp_path / "a.xlsx", rows), "2026-05", MAY)
    report = measured(office)
    assert len(report.unmatched) == 6 and report.cards == ()
    paper = Document(str(write(report, tmp_path / "出", made_at=MAY).docx))
    assert any("没有能与工单对应上的失分" in p.text for p in paper.paragraphs)


def test_cards_show_different_causes_first(office: Office, tmp_path: Path) -> None:
    orders = cases(office, 5, 5)
    said = ("超期", "超期", "超期", "态度生硬", "没有联系")
    rows = [(o, "", "是", "否", "否", why) for o, why in zip(orders, said, strict=True)]
    take(office, sheet(tmp_path / "a.xlsx", rows), "2026-05", MAY)
    report = measured(office)
    assert sorted(one.cause for one in report.cards) == ["attitude", "no_contact", "overdue"]


def test_measures_and_countdown_live_on_postgresql_as_well(tmp_path: Path) -> None:
    with database() as url:
        office = open_office(url)
        order = cases(office, 5, 1)[0]
        rows = [(order, "甲一社区", "是", "否", "基本满意", "超期")]
        take(office, sheet(tmp_path / "a.xlsx", rows), "2026-05", MAY)
        with office.store.session() as s:
            cycle = points.cycle_named(s, "2026-05")
            made = measures.create(
                s, cycle.id, text="会商", owner_id=office.worker.id, due_at=at("2026-06-20 18:00"),
                by=office.desk, now=MAY, rules=RULES, cause="overdue",
            )  # fmt: skip
        told = office.run(MAY, MAY, every=timedelta(hours=1))
        assert {one.target.chat for _, one in told} == {"chat-林小满", "chat-钱专班"}
        with office.store.session() as s:
            obligations.hand_over(
                s, made.obligation_id or 0, to=office.head, by=office.worker, now=MAY
            )
            assert measures.measure(s, made.id).owner == "赵主任"
            measures.done(s, made.id, by=office.head, now=MAY + timedelta(days=1))
            measures.accept(s, made.id, by=office.desk, now=MAY + timedelta(days=2))
        report = measured(office)
        assert [one.state for one in report.measures] == ["accepted"]
        assert write(report, tmp_path / "出", made_at=JUNE).docx.exists()
        with office.store.reading() as s:
            assert audit.verify(s).intact
        office.store.close()


def point(number: int, cause: str, lost: float, points_: float | None) -> LostPointRecord:
    return LostPointRecord(
        id=number, cycle_id=1, row=number, order_no=f"GD{number}", rate=Rate.RESOLUTION, lost=lost,
        points=points_, answer="", node="", unit="", community="", topic="", said="",
        proposed=cause, proposed_why="", cause="", decided_by="",
    )  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.1, 1), st.floats(0.1, 5)), max_size=20),
    st.lists(st.sampled_from("abcd"), max_size=20),
    st.booleans(),
)
def test_parts_agree_with_a_slow_count(
    now: list[tuple[str, float, float]], then: list[str], by_points: bool
) -> None:
    found = parted(
        [point(n, c, lost, p) for n, (c, lost, p) in enumerate(now)],
        [point(n, c, 1, None) for n, c in enumerate(then)],
        lambda one: one.code,
        by_points=by_points,
    )
    weights = [p if by_points else lost for _, lost, p in now]
    for part in found:
        mine = [w for w, (c, _, _) in zip(weights, now, strict=True) if c == part.name]
        assert part.items == len(mine)
        assert part.weight == pytest.approx(sum(mine))
        assert part.share == pytest.approx(sum(mine) / sum(weights) if weights else 0)
        assert part.items_before == then.count(part.name)
    assert {part.name for part in found} == {c for c, _, _ in now} | set(then)
    assert [part.weight for part in found] == sorted((p.weight for p in found), reverse=True)


def test_three_working_days_count_from_the_issue_and_remind_until_handed_in(
    office: Office, tmp_path: Path
) -> None:
    """Imported on Tuesday 10:00: due Friday 23:59:59; an "I got it" does not end the reminders."""
    take(office, sheet(tmp_path / "a.xlsx", [("GD1", "", "否", "", "", "")]), "2026-05", MAY)
    with office.store.reading() as s:
        cycle = points.cycle_named(s, "")
    assert cycle.due_at == at("2026-06-05 23:59") + timedelta(seconds=59)
    assert cycle.obligation_id is not None
    first = list(office.run(MAY, MAY, every=timedelta(hours=1)))
    assert any("复盘报告" in one.text for _, one in first)
    with office.store.session() as s:
        obligations.acknowledge(
            s, cycle.obligation_id, by=office.desk, channel="telegram", now=MAY + timedelta(hours=1)
        )
    later = []
    now = MAY + timedelta(hours=1)
    while now < at("2026-06-06 08:00"):
        with office.store.session() as s:
            countdown.wake_acknowledged(s, now=now, rules=RULES)
        office.tick(now)
        later += [(now, one.text) for one in office.deliver(now)]
        now += timedelta(hours=1)
    days = {
        at_.astimezone(at("2026-06-01 00:00").tzinfo).date()
        for at_, text in later
        if "复盘" in text
    }
    assert len([1 for _, text in later if "复盘" in text]) >= 3, later
    assert len(days) >= 2
    with office.store.session() as s:
        countdown.handed_in(s, cycle.id, by=office.desk, now=now)
        assert obligations.get(s, cycle.obligation_id).state == "done"
        assert countdown.wake_acknowledged(s, now=now + timedelta(days=3), rules=RULES) == 0
