"""Pure: a sentence that asks for counting -> what is to be counted, or that it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.dialogue.analysis.periods import number, period_in
from bot.dialogue.analysis.pivot_asked import Asked, Bound, Grown, NotUnderstood
from casedb.tally.dimensions import TIMES, Dimension
from casedb.tally.measures import BY_NAME, COUNT
from casedb.tally.spans import Span, before, month, year_ago

MOST_SIGNS, MOST_WORDS, LONGEST_WORD = 50, 3, 8
DIMENSIONS = {
    "社区": Dimension.COMMUNITY, "居委会": Dimension.COMMUNITY, "小区": Dimension.COMMUNITY,
    "区域": Dimension.COMMUNITY, "承办单位": Dimension.UNIT, "单位": Dimension.UNIT,
    "科室": Dimension.UNIT, "街道科室": Dimension.UNIT, "部门": Dimension.UNIT,
    "诉求性质": Dimension.KIND, "性质": Dimension.KIND, "诉求类型": Dimension.KIND,
    "类型": Dimension.KIND, "一级分类": Dimension.TOPIC, "大类": Dimension.TOPIC,
    "分类": Dimension.TOPIC, "类别": Dimension.TOPIC, "问题": Dimension.TOPIC,
    "问题类型": Dimension.TOPIC, "问题分类": Dimension.TOPIC, "诉求": Dimension.TOPIC,
    "二级分类": Dimension.TOPIC_2, "小类": Dimension.TOPIC_2, "三级分类": Dimension.TOPIC_3,
    "细类": Dimension.TOPIC_3, "来源": Dimension.SOURCE, "渠道": Dimension.SOURCE,
    "阶段": Dimension.STAGE, "状态": Dimension.STAGE, "环节": Dimension.STAGE,
    "季度": Dimension.QUARTER, "周": Dimension.WEEK, "月份": Dimension.MONTH, "月": Dimension.MONTH,
    "日期": Dimension.DAY, "天": Dimension.DAY,
    "日": Dimension.DAY, "星期": Dimension.WEEKDAY, "星期几": Dimension.WEEKDAY,
    "周几": Dimension.WEEKDAY,
    "时段": Dimension.HOUR, "小时": Dimension.HOUR, "时间段": Dimension.HOUR,
    "钟点": Dimension.HOUR,
}  # fmt: skip
MEASURE_WORDS = {
    "按时办结率": "按时办结率", "按期办结率": "按时办结率", "及时办结率": "按时办结率",
    "办结率": "办结率", "结案率": "办结率", "逾期率": "逾期率", "超期率": "逾期率",
    "超时率": "逾期率", "重复率": "重复率", "涉否率": "涉否率", "响应率": "响应率",
    "解决率": "解决率", "满意率": "满意率", "满意度": "满意率", "未首次联系": "未首次联系",
    "未首联": "未首次联系", "未联系": "未首次联系", "未响应": "未响应", "未解决": "未解决",
    "没解决": "未解决", "不满意": "不满意", "涉否": "涉否数", "逾期": "逾期数", "超期": "逾期数",
    "超时": "逾期数", "重复诉求": "重复诉求", "重复": "重复诉求", "申请剔除": "申请剔除",
    "剔除": "申请剔除", "办结量": "办结数", "办结数": "办结数", "已办结": "办结数",
    "回访量": "回访数", "回访数": "回访数", "未办结": "未办结数", "没办结": "未办结数",
    "没办完": "未办结数", "未结案": "未办结数", "平均办结用时": "平均办结用时",
    "平均首次联系用时": "平均首次联系用时", "平均签收用时": "平均签收用时",
}  # fmt: skip
# Turns of phrase -> the words that are read below; in this order.
_SAID = tuple((re.compile(pattern), plain) for pattern, plain in (
    (r"平均(?:办理|办结|处理|处置)(?:的)?(?:时长|时间|用时|天数|周期)|平均(?:要|用|花)?(?:了)?(?:多久|多长时间|几天|几个?小时)(?:才)?(?:能)?(?:办结|办完)"
     r"|(?:办理|办结|处理)(?:的)?(?:时长|用时)", " 平均办结用时 "),
    (r"办(?:理|结)?得?(?:是)?最(?=[慢快])", " 平均办结用时 最"),
    (r"平均(?:首次)?(?:联系|首联|响应)(?:的)?(?:时长|时间|用时)|平均(?:要|用|花)?(?:了)?(?:多久|多长时间|几个?小时)(?:才)?(?:首次)?联系(?:上)?(?:诉求人|居民|群众)?",
     " 平均首次联系用时 "),
    (r"平均签收(?:的)?(?:时长|时间|用时)", " 平均签收用时 "),
    (r"(?:每天|一天)?(?:之|当)?[中里]?(?:早上|上午|下午|晚上|夜里)?(?:几点钟?|什么时间|什么时候)(?:的)?(?:来电|电话|诉求|投诉)*(?=最)", " 按时段 "),
    (r"周末.*工作日.*|工作日.*周末.*", " 按星期 "),
    (r"最多的(?:问题|诉求|事)是(?:什么|哪些?|啥)|(?:都|主要|大多|多半)(?:是|反映|投诉)(?:的)?(?:些|了)?(?:什么|哪些|啥)(?:问题|事情?|内容)?",
     " 按问题最多 "),
    (r"(?:主要)?集中(?:在|于)(?=哪)|排在(?=前)|打来的?(?:电话)?|来电(?!人|渠道)|来了|办了|截[至止](?:到)?(?:目前|现在|今天|今日)?|到(?:目前|现在)(?:为止)?|至今|目前|现在|以来", " "),
))  # fmt: skip
_AGAINST_YEAR = re.compile(
    r"(?:与|和|跟|同|比|较)?(?:去年|上年|上一年)的?同[期月](?:相比|比较|对比|比)?|同比"
)
_AGAINST_LAST = re.compile(r"(?:与|和|跟|同|比|较)上期(?:相比|比较|对比|比)?|环比")
LEAST_YEAR = 364
_BESIDE = re.compile(r"[比较]\s*$")
_COMPARES = re.compile(r"比|较|对照|[涨升降增减差]|变化")
_CHANGED = re.compile(
    r"[高低多少]了?还是[高低多少]了?|相比|对比|比较|对照|(?:增长|增加|减少|上升|下降|变化|增减|升降|(?<!最)[多少增减升降涨差])了?(?:得|的)?(?:情况|幅度?|率|量|几件|多少)?"
    r"|(?<=\s)[比较与和跟同]|[比较与和跟同](?=\s)"
)
_TOP = r"(?P<top>[一二两三四五六七八九十]|[1-9]\d?)(?:个|名|位|家|大|项|类)?"
_END = r"最[多少高低大小长短快慢好差]"
_FIRST = re.compile(
    rf"(?:排名?)?前{_TOP}(?![天日周月年季半])|{_END}的?前?(?P<top2>[一二两三四五六七八九十]|[1-9]\d?)[个名位家大项类]"
)
_GREW = re.compile(r"(?:涨|升|增|多|降|减|少|变化)[^最]{0,3}最|最[大快多](?:的)?(?:涨|升|增|降|减)")
_LEAST = re.compile(r"最[少低小短快差]")
_BOUND = re.compile(
    r"(?P<low>低于|不到|不足|不满|少于|小于|没到|未达到?|没有?达到)?(?(low)|(?P<high>高于|超过|大于|多于))"
    r"\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>[%％]|件|个?小时|天)"
)
_PART_OF_DAY = re.compile(r"凌晨|半夜|夜里|夜间|深夜|早上|上午|中午|下午|晚上|白天")
_OFTEN = re.compile(r"(?:比较|较|很|最)?(?:(?:突出|集中|严重)|(?<!最)多)吗?\s*$")
_SHOWS = re.compile(rf"看看?.*(?:投诉|诉求|工单)$|统计|数据$|多不多|{_OFTEN.pattern}")
OPEN = BY_NAME["未办结数"]
STANDING = frozenset(one for one in BY_NAME.values() if one.is_mean) | {OPEN}  # need no period
_NAMES = "|".join(sorted(DIMENSIONS, key=len, reverse=True))
_LAST_WORD = re.compile(
    rf"(?:^|\s|的|有哪些|是哪些|哪些|哪几个)(?P<one>(?!问题|诉求)(?:{_NAMES}))(?:有哪些|是哪些|有哪几个|是哪几个|是谁)?\s*$"
)
_BY = re.compile(
    rf"(?P<ask>按照?|分|各个?|每一?个?|逐|哪一?个|哪些|哪类|什么)(?P<one>{_NAMES})(?![气桥然花常子])"
    rf"(?:(?:和|与|、|及|跟|\s)\s*(?:按|各|分|每个?)?(?P<two>{_NAMES})(?![气桥然花常子]))?"
    r"(?P<most>(?:统计|分布|排列|排名|占比|情况|最多|最少|最高|最低|来|看|分|列)*)"
    rf"|(?P<bare>{_NAMES})(?:排名|排行|分布|构成|占比)|最[多少高低]的(?:是)?(?:哪个)?(?P<most_of>{_NAMES})"
)
_VAGUE = frozenset(
    ("什么", "哪些", "哪类", "分")
)  # alone they ask about rules as often as for counts
_TREND = re.compile(r"趋势|走势|变化(?:情况)?")
_ODD_BY = re.compile(
    r"按(?!时|期|照?规|要求)照?(?![^\s]*[哪它他谁条例法])([\u4e00-\u9fff]{1,6}?)(?:来|统计|分类|分|看|排)+$"
    r"|(?:^|\s)按照?(?![^\s]*[哪它他谁条例法])([\u4e00-\u9fff]{1,5})$"
)
_MEASURE = re.compile("|".join(sorted(MEASURE_WORDS, key=len, reverse=True)))
_LIST = re.compile(
    r"(?:的)?(?:工单|案件|单子|编号|案子)(?:编号|号)?(?:有哪些|是哪些|列表|清单|明细|列一下|列出来)"
    r"|(?:有哪些|是哪些|列出|哪些是?)(?:工单|案件|单子|案子)|工单(?:编号|号码?)|明细|清单"
)
_TOTAL = re.compile(r"多少|几件|总量|总数|件数|数量|总共|一共|合计")
_NOISE = re.compile(
    r"(?:(?:出|做|画|列|弄|来)一?|一)[张份个](?:统计)?[表图]?|(?:出|做|画|列|弄)?[张个]?(?:统计)?[表图]格?(?=[\s的]|$)|统计|一下|[每按]?万人|的|诉求量?|工单量?|案件|单子|数量|件数|多少件?|几件|总量|总数|总共|一共|合计|看看?|帮我|请|麻烦"
    r"|排名|排行|主要|想|要|查|有|各|都|是|量|情况|分别|怎么样|如何|发我|给我|列出?|和|与|及|在|里|中|了|呢|吗|哪个|最[多少高低大小长短快慢好差]|多不多|比较多|几(?=\s|$)|突出|集中|严重|(?<=[\u4e00-\u9fff])多$"
    r"|[\s，,。？?！!、：:；;]+"
)
_ABOUT = re.compile(r"(?:类|方面|相关)?(?:的)?问题(?=\s|$)|(?:类|方面|相关)(?:的)?(?=\s|$)")
_KIND_AFTER = re.compile(r"([\u4e00-\u9fff]{2,})(投诉|求助|咨询|举报|建议|表扬)(?=\s|$)")
_ASKS_HOW = re.compile(
    r"怎么(?!样)|如何|为什么|为啥|依据|规定|标准|办法|公式|口径|什么意思|是什么|应该|能不能|可不可以|要不要"
    r"|罚|哪条|第几条|哪个法|哪部|哪版|有效|多少[户钱元分岁天米度年月小平公厘]"
)


def read(text: str, today: date, *, start_day: int = 1) -> Asked | NotUnderstood | None:
    """A request to count, or None when the sentence asks for something else.

    It names by what to count (按社区 …), or a period and how many or which cases, or what to compare
    with; and, apart from period, measure and at most three words, nothing else.
    """
    plain = _plain(text)
    if len(text) > MOST_SIGNS or _ASKS_HOW.search(plain):
        return None
    times = _times(plain, today, start_day)
    rest = _Rest(times.rest)
    bound, first = rest.takes(_BOUND), rest.takes(_FIRST)
    dimensions, said = _dimensions(rest, after_all=bool(bound or first or times.said))
    if _TREND.search(rest.text) and not set(dimensions) & TIMES:
        dimensions.append(Dimension.MONTH if times.span.days > 62 else Dimension.DAY)
        rest.text = _TREND.sub(" ", rest.text)
    if times.said and not dimensions and (odd := _ODD_BY.search(rest.text.strip())):
        return NotUnderstood(odd[1] or odd[2])
    listed = bool(rest.takes(_LIST))
    counted = bool(_TOTAL.search(rest.text) or _SHOWS.search(rest.text) or times.against)
    found = rest.takes(_MEASURE)
    measure = BY_NAME[MEASURE_WORDS[found[0]]] if found else COUNT
    named = bool(said) or bool(dimensions and (first or bound))
    words = _words(rest.text)
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        return None
    clear = bool(times.said or first or bound or times.against or measure is not COUNT)
    if not clear and said and all(_vague(one) for one in said) and not _SHOWS.search(rest.text):
        return None
    asks = listed or counted or measure is not COUNT
    when = times.said or measure in STANDING or (times.against and words)
    if not dimensions and not (asks and when):
        return None
    if odd_time := next(filter(_PART_OF_DAY.fullmatch, re.split(r"[\s的]+", rest.text)), None):
        return NotUnderstood(odd_time)
    span = times.span
    if measure is OPEN and not times.said:  # what is open is open whenever it came in
        span = Span(today - timedelta(days=365), today + timedelta(days=1), "近一年")
    by_row, by_column = (*dimensions, None, None)[:2]
    return Asked(
        span, by_row, by_column, measure, words,
        listed=listed and not dimensions,
        period_said=times.said or times.against is not None,
        by_said=named,
        against=times.against,
        top=number(first["top"] or first["top2"]) if first else None,
        least_first=_order(plain),
        bound=_bound(bound),
        grown=_grown(plain) if times.against else None,
    )  # fmt: skip


@dataclass(slots=True)
class _Rest:
    """What of a sentence has not been read yet."""

    text: str

    def takes(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match, which is cut out."""
        found = pattern.search(self.text)
        if found:
            self.text = _without(self.text, found.start(), found.end())
        return found


@dataclass(frozen=True, slots=True)
class _Times:
    """The period of a sentence, the one it is compared with, and what else was said."""

    span: Span
    against: Span | None
    said: bool
    rest: str


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start]} {text[end:]}"


def _plain(text: str) -> str:
    for pattern, plain in _SAID:
        text = pattern.sub(plain, text)
    return text


def _times(text: str, today: date, start_day: int) -> _Times:
    """Which period, and against which; a period that still runs is compared day by day."""
    rest = _Rest(text)
    year, last = rest.takes(_AGAINST_YEAR), rest.takes(_AGAINST_LAST)
    masked = _BY.sub(lambda found: "\0" * len(found[0]), rest.text)
    period = period_in(masked, today, start_day=start_day)
    said = rest.text
    if period:
        rest.text = _without(rest.text, period.start, period.end)
        masked = _without(masked, period.start, period.end)
    present = month(f"{today:%Y-%m}")
    span = period.span if period else present
    alone = bool(period and _BESIDE.search(said[: period.start]))  # 比上月: not 上月 is meant
    other = (
        period_in(masked, today, start_day=start_day)
        if period and _COMPARES.search(masked)
        else None
    )
    if other:
        rest.text = _without(rest.text, other.start, other.end)
    alone = alone and not (other or year or last) and span.first < present.first
    if not (year or last or other or alone):
        return _Times(span, None, period is not None, rest.text)
    rest.text = _CHANGED.sub(" ", rest.text)
    now, then = (present, span) if alone else _in_order(span, other.span if other else None)
    if then is None or (then.days > LEAST_YEAR > now.days):  # 10月对比去年: its October
        then = before(now) if last else year_ago(now)
    return _Times(*_until(now, then, today), period is not None, rest.text)


def _in_order(one: Span, other: Span | None) -> tuple[Span, Span | None]:
    """The later of two periods first."""
    if other is None or one.first >= other.first:
        return one, other
    return other, one


def _until(now: Span, then: Span, today: date) -> tuple[Span, Span]:
    """Both cut to as many days as have passed, while the later one still runs."""
    after = today + timedelta(days=1)
    if not now.first < after < now.after:
        return now, then
    cut = Span(now.first, after, now.name)
    return cut, Span(then.first, min(then.after, then.first + timedelta(days=cut.days)), then.name)


def _dimensions(rest: _Rest, *, after_all: bool) -> tuple[list[Dimension], list[re.Match[str]]]:
    """By what to count; with `after_all` also plain words at the end (前五 社区, 上月 社区 渠道)."""
    said = list(_BY.finditer(rest.text))
    rest.text = _BY.sub(" ", rest.text)
    named = [
        found[one] for found in said for one in ("one", "two", "bare", "most_of") if found[one]
    ]
    while after_all and not said and len(named) < 2 and (found := rest.takes(_LAST_WORD)):
        named.insert(0, found["one"])
    return [DIMENSIONS[name] for name in named], said


def _words(text: str) -> tuple[str, ...]:
    bare = _ABOUT.sub(" ", _OFTEN.sub(" ", text))
    return tuple(_KIND_AFTER.sub(r"\1 \2", _NOISE.sub(" ", bare)).split())


def _order(text: str) -> bool | None:
    found = re.search(_END, text)
    return bool(_LEAST.match(found[0])) if found else None


def _grown(text: str) -> Grown | None:
    found = _GREW.search(text)
    if found is None:
        return None
    if "变化" in found[0]:
        return Grown.EITHER
    return Grown.LESS if re.search(r"[降减少]", found[0]) else Grown.MORE


def _bound(found: re.Match[str] | None) -> Bound | None:
    if found is None:
        return None
    scale = {"%": 0.01, "％": 0.01, "天": 24.0}.get(found["unit"], 1.0)
    return Bound(bool(found["low"]), float(found["value"]) * scale)


def _vague(found: re.Match[str]) -> bool:
    return found["ask"] in _VAGUE and "最" not in (found["most"] or "")
