"""Who may be responsible: offices and parties, as people call them and as the rules call them."""

from __future__ import annotations

import re
from collections.abc import Iterator

# name: (as people call it, as the rules call it)
_CALLED = {
    "公安": ("公安|派出所|民警|片警|警察|110", "公安|派出所|民警"),
    "交管": ("交管|交警|交通[大中]?队", "交管|交通管理部门|交警"),
    "城管": ("城管(?!委)|综合执法", "城管(?!委)|综合执法|城市管理"),
    "街道": ("街道|街乡|乡镇|办事处", "街道|乡镇|镇政府"),
    "住建": ("住建|房管|建委|住房城乡", "住建|住房城乡|房屋(?:行政|主管|管理|部门)|房管|建设(?:行政)?主管"),
    "市场监管": ("市场监管|市监|工商|质监", "市场监(?:管|督)|工商|质(?:量技术)?监"),
    "消防": ("消防(?:队|局|部门|机构|救援|支队|大队|那边)", "消防(?:救援|监管|监督|部门|机构|队)"),
    "生态环境": ("生态环境|环保", "生态环境|环保|环境保护"),
    "卫健": ("卫健|卫生健康|疾控", "卫健|卫生(?:健康|行政|主管|部门|监督)|疾病"),
    "民政": ("民政", "民政"),
    "人社": ("人社|人力社保|劳动(?:监察|部门|局)|社保局", "人社|人力(?:资源|社)|劳动(?:行政|保障)|社会保险"),
    "规自": ("规自|规划(?:局|委|部门|和自然|自然)", "规自|规划(?:自然|和自然|部门|行政|主管)"),
    "园林": ("园林|绿化(?:局|队|部门)", "园林|绿化(?:行政|主管|部门)|林业"),
    "水务": ("水务", "水务|水行政|排水主管"),
    "交通": ("交通(?:委|局|部门|运输|执法)", "交通(?:委|运输|部门|行政|主管|执法)|、交通"),
    "法院": ("法院", "法院"),
    "检察院": ("检察院", "检察"),
    "司法": ("司法(?:局|所|行政)", "司法"),
    "农业": ("农业农村|畜牧|动监", "农业|畜牧|动物(?:卫生|防疫)"),
    "文旅": ("文旅|文化(?:执法|局|市场|和旅游)|旅游局", "文旅|文化|旅游"),
    "教育": ("教委|教育(?:局|部门)", "教育|教委"),
    "商务": ("商务(?:局|部门|委)", "商务"),
    "应急": ("应急(?:局|管理|部门|办)", "应急"),
    "发改": ("发改|物价局", "发改|发展改革|价格"),
    "网信": ("网信", "网信"),
    "税务": ("税务", "税务"),
    "信访": ("信访(?:局|办|部门)", "信访"),
    "热线": ("热线|12345|接线员", "热线|12345"),
    "妇联": ("妇联", "妇联|妇女联合会"),
    "环卫": ("环卫", "环卫|环境卫生"),
    "居委会": ("居委会?|村委会?", "居(?:民)?委|村(?:民)?委|社区"),
    "业委会": ("业委会", "业委会|业主委员会|业主大会"),
    "物管会": ("物管会", "物管会|物业管理委员会"),
    "物业": ("物业(?!费|用房|管理(?:条例|办法|委)|条例|服务(?!企业|公司|人)|合同|单)", "物业(?!费|用房|管理|条例|服务(?!企业|公司|人)|合同|使用|区域|承接|共用)|管理人|服务企业"),
    "政府": ("区政府|市政府|区里(?!的)", "(?:区|市|人民|县级|国务院|省级)[^，。]{0,6}政府"),
    "业主": ("业主(?!委|大会|群)|住户|房主|产权人", "业主(?!委|大会)|所有权?人|产权|住户"),
    "开发商": ("开发商|建设单位", "建设单位|开发"),
}  # fmt: skip
# whose names or tasks run into one another: where the rule names one, the other is not denied
_NEAR = (
    {"城管", "街道"},
    {"公安", "交管"},
    {"交通", "交管"},
    {"环卫", "城管"},
    {"业委会", "业主", "物管会"},
    {"卫健", "农业"},
    {"市场监管", "发改"},
)
_NAMES = tuple(_CALLED)
_WRITTEN = {name: re.compile(written) for name, (_, written) in _CALLED.items()}
_SPOKEN = {name: re.compile(spoken) for name, (spoken, _) in _CALLED.items()}
SPOKEN = "|".join(f"(?P<o{at}>{spoken})" for at, (spoken, _) in enumerate(_CALLED.values()))
_ANY_SPOKEN = re.compile(SPOKEN)


def spoken(found: re.Match[str]) -> tuple[str, str]:
    """The office of a match of `SPOKEN`: its name, and what it was called."""
    for group, words in found.groupdict().items():
        if words and group.startswith("o"):
            return _NAMES[int(group[1:])], words
    raise ValueError(found.group())


def unnamed(question: str) -> str:
    """A question without the offices it names."""
    return _ANY_SPOKEN.sub("，", question)


def named(text: str) -> frozenset[str]:
    """The offices a rule names."""
    return frozenset(name for name, pattern in _WRITTEN.items() if pattern.search(text))


def like(name: str) -> Iterator[str]:
    """The office itself and those near it."""
    yield name
    for group in _NEAR:
        if name in group:
            yield from group - {name}
