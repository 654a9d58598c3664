"""Other cities and provinces: we hold Beijing's and national rules only."""

from __future__ import annotations

import re

_PROVINCES = (
    "上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川"
    " 贵州 云南 陕西 甘肃 青海 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 台湾"
)
_CITIES = (
    "广州 深圳 杭州 南京 苏州 成都 武汉 西安 郑州 长沙 青岛 济南 大连 沈阳 宁波 无锡 厦门 福州 合肥 昆明 哈尔滨"
    " 长春 石家庄 太原 南昌 南宁 贵阳 兰州 海口 三亚 珠海 佛山 东莞 温州 嘉兴 绍兴 金华 徐州 常州 南通 扬州 烟台"
    " 潍坊 临沂 洛阳 保定 廊坊 唐山 秦皇岛 张家口 承德 沧州 邯郸 衡水 邢台 雄安 呼和浩特 包头 银川 西宁 乌鲁木齐 拉萨"
    " 桂林 柳州 泉州 漳州 赣州 芜湖 宜昌 襄阳 株洲 中山 惠州 汕头 湛江 绵阳 遵义 咸阳 大同 鞍山"
)
_NAME = "|".join(sorted(f"{_PROVINCES} {_CITIES}".split(" "), key=len, reverse=True))
# 上海路, 南京西路, 重庆小面, 上海籍, 上海人: not the rule of another place.
_OTHER = re.compile(
    rf"(?P<place>{_NAME})(?:市|省)?"
    r"(?!路|街|道|大街|西路|东路|北路|南路|胡同|里|小区|大厦|籍|人|户口|户籍|来京|来的|牌照|号牌|银行|小面|菜|饭|馆|话|大学|医院|公司|老家|身份证|驾照|车牌)"
)
_FROM = re.compile(
    r"(?:从|来自|老家在|户口在|户籍在|人在|去过|回|飞|搬到|搬去|在[^，。]{0,4}买的?)$"
)
_HOME_TOWN = re.compile(
    r"老家$"
)  # 老家河北的: where somebody is from; 老家石家庄供暖: what is asked about
_OF_SOMEBODY = re.compile(r"^(?:的|人|来|那边的|[，,。]|$)")
_OURS = re.compile(
    r"北京|本市|我市|京籍|咱们?市|首都|全国|国家|东城区?|西城区?|朝阳区|海淀|丰台|石景山|门头沟|房山|通州区?|顺义|昌平|大兴区|怀柔|平谷|密云|延庆"
)


def elsewhere(question: str) -> str:
    """The other place whose rule is asked for, "" when the question is about ours."""
    if _OURS.search(question):
        return ""
    for found in _OTHER.finditer(question):
        if _FROM.search(question[: found.start()]):
            continue
        before, after = question[: found.start()], question[found.end() :]
        if _HOME_TOWN.search(before) and _OF_SOMEBODY.search(after):
            continue
        return found["place"]
    return ""


def compared(question: str) -> str:
    """The other place a question about ours names beside it, "" when none."""
    found = _OTHER.search(question)
    return found["place"] if found and _OURS.search(question) else ""


def without_others(question: str) -> str:
    """The question about ours without other places named beside it (a home town), for the search."""
    return _OTHER.sub("", question) if not elsewhere(question) else question
