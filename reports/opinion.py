"""The written review opinion (书面审核意见): what is wrong, how to mend it, by when; as docx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casedb.days import exact_text
from casedb.exclusion.pieces import Finding
from casedb.exclusion.records import FindingRecord, MaterialRecord, RequestRecord, ReviewRecord
from casedb.exclusion.rounds import compare
from casedb.exclusion.rulebook import ExclusionRules
from casedb.exclusion.states import FLOW_NAMES, Decision
from reports.papers import Paper, Section, Table, write_docx

STATUS_NAMES = {
    "met": "符合", "missing": "缺少", "contradictory": "矛盾", "unreadable": "看不清",
}  # fmt: skip
HASH_SHOWN = 16


@dataclass(frozen=True, slots=True)
class OpinionFacts:
    """All that an opinion says; `reviewer` is the person who answers for it ("" before anyone)."""

    request: RequestRecord
    review: ReviewRecord
    materials: tuple[MaterialRecord, ...]
    before: ReviewRecord | None
    due_at: datetime | None
    reviewer: str
    made_at: datetime


def opinion_paper(facts: OpinionFacts, rules: ExclusionRules) -> Paper:
    """The opinion as sections and tables; the same facts give the same paper."""
    category = rules.category(facts.request.category)
    standing = facts.review.standing
    sections = [
        Section("一、案件与申请", tables=(_case_table(facts, f"{category.id} {category.name}"),)),
        Section("二、收到的材料", tables=(_materials_table(facts.materials),)),
        Section("三、审核意见", (_verdict(facts, standing),), _findings_tables(standing)),
    ]
    if facts.before is not None:
        sections.append(_since(facts, facts.before))
    sections.append(Section("审核依据", _grounds(facts, rules, category.basis)))
    return Paper(
        title="剔除材料审核意见",
        subtitle=f"编号 {facts.review.number}（第 {facts.review.round} 轮）",
        note=rules.note,
        sections=tuple(sections),
    )


def write_opinion(facts: OpinionFacts, rules: ExclusionRules, path: Path) -> Path:
    """Write the opinion as docx."""
    return write_docx(opinion_paper(facts, rules), path, made_at=facts.made_at)


def _case_table(facts: OpinionFacts, category: str) -> Table:
    request = facts.request
    rows = [
        ("工单编号", request.order_no),
        ("承办单位", request.unit or "未定"),
        ("申请方式", FLOW_NAMES[request.flow]),
        ("剔除类别", category),
        ("应交材料", "、".join(request.wanted)),
        ("审核时间", exact_text(facts.review.reviewed_at)),
    ]
    if request.reason:
        rows.append(("申请理由", request.reason))
    return Table("案件与申请", ("项目", "内容"), tuple(rows))


def _materials_table(materials: Sequence[MaterialRecord]) -> Table:
    rows = tuple(
        (str(at), one.name, _size(one.size), one.sent_by or "命令行", exact_text(one.received_at), one.sha256[:HASH_SHOWN])
        for at, one in enumerate(materials, start=1)
    )  # fmt: skip
    headings = ("序号", "文件", "大小", "提交人", "收到时间", "SHA-256（前16位）")
    return Table(f"共 {len(rows)} 份", headings, rows)


def _size(count: int) -> str:
    return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{max(1, round(count / 1024))} KB"


def _verdict(facts: OpinionFacts, standing: Sequence[FindingRecord]) -> str:
    if not standing:
        return "所交材料未发现需要整改的问题，可以报送复核。"
    until = f"请于 {exact_text(facts.due_at)} 前" if facts.due_at else "请尽快"
    return f"发现 {len(standing)} 项问题，{until}按下表逐项整改后重新提交。"


def _findings_tables(standing: Sequence[FindingRecord]) -> tuple[Table, ...]:
    if not standing:
        return ()
    rows = tuple(_row(at, one) for at, one in enumerate(standing, start=1))
    headings = ("序号", "性质", "位置", "问题", "怎样改", "确认人")
    return (Table("问题与整改要求", headings, rows),)


def _row(at: int, one: FindingRecord) -> tuple[str, ...]:
    found = one.finding
    words = f"（原文：“{found.words}”）" if found.words else ""
    decided = one.decided_by if one.decision is not Decision.OPEN else "待确认"
    return (
        str(at), STATUS_NAMES[found.status.value], place_of(found), f"{found.says}{words}",
        found.cure, decided,
    )  # fmt: skip


def place_of(found: Finding) -> str:
    """Where a fault stands, in words."""
    if not found.file:
        return "全部材料"
    return f"{found.file} 第{found.page}页" if found.page else found.file


def _since(facts: OpinionFacts, before: ReviewRecord) -> Section:
    change = compare(before, facts.review)
    groups = (("已整改", change.mended), ("仍未整改", change.remaining), ("新发现", change.fresh))
    rows = tuple((name, place_of(one), one.says) for name, found in groups for one in found)
    counts = "，".join(f"{name} {len(found)} 项" for name, found in groups)
    tables = (Table("与上一轮对照", ("情况", "位置", "问题"), rows),) if rows else ()
    return Section("四、与上一轮对照", (f"与第 {before.round} 轮相比：{counts}。",), tables)


def _grounds(facts: OpinionFacts, rules: ExclusionRules, basis: str) -> tuple[str, ...]:
    begins = f"，{rules.effective_from} 起用" if rules.effective_from else ""
    lines = [
        f"剔除材料审核规则第 {facts.review.rules_version} 版{begins}。{rules.note}",
        f"规则来源：{rules.source}。",
        f"类别依据：{basis}。" if basis else "",
        "问题由程序按规则提出，由审核人逐项确认、改写或驳回。",
        f"审核人：{facts.reviewer or '待确认'}　　出具时间：{exact_text(facts.made_at)}",
    ]
    return tuple(line for line in lines if line)
