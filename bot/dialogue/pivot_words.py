"""Pure: a sentence that asks for counting -> what is to be counted, or that it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.dialogue.periods import period_in
from casedb.tally.dimensions import TIMES, Dimension
from casedb.tally.measures import BY_NAME, COUNT, Measure
from casedb.tally.spans import Span, month

MOST_SIGNS, MOST_WORDS, LONGEST_WORD = 50, 3, 8
DIMENSIONS = {
    "社区": Dimension.COMMUNITY, "居委会": Dimension.COMMUNITY, "小区": Dimension.COMMUNITY,
    "区域": Dimension.COMMUNITY, "承办单位": Dimension.UNIT, "单位": Dimension.UNIT,
    "科室": Dimension.UNIT, "部门": Dimension.UNIT,
    "诉求性质": Dimension.KIND, "性质": Dimension.KIND, "诉求类型": Dimension.KIND,
    "类型": Dimension.KIND, "一级分类": Dimension.TOPIC, "大类": Dimension.TOPIC,
    "分类": Dimension.TOPIC, "类别": Dimension.TOPIC, "问题": Dimension.TOPIC,
    "问题类型": Dimension.TOPIC, "问题分类": Dimension.TOPIC, "诉求": Dimension.TOPIC,
    "二级分类": Dimension.TOPIC_2, "小类": Dimension.TOPIC_2, "三级分类": Dimension.TOPIC_3,
    "细类": Dimension.TOPIC_3, "来源": Dimension.SOURCE, "渠道": Dimension.SOURCE,
    "阶段": Dimension.STAGE, "状态": Dimension.STAGE, "环节": Dimension.STAGE,
    "季度": Dimension.QUARTER, "周": Dimension.WEEK, "月份": Dimension.MONTH, "月": Dimension.MONTH,
    "日期": Dimension.DAY, "天": Dimension.DAY,
    "日": Dimension.DAY, "星期": Dimension.WEEKDAY, "周几": Dimension.WEEKDAY,
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
    "回访量": "回访数", "回访数": "回访数",
}  # fmt: skip
_NAMES = "|".join(sorted(DIMENSIONS, key=len, reverse=True))
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
    r"统计|一下|的|诉求量?|工单量?|案件|单子|数量|件数|多少件?|几件|总量|总数|总共|一共|合计|看看?|帮我|请|麻烦"
    r"|想|要|查|有|各|都|是|量|情况|分别|怎么样|如何|发我|给我|列出?|出|张|表|图|和|与|及|在|里|中|了|呢|吗|哪个|最多|最高|最低|最少"
    r"|[\s，,。？?！!、：:；;]+"
)
_ABOUT = re.compile(r"(?:类|方面|相关)?(?:的)?问题(?=\s|$)|(?:类|方面|相关)(?:的)?(?=\s|$)")
_KIND_AFTER = re.compile(r"([\u4e00-\u9fff]{2,})(投诉|求助|咨询|举报|建议|表扬)(?=\s|$)")
_ASKS_HOW = re.compile(
    r"怎么(?!样)|如何|为什么|为啥|依据|规定|标准|办法|公式|口径|什么意思|是什么|应该|能不能|可不可以|要不要"
    r"|罚|哪条|第几条|哪个法|哪部|哪版|有效|多少[户钱元分岁天米度年月小平公厘]"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted; `listed` asks for the order numbers instead."""

    span: Span
    rows: Dimension | None
    columns: Dimension | None
    measure: Measure
    words: tuple[str, ...]
    listed: bool = False
    period_said: bool = True
    by_said: bool = True  # 按社区, 各单位 …, not only a trend or a number


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """It asks for counting, but by something cases have no value of."""

    by: str


def read(text: str, today: date, *, start_day: int = 1) -> Asked | NotUnderstood | None:
    """A request to count, or None when the sentence asks for something else.

    It names by what to count (按社区 …), or a period and how many or which cases; and, apart from
    period, measure and at most three words, nothing else.
    """
    if len(text) > MOST_SIGNS or _ASKS_HOW.search(text):
        return None
    said = list(_BY.finditer(text))
    named = [
        found[one] for found in said for one in ("one", "two", "bare", "most_of") if found[one]
    ]
    wanted = [DIMENSIONS[name] for name in named]
    bare = _BY.sub(" ", text)
    if period := period_in(bare, today, start_day=start_day):
        bare = f"{bare[: period.start]} {bare[period.end :]}"
    span = period.span if period else month(f"{today:%Y-%m}")
    if _TREND.search(bare) and not set(wanted) & TIMES:
        wanted.append(Dimension.MONTH if span.days > 62 else Dimension.DAY)
        bare = _TREND.sub(" ", bare)
    if period and not wanted and (odd := _ODD_BY.search(bare.strip())):
        return NotUnderstood(odd[1] or odd[2])
    listed, counted = bool(_LIST.search(bare)), bool(_TOTAL.search(bare))
    bare = _LIST.sub(" ", bare)
    found = _MEASURE.search(bare)
    measure = BY_NAME[MEASURE_WORDS[found[0]]] if found else COUNT
    if found:
        bare = f"{bare[: found.start()]} {bare[found.end() :]}"
    bare = _ABOUT.sub(" ", bare)
    words = tuple(_KIND_AFTER.sub(r"\1 \2", _NOISE.sub(" ", bare)).split())
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        return None
    if not period and said and all(_vague(found) for found in said):
        return None
    if not wanted and not (period and (listed or counted or measure is not COUNT)):
        return None
    first, second = (*wanted, None, None)[:2]
    return Asked(
        span, first, second, measure, words, listed and not wanted, period is not None, bool(named)
    )


def _vague(found: re.Match[str]) -> bool:
    return found["ask"] in _VAGUE and "最" not in (found["most"] or "")
