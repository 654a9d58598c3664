"""Exclusion in the talk: both flows to their end, the closing sheet, figures, rules, an analyst's duty."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document

from bot.dialogue.talk import IncomingFile, Reply
from casedb import cases, obligations
from casedb.cases.case_book import CaseFilter
from casedb.exclusion import requests, rounds
from casedb.records import CaseRecord
from casedb.vocabulary import CaseStage, ObligationKind, ObligationState
from tests.bot.dialogue.conftest import KNOWLEDGE, Hall

ADMIN, DESK, ANALYST, OTHER = "赵一安", "钱二宁", "孙三和", "李四平"
WORKER, STRANGER = "褚千里", "沈千帆"
UNIT = "甲一社区"


def case_of(hall: Hall, *, closed: bool = False, unit: str = UNIT) -> CaseRecord:
    with hall.rooms.store.reading() as s:
        return next(
            one
            for one in cases.list_cases(s, CaseFilter())
            if one.handling_unit == unit and (one.stage is CaseStage.CLOSED) is closed
        )


def buttons(reply: Reply) -> dict[str, str]:
    return {one.label: one.data for row in reply.buttons for one in row}


def paper(folder: Path, name: str, *lines: str) -> IncomingFile:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    path = folder / f"in-{name}"
    document.save(str(path))
    return IncomingFile(name, path, path.stat().st_size)


def type_request(folder: Path, no: str, *, sealed: bool) -> IncomingFile:
    seal = ("甲一社区（盖章）",) if sealed else ("甲一社区",)
    return paper(
        folder, "诉求类型更正申请.docx", "诉求类型更正申请", f"工单编号：{no}",
        "来电人只是咨询，没有要求处置，申请更正为咨询类。", *seal, "2026年6月1日",
    )  # fmt: skip


def duties(hall: Hall, case_id: int) -> list[tuple[ObligationState, str]]:
    with hall.rooms.store.reading() as s:
        found = obligations.of_case(s, case_id)
    return [(one.state, one.person_name) for one in found if one.kind is ObligationKind.REVIEW]


def opened(hall: Hall, case: CaseRecord, category: str = "EX11") -> int:
    chosen = hall.say(WORKER, f"/exclude {case.order_no}")
    data = next(data for label, data in buttons(chosen).items() if label.startswith(category))
    hall.press(WORKER, data)
    with hall.rooms.store.reading() as s:
        made = requests.request_of_case(s, case.id)
    assert made is not None
    return made.id


@pytest.mark.parametrize(("closed", "flow"), [(False, "不合理诉求申请"), (True, "考核申诉")])
def test_each_flow_goes_from_asking_to_the_clients_recheck(
    hall: Hall, tmp_path: Path, closed: bool, flow: str
) -> None:
    case = case_of(hall, closed=closed)
    assert flow in hall.say(WORKER, f"/exclude {case.order_no}").text
    number = opened(hall, case)
    answer = hall.say(WORKER, "", files=(type_request(tmp_path, case.order_no, sealed=False),))
    assert "看起来齐了" in answer.text
    assert len(duties(hall, case.id)) == 1
    assert "没有盖章" in hall.press(WORKER, f"ex:go:{number}").text
    listed = hall.press(ANALYST, f"ex:list:{number}")
    sent = hall.press(ANALYST, buttons(listed)["确认其余并发出意见"])
    assert "1 项待改" in sent.text
    assert [state for state, _ in duties(hall, case.id)] == [ObligationState.DONE]
    assert "没有盖章" in hall.press(WORKER, f"ex:todo:{number}").text
    hall.say(WORKER, "", files=(type_request(tmp_path, case.order_no, sealed=True),))
    assert "没有发现" in hall.press(WORKER, f"ex:go:{number}").text
    assert [state for state, _ in duties(hall, case.id)] == [
        ObligationState.DONE, ObligationState.DUE,
    ]  # fmt: skip
    listed = hall.press(ANALYST, f"ex:list:{number}")
    assert "可以报送" in hall.press(ANALYST, buttons(listed)["确认其余并发出意见"]).text
    assert "报送复核" in hall.press(ANALYST, f"ex:submit:{number}").text
    tail = case.order_no[-6:]
    assert "复核通过" not in hall.say(WORKER, f"/recheck {tail} 通过").text
    assert "复核通过" in hall.say(ANALYST, f"/recheck {tail} 通过").text
    told = hall.say(DESK, "剔除统计").text
    assert "一次性通过 100%（1/1）" in told
    assert "没有盖章 1 次（甲一社区 1）" in told
    assert "培训建议" in told


def test_a_file_nobody_can_open_is_kept_and_told_so_at_once(hall: Hall, tmp_path: Path) -> None:
    case = case_of(hall)
    number = opened(hall, case)
    broken = type_request(tmp_path, case.order_no, sealed=True)
    broken.path.write_bytes(broken.path.read_bytes()[:400])
    told = hall.say(WORKER, "", files=(broken,)).text
    assert "已收到“诉求类型更正申请.docx”" in told and "已存好，但打不开" in told
    with hall.rooms.store.reading() as s:
        (kept,) = requests.materials(s, number)
    stored = hall.rooms.settings.data_dir / kept.path
    assert stored.read_bytes() == broken.path.read_bytes()
    again = hall.say(WORKER, "", files=(type_request(tmp_path, case.order_no, sealed=True),)).text
    assert "打不开" not in again and "看起来齐了" in again


def test_the_other_flow_may_be_chosen(hall: Hall) -> None:
    case = case_of(hall, closed=True)
    chosen = hall.say(WORKER, f"/exclude {case.order_no}")
    other = hall.press(WORKER, buttons(chosen)["改走不合理诉求申请"])
    assert "不合理诉求申请" in other.text
    data = next(data for label, data in buttons(other).items() if label.startswith("EX05"))
    assert "已登记不合理诉求申请" in hall.press(WORKER, data).text
    assert "不归您单位" in hall.press(STRANGER, data).text


def test_an_exclusion_starts_from_the_closing_sheet(hall: Hall) -> None:
    listed = hall.say(DESK, "结案作业表")
    start = {label: data for label, data in buttons(listed).items() if "申请剔除" in label}
    assert start, listed.text
    label, data = next(iter(start.items()))
    assert "请选剔除类别" in hall.press(DESK, data).text
    assert label.split()[0].removeprefix("尾号") in listed.text


def test_the_analyst_on_duty_owes_the_review_and_is_urged(hall: Hall, tmp_path: Path) -> None:
    case = case_of(hall)
    opened(hall, case)
    hall.say(WORKER, "", files=(type_request(tmp_path, case.order_no, sealed=True),))
    ((state, name),) = duties(hall, case.id)
    assert state is ObligationState.DUE
    assert name in (ANALYST, OTHER)
    hall.rooms.clock.passes(hours=30)  # type: ignore[attr-defined]
    with hall.rooms.store.session() as s:
        obligations.due_steps(
            s, now=hall.rooms.clock.now(), rules=hall.rooms.rules, calendar=hall.rooms.calendar
        )
    assert any("材料审核时限" in one.text for one in hall.sent())


def test_withdrawing_ends_what_the_analyst_owed(hall: Hall, tmp_path: Path) -> None:
    case = case_of(hall)
    number = opened(hall, case)
    hall.say(WORKER, "", files=(type_request(tmp_path, case.order_no, sealed=True),))
    hall.press(WORKER, f"ex:off:{number}")
    assert [state for state, _ in duties(hall, case.id)] == [ObligationState.CANCELLED]


def test_a_worker_sees_only_the_own_unit_in_the_figures(hall: Hall) -> None:
    opened(hall, case_of(hall))
    told = hall.say(WORKER, "/exclusions").text
    assert UNIT in told
    assert "按单位" not in told
    assert "不是月份" in hall.say(DESK, "/exclusions 13月").text
    assert "没有剔除申请" in hall.say(DESK, "/exclusions 上月").text


def rules_file(folder: Path, **changes: str) -> IncomingFile:
    text = (KNOWLEDGE / "rules" / "exclusion.toml").read_text(encoding="utf-8")
    for old, new in changes.items():
        text = re.sub(rf"(?m)^{old} = .*$", f"{old} = {new}", text, count=1)
    path = folder / "given.toml"
    path.write_text(text, encoding="utf-8")
    return IncomingFile("exclusion.toml", path, path.stat().st_size)


def test_an_admin_replaces_the_rules_and_each_review_names_its_version(
    hall: Hall, tmp_path: Path
) -> None:
    given = rules_file(tmp_path, version='"2026-06"', confirmed_by='"某负责人"', at_least="5")
    assert (
        "角色" in hall.say(DESK, "", files=(given,)).text
        or "不能" in hall.say(DESK, "", files=(given,)).text
    )
    assert "第 2026-06 版" in hall.say(ADMIN, "", files=(given,)).text
    case = case_of(hall)
    assert "样例规则" not in hall.say(WORKER, f"/exclude {case.order_no}").text
    number = opened(hall, case)
    hall.say(WORKER, "", files=(type_request(tmp_path, case.order_no, sealed=True),))
    hall.press(WORKER, f"ex:go:{number}")
    with hall.rooms.store.reading() as s:
        assert [one.rules_version for one in rounds.reviews(s, number)] == ["2026-06"]
    again = rules_file(tmp_path, version='"2026-06"', at_least="7")
    assert "已经用过" in hall.say(ADMIN, "", files=(again,)).text


def test_broken_rules_change_nothing_and_the_place_is_named(hall: Hall, tmp_path: Path) -> None:
    given = rules_file(tmp_path, version='"9"')
    assert given.path is not None
    text = given.path.read_text(encoding="utf-8")
    given.path.write_text(text.replace('["location"]', '["nowhere"]'), encoding="utf-8")
    said = hall.say(ADMIN, "", files=(given,)).text
    assert "没有定义的材料：nowhere" in said
    assert "第 " in said
    given.path.write_text(text.replace("{诉求人}", "{没有的词}"), encoding="utf-8")
    assert "没有定义的词" in hall.say(ADMIN, "", files=(given,)).text
    assert not (hall.rooms.settings.data_dir / "rules" / "exclusion.toml").exists()


def test_files_of_two_open_requests_wait_until_the_case_is_named(
    hall: Hall, tmp_path: Path
) -> None:
    first, second = case_of(hall), case_of(hall, closed=True)
    opened(hall, first)
    opened(hall, second)
    file = paper(tmp_path, "说明.docx", "情况说明", "请看。")
    asked = hall.say(WORKER, "", files=(file, type_request(tmp_path, "x", sealed=True)))
    assert "2 个文件" in asked.text
    taken = hall.say(WORKER, second.order_no[-6:])
    assert taken.text.count("已收到") == 2
    assert second.order_no in taken.text


def test_two_workers_at_once_hand_in_for_one_case(hall: Hall, tmp_path: Path) -> None:
    case = case_of(hall)
    number = opened(hall, case)
    files = [paper(tmp_path, f"说明{at}.docx", "情况说明", f"第{at}份") for at in range(6)]
    with ThreadPoolExecutor(6) as pool:
        said = list(
            pool.map(
                lambda pair: hall.say(pair[0], "", files=(pair[1],)),
                zip([WORKER, "卫万里"] * 3, files, strict=True),
            )
        )
    assert all("已收到" in one.text for one in said), [one.text for one in said]
    with hall.rooms.store.reading() as s:
        assert len(requests.materials(s, number)) == 6


def test_time_passes_in_the_figures(hall: Hall) -> None:
    opened(hall, case_of(hall))
    hall.rooms.clock.at += timedelta(days=9)  # type: ignore[attr-defined]
    assert "逾期 1 件（目标 0）" in hall.say(DESK, "/exclusions").text
