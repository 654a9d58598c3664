"""Pure: find names of people by the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from casedb.privacy.surnames import COMMON_GIVEN, COMMON_NAMES, DOUBLE, NO_NAMES, SINGLE
from casedb.privacy.view import Span, matches, windows

HAN = r"[\u3400-\u9fff]"
NO_HAN = r"[^\u3400-\u9fff]"
SURNAME = f"(?:{'|'.join(DOUBLE)}|[{SINGLE}])"
NAME = rf"{SURNAME}{HAN}{{1,2}}"
IS_HAN = re.compile(HAN)

TITLES = (
    "女士 先生 小姐 阿姨 大爷 大妈 大娘 大叔 大婶 大伯 大哥 大姐 奶奶 爷爷 叔叔 伯伯 婶婶 老太太 老太"
    " 老人家 老伯 老汉 同学 小朋友 太太 夫人"
)
# Titles that also follow trades (保安师傅, 语文老师): the name must stand free before them.
TRADES = (
    "师傅 老师 经理 主任 书记 医生 大夫 律师 教授 队长 科长 处长 局长 所长 院长 校长 站长 司机"
    " 警官 法官 护士 店长 老板 同志 主管 总"
)
REPORTING = "来电 致电 反映 投诉 举报 求助 咨询 家住 住在 居住 身份证"
ROLES = (
    "诉求人姓名 诉求人 联系人姓名 联系人 来电人 来电者 投诉人 反映人 举报人 求助人 咨询人 申请人 当事人 被投诉人"
    " 被举报人 被反映人 经办人 承办人 代办人 委托人 法定代表人 法人代表 法人 负责人 业主姓名 业主 户主 房主 房东 租户 租客"
    " 承租人 住户 居民 村民 市民 群众 患者 死者 伤者 老人 家属 家长 监护人 孩子 学生 儿子 女儿 妻子 丈夫 爱人 老伴"
    " 父亲 母亲 爸爸 妈妈 哥哥 姐姐 弟弟 妹妹 孙子 孙女 邻居 员工 职工 司机 车主 店主 老板 收件人 收货人 姓名 名字"
    " 名叫 本人 我叫 她叫 他叫 叫做 签名 署名 落款 称呼 客户 乘客 消费者 残疾人 低保户 经理 主任 书记"
)
VERBS = (
    "反映 来电 致电 投诉 举报 称 表示 咨询 求助 要求 希望 建议 认为 提出 诉求 说 告知 报修 申请 拨打 打来 家住 住在"
    " 居住 家中 家里 家 的 电话 手机 联系 身份证 现住 户籍 男 女 是 在 于 与 和 及 将 把 被 向 对 曾 已 因 由于 再次 多次"
    " 先生 女士 今年 年龄 患 现 名下 等 微信 一直 本人 今日 今天 昨天 昨日 拒 没 不 未 也 都 又 就 需 想 请"
)


def _any_of(words: str) -> str:
    """A pattern for any of the words, the longest first."""
    return "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)) + ")"


def _by_first(words: Iterable[str]) -> str:
    """The same for many words, gathered by their first character: far fewer trials."""
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[0], []).append(word[1:])
    return "(?:" + "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in groups.items()) + ")"


TITLED = re.compile(_any_of(TITLES) + "(?!们|优先|卫生间|厕所|化妆|鞋|装|包|式|餐桌|食堂|大学|证)")
TRADED = re.compile(
    _any_of(TRADES)
    + "(?!们|办公室|室|岗|职|部|体|价|量|额|和|是|面积|共|数|计|公司|院|队|站|线|承包|工会|书)"
)
FREE_BEFORE_TRADE = "是由给找和与跟叫让被请向问的派为对"
REPORTED = re.compile(_any_of(REPORTING))
ENDS = rf"(?=$|[^\u3400-\u9fffA-Za-z*]|{_any_of(VERBS)})"
LABELLED = re.compile(
    rf"{_any_of(ROLES)}(?:姓名)?"
    rf"(?:[ \t]*(?:[:：=|/]|是|为|叫|名叫)[ \t\"“'【\[(（]*|[ \t\"“(（【]+|)"
    rf"({NAME}?){ENDS}"
)
CALLER = re.compile(
    rf"{_any_of('诉求人 来电人 联系人 投诉人 反映人 举报人 求助人 咨询人 当事人 申请人')}"
    rf"({SURNAME}{HAN}{{2}}){ENDS}"
)
LABELS = (
    "姓名 联系人 诉求人 来电人 投诉人 反映人 举报人 求助人 申请人 当事人 经办人 联络人 户主 收件人 收货人 签名 署名"
    " 被投诉人 被举报人 业主 租户 房东 法定代表人 法人"
)
COLON = re.compile(
    rf"(?:姓 ?名|{_any_of(LABELS)})(?:姓名)?[ \t]*[:：=][ \t\"“'【\[(（]*"
    rf"({HAN}{{1,8}}(?:[·•.‧・]{HAN}{{1,8}})+|{HAN}{{2,4}}|[A-Za-z][A-Za-z.' ]{{1,30}})"
    r"(?=$|[^\u3400-\u9fffA-Za-z·•‧・*])"
)
SPACED = re.compile(
    rf"(?:姓名|联系人|诉求人|来电人)[ :]*([{SINGLE}] +{HAN}(?: +{HAN})?)(?=$|{NO_HAN})"
)
FIRST_OF_NAME = "(?=[" + SINGLE + "".join(sorted({one[0] for one in DOUBLE})) + "])"
BOUND = FIRST_OF_NAME + r"(?:^|(?<=[^\u3400-\u9fffA-Za-z0-9*]))"
NUMBER = re.compile(r"(?=[0-9*])(?:1[3-9]\d[\d *\-]{8,}|\*{4}|0\d{2,3}[ -]?\d{7,8}|\d{15,18})")
BESIDE = re.compile(
    rf"{BOUND}({NAME})(?=[ \t]*[,，、:：;；/|(（\-]?[ \t]*(?:男|女|电话|手机|联系电话|手机号|身份证号?|微信|tel)?"
    r"[ \t]*[:：]?[ \t]*(?:\+?86[ -]?)?(?:1[3-9][\d \-]{9,}|1[3-9]\d\*|\*{4}|0\d{2,3}[ -]?\d{7,8}|\d{15,17}[\dXx]))"
)
AFTER = re.compile(
    r"(?:1[3-9]\d{9}|1[3-9]\d\*{4}\d{4}|\*{4}\d{2,4})[ \t]*[,，、;；/|(（\-:：]?[ \t]*"
    rf"({NAME})(?=$|{NO_HAN})"
)
SEXED = re.compile(
    rf"{BOUND}({NAME})(?=[ ,，、(（]{{1,2}}(?:男|女)(?:$|[^\u3400-\u9fff]|性[ ,，)）]))"
)
IAM = re.compile(
    rf"(?:我是|我名|我的名字是|名字叫|名叫|叫做|我叫|本人叫|自称|(?:^|(?<=[,，。 ]))叫)({NAME})(?=$|{NO_HAN}|的|来电|反映)"
)
FAREWELL = re.compile(
    rf"(?:此致|敬礼|敬上|谢谢|感谢|拜托)[!！。,， ]{{1,3}}({NAME})(?=$|[ 。,，(（\d])"
)
NO_PLACE = "(?!路|街|里|园|小区|社区|胡同|公司|超市|医院|学校|店|苑|桥|村|镇|市|省|县|大厦|广场)"
FIRST_OF_GIVEN = "".join(sorted({given[0] for given in COMMON_GIVEN}))
COMMON_GIVEN_AFTER = re.compile(
    rf"(?=[{FIRST_OF_GIVEN}])(?<=[{SINGLE}])({_by_first(COMMON_GIVEN)}){NO_PLACE}"
)
COMMON_WHOLE = re.compile(f"({_by_first(COMMON_NAMES)}){NO_PLACE}")
MASKED_NAME = re.compile(rf"^{HAN}{{1,2}}\*+$")


def mask_name(name: str) -> str:
    """A name as a group may see it: the first character and stars; 张女士 becomes 某女士."""
    name = name.strip()
    if not name or MASKED_NAME.match(name):
        return name
    found = TITLED.search(name)
    if found and found.start() and found.end() == len(name):
        return _before_title(name[: found.start()]) + found[0]
    if not IS_HAN.match(name):
        return name[0] + "***"
    kept = 2 if len(name) > 2 and name[:2] in DOUBLE else 1
    return "*" if len(name) == 1 else name[:kept] + "*" * (len(name) - kept)


def name_spans(text: str, view: str) -> list[Span]:
    """Every name the words around give away, and its stand-in."""
    spans = [*_titled(text), *_traded(text), *_reported(text), *_common(text)]
    spans += _grouped(LABELLED.finditer(text))
    spans += _grouped(CALLER.finditer(text), sure=True)
    spans += [
        span
        for span in _grouped(COLON.finditer(text), sure=True)
        if not TITLED.search(text, span.start, span.end)
    ]
    places = windows(NUMBER, view, before=20, after=12)
    spans += _grouped(matches(BESIDE, view, places), sure=True)
    spans += _grouped(matches(AFTER, view, places), sure=True)
    if "名" in text or "人" in text:
        spans += _grouped(SPACED.finditer(view))
    if "男" in text or "女" in text:
        spans += _grouped(SEXED.finditer(text))
    if "叫" in text or "我" in text or "自称" in text:
        spans += _grouped(IAM.finditer(text))
    if "谢" in text or "敬" in text or "此致" in text or "拜托" in text:
        spans += _grouped(FAREWELL.finditer(text))
    return spans


def _titled(text: str) -> Iterator[Span]:
    """张女士, 张丽华女士."""
    for found in TITLED.finditer(text):
        name = _name_at_end(text[max(0, found.start() - 4) : found.start()])
        if name:
            yield Span(found.start() - len(name), found.start(), _before_title(name))


def _traded(text: str) -> Iterator[Span]:
    """王经理, 找李建国师傅; the name stands at the start or after a word that cannot be part of it."""
    for found in TRADED.finditer(text):
        for length in (3, 2, 1):
            start = found.start() - length
            name = text[start : found.start()] if start >= 0 else ""
            if name and _is_name(name, bare=True) and _stands_free(text, start):
                yield Span(start, found.start(), _before_title(name))
                break


def _stands_free(text: str, start: int) -> bool:
    if start == 0 or not IS_HAN.match(text[start - 1]):
        return True
    return text[start - 1] in FREE_BEFORE_TRADE or text[max(0, start - 2) : start] in {
        "物业",
        "社区",
    }


def _reported(text: str) -> Iterator[Span]:
    """张建国来电反映 at the start of a clause."""
    for found in REPORTED.finditer(text):
        for length in (4, 3, 2):
            start = found.start() - length
            name = text[start : found.start()] if start >= 0 else ""
            free = start == 0 or (start > 0 and not _is_word_sign(text[start - 1]))
            if name and free and _is_name(name, bare=False):
                yield Span(start, found.start(), mask_name(name))
                break


def _is_word_sign(sign: str) -> bool:
    return sign.isalnum() or sign == "*"


def _is_name(text: str, *, bare: bool) -> bool:
    """Whether the text has the shape of a name and is no common word; `bare`: a surname will do."""
    if not all(map(IS_HAN.match, text)) or text in NO_NAMES or text[:2] in NO_NAMES:
        return False
    if text[:2] in DOUBLE:
        return 2 < len(text) <= 4 or (bare and len(text) == 2)
    return text[0] in SINGLE and (2 <= len(text) <= 3 or (bare and len(text) == 1))


def _name_at_end(before: str) -> str:
    """The longest name that `before` ends with, "" when it ends with none."""
    for length in (4, 3, 2, 1):
        if len(before) >= length and _is_name(before[-length:], bare=True):
            return before[-length:]
    return ""


def _before_title(name: str) -> str:
    """What stands before a title: a bare surname would still tell who it is."""
    return "某" if len(name) == 1 or name in DOUBLE else mask_name(name)


def _common(text: str) -> Iterator[Span]:
    """Names so common that they are known without any context (王建国, 李娜)."""
    for found in COMMON_GIVEN_AFTER.finditer(text):
        start = found.start() - 1
        if text[start : start + 2] not in NO_NAMES:
            yield Span(start, found.end(), mask_name(text[start : found.end()]))
    for found in COMMON_WHOLE.finditer(text):
        end = found.end()
        if IS_HAN.match(text[end : end + 1]) and not IS_HAN.match(text[end + 1 : end + 2]):
            end += 1  # 张伟杰: the common name is only the beginning of this one
        yield Span(found.start(), end, mask_name(text[found.start() : end]))


def _grouped(found: Iterable[re.Match[str]], *, sure: bool = False) -> Iterator[Span]:
    """The names found; where the context leaves no doubt, 刘海波 is one though 刘海 is a word."""
    for one in found:
        name = one[1]
        if name in NO_NAMES:
            continue
        before = one.string[one.start(1) - 1 : one.start(1)]
        if sure or name[:2] not in NO_NAMES or (before and not IS_HAN.match(before)):
            yield Span(*one.span(1), mask_name(name))
