"""The checks of exclusion materials: clean sets pass, each planted fault is named, with its cure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from casedb.beijing import BEIJING
from casedb.exclusion.checking import faults, review_materials
from casedb.exclusion.pieces import CaseFacts, Finding, MaterialFile, MaterialPage
from tests.casedb.invented_materials import (
    CLEAN,
    NO,
    RULES,
    SIGNED,
    UNIT,
    InventedLaws,
    explanation,
    facts,
    faulty,
    paper,
    photo,
)

QUIET_REPLY = {"EX08": "多次拨打诉求人电话均无人接听，已发短信告知。"}


def reviewed(files: tuple[MaterialFile, ...], case: CaseFacts) -> tuple[Finding, ...]:
    return review_materials(files, case, RULES, InventedLaws())


def clean_facts(category: str) -> CaseFacts:
    if category in QUIET_REPLY:
        return facts(category, reply=QUIET_REPLY[category])
    return facts(category)


def spoilt(category: str, at: int, old: str, new: str) -> tuple[MaterialFile, ...]:
    files = list(CLEAN[category])
    page = files[at].pages[0]
    assert old in page.text, f"{old} is not in {files[at].name}"
    files[at] = replace(files[at], pages=(replace(page, text=page.text.replace(old, new)),))
    return tuple(files)


@pytest.mark.parametrize("category", CLEAN)
def test_a_clean_set_has_nothing_to_mend(category: str) -> None:
    assert faulty(reviewed(CLEAN[category], clean_facts(category))) == []


# The photograph of EX05 is evidence, but no rule asks for it by itself.
LEFT_OUT = [
    (name, at)
    for name, files in CLEAN.items()
    for at in range(len(files))
    if (name, at) != ("EX05", 2)
]


@pytest.mark.parametrize(("category", "at"), LEFT_OUT)
def test_a_required_paper_that_is_left_out_is_missed(category: str, at: int) -> None:
    files = tuple(one for place, one in enumerate(CLEAN[category]) if place != at)
    found = reviewed(files, clean_facts(category))
    assert [one.rule[:6] for one in faults(found) if one.status == "missing"][:1] == ["paper."]


PLANTED = [
    ("EX01", 2, f"工单{NO}", "工单20260504000271", "order_no"),
    ("EX05", 0, NO, "20260504000218", "order_no"),
    ("EX01", 2, f"{UNIT}（盖章）", UNIT, "seal"),
    ("EX12", 0, "（盖章）", "", "seal"),
    ("EX03", 0, "（盖章）", "", "seal"),
    ("EX11", 0, "（盖章）", "（盖章处）", "seal"),
    ("EX02", 2, "（公章）", "", "seal"),
    ("EX05", 0, "核查人（签字）：林小满、周晓山", "", "signature"),
    ("EX05", 0, "核查人（签字）：林小满、周晓山", "核查人（签字）：______", "signature"),
    ("EX09", 1, "告知人（签字）：林小满", "告知人（签字）：", "signature"),
    ("EX01", 2, "2026年5月8日", "", "date"),
    ("EX11", 0, "2026年5月8日", "    年    月    日", "date"),
    ("EX12", 0, "\n2026年5月5日", "", "date"),
    ("EX05", 0, "2026年5月6日10:00", "2026年5月2日10:00", "time.before_dispatch"),
    ("EX05", 0, "2026年5月6日10:00", "2026-05-04 08:10", "time.before_dispatch"),
    ("EX01", 2, "5月5日到现场核实", "5月14日到现场核实", "time.after_due"),
    ("EX01", 2, "2026年5月8日", "2026年5月13日", "time.after_due"),
    ("EX09", 1, "告知时间：2026年5月6日 09:30", "告知时间：2026年5月7日 09:30", "time.order"),
    ("EX05", 0, "2026年5月6日10:00", "2026年5月32日10:00", "time.impossible"),
    ("EX01", 2, "第十二条", "第九十九条", "article.unknown"),
    ("EX01", 2, "《北京市接诉即办工作条例》第十二条", "《信访条例》第十八条", "article.repealed"),
    ("EX01", 2, "该点位位于乙二街道辖区，不属于我街道管辖范围，", "该诉求与前序工单属重复诉求，无新情况，", "reason"),
    ("EX11", 0, "该诉求为政策咨询，不属于投诉，特申请将类型更正为咨询。", "该事项不属于我单位职责，特申请剔除。", "reason"),
    ("EX08", 0, "2\t2026-05-04 15:40\t无人接听\n3\t2026-05-05 19:05\t关机\n", "", "calls.count"),
    ("EX08", 0, "2026-05-04 15:40\t无人接听\n3\t2026-05-05 19:05", "2026-05-04 10:15\t无人接听\n3\t2026-05-04 10:20", "calls.periods"),
    ("EX07", 3, "诉求人表示理解。", "诉求人王某，身份证号110101199003070038，表示理解。", "privacy"),
    ("EX05", 0, "核查情况：", "联系了诉求人（13800001111）。核查情况：", "privacy"),
    ("EX10", 0, "本人回访时按错键", "我们请诉求人回访时改为满意。本人回访时按错键", "leading"),
]  # fmt: skip


@pytest.mark.parametrize(("category", "at", "old", "new", "rule"), PLANTED)
def test_a_planted_fault_is_found_and_nothing_else(
    category: str, at: int, old: str, new: str, rule: str
) -> None:
    files = spoilt(category, at, old, new)
    found = reviewed(files, clean_facts(category))
    assert faulty(found) == [(rule, files[at].name)]
    (fault,) = faults(found)
    assert fault.cure.endswith("。")
    assert fault.page == 1


def test_a_reply_that_says_the_opposite_of_the_record_is_named() -> None:
    case = facts("EX05", reply="经核查，诉求人反映情况属实，3号楼楼道确有堆物，已清理完毕。")
    assert ("reply", "现场核查记录.docx") in faulty(reviewed(CLEAN["EX05"], case))


def test_a_reply_that_claims_contact_stands_against_calls_nobody_answered() -> None:
    case = facts("EX08", reply="已与诉求人取得联系，诉求人表示认可。")
    assert [rule for rule, _ in faulty(reviewed(CLEAN["EX08"], case))] == ["reply"]


def test_a_refusal_told_in_a_record_is_no_missing_signature() -> None:
    files = (CLEAN["EX06"][0], explanation("诉求人拒绝签字。"))
    assert faulty(reviewed(files, facts("EX06"))) == []


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ({"taken_at": None}, ["photo.time"]),
        ({"place": None}, ["photo.place"]),
        ({"taken_at": None, "place": None}, ["photo.time", "photo.place"]),
        ({"blur": 8.0}, ["photo.blurred"]),
        ({"brightness": 12.0}, ["photo.dark"]),
        ({"taken_at": datetime(2026, 4, 1, 9, tzinfo=BEIJING)}, ["photo.window"]),
    ],
)
def test_a_poor_photograph_is_named(said: dict[str, object], rules: list[str]) -> None:
    files = (*CLEAN["EX05"][:2], photo(**said))
    assert [rule for rule, _ in faulty(reviewed(files, facts("EX05")))] == rules


def test_a_watermark_says_when_and_where() -> None:
    stamped = photo(text="2026年5月6日 10:00\n地点：甲一小区3号楼", taken_at=None, place=None)
    assert faulty(reviewed((*CLEAN["EX05"][:2], stamped), facts("EX05"))) == []


def test_a_photograph_of_another_case_is_named() -> None:
    found = review_materials(
        CLEAN["EX05"],
        facts("EX05"),
        RULES,
        InventedLaws(),
        used_before={"a5c3f00f12345679": "20260101000001"},
    )
    assert faulty(found) == [("photo.reused", "IMG_2041.jpg")]


def test_an_unreadable_file_is_called_unreadable_and_not_missing() -> None:
    locked = MaterialFile("材料2.pdf", "2" * 64, 100, "pdf", (), None, "文件有密码，打不开。")
    found = reviewed((CLEAN["EX05"][0], locked, CLEAN["EX05"][2]), facts("EX05"))
    assert faulty(found) == [("file.readable", "材料2.pdf")]


def test_a_page_nobody_could_read_is_named_with_its_number() -> None:
    first = CLEAN["EX05"][0].pages[0]
    files = (
        replace(CLEAN["EX05"][0], pages=(first, MaterialPage(2, "", "none", "没有安装文字识别。"))),
        *CLEAN["EX05"][1:],
    )
    (fault,) = faults(reviewed(files, facts("EX05")))
    assert (fault.rule, fault.page) == ("page.readable", 2)


def test_hundreds_of_pages_nobody_could_read_are_one_finding() -> None:
    locked = tuple(MaterialPage(at, "", "none", "这一页没有安装文字识别") for at in range(2, 300))
    first = CLEAN["EX05"][0].pages[0]
    files = (replace(CLEAN["EX05"][0], pages=(first, *locked)), *CLEAN["EX05"][1:])
    (fault,) = faults(reviewed(files, facts("EX05")))
    assert (fault.page, "共 298 页" in fault.says) == (2, True)


def test_a_file_of_empty_pages_is_named_as_such() -> None:
    blank = paper("扫描件.pdf", "")
    found = faulty(reviewed((*CLEAN["EX05"], blank), facts("EX05")))
    assert found == [("file.readable", "扫描件.pdf")]


def test_the_cure_of_an_unreadable_file_is_said_once() -> None:
    locked = MaterialFile(
        "a.pdf", "2" * 64, 9, "pdf", problem="文件 a.pdf 有打开密码。请去掉密码后再交。"
    )
    (fault,) = faults(reviewed((*CLEAN["EX05"], locked), facts("EX05")))
    assert (fault.says, fault.cure) == ("文件 a.pdf 有打开密码", "请去掉密码后再交。")


def test_words_found_are_masked() -> None:
    files = spoilt("EX05", 0, "核查情况：", "诉求人电话13800001111。核查情况：")
    (fault,) = faults(reviewed(files, facts("EX05")))
    assert "13800001111" not in fault.text


def test_the_same_materials_give_the_same_findings() -> None:
    once = reviewed(CLEAN["EX01"], facts("EX01"))
    assert once == reviewed(CLEAN["EX01"], facts("EX01"))


def test_a_stated_number_of_calls_is_held_against_the_record() -> None:
    note = paper(
        "情况说明.docx",
        f"情况说明\n工单编号：{NO}\n工作人员先后拨打5次，均无人接听，诉求人失联，申请剔除。\n{SIGNED}",
    )
    case = facts("EX08", reply=QUIET_REPLY["EX08"])
    assert faulty(reviewed((*CLEAN["EX08"], note), case)) == [("calls.claimed", "情况说明.docx")]
