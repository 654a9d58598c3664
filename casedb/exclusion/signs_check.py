"""Pure: is each formal paper sealed, signed and dated, and is no such place left blank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from casedb.exclusion.lines import Line
from casedb.exclusion.pieces import Finding, FindingStatus
from casedb.exclusion.sorting import Sorted

SEAL = re.compile(r"盖章|公章|签章|印章|用章|[(（【\[]\s*[章印]\s*[)）】\]]|专用章|（印鉴）|骑缝")
SIGNATURE = re.compile(r"签字|签名|签章|签署|手签|手印|亲签|签认")
SIGNER = re.compile(
    r"(?:经办|核查|核实|检查|记录|调查|承办|审核|负责|处置|勘[查验]|见证|解释|沟通|告知|劝阻|制表|填表|填报|办理|主管|工作|联系|拍摄|谈话|证明|当事|被告知|接待|走访|巡查|到场)"
    r"(?:人员|人|领导|者|员)?(?:姓名)?\s*(?:[(（][^()（）]{0,6}[)）])?\s*[:：\t|]\s*(?P<name>[^\s_＿:：]{2,20})"
)
REFUSED = re.compile(r"(?:拒绝|拒不|未|不愿|不肯|没有)(?:在.{0,8})?(?:签字|签名|签署|签认)")
UNSIGNED = re.compile(
    r"(?:未|没有|缺|无)(?:负责人|经办人|本人)?(?:签字|签名)|[(（]未签[)）]|签[字名]处?\s*[:：]?\s*(?:空白|缺失|无)"
)
UNSEALED = re.compile(
    r"(?:未|没有|缺少?|无|尚未)(?:加?盖|加)?(?:单位)?(?:公章|印章|盖章)|[(（](?:未盖章|此处盖章|盖章处|公章处|章处|待盖章)[)）]|公?章[:：]?\s*(?:空白|缺失)"
)
BLANK_SEAL = re.compile(r"(?:盖章|公章|印章)\s*[)）]?\s*[:：]\s*[_＿\s—-]*$")
BLANK_SIGNATURE = re.compile(
    r"(?:签字|签名)\s*[)）]?\s*[:：]\s*[_＿\s—-]*(?:$|(?=(?:日期|时间|年\s|联系电话|电话)))"
)
BLANK_DATE = re.compile(
    r"(?:^|[^\d〇零一二三四五六七八九十两])[\s_＿]*年[\s_＿]+月[\s_＿]*日|(?:日期|落款时间|填表时间|签署时间|年月日)\s*[:：]\s*[_＿\s—-]*$"
)
DATE = (
    r"(?:(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"
    r"|[二〇○零一][二〇○零一二三四五六七八九]{2,3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
ANY_DATE = re.compile(rf"{DATE}|\\d{{1,2}}\\s*月\\s*\\d{{1,2}}\\s*[日号]")
BARE_LABEL = re.compile(r"^[\u4e00-\u9fff]{2,8}\s*[(（]?\s*(?:签字|签名)\s*[)）]?\s*[:：|]?\s*$")
SIGN_OFF_DATE = re.compile(rf"^.{{0,34}}?{DATE}\s*[^\u4e00-\u9fff]{{0,8}}(?:[(（].{{0,8}}[)）])?$")
LABELLED_DATE = re.compile(
    rf"(?:日期|时间|年月日|落款|发文|签发|出具|开具|制作|填表|编制|印发|发布)"
    # A row of a sheet comes as 表头：填表日期；表头：2026年9月16日.
    rf"(?:[^。；\n]{{0,10}}[:：\t|\s]|；[^；：\n]{{1,12}}：)\s*{DATE}"
)
SENTENCE_END = re.compile(r"[。；]")
NAME_ONLY = re.compile(r"^[\u4e00-\u9fff*某·、 ]{2,12}$")
CHINESE_DAY = re.compile(r"年.{1,3}月.{1,4}日?")
LAST_LINES = 14


def check_signs(files: Sequence[Sorted]) -> Iterator[Finding]:
    """Seals, signatures and dates of the formal papers that could be read."""
    stamped_scans = any(_seen(one) for one in files)
    for one in files:
        if not one.readable or one.is_photograph or one.all_main("law"):
            continue
        yield from _seal(one, stamped_scans)
        yield from _signature(one)
        yield from _date(one)


def _finding(one: Sorted, rule: str, says: str, line: Line | None, cure: str) -> Finding:
    words = line.text[:40] if line else ""
    page = line.page if line else one.lines[-1].page
    return Finding(FindingStatus.MISSING, rule, says, one.file.name, page, words, cure)


def _seen(one: Sorted) -> bool:
    """Whether a scanned or photographed paper shows a seal."""
    return any(page.seals and page.how == "ocr" for page in one.file.pages)


def _sealed(one: Sorted, stamped_scans: bool) -> bool:
    """A seal seen, or named in the text.

    Where the scans of this case show their seals, a scan that only says （盖章） is not sealed.
    """
    pages = one.file.pages
    if any(page.seals for page in pages):
        return True
    bare_scan = bool(pages) and all(page.how == "ocr" and page.seals == 0 for page in pages)
    return _any(one, SEAL) and not (bare_scan and stamped_scans)


def _seal(one: Sorted, stamped_scans: bool) -> Iterator[Finding]:
    sealed = _sealed(one, stamped_scans)
    cure = "请加盖承办单位（或出具单位）公章后重新提交。"
    blank = _blank(one, BLANK_SEAL, UNSEALED)
    if blank and not any(page.seals for page in one.file.pages):
        yield _finding(one, "seal", "材料没有盖章", blank, cure)
    elif one.needs("seal") == "must" and not sealed:
        yield _finding(one, "seal", "材料上没有盖章", None, cure)
    elif one.needs("signed") == "some" and not sealed and not _signed(one):
        yield _finding(one, "seal", "材料上既没有盖章也没有签字", None, cure)


def _signature(one: Sorted) -> Iterator[Finding]:
    cure = "请由经办人（核查人、记录人）签字后重新提交。"
    blank = _blank(one, BLANK_SIGNATURE, UNSIGNED, whose=True)
    if blank:
        yield _finding(one, "signature", "材料没有签字", blank, cure)
    elif one.needs("signature") == "must" and not _signed(one):
        yield _finding(one, "signature", "材料上没有签字", None, cure)


def _signed(one: Sorted) -> bool:
    """A signature named as such, or a name behind its duty where papers are signed: at their end.

    Who was there, named further up, has not signed by that.
    """
    named = any(SIGNATURE.search(line.text) and not REFUSED.search(line.text) for line in one.lines)
    return named or any(SIGNER.search(line.text) for line in _end_of(one))


def _end_of(one: Sorted) -> Iterator[Line]:
    """The last lines that only seal, sign, date, or name an office or a telephone."""
    for line in reversed(one.lines):
        text = line.text
        label = re.match(r"[^:：|\t]{1,12}[:：|\t]", text)
        formal = SEAL.search(text) or SIGNER.search(text) or re.search(DATE, text)
        if len(text) > 44 or SENTENCE_END.search(text) or not (formal or not label):
            return
        yield line


def _date(one: Sorted) -> Iterator[Finding]:
    cure = "请写明年、月、日后重新提交。"
    blank = next((line for line in one.lines if BLANK_DATE.search(line.text)), None)
    if blank and not _dated(one):
        yield _finding(one, "date", "落款日期空白", blank, cure)
    elif one.needs("date") == "must" and not _dated(one):
        yield _finding(one, "date", "材料没有落款日期", None, cure)
    elif one.main and _signed_or_sealed(one) and not _any(one, ANY_DATE):
        yield _finding(one, "date", "材料盖了章或签了字，却没有写日期", None, cure)


def _signed_or_sealed(one: Sorted) -> bool:
    return any(SEAL.search(line.text) or SIGNATURE.search(line.text) for line in _end_of(one))


def _dated(one: Sorted) -> bool:
    """A date that belongs to the paper itself: alone in a line, behind a name, or behind a label."""
    last = one.lines[-LAST_LINES:]
    if any(SIGN_OFF_DATE.match(line.text) and not SENTENCE_END.search(line.text) for line in last):
        return True
    return any(LABELLED_DATE.search(line.text) for line in one.lines)


def _any(one: Sorted, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(line.text) for line in one.lines)


def _blank(
    one: Sorted, blank: re.Pattern[str], said: re.Pattern[str], *, whose: bool = False
) -> Line | None:
    """The line whose place for a seal or a signature is empty, or that says so itself."""
    for at, line in enumerate(one.lines):
        if whose and re.search(r"诉求人|当事人|来电人|市民|居民|对方|拒绝", line.text):
            continue  # a complainant may refuse to sign; that is told, not mended
        if said.search(line.text) and len(line.text) <= 40:
            return line
        empty = blank.search(line.text) or (whose and BARE_LABEL.match(line.text))
        if empty and not _filled_beside(one, at):
            return line
    return None


def _filled_beside(one: Sorted, at: int) -> bool:
    """In a table or a scan the name may stand in the line above or below."""
    beside = [one.lines[near].text for near in (at - 1, at + 1) if 0 <= near < len(one.lines)]
    return any(
        NAME_ONLY.match(text)
        and not CHINESE_DAY.search(text)
        and not re.search(r"日期|时间|电话|说明|记录|附件|情况|意见|表$", text)
        for text in beside
    )
