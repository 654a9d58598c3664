"""Several papers in one file are told apart, and each is checked as if it had come alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casedb.exclusion.checking import faults, review_materials
from casedb.exclusion.parts import parts_of
from casedb.exclusion.pieces import MaterialFile, MaterialPhoto
from tests.casedb.bound_materials import (
    ANSWER,
    BOUND,
    DUTIES,
    MESSAGE,
    STEPS,
    facts,
    pages,
    word,
)
from tests.casedb.invented_materials import RULES
from tests.casedb.other_materials import TwoLaws

CALLED_LATER = "8月3日17时48分，拒接\n第三次：8月5日9时30分"
CALLED_AT_ONCE = "8月3日11时10分，拒接\n第三次：8月3日11时15分"


def rules_found(category: str, *files: MaterialFile) -> set[str]:
    found = review_materials(files, facts(category), RULES, TwoLaws())
    return {one.rule for one in faults(found)}


def without(file: MaterialFile, old: str, new: str = "") -> MaterialFile:
    assert any(old in page.text for page in file.pages)
    changed = tuple(replace(page, text=page.text.replace(old, new)) for page in file.pages)
    return replace(file, pages=tuple(page for page in changed if page.text.strip()))


@pytest.mark.parametrize("category", sorted(BOUND))
def test_a_file_with_all_papers_has_nothing_to_mend(category: str) -> None:
    assert rules_found(category, BOUND[category]) == set()


@pytest.mark.parametrize(
    ("category", "old", "new", "rule"),
    [
        ("EX02", ANSWER, "", "paper.reply_letter"),
        ("EX02", DUTIES, "", "paper.duty_list"),
        ("EX02", "区水务局（印章）\n", "", "seal"),
        ("EX08", MESSAGE, "", "paper.sms"),
        ("EX08", CALLED_LATER, CALLED_AT_ONCE, "calls.periods"),
        ("EX04", "工单编号：WZ-0803-2291", "工单编号：WZ-0803-2219", "order_no"),
        ("EX04", "比对人：郎小满（签名）\n", "", "seal"),
        ("EX07", STEPS, "", "paper.plan"),
        ("EX07", "记录人签字：田一苇\n", "", "signature"),
    ],
)
def test_a_fault_in_one_of_the_bound_papers_is_found(
    category: str, old: str, new: str, rule: str
) -> None:
    found = rules_found(category, without(BOUND[category], old, new))
    assert found == {rule}


def test_a_list_of_attachments_and_numbered_thoughts_begin_no_new_paper() -> None:
    text = (
        "情况说明\n工单编号：WZ-0803-2291\n一、核查情况\n经现场核查未发现。\n二、解释沟通情况\n已解释。\n"
        "甲一社区（盖章）\n2026年8月5日\n附件1　现场核查记录\n附件2　物业证明\n"
    )
    assert len(parts_of(word("说明.docx", text), lambda heading: frozenset({heading}))) == 1


def test_each_piece_keeps_the_numbers_of_its_pages() -> None:
    pieces = parts_of(BOUND["EX04"], lambda heading: frozenset({heading}))
    assert [[page.number for page in one.pages] for one in pieces] == [[1], [2], [3], [4]]
    assert {one.name for one in pieces} == {"剔除说明.pdf"}


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("EX11", "关于更正WZ-0803-2291号工单分类的函\n市民热线服务中心：\n来电人是建议，应为建议类，请予更正。\n文体科（公章）\n2026年8月4日"),
        ("EX12", "某区防汛抗旱指挥部文件\n某汛指〔2026〕15号\n关于启动应急响应的通知\n各部门：\n受台风影响，自2026年8月3日12时起停止户外作业。WZ-0803-2291\n某区防汛抗旱指挥部（印）\n2026年8月3日"),
    ],
)  # fmt: skip
def test_letterheads_and_numbers_in_a_title_do_not_hide_what_it_is(
    category: str, text: str
) -> None:
    paper = word("材料.docx", text)
    assert rules_found(category, paper) == set()
    unsealed = "\n".join(line for line in text.splitlines() if not line.endswith(("章）", "印）")))
    assert rules_found(category, word("材料.docx", unsealed)) == {"seal"}


def test_a_units_own_request_is_not_the_callers_correction() -> None:
    text = "关于WZ-0803-2291号工单误评的申诉\n系误操作，来电人本人要求更正，请予剔除。\n卫健科（公章）\n2026年8月13日"
    assert rules_found("EX10", word("申请.docx", text)) == {"paper.correction"}


def test_a_gift_told_before_what_it_was_for_is_a_lure() -> None:
    text = "误评更正申请\n工单编号：WZ-0803-2291\n来电人误按，申请更正。{}\n中心（公章）\n2026年8月15日"
    gift = text.format("为争取来电人改评价，我中心上门赠送了慰问品一份。")
    kind = text.format("为帮助其渡过难关，社区上门慰问并赠送了慰问品。")
    assert "leading" in rules_found("EX10", word("报告.docx", gift))
    assert "leading" not in rules_found("EX10", word("报告.docx", kind))


def test_a_screenshot_whose_words_were_read_is_not_called_blurred() -> None:
    shown = MaterialPhoto(None, None, 20.0, 240.0, "a5c3f00f12345678")
    text = pages(
        "短信.png", MESSAGE + "WZ-0803-2291 已送达，请您方便时回电，谢谢配合，我们将继续联系您。"
    )
    picture = replace(text, kind="png", photo=shown)
    assert "photo.blurred" not in rules_found("EX08", picture, BOUND["EX08"])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("来电人退款账号（银行卡）6222020000000000005。", True),
        ("统一受理流水6222020000000000000。", False),
    ],
)
def test_a_number_named_as_an_account_is_personal_even_when_mistyped(line: str, told: bool) -> None:
    text = f"情况说明\n工单编号：WZ-0803-2291\n{line}\n申请剔除。\n中心（公章）\n2026年8月5日"
    assert ("privacy" in rules_found("EX10", word("说明.docx", text))) is told


def test_the_day_of_a_hearing_lies_after_the_summons() -> None:
    text = (
        "某市中级人民法院传票\n案号：（2026）某行初字第118号\n应到时间：2026年11月20日9时30分\n"
        "某市中级人民法院（印章）\n2026年7月28日"
    )
    assert "time.order" not in rules_found("EX03", word("传票.docx", text))
