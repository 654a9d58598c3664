"""Order numbers of a repeated complaint: the former one is named on purpose, a wrong one is found."""

from __future__ import annotations

import pytest

from casedb.exclusion.checking import faults, review_materials
from casedb.exclusion.pieces import MaterialFile
from tests.casedb.invented_materials import RULES
from tests.casedb.other_materials import NO, TwoLaws, facts, paper

FORMER, WRONG, STRANGE = "JD2026080300112", "JD2026091200354", "JD2026071500998"
SIGNED = "\n对照人签字：田野\n2026年9月15日"


def rules_found(*files: MaterialFile) -> list[tuple[str, str]]:
    found = faults(review_materials(files, facts("EX04"), RULES, TwoLaws()))
    return [(one.rule, one.file) for one in found if one.rule.startswith("order_no")]


def with_comparison(text: str, former: str = FORMER) -> tuple[MaterialFile, ...]:
    """The papers of a repeated complaint around this comparison."""
    return (
        paper("原工单.docx", f"前序工单办结回复\n工单编号：{former}\n已清运。\n（盖章）\n2026年8月6日"),
        paper("比对.docx", text + SIGNED),
        paper("说明.docx", f"情况说明\n工单编号：{NO}\n无新情况，申请剔除。\n科室（公章）\n2026年9月15日"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        f"两次诉求比对说明\n前序工单编号：{FORMER}\n地点、事项相同。",
        f"两次诉求比对说明\n工单编号：{NO}\n工单编号：{FORMER}\n地点、事项相同。",
        f"重复诉求对照表\n项目 | 甲 | 乙\n工单编号 | {FORMER} | {NO}\n事项 | 垃圾 | 垃圾",
        f"比对情况\n本次诉求（{NO}）与{FORMER}号工单为同一事项。",
        f"比对情况\n经核对，工单{FORMER}所反映事项与现诉求一致。",
        f"比对情况\n本次比对的前序工单编号：{FORMER}，事项一致。",
    ],
)
def test_a_former_order_named_for_comparison_is_no_fault(text: str) -> None:
    assert rules_found(*with_comparison(text)) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"两次诉求比对说明\n工单编号：{WRONG}\n前序工单编号：{FORMER}\n事项相同。", "order_no"),
        (f"重复诉求对照表\n工单编号 | {FORMER} | {WRONG}\n事项 | 垃圾 | 垃圾", "order_no"),
        (f"比对情况\n本次工单编号：{WRONG}，与原工单{FORMER}为同一事项。", "order_no"),
        (
            f"两次诉求比对说明\n工单编号：{NO}\n前序工单编号：{STRANGE}\n事项相同。",
            "order_no.former",
        ),
    ],
)
def test_a_wrong_number_in_a_comparison_is_found(text: str, rule: str) -> None:
    assert rules_found(*with_comparison(text)) == [(rule, "比对.docx")]


def test_a_slip_of_the_own_number_in_a_paper_of_the_former_order_is_found() -> None:
    text = f"比对情况\n工单编号：{NO}\n与前次一致。"
    assert rules_found(*with_comparison(text, former=WRONG)) == [("order_no", "原工单.docx")]


def test_a_statement_that_names_another_order_only_is_a_wrong_paper() -> None:
    files = with_comparison(f"比对情况\n工单编号：{NO}\n前序工单编号：{FORMER}\n一致。")
    other = paper("其他.docx", f"情况说明\n工单编号：{FORMER}\n申请剔除。\n（公章）\n2026年9月15日")
    assert rules_found(*files, other) == [("order_no", "其他.docx")]
