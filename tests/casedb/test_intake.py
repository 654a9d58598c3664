"""Sheets of cases: what goes in, what is refused, and that nothing is ever half stored."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from casedb import audit, cases, people
from casedb.cases.export import export_cases
from casedb.errors import CasedbError
from casedb.intake.sheetkind import BadSheet
from casedb.models import Case, Event, PersonalData
from casedb.store import Store
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, UnitKind
from tests.casedb.kept import DATA, HEADINGS, NOW, open_store, row, sheet, take_in

REAL = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """New records with two units."""
    opened = open_store(tmp_path)
    with opened.session() as s:
        people.add_unit(s, "甲一社区", UnitKind.COMMUNITY)
        people.add_unit(s, "城市管理办公室", UnitKind.SECTION)
    return opened


def full(**more: Any) -> list[Any]:
    """A row with something in every column."""
    cells = {
        "工单编号": "26050712345678901",
        "来源渠道": "12345 热线",
        "诉求性质": "投诉",
        "标题": "楼道堆物",
        "诉求内容": "慕容雪反映3号楼2单元楼道堆物，电话13800001111",
        "诉求人": "慕容雪",
        "联系电话": "13800001111",
        "社区": "甲一社区",
        "详细地址": "甲一小区3号楼2单元501",
        "一级分类": "公共安全",
        "二级分类": "消防",
        "三级分类": "楼道堆物",
        "承办单位": "城管办",
        "来电时间": "2026-05-07 09:30",
        "派单时间": "2026/5/7 9:36:00",
        "签收时间": "2026年5月7日10时",
        "首次联系时间": "2026.5.7 11:00",
        "办理时限": "2026-05-14",
        "备注": "慕容雪要求回电",
    }
    return row(**(cells | more))


def count(store: Store, model: type[Any]) -> int:
    with store.reading() as s:
        return s.scalar(select(func.count()).select_from(model)) or 0


def only(store: Store, order_no: str = "26050712345678901") -> Any:
    with store.reading() as s:
        found = cases.find(s, order_no)
    assert found is not None
    return found


def csv_of(
    path: Path, rows: list[list[str]], encoding: str = "utf-8", separator: str = ","
) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def test_a_full_row_goes_into_every_field(store: Store, tmp_path: Path) -> None:
    result = take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full()]))
    case = only(store)
    assert (result.rows, result.created, result.errors) == (1, 1, ())
    assert result.profile == "standard"
    assert case.kind is AppealKind.COMPLAINT
    assert case.received_at == datetime(2026, 5, 7, 1, 30, tzinfo=UTC)
    assert case.dispatched_at == datetime(2026, 5, 7, 1, 36, tzinfo=UTC)
    assert case.accepted_at == datetime(2026, 5, 7, 2, 0, tzinfo=UTC)
    assert case.first_contact_at == datetime(2026, 5, 7, 3, 0, tzinfo=UTC)
    # A deadline without a clock time is the last second of that Beijing day.
    assert case.due_at == datetime(2026, 5, 14, 15, 59, 59, tzinfo=UTC)
    assert case.topic_path == ("公共安全", "消防", "楼道堆物")
    assert case.stage is CaseStage.HANDLING
    assert case.handling_unit_id == 2


def test_personal_data_is_sealed_apart_and_masked_in_every_text(
    store: Store, tmp_path: Path
) -> None:
    rows = [[*HEADINGS, "被反映人电话"], [*full(), "慕容雪的另一个号码13900002222"]]
    take_in(store, sheet(tmp_path / "a.xlsx", rows))
    raw = (tmp_path / "records.db").read_bytes() + (tmp_path / "records.db-wal").read_bytes()
    for secret in ("慕容雪", "13800001111", "13900002222", "2单元501"):
        assert secret.encode() not in raw
    with store.session() as s:
        opened = cases.reveal(s, only(store).id, actor="person:1", now=NOW, reason="回访")
    assert opened.name == "慕容雪"
    assert opened.phone == "13800001111"
    assert opened.address == "甲一小区3号楼2单元501"
    assert dict(opened.texts)["appeal"].startswith("慕容雪反映")
    assert only(store).extra[0][0] == "被反映人电话"


def test_importing_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [HEADINGS, full(), full(工单编号="GD2")])
    take_in(store, path)
    events = count(store, Event)
    result = take_in(store, path)
    assert (result.created, result.updated, result.unchanged) == (0, 0, 2)
    assert count(store, Event) == events


def test_a_later_sheet_changes_only_the_cells_that_are_new(store: Store, tmp_path: Path) -> None:
    take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full()]))
    with store.session() as s:  # somebody hands the case over in the meantime
        cases.reassign(s, only(store).id, 1, actor="person:1", now=NOW, note="属地办理")
    later = full(回复内容="已清理", 标题="", 诉求人="", 办理时限="2026-05-20 18:00")
    result = take_in(store, sheet(tmp_path / "b.xlsx", [HEADINGS, later]))
    case = only(store)
    assert (result.updated, result.unchanged) == (1, 0)
    assert case.reply == "已清理"
    assert case.title == "楼道堆物"  # a blank cell never erases
    assert case.complainant_masked == "慕容*"
    assert case.due_at == datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
    assert case.handling_unit_id == 1  # the old cell of the sheet does not undo the hand-over
    with store.reading() as s:
        assert [one.kind for one in cases.events(s, case.id)] == [
            "recorded",
            "reassigned",
            "updated",
        ]
        assert "办理时限" in cases.events(s, case.id)[-1].detail
        assert audit.verify(s).intact


def test_an_extension_survives_the_same_sheet_again(store: Store, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [HEADINGS, full()])
    take_in(store, path)
    put_off = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
    with store.session() as s:
        cases.extend(s, only(store).id, put_off, actor="person:1", now=NOW, reason="等待材料")
    take_in(store, path)
    assert only(store).due_at == put_off


def test_an_import_never_pushes_a_case_back(store: Store, tmp_path: Path) -> None:
    take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full()]))
    with store.session() as s:
        cases.close(s, only(store).id, actor="person:1", now=NOW, reply="已办结")
    take_in(store, sheet(tmp_path / "b.xlsx", [HEADINGS, full(备注="补充")]))
    assert only(store).stage is CaseStage.CLOSED


def test_one_bad_cell_and_nothing_is_stored(store: Store, tmp_path: Path) -> None:
    rows = [HEADINGS, full(), full(工单编号="GD2", 派单时间="5月7号上午", 是否满意="也许")]
    result = take_in(store, sheet(tmp_path / "a.xlsx", rows))
    assert result.created == 0
    assert count(store, Case) == 0
    assert [(one.row, one.column, one.text) for one in result.errors] == [
        (3, "派单时间", "5月7号上午"),
        (3, "是否满意", "也许"),
    ]
    assert all(one.example for one in result.errors)


def test_a_dry_run_counts_and_stores_nothing(store: Store, tmp_path: Path) -> None:
    result = take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full()]), dry_run=True)
    assert result.created == 1
    assert count(store, Case) == 0


def test_an_order_number_twice_names_both_rows(store: Store, tmp_path: Path) -> None:
    rows = [HEADINGS, full(), full(工单编号="GD2"), full()]
    result = take_in(store, sheet(tmp_path / "a.xlsx", rows))
    assert [one.row for one in result.errors] == [4]
    assert "第 2 行" in result.errors[0].reason
    assert count(store, Case) == 0


@pytest.mark.parametrize("number", [26050712345678901, 2605071234567890, 2.6e16, "2.60507E+16"])
def test_an_order_number_that_excel_has_rounded_is_refused(
    store: Store, tmp_path: Path, number: object
) -> None:
    result = take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full(工单编号=number)]))
    assert [one.column for one in result.errors] == ["工单编号"]
    assert count(store, Case) == 0


@pytest.mark.parametrize(
    ("cell", "order_no"),
    [
        (1, "1"),
        (20260507001, "20260507001"),
        (123456789012345, "123456789012345"),
        ("20260507001", "20260507001"),
        (" FZ2020 ", "FZ2020"),
        ("0012", "0012"),
        ("'26050712345678901", "26050712345678901"),
        ("12345678901234567890", "12345678901234567890"),
        ("1.0", "1"),
    ],
)
def test_shorter_whole_numbers_and_text_are_read_as_text(
    store: Store, tmp_path: Path, cell: object, order_no: str
) -> None:
    result = take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full(工单编号=cell)]))
    assert result.errors == ()
    assert only(store, order_no).order_no == order_no


def test_a_row_without_order_number_is_an_error(store: Store, tmp_path: Path) -> None:
    result = take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full(工单编号="")]))
    assert [(one.row, one.column) for one in result.errors] == [(2, "工单编号")]


def test_title_rows_odd_headings_blank_columns_and_footers_are_understood(
    store: Store, tmp_path: Path
) -> None:
    headings = ["序号", "", "工单编号\n（必填）", " 诉求 内容*", "主办单位", "截止时间：", "楼栋长"]
    rows = [
        ["样例街道5月工单台账"],
        ["制表：某某", "", "", "2026-05-08"],
        [],
        headings,
        [1, "", "GD1", "路灯不亮", "甲一", "2026-05-14 18:00", "有"],
        [],
        [2, "", "GD2", "下水堵塞", "丙单位", "2026-05-15 18:00", ""],
        headings,
        ["合计", "", "", "2件"],
        ["", "", "", ""],
    ]
    result = take_in(store, sheet(tmp_path / "a.xlsx", rows))
    assert (result.rows, result.created, result.errors) == (2, 2, ())
    assert only(store, "GD1").handling_unit_id == 1
    assert only(store, "GD1").extra == (("楼栋长", "有"),)
    assert only(store, "GD2").handling_unit == "丙单位"
    assert any("丙单位" in one for one in result.warnings)
    assert any("合计" in one or "第 9 行" in one for one in result.warnings)


def test_merged_cells_hold_their_value_in_every_row(store: Store, tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    page.append(["五月工单", "", ""])
    page.append(["工单编号", "社区", "标题"])
    page.append(["GD1", "甲一社区", "路灯不亮"])
    page.append(["GD2", None, "井盖松动"])
    page.merge_cells("A1:C1")
    page.merge_cells("B3:B4")
    book.save(tmp_path / "a.xlsx")
    take_in(store, tmp_path / "a.xlsx")
    assert only(store, "GD2").community == "甲一社区"


def test_real_dates_serials_and_formulas_with_results(store: Store, tmp_path: Path) -> None:
    rows = [
        ["工单编号", "标题", "派单时间", "签收时间", "办理时限"],
        ["GD1", "路灯", datetime(2026, 5, 7, 9, 30), 46149.395833333336, date(2026, 5, 14)],  # noqa: DTZ001
    ]
    take_in(store, sheet(tmp_path / "a.xlsx", rows))
    case = only(store, "GD1")
    assert case.dispatched_at == datetime(2026, 5, 7, 1, 30, tzinfo=UTC)
    assert case.accepted_at == datetime(2026, 5, 7, 1, 30, tzinfo=UTC)
    assert case.due_at is not None


def test_a_formula_without_a_saved_result_is_not_taken_for_blank(
    store: Store, tmp_path: Path
) -> None:
    rows = [["工单编号", "标题", "办理时限"], ["GD1", "路灯", "=NOW()+7"]]
    result = take_in(store, sheet(tmp_path / "a.xlsx", rows))
    assert [(one.row, one.column) for one in result.errors] == [(2, "办理时限")]


def test_every_worksheet_with_known_headings_is_read(store: Store, tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "填表说明"
    book.active.append(["请按模板填写"])
    for name, number in (("上半月", "GD1"), ("下半月", "GD2")):
        page = book.create_sheet(name)
        page.append(["工单编号", "标题"])
        page.append([number, "路灯不亮"])
    book.save(tmp_path / "a.xlsx")
    result = take_in(store, tmp_path / "a.xlsx")
    assert result.created == 2
    assert any("填表说明" in one for one in result.warnings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_is_read_however_it_was_saved(
    store: Store, tmp_path: Path, encoding: str, separator: str
) -> None:
    rows = [["工单编号", "标题", "诉求内容"], ["GD1", "路灯不亮", "说了三次，还是“不亮”\n第二行"]]
    result = take_in(store, csv_of(tmp_path / "a.csv", rows, encoding, separator))
    assert (result.created, result.errors) == (1, ())
    assert only(store, "GD1").appeal == "说了三次，还是“不亮”\n第二行"


def test_a_csv_row_shifted_by_a_bare_comma_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("工单编号,标题,备注\nGD1,路灯,不亮,很久\n", encoding="utf-8")
    result = take_in(store, tmp_path / "a.csv")
    assert [one.row for one in result.errors] == [2]
    assert count(store, Case) == 0


def test_an_unknown_kind_is_filed_as_other_and_kept_beside(store: Store, tmp_path: Path) -> None:
    rows = [["工单编号", "标题", "诉求性质"], ["GD1", "路灯", "网民留言"]]
    result = take_in(store, sheet(tmp_path / "a.xlsx", rows))
    assert only(store, "GD1").kind is AppealKind.OTHER
    assert ("诉求性质", "网民留言") in only(store, "GD1").extra
    assert result.warnings


def test_the_same_caller_again_is_a_repeat(store: Store, tmp_path: Path) -> None:
    rows = [
        HEADINGS,
        full(工单编号="NEW", 来电时间="2026-05-09 09:00", 联系电话="138-0000-1111"),
        full(工单编号="OLD", 来电时间="2026-05-01 09:00"),
        full(工单编号="ELSE", 来电时间="2026-05-10 09:00", 联系电话="13900002222"),
    ]
    take_in(store, sheet(tmp_path / "a.xlsx", rows))
    assert only(store, "NEW").repeat_of == "OLD"
    assert only(store, "OLD").repeat_of == ""
    assert only(store, "ELSE").repeat_of == ""


def test_our_own_export_sent_back_changes_nothing_and_unmasks_nothing(
    store: Store, tmp_path: Path
) -> None:
    take_in(
        store, sheet(tmp_path / "a.xlsx", [HEADINGS, full(是否满意="否", 回访时间="2026-05-15")])
    )
    for name in ("out.xlsx", "out.csv"):
        with store.reading() as s:
            assert export_cases(s, tmp_path / name) == 1
        result = take_in(store, tmp_path / name)
        assert result.errors == ()
        assert result.updated <= 1  # 承办单位 and the like may be spelled anew
    with store.session() as s:
        opened = cases.reveal(s, only(store).id, actor="person:1", now=NOW, reason="核对")
    assert opened.name == "慕容雪"
    assert opened.phone == "13800001111"
    assert only(store).satisfied is RevisitAnswer.NO


def test_an_export_runs_no_formula(store: Store, tmp_path: Path) -> None:
    take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full(标题="'=1+1")]))
    with store.reading() as s:
        export_cases(s, tmp_path / "out.csv")
        export_cases(s, tmp_path / "out.xlsx")
    assert "'=1+1" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def bad_files(folder: Path) -> dict[str, Path]:
    """Files that are not what their names say, each by what it is."""
    good = sheet(folder / "good.xlsx", [HEADINGS, full()])
    made = {
        "empty.xlsx": b"",
        "empty.csv": b"",
        "blank.csv": b"\n\n , ,\n",
        "web.xls": "<html><table><tr><td>工单编号</td></tr></table></html>".encode(),
        "web.xlsx": "\ufeff<!DOCTYPE html><html></html>".encode(),
        "text.xlsx": "工单编号,标题\nGD1,路灯\n".encode(),
        "sheet.csv": good.read_bytes(),
        "cut.xlsx": good.read_bytes()[:-400],
        "picture.xlsx": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        "paper.xlsx": b"%PDF-1.7 ...",
        "old.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 600
        + "Workbook".encode("utf-16-le"),
        "locked.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 600
        + "EncryptedPackage".encode("utf-16-le"),
        "noise.csv": bytes(range(256)) * 20,
        "no_headings.csv": "GD1,路灯\nGD2,井盖\n".encode(),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(folder / "zip.xlsx", "w") as parts:
        parts.writestr("readme.txt", "hello")
    with zipfile.ZipFile(folder / "word.xlsx", "w") as parts:
        parts.writestr("word/document.xml", "<w/>")
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    far = folder / "far.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(far, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                more = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", more)
            new.writestr(info, content)
    return {
        name: folder / name for name in [*made, "zip.xlsx", "word.xlsx", "bomb.xlsx", "far.xlsx"]
    }


def test_a_file_that_is_not_a_sheet_is_refused_in_a_sentence(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, path in bad_files(folder).items():
        with pytest.raises(BadSheet) as wrong:
            take_in(store, path)
        assert name in wrong.value.what, name
        assert wrong.value.fix
    assert count(store, Case) == 0


def test_a_profile_that_does_not_exist_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(CasedbError, match="standard"):
        take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full()]), profile="没有的")


def test_a_named_profile_whose_headings_are_missing_is_refused(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(BadSheet):
        take_in(store, sheet(tmp_path / "a.xlsx", [HEADINGS, full()]), profile="mailbox_messages")


@REAL
@pytest.mark.parametrize(
    ("file", "rows", "profile"),
    [
        ("hotline/orders.xlsx", 831, "hotline_replies"),
        ("hotline/orders_gbk.csv", 831, "hotline_replies"),
        ("hotline/orders.csv", 831, "hotline_export"),
        ("messages/messages.xlsx", 2996, "mailbox_messages"),
    ],
)
def test_real_sheets_go_through_whole_and_twice_alike(
    store: Store, file: str, rows: int, profile: str
) -> None:
    first = take_in(store, DATA / file)
    again = take_in(store, DATA / file)
    assert (first.rows, first.created, first.errors, first.profile) == (rows, rows, (), profile)
    assert (again.created, again.updated, again.unchanged) == (0, 0, rows)
    assert count(store, PersonalData) == rows


@REAL
def test_the_two_files_of_the_same_orders_hold_the_same_cases(store: Store) -> None:
    take_in(store, DATA / "hotline" / "orders.xlsx")
    result = take_in(store, DATA / "hotline" / "orders_gbk.csv")
    assert (result.created, result.updated) == (0, 0)


def test_a_deadline_before_its_dispatch_is_taken_in_and_named(store: Store, tmp_path: Path) -> None:
    early = full(工单编号="26050712345678902", 办理时限="2026-05-01")
    future = full(工单编号="26050712345678903", 派单时间="2027-05-07 09:36", 办理时限="2027-05-14")
    path = sheet(tmp_path / "odd.xlsx", [HEADINGS, full(), early, future])
    result = take_in(store, path)
    assert (result.created, result.errors) == (3, ())
    (before,) = [one for one in result.warnings if "早于派单时间" in one]
    assert "第 3 行" in before and "第 2 行" not in before and "第 4 行" not in before
    (ahead,) = [one for one in result.warnings if "还没有到" in one]
    assert "第 4 行" in ahead and "2027" in ahead
