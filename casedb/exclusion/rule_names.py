"""What the rules of a review are called among people, and what to practise against each fault."""

from __future__ import annotations

from collections.abc import Mapping

#: Beginning of a rule's id -> its name, and what a training takes up.
RULE_NAMES: Mapping[str, tuple[str, str]] = {
    "paper.": ("缺必交材料", "各类别要交哪些材料，照清单逐项备齐"),
    "file.readable": ("文件打不开", "怎样交能打开的文件：去密码、去宏、重新导出"),
    "page.readable": ("页面看不清", "怎样扫描和拍清楚"),
    "order_no": ("工单编号不一致", "每份材料写本案工单编号，交前核对"),
    "seal": ("没有盖章", "哪些材料要盖章、盖在哪里"),
    "signature": ("没有签字", "经办人、核查人当场签字"),
    "date": ("没有日期", "落款写全年月日"),
    "time.": ("时间不闭合", "派单、联系、处置、反馈的时间怎样记、怎样核对"),
    "calls": ("拨打不合要求", "不同时段多次拨打并留痕"),
    "photo.time": ("照片没有时间", "用带时间地点水印的相机"),
    "photo.place": ("照片没有地点", "用带时间地点水印的相机"),
    "photo.": ("照片不合格", "照片要清楚、是本案现场、有时间地点"),
    "article": ("引用法条有误", "引用前查现行有效的法规和条号"),
    "reason": ("理由与类别不符", "十二类剔除各适用什么情形"),
    "reply": ("回复与材料矛盾", "回复前对照材料，口径一致"),
    "place": ("地点与工单不一致", "材料里的地点照工单写"),
    "privacy": ("写了不需要的个人信息", "材料里哪些个人信息要删去或打码"),
    "leading": ("引导改评价", "不得引导、利诱诉求人改评价"),
}


def rule_name(rule: str) -> str:
    """What a rule is called; the rule itself where nobody has named it."""
    return _entry(rule)[0]


def practice(rule: str) -> str:
    """What a training against this fault takes up."""
    return _entry(rule)[1]


def _entry(rule: str) -> tuple[str, str]:
    found = [name for name in RULE_NAMES if rule.startswith(name)]
    return RULE_NAMES[max(found, key=len)] if found else (rule, "照审核意见逐项整改")
