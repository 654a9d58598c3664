"""Pure: find names of people by the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casedb.privacy_view import Span
from casedb.surnames import COMMON_GIVEN, COMMON_NAMES, DOUBLE, NO_NAMES, SINGLE

GIVEN_LIMIT = 2
HAN = r"[\u3400-\u9fff]"
SURNAME = f"(?:{'|'.join(DOUBLE)}|[{SINGLE}])"
NAME = rf"{SURNAME}{HAN}{{1,{GIVEN_LIMIT}}}"

TITLES = (
    "女士 先生 小姐 阿姨 大爷 大妈 大娘 大叔 大婶 大伯 大哥 大姐 奶奶 爷爷 叔叔 伯伯 婶婶 老太太 老太"
    " 老人家 老伯 老汉 同学 小朋友 太太 夫人 某某"
).split()
# Titles that also follow trades (保安师傅, 语文老师): the name must stand free before them.
TRADES = (
    "师傅 老师 经理 主任 书记 医生 大夫 律师 教授 队长 科长 处长 局长 所长 院长 校长 站长 司机"
    " 警官 法官 护士 店长 老板 同志"
).split()
TITLED = re.compile(rf"({HAN}{{1,4}})({'|'.join(TITLES)})(?!们|优先|卫生间|厕所|化妆|鞋|装|包|式)")
TRADED = re.compile(
    rf"(?:^|(?<=[^\u3400-\u9fff])|(?<=[是由给找和与跟叫让被请向问]))({NAME}|{SURNAME})"
    rf"({'|'.join(TRADES)})"
)
ROLES = (
    "诉求人姓名 诉求人 联系人姓名 联系人 来电人 来电者 投诉人 反映人 举报人 求助人 咨询人 申请人 当事人 被投诉人"
    " 被举报人 被反映人 经办人 承办人 代办人 委托人 法定代表人 法人代表 法人 负责人 业主姓名 业主 户主 房主 房东 租户 租客"
    " 承租人 住户 居民 村民 市民 群众 患者 死者 伤者 老人 家属 家长 监护人 孩子 学生 儿子 女儿 妻子 丈夫 爱人 老伴"
    " 父亲 母亲 爸爸 妈妈 哥哥 姐姐 弟弟 妹妹 孙子 孙女 邻居 员工 职工 司机 车主 店主 老板 收件人 收货人 姓名 名字"
    " 名叫 本人 我叫 她叫 他叫 叫做 签名 署名 落款 称呼 客户 乘客 消费者 退休职工 残疾人 低保户 独居老人"
).split()
VERBS = (
    "反映 来电 致电 投诉 举报 称 表示 咨询 求助 要求 希望 建议 认为 提出 诉求 说 告知 报修 申请 拨打 打来 家住 住在"
    " 居住 家中 家里 家的 家 的 电话 手机 联系 身份证 现住 户籍 男 女 是 在 于 与 和 及 将 把 被 向 对 曾 已 于是 因 由于 再次 多次"
    " 先生 女士 今年 年龄 患 现 名下 等 微信 一直 本人 今日 今天 昨天 昨日 拒 没 不 未 也 都 又 就 需 想 请"
).split()
ENDS = rf"(?=$|[^\u3400-\u9fffA-Za-z*]|(?:{'|'.join(sorted(VERBS, key=len, reverse=True))}))"
LABELLED = re.compile(
    rf"(?:{'|'.join(sorted(ROLES, key=len, reverse=True))})(?:姓名)?"
    rf"(?:[ \t]*(?:[:=|/]|：|是|为|叫|名叫)[ \t\"“'【\[(（]*|[ \t\"“(（【]+|)"
    rf"({NAME}?){ENDS}"
)
COLON = re.compile(
    r"(?:姓 ?名|联系人|诉求人|来电人|投诉人|反映人|举报人|求助人|申请人|当事人|经办人|联络人|户主|收件人|收货人|签名|署名|"
    r"被投诉人|被举报人|业主|租户|房东|法定代表人|法人)(?:姓名)?[ \t]*[:：=][ \t\"“'【\[(（]*"
    rf"({HAN}{{1,8}}(?:[·•.‧・]{HAN}{{1,8}})+|{HAN}{{2,4}}|[A-Za-z][A-Za-z.' ]{{1,30}})"
    r"(?=$|[^\u3400-\u9fffA-Za-z·•‧・*])"
)
SPACED_NAME = re.compile(
    rf"(?:姓名|联系人|诉求人|来电人)[ :：]*([{SINGLE}] +{HAN})(?=$|[^\u3400-\u9fff])"
)
BOUND = r"(?:^|(?<=[^\u3400-\u9fffA-Za-z0-9*]))"
BESIDE_NUMBER = re.compile(
    rf"{BOUND}({NAME})(?=[ \t]*[,，、:：;；/|(（\-]?[ \t]*(?:男|女|电话|手机|联系电话|手机号|身份证|微信|tel)?"
    rf"[ \t]*[:：]?[ \t]*(?:\+?86[ -]?)?(?:1[3-9][\d \-]{{9,}}|1[3-9]\d\*|\*{{4}}|0\d{{2,3}}[ -]?\d{{7,8}}|\d{{17}}[\dXx]))"
)
AFTER_NUMBER = re.compile(
    rf"(?:1[3-9]\d{{9}}|1[3-9]\d\*{{4}}\d{{4}}|\*{{4}}\d{{2,4}})[ \t]*[,，、;；/|(（\-:：]?[ \t]*({NAME})(?=$|[^\u3400-\u9fff])"
)
OPENING = re.compile(
    rf"{BOUND}({NAME})(?=(?:来电|致电|反映|投诉|举报|称[:：,，]|求助|咨询|先生|女士|家住|住在|居住|身份证))"
)
SEXED = re.compile(
    rf"{BOUND}({NAME})(?=[ ,，、(（]{{1,2}}(?:男|女)(?:$|[^\u3400-\u9fff生方士子孩性儿厕]|性[ ,，)）]))"
)
IAM = re.compile(
    rf"(?:我是|我名|我的名字是|名字叫|名叫|叫做|我叫|本人叫|自称)({NAME})(?=$|[^\u3400-\u9fff]|的|来电|反映)"
)
FAREWELL = re.compile(
    rf"(?:此致|敬礼|敬上|谢谢|感谢|拜托)[!！。,， ]{{1,3}}({NAME})(?=$|[ 。,，(（\d])"
)
COMMON = re.compile(
    rf"(?:{'|'.join(COMMON_NAMES)}|{SURNAME}(?:{'|'.join(COMMON_GIVEN)}))(?!路|街|里|园|小区|社区|胡同|公司|超市|医院|学校|店|苑|桥|村|镇|市|省|县)"
)

PEOPLE_PATTERNS = (OPENING, SEXED, FAREWELL)


def mask_name(name: str) -> str:
    """A name as a group may see it: the first character and stars; 张女士 becomes 某女士."""
    name = name.strip()
    for title in TITLES[:-1]:
        if name.endswith(title) and name != title:
            return _titled(name.removesuffix(title)) + title
    if not name:
        return ""
    if re.match(HAN, name) is None:
        return name[0] + "***"
    kept = 2 if len(name) > 2 and name[:2] in DOUBLE else 1
    return "*" if len(name) == 1 else name[:kept] + "*" * (len(name) - kept)


def name_spans(text: str, view: str) -> list[Span]:
    """Every name the words around give away, and its stand-in."""
    spans: list[Span] = []
    if any(title in text for title in TITLES):
        spans += _titled_spans(text)
    if any(role in text for role in ROLES):
        spans += _grouped(LABELLED, text)
        spans += _colon_spans(text)
        spans += _grouped(SPACED_NAME, view)
    spans += _grouped(TRADED, text)
    if any("0" <= sign <= "9" for sign in view):
        spans += _grouped(BESIDE_NUMBER, view)
        spans += _grouped(AFTER_NUMBER, view)
    for pattern in PEOPLE_PATTERNS:
        spans += _grouped(pattern, text)
    if "叫" in text or "我" in text or "自称" in text:
        spans += _grouped(IAM, text)
    spans += [Span(*found.span(), mask_name(found[0])) for found in COMMON.finditer(text)]
    return spans


def _titled_spans(text: str) -> Iterator[Span]:
    for found in TITLED.finditer(text):
        name = _name_at_end(found[1])
        if name:
            yield Span(found.start(2) - len(name), found.start(2), _titled(name))


def _name_at_end(before: str) -> str:
    """The longest name that `before` ends with, "" when it ends with none."""
    for length in (4, 3, 2, 1):
        name = before[-length:]
        if len(name) < length or name in NO_NAMES:
            continue
        if length > 2 and name[:2] in DOUBLE and length - 2 <= GIVEN_LIMIT:
            return name
        if length == 2 and name in DOUBLE:
            return name
        if length <= 3 and name[0] in SINGLE and name[:2] not in NO_NAMES:
            return name
    return ""


def _titled(name: str) -> str:
    """What stands before a title: a bare surname would still tell who it is."""
    return "某" if len(name) == 1 or name in DOUBLE else mask_name(name)


def _grouped(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    for found in pattern.finditer(text):
        name = found[1]
        if name not in NO_NAMES and name[:2] not in NO_NAMES:
            instead = _titled(name) if pattern is TRADED else mask_name(name)
            yield Span(*found.span(1), instead)


def _colon_spans(text: str) -> Iterator[Span]:
    for found in COLON.finditer(text):
        if not any(found[1].endswith(title) for title in TITLES) and found[1] not in NO_NAMES:
            yield Span(*found.span(1), mask_name(found[1]))
