"""zhiban review NO: the findings of one case on the screen, as JSON, and as a written opinion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.shell.output import note, put_json, say
from casedb.exclusion.pieces import Finding, FindingStatus

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
    """Review the files for a case of the records."""
    from bot.handed_in import read_handed_in, recognising
    from bot.reviewing import facts_of, findings_for, open_exclusion_rules, open_lawbook
    from bot.shell.opened import rooms
    from bot.shell.progress import Steps
    from casedb import cases

    for file in files:
        if not file.is_file():
            raise BotError(f"找不到文件 {file}。", "请检查路径。")
    with rooms() as opened:
        rules = open_exclusion_rules(opened.settings)
        category = rules.category(category).id
        with opened.store.reading() as s:
            case = cases.find(s, number)
        if case is None:
            raise BotError(f"没有工单 {number}。", "请核对编号，或先用 zhiban cases import 导入。")
        with recognising() as ocr:
            given = [(file, file.name) for file in files]
            read = read_handed_in(given, ocr=ocr, progress=Steps())
        book = open_lawbook(opened.settings, opened.index)
        found = findings_for(read, facts_of(case, category), rules, book)
    if as_json:
        put_json(
            {
                "order_no": case.order_no,
                "category": category,
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
