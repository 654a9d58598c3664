"""Pure: do the papers name the order they are handed in for, and the former one alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casedb.exclusion.pieces import CaseFacts, Finding, FindingStatus
from casedb.exclusion.sorting import Sorted

CONTRADICTORY = FindingStatus.CONTRADICTORY
LABELLED_NUMBER = re.compile(
    r"(?P<label>(?:前序|原|上次|前次|历史|首次|关联|重复|主|此前|既往|另一|另)?.{0,2}"
    r"(?:工单编号|工单号|工单|案件编号|诉求编号|受理编号|编号|单号|派单编号))"
    r"\s*[:：|\t为是#№（(]?\s*(?:No\.?)?\s*(?P<no>[A-Za-z]{0,6}-?\d[\dA-Za-z-]{5,30})"
)
EARLIER_WORDS = re.compile(
    r"前序|原工单|原单|上次|上一|前次|前一|前期|历史|首次|初次|关联|重复|此前|既往|另一|另有|先前|早前|曾|系列|对应的旧|旧单|第[一二三四五六七八九\d]+次|文号|证号|机身|序列|统一社会|信用代码|立案|受理通知|案号|许可|执照|电话|手机|身份证|票号|合同|档案"
)
ORDER_WORDS = re.compile(r"工单|单号|诉求编号|案件编号|派单编号")
OCR_SWAPS = str.maketrans("OoIlZSB", "0011258")
OWN_WORDS = re.compile(
    r"(?:本次|此次|本案|本工单|本诉求|本单|当前|现工单|现诉求|对应(?:诉求|工单)|后一次)[^，,、与和同跟及前原历上旧]{0,8}$"
)
SHAPE = re.compile(r"(?<![\dA-Za-z])[A-Za-z]{0,6}-?\d[\dA-Za-z-]{3,38}[\dA-Za-z](?![\dA-Za-z])")
MISTYPED = 2  # digits in which a number may differ from the own one to be a slip of it


@dataclass(frozen=True, slots=True)
class Named:
    """A number that a paper names, with its page (None: in the file's name) and the words before it.

    `former` tells what the words say: True another order, False this one, None neither.
    """

    number: str
    page: int | None
    clause: str

    @property
    def former(self) -> bool | None:
        """What stands right before the number decides; "本次" further off may compare."""
        if OWN_WORDS.search(self.clause.removesuffix(self.number)):
            return False
        return True if EARLIER_WORDS.search(self.clause) else None


def check_order_no(files: Sequence[Sorted], case: CaseFacts) -> Iterator[Finding]:
    """The order number is the same in every paper and file name, and at least one paper says it.

    A former order is named on purpose: where the words say so, where a paper of the former order
    (前序工单、回访) carries its number, and in a comparison that names the own number as well.
    """
    own = case.order_no.strip()
    if not own:
        return
    told = [(one, list(_numbers(one, own))) for one in files]
    known = _former_orders(told, case, own)
    said = strange = False
    for one, numbers in told:
        own_too = any(_same(found.number, own) for found in numbers)
        said = said or own_too
        wrong = next((n for n in numbers if _is_wrong(n, one, own, known, own_too)), None)
        if wrong is not None:
            strange = True
            yield Finding(
                CONTRADICTORY, "order_no", f"工单编号与本案不一致，本案是 {own}", one.file.name,
                wrong.page, wrong.number, "请核对是否拿错了别的工单的材料，改正编号后重新提交。",
            )  # fmt: skip
    if not strange:
        yield from _former_agrees(told, own)
    if said:
        yield Finding(FindingStatus.MET, "order_no", f"材料写明了工单编号 {own}")
    elif not strange and any(one.readable and one.all_main("ours") for one in files):
        yield Finding(
            FindingStatus.MISSING,
            "order_no",
            "没有一份材料写明本案工单编号",
            cure=f"请在说明类材料里写上工单编号 {own}。",
        )


def _former_orders(
    told: Sequence[tuple[Sorted, Sequence[Named]]], case: CaseFacts, own: str
) -> set[str]:
    """Numbers of other orders that this case rightly speaks of."""
    known = {
        found.number.upper()
        for one, numbers in told
        for found in numbers
        if found.former or (_is_former(one) and found.former is None)
    }
    told_us = LABELLED_NUMBER.finditer(f"{case.appeal}\n{case.reply}")
    return {
        one for one in known | {found["no"].upper() for found in told_us} if not _same(one, own)
    }


def _is_former(one: Sorted) -> bool:
    """A paper of the former order itself, not one that compares."""
    return one.any_main("earlier") and not one.any_main("ours")


def _is_wrong(found: Named, one: Sorted, own: str, known: set[str], own_too: bool) -> bool:
    if _same(found.number, own) or found.former:
        return False
    if found.former is False:
        return True
    if _is_former(one):
        return _slip(found.number, own) and not own_too
    if one.any_main("earlier"):
        return found.number.upper() not in known and not own_too
    return not (own_too and found.number.upper() in known)


def _slip(number: str, own: str) -> bool:
    """Nearly the own number: somebody mistyped it."""
    if len(number) != len(own):
        return False
    return sum(a != b for a, b in zip(number.upper(), own.upper(), strict=True)) <= MISTYPED


def _former_agrees(told: Sequence[tuple[Sorted, Sequence[Named]]], own: str) -> Iterator[Finding]:
    """A comparison and the papers of the former order speak of the same one."""
    theirs = {
        found.number.upper()
        for one, numbers in told
        if _is_former(one)
        for found in numbers
        if not _same(found.number, own)
    }
    for one, numbers in told:
        others = [n for n in numbers if n.former and not _same(n.number, own)]
        compares = one.any_main("earlier") and one.any_main("ours")
        if not (compares and theirs and others) or {n.number.upper() for n in others} & theirs:
            continue
        yield Finding(
            CONTRADICTORY, "order_no.former",
            f"比对的前序工单与所附前序工单材料不是同一件（材料是 {'、'.join(sorted(theirs))}）",
            one.file.name, others[0].page, others[0].number, "请核对前序工单编号，改正后重新提交。",
        )  # fmt: skip


def _numbers(one: Sorted, own: str) -> Iterator[Named]:
    """Numbers that claim to be an order number."""
    for found in SHAPE.finditer(one.file.name.rpartition(".")[0].replace("_", " ")):
        if _alike(found[0], own):
            yield Named(found[0], None, one.file.name)
    for line in one.lines:
        labelled = list(LABELLED_NUMBER.finditer(line.text))
        for found in labelled:
            if ORDER_WORDS.search(found["label"]) or _alike(found["no"], own):
                said = _clause(line.text, found.start(), found.end("no"))
                yield Named(found["no"], line.page, said)
        starts = {found.start("no") for found in labelled}
        for found in SHAPE.finditer(line.text):
            if found.start() not in starts and _alike(found[0], own):
                said = _clause(line.text, found.start(), found.end())
                yield Named(found[0], line.page, said)


def names_another(sentence: str, own: str) -> bool:
    """Whether a sentence names an order number like the own one, and not the own one."""
    found = [one[0] for one in SHAPE.finditer(sentence)]
    return any(own and _alike(one, own) and not _same(one, own) for one in found)


def _clause(text: str, start: int, end: int) -> str:
    """What is said about a number: its sentence up to it, from the last comma but one."""
    before = re.split(r"[。；;！]", text[:start])[-1]
    return "，".join(re.split(r"[，,]", before)[-2:]) + text[start:end]


def _alike(number: str, own: str) -> bool:
    """Of the same make: letters and digits in the same places, the same letters or beginning."""
    if len(number) != len(own):
        return False
    if not all(a.isdigit() == b.isdigit() for a, b in zip(number, own, strict=True)):
        return False
    letters = [re.sub(r"\d", "", one).upper() for one in (number, own)]
    return letters[0] == letters[1] if re.search(r"[A-Z]", letters[1]) else number[:4] == own[:4]


def _same(number: str, own: str) -> bool:
    plain, wanted = number.upper(), own.upper()
    if plain == wanted or plain.replace("-", "") == wanted.replace("-", ""):
        return True
    if plain.translate(OCR_SWAPS) == wanted.translate(OCR_SWAPS):
        return True
    return len(plain) < len(wanted) and len(plain) >= 4 and wanted.endswith(plain)
