"""The written opinion says case, files with hashes, each fault with its cure, and what changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from docx import Document

from casedb.exclusion.pieces import Finding, FindingStatus
from casedb.exclusion.records import FindingRecord, MaterialRecord, RequestRecord, ReviewRecord
from casedb.exclusion.states import Decision, ExclusionFlow, ExclusionState
from reports.opinion import OpinionFacts, opinion_paper, write_opinion
from tests.casedb.invented_materials import RULES

AT = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
SEAL = Finding(FindingStatus.MISSING, "seal", "材料上没有盖章", "说明.docx", 2, "", "请盖章。")
DATE = Finding(FindingStatus.MISSING, "date", "没有日期", "说明.docx", 2, "", "请写日期。")


def review(round_: int, *found: Finding, decision: Decision = Decision.CONFIRMED) -> ReviewRecord:
    kept = tuple(
        FindingRecord(at, one, decision, "周分析", AT, "") for at, one in enumerate(found, start=1)
    )
    return ReviewRecord(round_, 1, round_, f"SH-{round_}", "1", AT, "周分析", AT, AT, "", kept)


def facts(now: ReviewRecord, before: ReviewRecord | None = None) -> OpinionFacts:
    request = RequestRecord(
        1, 1, "20260601000123", 1, "甲一社区", ExclusionFlow.APPEAL, "EX01", "不在辖区",
        ExclusionState.CORRECTING, ("情况说明",), 1, AT, AT, 1, None, 0, None, "",
    )  # fmt: skip
    material = MaterialRecord(
        1, 1, "ab" * 32, "说明.docx", "p", 2048, "docx", "林小满", AT, 1, False
    )
    return OpinionFacts(request, now, (material,), before, AT, "周分析", AT)


def texts(given: OpinionFacts, tmp_path: Path) -> str:
    document = Document(str(write_opinion(given, RULES, tmp_path / "o.docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_it_names_each_fault_its_place_its_cure_and_the_deadline(tmp_path: Path) -> None:
    said = texts(facts(review(1, SEAL)), tmp_path)
    for words in (
        "20260601000123", "EX01 非本辖区", "考核申诉", "abababababababab", "说明.docx 第2页",
        "材料上没有盖章", "请盖章。", "2026年6月1日(周一) 09:00:00", "样例规则，未经甲方确认", "周分析",
    ):  # fmt: skip
        assert words in said, words


def test_a_second_round_shows_what_was_mended(tmp_path: Path) -> None:
    said = texts(facts(review(2, DATE), review(1, SEAL, DATE)), tmp_path)
    assert "已整改 1 项，仍未整改 1 项，新发现 0 项" in said


def test_what_was_overridden_is_not_in_the_opinion(tmp_path: Path) -> None:
    said = texts(facts(review(1, SEAL, decision=Decision.OVERRIDDEN)), tmp_path)
    assert "没有盖章" not in said
    assert "可以报送复核" in said


def test_the_same_facts_give_the_same_paper() -> None:
    assert opinion_paper(facts(review(1, SEAL)), RULES) == opinion_paper(
        facts(review(1, SEAL)), RULES
    )
