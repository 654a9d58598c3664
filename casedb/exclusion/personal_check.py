"""Pure: personal data that the case does not need, and words that lead the caller's rating."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from casedb.exclusion.lines import Line
from casedb.exclusion.pieces import CaseFacts, Finding, FindingStatus
from casedb.exclusion.rulebook import ExclusionRules
from casedb.exclusion.sorting import Sorted
from casedb.privacy import mask
from casedb.privacy.numbers import is_id_number, passes_luhn

ID18 = re.compile(r"(?<![\dA-Za-z])[1-8]\d{5}\s?(?:19|20)\d{2}\s?\d{4}\s?\d{3}[\dXx](?![\dA-Za-z])")
ID_LABELLED = re.compile(
    r"(?:身份证|公民身份|证件)(?:件)?(?:号码?|编号)\s*[:：为是]?\s*(?P<no>\d[\dXx ]{13,20})"
)
MOBILE = re.compile(r"(?<![\dA-Za-z.])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\dA-Za-z])")
CARD = re.compile(r"(?<![\dA-Za-z])[3-69]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,3})?(?![\dA-Za-z])")
CARD_LABELLED = re.compile(
    r"(?:银行|储蓄|信用|社保|医保)?卡(?:号码?|号)\s*[:：为是]?\s*(?P<no>\d[\d ]{11,22})"
)
BANK = re.compile(r"(?:银行|储蓄|信用|借记)卡|卡号|账号|账户|帐号")
HOME = re.compile(
    r"(?:家庭住址|家庭地址|户籍(?:地址|所在地)?|现住址|住址|居住地址?)\s*[:：为在是]?\s*[^。；，,\n*]{2,30}?\d+\s*(?:室|号房|户|门\d)"
)
HEALTH = re.compile(
    r"(?:患有|确诊|病史|诊断为|诊断证明|病历|残疾证号|HIV|艾滋|抑郁症|精神(?:分裂|病|疾病|障碍)|癌|肿瘤|糖尿病|高血压|传染病史|孕期|流产)"
)
PRIVATE = re.compile(
    r"(?:宗教信仰|政治面貌|婚姻状况|离异|离婚|民族|月?收入|工资|银行流水|征信|前科|犯罪记录|家庭成员|子女(?:姓名|就读))\s*[:：为是]\s*[^\s*。；，,]{1,16}"
)
STAFF = re.compile(
    r"经办人|承办人|办公(?:室)?电话|值班|工作人员(?:电话|联系)|单位电话|联系我|居委会|街道办|物业(?:公司|服务|经理|电话)|咨询电话|网格员|社工|书记|主任|公司|工作单位|核查人|记录人|热线"
)
CALLER = re.compile(r"诉求人|来电人|反映人|投诉人|举报人|当事人|市民|居民|业主|女士|先生|本人")
CURE = "与办案无关，请删去或打码后重新提交（个人信息保护法第六条）。"
KINDS = ["身份证号", "手机号", "银行卡号", "家庭住址", "健康信息", "其他个人情况"]


def check_personal(files: Sequence[Sorted], case: CaseFacts) -> Iterator[Finding]:
    """Data of a person that this category does not ask for, one finding per kind and file.

    Source: 个人信息保护法 art. 6, 28; DOMAIN §3.2 general check 5.
    """
    for one in files:
        if one.all_main("law"):
            continue
        told: set[str] = set()
        for line in one.lines:
            for kind, words in _personal(line, one, case):
                if kind not in told:
                    told.add(kind)
                    yield Finding(
                        FindingStatus.CONTRADICTORY, "privacy", f"材料里有不需要的{kind}",
                        one.file.name, line.page, mask(words), CURE,
                    )  # fmt: skip


def _personal(line: Line, one: Sorted, case: CaseFacts) -> Iterator[tuple[str, str]]:
    text = line.text.replace(case.order_no, "#") if case.order_no else line.text
    for found in ID18.finditer(text):
        if is_id_number(re.sub(r"\s", "", found[0])) or re.search(r"身份|证件", text):
            yield KINDS[0], found[0]
    for found in ID_LABELLED.finditer(text):
        yield KINDS[0], found[0]
    mobile = MOBILE.search(text)
    if mobile and not any(paper.has("phones") for paper in one.papers) and not _staff(text, mobile):
        yield KINDS[1], mobile[0]
    for found in CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        named = BANK.search(text[max(0, found.start() - 12) : found.start()])
        passes = passes_luhn(digits) and re.search(r"卡|账|银行", text)
        if 15 < len(digits) < 20 and (named or passes):
            yield KINDS[2], found[0]
    for found in CARD_LABELLED.finditer(text):
        yield KINDS[2], found[0]
    for pattern, kind in ((HOME, KINDS[3]), (HEALTH, KINDS[4]), (PRIVATE, KINDS[5])):
        if found_one := pattern.search(text):
            yield kind, found_one[0]


def _staff(text: str, found: re.Match[str]) -> bool:
    """A member of staff's own number, told as such right before it."""
    before = text[max(0, found.start() - 24) : found.start()]
    staff = [one.start() for one in STAFF.finditer(before)]
    caller = [one.start() for one in CALLER.finditer(before)]
    return bool(staff) and (not caller or staff[-1] > caller[-1])


def check_leading(files: Sequence[Sorted], rules: ExclusionRules) -> Iterator[Finding]:
    """Sentences that ask, lure or press the caller to change a rating; never to be let through.

    Source: 《北京市接诉即办工作条例》第三十五条; DOMAIN §3.2 EX10.
    """
    for one in files:
        if one.all_main("law"):
            continue
        for page in one.file.pages:
            text = re.sub(r"(?<=[^\x00-\x7f])\s*\n\s*(?=[^\x00-\x7f])", "", page.text)
            for sentence in re.split(r"[。；！？\n]", f"{text}\n{page.text}"):
                words = leading_words(sentence, rules)
                if words:
                    yield Finding(
                        FindingStatus.CONTRADICTORY, "leading", "材料里有引导诉求人改评价的话",
                        one.file.name, page.number, mask(words)[:60],
                        "不得引导、利诱或施压改评价；请撤下这份材料并说明情况，由诉求人自愿另行说明。",
                    )  # fmt: skip
                    break


def leading_words(sentence: str, rules: ExclusionRules) -> str:
    """The words of a sentence that lead a rating, "" when there are none."""
    for pattern in rules.leading_asks:
        found = pattern.search(sentence)
        if found is None:
            continue
        # Who asks is told in the same clause.
        begins = max(sentence.rfind(sign, 0, found.start()) for sign in "，,、：:") + 1
        said = sentence[begins : found.end()]
        if not any(other.search(said) for other in rules.leading_except):
            return sentence.strip()[:60]
    return ""
