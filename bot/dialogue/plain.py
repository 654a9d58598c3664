"""Plain Chinese: which sentence is a reminder, a look-up, a ledger request, and which a question."""

from __future__ import annotations

import re

from bot.access import Action, Scope
from bot.dialogue.analysis import pivot, reports
from bot.dialogue.answering import questions
from bot.dialogue.casework import cases
from bot.dialogue.commands import BY_WORD, Command
from bot.dialogue.duty import ledger
from bot.dialogue.reminding import reminders
from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn
from bot.wording import cases as case_wording
from bot.wording import general

_REMINDER = re.compile(
    r"^(?:请|麻烦|帮忙?|帮我|给我|到时候?|记得)*(?:提醒(?!怎么|如何|的|功能|规则)|(?:设|定|建|加|创建|设置|添加)(?:个|一个|一条)?.{0,4}(?:提醒|闹钟|待办))"
    r"|提醒(?:我|一下我|下我|我们|一下|下)(?!的)|(?:叫|喊)我.{0,3}(?:\d|[一二三四五六七八九十]|明|后|今|下)|(?:分钟|小时|天|周|月|点|上午|下午|晚上|早上|号|日)(?:之?后|以后|前)?.{0,12}提醒(?:[\u4e00-\u9fff]{2,8})|^.{0,4}(?:给|向)[\u4e00-\u9fff]{2,10}(?:发|设|定)个?提醒"
)
# Without the word 提醒: 十分钟后叫我, 下周三下班前催甲一社区, 记得周五发函; never where something is asked.
_TIME = (
    r"(?:(?:分钟|小时|钟头|[\d一二三两几]天)(?:之?后|以后|内)|(?:周|星期|礼拜)[一二三四五六日天]|月底"
    r"|[\d一二三四五六七八九十]点半?|上午|下午|晚上|早上|中午|今晚|明早|明晚|[今明后]天|\d[号日]|下班前)"
)
_A_UNIT = r"[\u4e00-\u9fff]{1,8}?(?:社区|科室?|办(?!理)|队|中心|专班|街道|物业)"
_CALLED_FOR = re.compile(
    rf"{_TIME}[^，,。]{{0,6}}[，,]?(?:叫|喊)我(?!们)|{_TIME}.{{0,8}}催(?:一下|一催)?{_A_UNIT}"
    rf"|^催(?:一下|一催)?{_A_UNIT}.*{_TIME}|^(?:记得|别忘了?|记一下|备忘)[：:，,]?.{{0,4}}{_TIME}"
)
_ASKED = re.compile(
    r"[吗么嘛呢?？]$|怎么|怎样|如何|是否|算不算|能不能|可不可以|为什么|哪|昨天|前天|上周|刚才"
    r"|(?:居民|诉求人|来电人|业主|邻居|群众|[他她])[^，,。]{0,6}(?:叫|喊)我"
)
_ABOUT_REMINDERS = re.compile(
    r"怎么|如何|为什么|为啥|是不是|哪来|谁定|多久(?:提醒|催)一次|几小时提醒|提醒.{0,6}(?:依据|规定|规则|标准|小时数)|能不能.{0,4}不提醒|(?:会|要)(?:不会|不要)?提醒.{0,6}吗"
)
_MY_REMINDERS = re.compile(
    r"^(?:看|查|列)?(?:一下)?(?:我的|所有|全部|有哪些|都有哪些|还有哪些)(?:未完成的?)?提醒(?:列表|清单|有哪些)?[?？。]*$|^提醒列表$"
)
_CANCEL = re.compile(
    r"^取消(?:第|编号)?\s*#?(\d+)\s*(?:号|条)?(?:的)?(?:提醒)?$|^(?:取消|删除|撤销)提醒\s*#?(\d+)\s*号?$"
)
_LEDGER = re.compile(
    r"^(?:请|麻烦|帮我)?(?:看|查|发|要|给我|来|生成|推送)?(?:一下|一份|下|看看)?(?:我们|本单位|本社区|单位|社区)?(?:今天|今日|当天|每日|昨天|昨日)?(?:的)?(?:流转)?台账(?:发一下|看一下|发来|呢|给我)?[吧啊。!！?？]*$"
)
_ABOUT_CASE = re.compile(
    r"到期|超期|逾期|时限|期限|什么时候|几号|多久|还有|还剩|进度|进展|状态|情况|怎么样|到哪|办到|办得|办完|结了|办结|谁办|谁负责|承办|哪个单位|哪个科|签收|联系了|查|看|在哪|处理|工单|案件|单子|结案|回访|满意|内容|详情"
)
_THIS_CASE = re.compile(
    r"^(?:那|请问|帮我)?(?:看|查)?(?:一下|下)?(?:这个|这件|该|刚才(?:那个|那件)?的?|上面(?:那个|那件)?的?|此)(?:工单|案件|单子|件|单|案子)"
)
#: What one asks of a case itself; "这个单子不归我们管，能退回去吗" is a question about the rules.
_OF_THIS_CASE = re.compile(
    r"到期|超期|逾期|时限|期限|什么时候|几号|还有多久|还剩|进度|进展|状态|办到|到哪|办得|办完|办结|结了"
    r"|谁办|谁负责|承办|哪个单位|签收了|联系了|联系过|在哪|内容|详情|情况|满意了|怎么样"
)
_NOT_STATE = re.compile(r"能不能|可以|怎么办|如何|退|不归|不是|该|应|需要|要不要|行不行|能.{0,6}吗")
_WHY_CASE = re.compile(r"怎么算|如何算|为什么是|为啥是|怎么来的|哪来的|依据什么算")
_CASE_WORD = re.compile(r"工单|案件|单子|编号|尾号|派单")
_MINE = re.compile(
    r"^(?:请|帮我)?(?:看|查|列)?(?:一下|下)?(?:我|我们|本单位|本社区|我单位|我科|我社区|我们社区|我们科)(?:手里|手上|名下|这里)?(?:还)?(?:有|的)?(?:哪些|什么|几件|多少件?|未结|待办|没办完的?|没办结的?|在办|超期|到期|快到期)*的?(?:工单|案件|单子)(?:有哪些|列表|清单|情况)?[吗呢?？。]*$|^(?:未结|待办|在办|快到期|超期)(?:的)?工单[?？。]*$"
)


def command_of(text: str) -> tuple[Command, str] | None:
    """A Chinese command name that opens the message, and what follows it."""
    bare = text.strip().rstrip("。！!？?")
    if bare in BY_WORD:
        return BY_WORD[bare], ""
    head, _, rest = bare.partition(" ")
    command, rest = BY_WORD.get(head), rest.strip()
    if command is None or not rest:
        return None
    numbered = command.usage.startswith("编号")
    first = rest.split()[0]
    if numbered and not (first.isascii() and any(c.isdigit() for c in first)):
        return None
    if command.usage == "编号或尾号" and first != rest:
        return None  # 工单 … 到期了吗 is said to us, not typed as a command
    return command, rest


def answer(turn: Turn, text: str) -> Reply:
    """Find out what a plain sentence wants; what is nothing else is a question."""
    for route in (
        _cancelled,
        _my_reminders,
        _ledger,
        _reminder,
        reports.answer,
        pivot.answer,
        _case,
        _mine,
    ):
        if (reply := route(turn, text)) is not None:
            return reply
    return questions.answer(turn, text)


def _cancelled(turn: Turn, text: str) -> Reply | None:
    found = _CANCEL.match(text.strip())
    return reminders.cancel(turn, found[1] or found[2]) if found else None


def _my_reminders(turn: Turn, text: str) -> Reply | None:
    return reminders.listing(turn) if _MY_REMINDERS.match(text.strip()) else None


def _ledger(turn: Turn, text: str) -> Reply | None:
    if not _LEDGER.match(text.strip()):
        return None
    return ledger.show(turn)


def is_reminder(text: str) -> bool:
    """Whether it asks for a reminder, and does not ask about reminders."""
    if _CALLED_FOR.search(text) and not _ASKED.search(text.strip()):
        return True
    return bool(_REMINDER.search(text)) and not _ABOUT_REMINDERS.search(text)


def _reminder(turn: Turn, text: str) -> Reply | None:
    return reminders.start(turn, text) if is_reminder(text) else None


def _case(turn: Turn, text: str) -> Reply | None:
    """工单 … 到期了吗, 尾号 001234, 这个工单."""
    said = text.strip()
    if (this := _THIS_CASE.match(said)) and (
        (
            (_OF_THIS_CASE.search(said) or _WHY_CASE.search(said))
            and not _NOT_STATE.search(said[this.end() :])
        )
        or len(said) - this.end() <= 2
    ):
        known = cases.this_one(turn)
        return _looked_up(turn, known, text) if known else Reply(case_wording.NO_THIS_CASE)
    numbers = cases.numbers_in(text)
    named = bool(_CASE_WORD.search(text))
    rest = len(text) - sum(map(len, numbers))
    if _NOT_STATE.search(text) and rest > 12:
        return None  # 工单 … 打不通电话怎么办 asks how, not where it stands
    if not numbers or not (named or rest <= 12) or not (_ABOUT_CASE.search(text) or rest <= 2):
        return None
    number = max(numbers, key=len)
    if not named and len(number) < 6:
        return None
    return _looked_up(turn, number, text)


def _looked_up(turn: Turn, number: str, text: str) -> Reply:
    if turn.scope(Action.SEE_CASES) is Scope.NONE:
        return Reply(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    if _WHY_CASE.search(text):
        return cases.why(turn, number)
    return cases.show(turn, number)


def _mine(turn: Turn, text: str) -> Reply | None:
    return cases.mine(turn) if _MINE.match(text.strip()) else None
