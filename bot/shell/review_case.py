"""zhiban review NO: the findings of one case on the screen, as JSON, and as a written opinion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.rooms import Rooms
from bot.shell.output import note, put_json, say
from casedb.exclusion.pieces import Finding, FindingStatus
from casedb.exclusion.records import ReviewRecord
from casedb.exclusion.rulebook import ExclusionRules

WORDS = {
    FindingStatus.MET: "符合",
    FindingStatus.MISSING: "缺少",
    FindingStatus.CONTRADICTORY: "矛盾",
    FindingStatus.UNREADABLE: "看不清",
}


def finding_json(finding: Finding) -> dict[str, Any]:
    """The keys of COMMANDS.md."""
    return {
        "status": finding.status.value,
        "rule": finding.rule,
        "file": finding.file,
        "page": finding.page,
        "text": finding.text,
        "words": finding.words,
        "cure": finding.cure,
    }


def review_one(
    number: str, files: Sequence[Path], *, category: str, as_json: bool, out: Path | None
) -> None:
    """Review the files for a case of the records; the round and the files are kept.

    The same files again make no second round before the opinion of the first went out.
    """
    from bot.materials.desk import keep_file, opinion_file, run_review, take_in
    from bot.materials.reviewing import open_exclusion_rules
    from bot.shell.opened import rooms
    from bot.shell.progress import Steps

    for file in files:
        if not file.is_file():
            raise BotError(f"找不到文件 {file}。", "请检查路径。")
    with rooms() as opened:
        rules = open_exclusion_rules(opened.settings)
        request = ensure_request(opened, number, rules.category(category).id)
        now = opened.clock.now()
        given: set[str] = set()
        for file in files:
            kept = keep_file(opened, file)
            taken = take_in(
                opened, request, kept, file.name, actor="import", channel="shell", now=now
            )
            given |= {one.sha256 for one, *_ in taken}
        review = run_review(
            opened, request, actor="import", now=now, progress=Steps(), only=frozenset(given)
        )
        if out is not None:
            opinion_file(opened, review, out, reviewer="", due_at=None, now=now)
            note(f"书面审核意见已写入 {out}（待人确认）。")
    _show([one.finding for one in review.findings], review, rules, number, category, as_json)


def ensure_request(opened: Rooms, number: str, category: str) -> int:
    """The open request of a case in this category; one of another category is withdrawn first."""
    from bot.materials.desk import default_due
    from bot.materials.reviewing import open_exclusion_rules
    from casedb import cases
    from casedb.exclusion import requests

    now, rules = opened.clock.now(), open_exclusion_rules(opened.settings)
    with opened.store.session() as s:
        case = cases.find(s, number)
        if case is None:
            raise BotError(f"没有工单 {number}。", "请核对编号，或先用 zhiban cases import 导入。")
        known = requests.request_of_case(s, case.id)
        if known is not None and known.open and known.category == category:
            return known.id
        if known is not None and known.open:
            requests.withdraw(s, known.id, actor="import", now=now)
        made = requests.open_request(
            s, case.id, flow=requests.flow_for(case.stage), category=category,
            due_at=default_due(opened, now), exclusion=rules, rules=opened.rules,
            actor="import", now=now,
        )  # fmt: skip
    return made.id


def _show(
    found: Sequence[Finding],
    review: ReviewRecord,
    rules: ExclusionRules,
    number: str,
    category: str,
    as_json: bool,
) -> None:
    if as_json:
        put_json(
            {
                "order_no": number,
                "category": category.strip().upper(),
                "opinion": review.number,
                "round": review.round,
                "rules": rules.version,
                "note": rules.note,
                "findings": [finding_json(one) for one in found],
            }
        )
        return
    if rules.note:
        note(rules.note)
    for one in found:
        where = f"{one.file} 第{one.page}页" if one.page else one.file
        say("｜".join(part for part in (WORDS[one.status], one.rule, where, one.text) if part))
