"""Pure: are the required papers there, readable, numbered right, sealed, signed and dated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from casedb.exclusion.holding import held_papers
from casedb.exclusion.pieces import CaseFacts, Finding, FindingStatus, MaterialPage
from casedb.exclusion.rulebook import Category, ExclusionRules
from casedb.exclusion.sorting import Sorted

MISSING, MET = FindingStatus.MISSING, FindingStatus.MET
UNREADABLE, CONTRADICTORY = FindingStatus.UNREADABLE, FindingStatus.CONTRADICTORY
OPENS_AGAIN = "请去掉密码、宏或外部链接，另存为能正常打开的文件后重新提交。"


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


LABELLED_NUMBER = re.compile(
    r"(?P<label>(?:前序|原|上次|前次|历史|首次|关联|重复|主|此前|既往|另一|另)?.{0,2}"
    r"(?:工单编号|工单号|工单|案件编号|诉求编号|受理编号|编号|单号|派单编号))"
    r"\s*[:：为是#№（(]?\s*(?:No\.?)?\s*(?P<no>[A-Za-z]{0,6}-?\d[\dA-Za-z-]{5,30})"
)
EARLIER_WORDS = re.compile(
    r"前序|原工单|原单|上次|上一|前次|前一|前期|历史|首次|初次|关联|重复|此前|既往|另一|另有|先前|早前|曾|系列|对应的旧|旧单|第[一二三四五六七八九\d]+次|文号|证号|机身|序列|统一社会|信用代码|立案|受理通知|案号|许可|执照|电话|手机|身份证|票号|合同|档案"
)
ORDER_WORDS = re.compile(r"工单|单号|诉求编号|案件编号|派单编号")
OCR_SWAPS = str.maketrans("OoIlZSB", "0011258")


def check_order_no(files: Sequence[Sorted], case: CaseFacts) -> Iterator[Finding]:
    """The order number is the same in every paper and file name, and at least one paper says it."""
    own = case.order_no.strip()
    if not own:
        return
    said = strange = False
    for one in files:
        wrong = None
        for page, number, line in _numbers(one, own):
            if _same(number, own):
                said = True
            elif wrong is None and not one.any_main("earlier") and not EARLIER_WORDS.search(line):
                wrong = (page, number)
        if wrong:
            strange = True
            page_no, number = wrong
            yield Finding(
                CONTRADICTORY, "order_no", f"工单编号与本案不一致，本案是 {own}", one.file.name,
                page_no, number, "请核对是否拿错了别的工单的材料，改正编号后重新提交。",
            )  # fmt: skip
    if said:
        yield Finding(MET, "order_no", f"材料写明了工单编号 {own}")
    elif not strange and any(one.readable and one.all_main("ours") for one in files):
        yield Finding(
            MISSING,
            "order_no",
            "没有一份材料写明本案工单编号",
            cure=f"请在说明类材料里写上工单编号 {own}。",
        )


def _numbers(one: Sorted, own: str) -> Iterator[tuple[int | None, str, str]]:
    """Numbers that claim to be an order number: page (None for the name), number, line."""
    shape = re.compile(
        rf"(?<![\dA-Za-z])[A-Za-z]{{0,6}}-?\d[\dA-Za-z-]{{{max(len(own) - 3, 4)},{len(own)}}}(?![\dA-Za-z])"
    )
    for found in shape.finditer(one.file.name.rpartition(".")[0].replace("_", " ")):
        if _alike(found[0], own):
            yield None, found[0], one.file.name
    for line in one.lines:
        labelled = list(LABELLED_NUMBER.finditer(line.text))
        for found in labelled:
            if ORDER_WORDS.search(found["label"]) or _alike(found["no"], own):
                yield line.page, found["no"], _clause(line.text, found.start(), found.end())
        starts = {found.start("no") for found in labelled}
        for found in shape.finditer(line.text):
            if found.start() not in starts and _alike(found[0], own):
                yield line.page, found[0], _clause(line.text, found.start(), found.end())


def _clause(text: str, start: int, end: int) -> str:
    """What is said about a number: its sentence up to it, from the last comma but one."""
    before = re.split(r"[。；;！]", text[:start])[-1]
    return "，".join(re.split(r"[，,]", before)[-2:]) + text[start:end]


def _alike(number: str, own: str) -> bool:
    """Same length and the same places of letters and digits, and a common beginning."""
    if len(number) != len(own):
        return False
    same = all(a.isdigit() == b.isdigit() for a, b in zip(number, own, strict=True))
    return same and number[:4] == own[:4]


def _same(number: str, own: str) -> bool:
    plain, wanted = number.upper(), own.upper()
    if plain == wanted or plain.replace("-", "") == wanted.replace("-", ""):
        return True
    if plain.translate(OCR_SWAPS) == wanted.translate(OCR_SWAPS):
        return True
    return len(plain) < len(wanted) and len(plain) >= 4 and wanted.endswith(plain)
