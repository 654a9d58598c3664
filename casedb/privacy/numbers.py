"""Pure: find phone, ID, card and plate numbers, e-mail addresses and chat ids in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from casedb.privacy.view import CHINESE_DIGITS, Span, matches, view_of, windows

Places = Sequence[tuple[int, int]]
LETTER = re.compile("[A-Za-z]")

PUBLIC_HOTLINES = frozenset(
    re.findall(
        r"\d+",
        "110 119 120 122 999 114 12345 12315 12348 12355 12369 12388 12389 12319 12328 12329"
        " 12333 12338 12350 12351 12356 12358 12360 12366 12378 12380 12381 12385 12393 12305"
        " 12312 12318 12320 12321 12377 96069 96777 96116 96010 96156 96391 10000 10010 10086"
        " 10099 95598 95533 95588 96310",
    )
)

SIGNS = r"[ ._·•\-~,，、。;；:：/\\|()*'\"“”‘’<>《》【】\[\]]"
LISTED = SIGNS + "{0,3}"
TWO = r"(?: ?(?:转|分机|ext\.?|#)[ :：.]{0,2}\d{1,6}|-\d{1,5}(?!\d))?"
# Six digits with little between them; where there are none, there is no number to look at.
LEAST_OF_PHONE, LEAST_OF_PAPER = 7, 15
ANY_DIGIT = re.compile(r"\d+")
CLUSTER = re.compile(rf"\d(?:{LISTED}\d){{5,}}")

LAW = re.compile(
    r"第\s?[\d、,至到—-]{1,20}\s?[条款项章节号编届批次]|[〔\[【(]\d{4}[〕\]】)]\s?\d{1,5}\s?号"
    r"|(?:GB|DB|JGJ|CJJ|HJ|WS|YY|GA|JT)[A-Z/]*\s?\d{1,6}(?:[./]\d+)*\s?-\s?\d{4}"
)
DATE = re.compile(
    r"(?<![\d][-./])(?<!\d)(?:19|20)\d{2}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}(?!\d)"
    r"(?:日|号)?(?:[T ]{0,2}\d{1,2}[:时点]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?)?"
)
ORDER = re.compile(
    r"(?<!证)(?<!证件)(?<!卡)(?<!照)(?<!手机)"
    r"(?:编号|单号|工单号|工单|案号|流水号|文号|受理号|案件号|订单号|信访件)\s?[:为是#№]{0,2}\s?(?:No\.?)?\s?"
    r"(?P<no>[A-Za-z]{0,8}[\dA-Za-z-]{4,40})"
)
AMOUNT = re.compile(
    r"(?:[¥￥$]\s?\d[\d,.]*|\d[\d,]*(?:\.\d+)?\s?[十百千万亿]{0,2}(?:元|块钱|美元|人民币))"
)

MOBILE = re.compile(
    r"(?=[+018])(?<!\d)(?:(?:\+|00)?86[ \-()]{0,3}|0)?(?P<no>1[3-9]\d{9})(?!\d)" + TWO
)
TWIN_MOBILES = re.compile(r"(?<!\d)(?:1[3-9]\d{9}){2,4}(?!\d)")
SPACED = re.compile(r"(?<!\d)1" + LISTED + "[3-9](?:" + LISTED + r"\d){9}(?!\d)")
SOME_DIGIT = "[0-9〇零○一幺壹二两贰三叁四肆五伍六陆七柒八捌九玖]"
SPOKEN = re.compile(
    rf"(?<!{SOME_DIGIT})[1一幺壹](?:[ .·\-]{{0,2}}{SOME_DIGIT}){{10}}(?!{SOME_DIGIT})"
)
SEP = r"[ .·\-()/~]{0,3}"
LANDLINE = re.compile(
    r"(?=[+(08])(?<![\dA-Za-z.])(?:\+?86[ -]?)?\(?(?P<area>0(?:10|2\d|[3-9]\d{2}))"
    + SEP
    + r"(?P<no>[2-9]\d{2,3}[ .-]?\d{4})(?!\d)"
    + TWO
)
SERVICE = re.compile(
    r"(?=[48]00)(?<![\dA-Za-z])[48]00[ .-]?\d{1,4}[ .-]?\d{3,4}(?:[ .-]?\d{3,4})?(?!\d)" + TWO
)
FOREIGN = re.compile(r"(?=\+)(?<![\d.])\+\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]?){1,4}\d{3,4}(?!\d)")
CALLED = re.compile(
    r"(?:电话|座机|固话|手机|号码|联系方式|联系|致电|拨打|拨|来电|回电|传真|热线|[Tt][Ee][Ll]|[Pp]hone|[Ff]ax)"
    r"[^\d\n,，。;；+]{0,6}(?!(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
    r"(?P<no>[2-9]\d{2,3}[ -]?\d{4})(?!\d)" + TWO
)
# A second number after a first one needs no word before it.
ANOTHER = re.compile(
    r"[2-9]\d{2,3}[ -]?\d{4} ?(?:[、,，;；/]|或|和|及) ?"
    r"(?!(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))(?P<no>[2-9]\d{2,3}[ -]?\d{4})(?!\d)"
)
ID18 = re.compile(r"(?<![\dA-Za-z])[1-8]\d(?:[ \-.]{0,2}\d){15}[ \-.]{0,2}[\dXx](?![\dA-Za-z])")
ID15 = re.compile(r"(?<![\dA-Za-z])[1-8]\d{14}(?![\dA-Za-z])")
CARD = re.compile(r"(?<![\dA-Za-z])[3-69]\d{3}(?:[ \-]?\d){11,15}(?![\dA-Za-z])")
PAPER = re.compile(
    r"(?:身份证件?|证件|护照|军官证|通行证|社保卡?|医保卡?|公积金|银行卡|信用卡|储蓄卡|卡|账|帐|学籍|病历|户口)"
    r"(?:号码?|编号|号)?\s{0,2}[:为是]{0,2}\s{0,2}(?P<no>[A-Za-z]{0,3}\d(?:[ -]?[\dXx]){5,22})(?!\d)"
)
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE = re.compile(
    rf"(?:WJ[ ·•.]?)?[{PROVINCES}军空海北沈兰济南广成][ ·•.]?[A-Za-z][ ·•.\-]{{0,3}}"
    r"(?=[A-Za-z0-9 ]{0,6}\d)(?:[A-Za-z0-9][ ]?){4,5}[A-Za-z0-9挂学警港澳领](?![A-Za-z0-9])"
)
BIRTH = r"(?P<year>(?:19|20)\d{2})\s?[-./年]\s?\d{1,2}(?:\s?[-./月]\s?\d{1,2})?\s?[日号月]?"
BORN = re.compile(
    rf"(?:出生(?:日期|年月日?|时间)?|生日|生于)(?:为|是|于|在)?[ :]{{0,3}}(?P<day>{BIRTH})"
)
DAY_BEFORE_BORN = re.compile(rf"(?<!\d)(?P<day>{BIRTH})(?:出生|生人)")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+ ?@ ?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
CHAT_ID = re.compile(
    r"(?:(?<!公)(?:微信|微 信|薇信|威信|加微|微:|[Vv]信|[Vv][Xx]|[Ww][Xx]|[Ww]e[Cc]hat|加[Vv]|[Qq][Qq]|扣扣|抖音|支付宝)"
    r"(?!公众|小程序))(?:群|号码?|账号|帐号|ID|id)?"
    r"\s{0,2}[:是为]{0,2}\s{0,2}(?P<no>[A-Za-z0-9_][A-Za-z0-9_-]{4,24})(?![A-Za-z0-9_])"
)
CHAT_WORDS = ("信", "微", "v", "V", "x", "X", "q", "Q", "扣扣", "抖音", "支付宝", "e")
NOT_CHAT_IDS = frozenset({"wechat", "weixin", "alipay", "douyin"})

DATE_LIKE = re.compile(r"(?:19|20)\d{2}[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])")
SIGNS_OF_LIST = re.compile(r"[,，、。;；:：/\\|()*'\"“”‘’<>《》【】\[\]]")
LIST_GROUPS = {(3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (1,) * 11, (3, 2, 2, 2, 2), (3, 2, 2, 4)}
REGIONS = frozenset(
    re.findall(
        r"\d\d",
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50"
        " 51 52 53 54 61 62 63 64 65 71 81 82 83",
    )
)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def digits_of(text: str) -> str:
    """Only the digits, in ASCII."""
    return "".join(filter(str.isdecimal, view_of(text)))


def number_spans(view: str) -> list[Span]:
    """Every number in `view` (see `view_of`) that points to a person, and its stand-in."""
    spans: list[Span] = []
    places = windows(CLUSTER, view, before=24, after=14)
    longest = max((_digits_in(found[0]) for found in CLUSTER.finditer(view)), default=0)
    if longest >= LEAST_OF_PAPER:
        spans += _papers(view, places)
    if longest >= LEAST_OF_PHONE:
        spans += _phones(view, places)
    if places:
        spans += _numbers_of_papers(view, places)
    if LETTER.search(view):
        spans += _plates(view)
        if spans or any(word in view for word in CHAT_WORDS):
            spans += _chat_ids(view)
        if "@" in view:
            spans += [Span(*found.span(), "***@***") for found in EMAIL.finditer(view)]
    elif places:
        spans += _chat_ids(view)
    if spans:
        kept = list(_protected(view, windows(ANY_DIGIT, view, before=16, after=40)))
        spans = [span for span in spans if not _inside(span, kept)]
    if longest >= len("13800001111"):
        spans += _certain_mobiles(view, places)
    if "生" in view:
        spans += _births(view)
    if any(start in view for start in "一幺壹"):
        spans += _spoken(view)
    return spans


def _digits_in(text: str) -> int:
    return len(text) if text.isdigit() else sum(map(str.isdigit, text))


def _protected(view: str, places: Places) -> Iterator[tuple[int, int]]:
    """What must survive: law and order numbers, dates, amounts."""
    for pattern in (LAW, DATE, AMOUNT):
        yield from (found.span() for found in matches(pattern, view, places))
    for found in matches(ORDER, view, places):
        if any(sign.isdigit() for sign in found["no"]):
            yield found.span("no")


def _inside(span: Span, kept: list[tuple[int, int]]) -> bool:
    return any(start < span.end and span.start < end for start, end in kept)


def _certain_mobiles(view: str, places: Places) -> Iterator[Span]:
    """Eleven digits in a row are a mobile number whatever stands around them."""
    for found in matches(TWIN_MOBILES, view, places):
        yield Span(*found.span(), "*" * 11)
    for found in matches(MOBILE, view, places):
        yield Span(*found.span(), f"{found['no'][:3]}****{found['no'][-4:]}")


def _phones(view: str, places: Places) -> Iterator[Span]:
    for found in matches(SPACED, view, places):
        if not found[0].isdigit() and _is_spaced_mobile(found[0]):
            digits = re.sub(r"\D", "", found[0])
            yield Span(*found.span(), f"{digits[:3]}****{digits[-4:]}")
    first = bool(LANDLINE.search(view) or CALLED.search(view))
    for found in matches(LANDLINE, view, places):
        yield Span(*found.span(), f"{found['area']}-****{found['no'][-4:]}")
    for found in matches(FOREIGN, view, places):
        yield Span(*found.span(), "****" + re.sub(r"\D", "", found[0])[-4:])
    for found in matches(SERVICE, view, places):
        if len(re.sub(r"\D", "", re.split("[转分e#]", found[0])[0])) == 10:
            yield Span(*found.span(), found[0][:3] + "****")
    for pattern in (CALLED, *((ANOTHER,) if first else ())):
        for found in matches(pattern, view, places):
            yield Span(found.start("no"), found.end(), "****" + found["no"][-2:])


def _is_spaced_mobile(text: str) -> bool:
    """Whether eleven parted digits are grouped as people write a phone number."""
    groups = tuple(len(group) for group in re.findall(r"\d+", text))
    if len(groups) == 1 or DATE_LIKE.search(text):
        return False
    if SIGNS_OF_LIST.search(text):
        return groups in LIST_GROUPS
    return len(groups) == 2 or groups[0] <= 4


def _births(view: str) -> Iterator[Span]:
    """Days of birth; the year stays, because age decides how a case is handled."""
    for pattern in (BORN, DAY_BEFORE_BORN):
        for found in pattern.finditer(view):
            yield Span(*found.span("day"), f"{found['year']}年*月*日")


def _spoken(view: str) -> Iterator[Span]:
    """Mobile numbers written out in Chinese digits, wholly or in part."""
    for found in SPOKEN.finditer(view):
        digits = re.sub(r"\D", "", found[0].translate(CHINESE_DIGITS))
        if digits[1] in "3456789" and re.search(r"[^\d .·\-]", found[0]):
            yield Span(*found.span(), "*" * 11)


def _papers(view: str, places: Places) -> Iterator[Span]:
    for found in matches(ID18, view, places):
        digits = re.sub(r"[^\dXx]", "", found[0])
        if is_id_number(digits):
            yield Span(*found.span(), _last_four(digits))
    for found in matches(ID15, view, places):
        if _is_old_id(found[0]):
            yield Span(*found.span(), _last_four(found[0]))
    for found in matches(CARD, view, places):
        digits = re.sub(r"\D", "", found[0])
        if passes_luhn(digits):
            yield Span(*found.span(), _last_four(digits))


def _numbers_of_papers(view: str, places: Places) -> Iterator[Span]:
    """A number that the words before it call the number of a paper or a card."""
    for found in matches(PAPER, view, places):
        yield Span(*found.span("no"), _last_four(re.sub(r"[ -]", "", found["no"])))


def _last_four(digits: str) -> str:
    return "*" * (len(digits) - 4) + digits[-4:] if len(digits) > 8 else "*" * len(digits)


def is_id_number(digits: str) -> bool:
    """An 18-digit identity number: region, birth date and check digit all right.

    Source: GB 11643 (MOD 11-2 check digit).
    """
    if digits[:2] not in REGIONS or not _is_day(digits[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[17].upper()


def _is_old_id(digits: str) -> bool:
    return digits[:2] in REGIONS and _is_day("19" + digits[6:12])


def _is_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year <= 2100
    except ValueError:
        return False


def passes_luhn(digits: str) -> bool:
    """The check that every bank card number passes."""
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _plates(view: str) -> Iterator[Span]:
    for found in PLATE.finditer(view):
        yield Span(*found.span(), re.sub(r"[ ·•.\-]", "", found[0])[:2] + "*****")


def _chat_ids(view: str) -> Iterator[Span]:
    for found in CHAT_ID.finditer(view):
        if found["no"] not in PUBLIC_HOTLINES and found["no"].lower() not in NOT_CHAT_IDS:
            yield Span(*found.span("no"), "***")
