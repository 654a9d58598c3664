"""What a message asks: its parts, the day it speaks of, what it leans on, or no question at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from indexer import numerals

MOST_PARTS = 3
SHORT = 16  # characters of a question that may lean on the turn before
LONGEST = 2000  # characters of a message that we read
_ENDS = re.compile(r"[?？]+|[\n\r]+|；|;(?=\S)")
_NUMBERED = re.compile(r"(?:^|[\s，,。；;？?])(?:第[一二三四五]|[1-5一二三四五])[、.．)）](?=\S)")
_OWN_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
_ASKS = re.compile(
    r"[吗呢么]$|[吗呢么][，,。]|什么|怎么|咋|如何|多少|几[天小点个次条年月日号]|多久|多长|哪[些条个里种天一]|谁|是否|是不是|能不能|可不可以|有没有|要不要|该不该|算不算|行不行|为什么|为啥|规定|依据|第[一二三四五六七八九十百\d]+条|流程|办法|责任|处罚|罚"
)
_LEANS = re.compile(
    r"^(?:那么?|这个?|这种|这样|它|他们?|她们?|还有|另外|如果|要是|万一|如果是|换成|要换成|那要是|那如果|同样|上面|前面|刚才|之前|第[二三四]|然后|接着|具体|比如|其他|别的|不然|否则)|^.{0,3}呢[?？]?$|(?:上述|前述|刚才|上面|前面)(?:说的|提到|那|的)"
)
_WRAPPING = re.compile(
    r"^(?:那么?|还有|另外|请问一?下?|麻烦问一?下?|想问一?下?|我?想?(?:问|咨询|了解)一?下|如果是|换成|要是|然后|接着|你好|您好|老师)[，,、]?|[呢啊呀吧哦嘛]+[?？。！!]*$"
)
_ANOTHER = re.compile(
    r"^(?:另外|还有|再问一?[个下]|顺便问一?下|再一个|还想问)[，,、：:]?(?:就是|一个)?"
)
_SMALL = {
    "hello": re.compile(
        r"^(?:你好|您好|哈喽|hello|hi|嗨|早|早上好|上午好|中午好|下午好|晚上好|早安|大家好|各位好)[呀啊吖~～!！。,，值班小助手机器人]*$",
        re.I,
    ),
    "here": re.compile(
        r"^(?:在吗|在么|在不在|有人吗|有人在吗|在嘛|人呢|你在吗|您在吗|还在吗|值班的?在吗)[?？~～!！。]*$"
    ),
    "thanks": re.compile(
        r"^(?:好的?|嗯+|行|可以)?[，,]?(?:谢谢|多谢|感谢|谢了|谢啦|辛苦了?|太感谢了?|非常感谢|谢谢你|谢谢您|谢谢啊|麻烦了|thx|thanks?(?: you)?)[你您了啦哈呀啊~～!！。]*$",
        re.I,
    ),
    "fine": re.compile(
        r"^(?:好|好的|好嘞|嗯+|哦+|行|可以|收到|知道了|明白|明白了|懂了|了解|了解了|ok|okay|哈+|呵+|嘻+|没事|没事了|不用了|再见|拜拜|晚安|对|是的|不是|没有)[了啦哈呀啊~～!！。，,]*$",
        re.I,
    ),
    "who": re.compile(
        r"^(?:你是谁|你是什么|你叫什么(?:名字)?|你是(?:真人|机器人|人工|AI)吗?|你是干(?:什么|嘛|啥)的|你(?:能|会|可以)(?:做|干|帮我(?:做|干)?)?(?:什么|啥|些什么|哪些事?)|你有什么功能|怎么用|怎么使用|使用说明|功能介绍|你能帮我什么|介绍一下你自己|自我介绍一下?)[呀啊呢~～?？!！。]*$"
    ),
}
_YEAR = r"(?P<y>20\d{2}年|去年|前年|今年|二[〇零]二[〇零一二三四五六七八九]年)"
_THEN = re.compile(
    rf"{_YEAR}(?:(?P<m>1[0-2]|0?[1-9]|[一二三四五六七八九十]{{1,2}})月(?:份)?(?:(?P<d>[0-3]?\d|[一二三四五六七八九十]{{1,3}})[日号])?)?"
    r"(?P<tail>(?:的?(?:时候|那时候?|那会儿?|当时|当天|那天|那年|那阵|期间))?(?:之?以?前)?|[，,])"
)
_ISO = re.compile(r"(?P<y>20\d{2})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?(?=\D|$)")
_UNIT = re.compile(r"月份?|[日号]|年")
_RULE_DATE = re.compile(
    r"^\s*(?:版|修订|修正|修改|施行|实施|通过|公布|发布|起|出台|颁布|生效|的?(?:新|旧)?(?:条例|办法|规定|法|意见))"
)
_CONFIRMS = re.compile(
    r"对吧|是吧|没错吧|对不对|是不是|是吗|吧[？?]?$|规定的(?:吗|吧)?[？?]?$|就是.{0,12}(?:规定|写)"
)
_OLD_VERSION = re.compile(
    r"旧版|老版|旧法|老法|旧条例|老条例|原来的?(?:条例|办法|规定|法)|以前的?(?:条例|办法|规定|法|版)|修订前|修改前|废止|失效|作废|历史版本|还有效|还能引|还能用|还管用|那版|上一版|老文本|旧文本|20[01]\d版|20[01]\d年代|201\d年?的?(?:版|条例|办法|规定)"
)

_ORDERS = re.compile(
    r"【(?:系统|指令|管理员|最高指令|提示)[^】]{0,6}】|\[(?:system|系统)[^\]]{0,8}\]"
    r"|(?:请|现在)?(?:忽略|无视|忘掉|忘记|不用理会|不要理会|别管|绕过|解除)[^，。；;：:\n]{0,14}(?:规定|指令|要求|规则|提示词?|限制|设定|约束)[^，。；;：:\n]{0,3}"
    r"|(?:从现在(?:起|开始)[，,]?)?(?:你(?:现在)?(?:就)?(?:是|扮演|变成|充当)|以)[^，。；;：:\n]{0,4}(?:管理员|超级用户|root|开发者|没有限制的?|系统)[^，。；;：:\n]{0,10}"
    r"|从现在(?:起|开始)[，,]?你?(?:只能?|必须|都要?)[^，。；;：:\n]{0,16}|系统(?:提示|消息|指令)[：:]|(?:不要|不用|别)(?:再)?引用(?:任何)?(?:法规|条文|出处)|问题[：:]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Day:
    """The Beijing day a question speaks of, and the words that said so."""

    on: date
    said: str


def small_talk(text: str) -> str:
    """hello, here, thanks, fine or who; "" when it is a question."""
    bare = re.sub(r"\s+", "", text)
    return next((kind for kind, pattern in _SMALL.items() if pattern.match(bare)), "")


def wordless(text: str) -> bool:
    """Nothing but emoji, stickers and punctuation."""
    return not _OWN_WORDS.search(text)


def without_orders(text: str) -> str:
    """The question without what is said to the machine (忽略以上规定, 你现在是管理员).

    Such words are text and never followed; left in, they would only lead the search astray.
    """
    rest = _ORDERS.sub("，", text)
    if rest == text:
        return text
    rest = re.sub(r"[，,。；;：:\s]{2,}", "，", rest).strip("，,。；;：: \t\n")
    return rest if len(_OWN_WORDS.findall(rest)) >= 4 else text


def parts(text: str) -> tuple[str, ...]:
    """The questions of one message, at most three; a story keeps to the question it leads to."""
    if items := _numbered(text):
        return tuple(items[:MOST_PARTS])
    pieces = [piece.strip(" \t，,。、") for piece in _ENDS.split(text)]
    questions: list[str] = []
    story = ""
    for piece in pieces:
        if not piece:
            continue
        if questions and (another := _ANOTHER.match(piece)) and _ASKS.search(piece):
            piece = piece[another.end() :]
            if len(_OWN_WORDS.findall(piece)) >= 5:
                questions.append(piece)
                continue
        own = len(_OWN_WORDS.findall(piece))
        if questions and (own < 5 or _LEANS.match(piece)):
            questions[-1] = f"{questions[-1]}？{piece}"
        elif own < (5 if not story else 6) or not _ASKS.search(piece):
            story = f"{story}，{piece}".strip("，")
        else:
            questions.append(f"{story}，{piece}".strip("，"))
            story = ""
    if story and questions:
        questions[-1] = f"{questions[-1]}，{story}"
    elif story:
        questions = [story]
    return tuple(questions[:MOST_PARTS])


def _numbered(text: str) -> list[str]:
    """The items of a numbered list, none when there is no list."""
    starts = [found.start() for found in _NUMBERED.finditer(text)]
    if len(starts) < 2:
        return []
    head = text[: starts[0]].strip(" ，,：:。")
    items = [_NUMBERED.sub("", text[a:b]).strip() for a, b in pairwise([*starts, len(text)])]
    kept = [item for item in items if len(_OWN_WORDS.findall(item)) >= 3]
    return [f"{head}，{item}" if len(head) > 3 and len(item) < 6 else item for item in kept]


def leans(question: str) -> bool:
    """Whether it only makes sense with the turn before (那延期呢？)."""
    bare = question.strip()
    own = len(_OWN_WORDS.findall(bare))
    return bool(_LEANS.search(bare)) or own <= 5


def may_lean(question: str) -> bool:
    """Whether it is short enough to be about what was said before, without saying so."""
    return len(_OWN_WORDS.findall(question)) <= SHORT


def bare(question: str) -> str:
    """The question without 那…呢, 请问 and the like."""
    previous, text = "", question.strip()
    while text != previous:
        previous, text = text, _WRAPPING.sub("", text.strip())
    return text


def with_turn_before(question: str, context: Sequence[str]) -> str:
    """An elliptical question joined to the turn it leans on."""
    before = turn_before(context)
    return f"{before}，{bare(question)}" if before else question


def turn_before(context: Sequence[str]) -> str:
    """What was asked before, small talk left out; a turn that leans is joined to its own before."""
    said = [turn for turn in context if turn.strip() and not small_talk(turn)]
    if not said:
        return ""
    last = bare(said[-1])
    if len(said) > 1 and leans(said[-1]):
        last = f"{bare(said[-2])}，{last}"
    return last[-120:]


def day_of(question: str, today: date) -> Day | None:
    """The day whose law is asked for (2025年12月的时候 …), None when it is today's."""
    for found in (*_ISO.finditer(question), *_THEN.finditer(question)):
        groups = found.groupdict()
        end = found.end("d" if found["d"] else "m" if found["m"] else "y")
        end += len(unit[0]) if (unit := _UNIT.match(question, end)) else 0
        if _RULE_DATE.match(question[end:]):
            continue
        on = _date(found["y"], found["m"], found["d"], today)
        if on is None:
            continue
        if (groups.get("tail") or "").endswith("前"):
            on -= timedelta(days=1)
        return Day(on, question[found.start() : end].strip("，, "))
    return None


def _date(year: str, month: str | None, day: str | None, today: date) -> date | None:
    relative = {"去年": -1, "前年": -2, "今年": 0}
    number = numerals.parse(year.rstrip("年")) if year not in relative else None
    y = today.year + relative[year] if year in relative else number
    if y is None or (year == "今年" and not month):
        return None
    m = numerals.parse(month) if month else 6
    d = numerals.parse(day) if day else 1
    try:
        return date(y, m or 6, d or 1)
    except ValueError:
        return None


def confirms(question: str) -> bool:
    """Whether it wants something confirmed (…对吧) that may well be wrong."""
    return bool(_CONFIRMS.search(question))


def wants_old(question: str) -> bool:
    """Whether a superseded wording is asked for by itself."""
    return bool(_OLD_VERSION.search(question))
