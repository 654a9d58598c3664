"""Pure: are the required papers there, and can they be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from casedb.exclusion.holding import held_papers
from casedb.exclusion.pieces import Finding, FindingStatus, MaterialPage
from casedb.exclusion.rulebook import Category, ExclusionRules
from casedb.exclusion.sorting import Sorted

MISSING, MET = FindingStatus.MISSING, FindingStatus.MET
UNREADABLE = FindingStatus.UNREADABLE
OPENS_AGAIN = "请确认文件完整、能正常打开，没有密码、宏和外部链接，另存后重新提交。"


def check_papers(
    files: Sequence[Sorted], category: Category, rules: ExclusionRules
) -> Iterator[Finding]:
    """Each group of papers the category asks for: met by a file, or missing.

    A file that could not be read and whose name tells nothing may be the one that is wanted; then
    nothing is called missing, the file is called unreadable instead.
    """
    riddles = sum(
        1 for one in files if not one.readable and not one.papers and not one.is_photograph
    )
    for held in held_papers(files, category, rules):
        wanted = "或".join(rules.paper(one).name for one in held.group)
        rule = f"paper.{held.group[0]}"
        if held.holder is not None:
            yield Finding(MET, rule, f"已提交{wanted}", held.holder.file.name)
        elif riddles:
            riddles -= 1
        else:
            yield Finding(
                MISSING, rule, f"{category.id}“{category.name}”缺少必交材料：{wanted}",
                cure=f"请补交{wanted}，写明工单编号并按要求盖章、签字、写日期。",
            )  # fmt: skip


def check_readable(files: Sequence[Sorted]) -> Iterator[Finding]:
    """Files and pages that could not be read, each with why."""
    for one in files:
        file = one.file
        if file.kind == "voice":
            continue
        if file.problem:
            says, cure = _parted(file.problem)
            yield Finding(UNREADABLE, "file.readable", says, file.name, cure=cure)
            continue
        if file.is_picture and not one.readable:
            continue  # a photograph; its sharpness is looked at elsewhere
        bad = [page for page in file.pages if not page.text.strip() and page.how == "none"]
        if not bad and not one.readable:
            yield Finding(
                UNREADABLE, "file.readable", "文件里没有读到任何内容", file.name,
                cure="请确认文件没有损坏、不是空白页，另存后重新提交。",
            )  # fmt: skip
        for problem, pages in _alike_pages(bad).items():
            says, cure = _parted(problem, "请重新扫描或拍得更清楚后再交这一页。")
            if len(pages) > 1:
                says = f"{says}（第 {pages[0]}–{pages[-1]} 页里共 {len(pages)} 页）"
            yield Finding(UNREADABLE, "page.readable", says, file.name, pages[0], cure=cure)


def _alike_pages(bad: Sequence[MaterialPage]) -> dict[str, list[int]]:
    """Pages by what is wrong with them: three hundred pages of one kind are one thing to say."""
    found: dict[str, list[int]] = {}
    for page in bad:
        found.setdefault(page.problem or "这一页没有读出文字", []).append(page.number)
    return found


def _parted(problem: str, otherwise: str = OPENS_AGAIN) -> tuple[str, str]:
    """What is wrong, and the cure where the sentence holds one: 文件有密码。请去掉密码后再交。"""
    found = re.search(r"[，。；]\s*(请[^。]*)。?$", problem)
    if found is None:
        return problem.rstrip("。"), otherwise
    return problem[: found.start()].rstrip("。"), f"{found[1]}。"
