"""What we say about topics of cases."""

from __future__ import annotations

PROPOSED = "建议分类：{topics}（{source}）。请确认或改正："
ONE = "{topic}（把握 {share}）"
SOURCE_MODEL = "按本单位 {labels} 件已确认分类的工单学得"
SOURCE_RULES = "按自带的样例规则初判，把握只供参考"
NOTHING = "看不出是哪一类，请写出来：/topic {no} 一级/二级/三级"
OTHER = "都不对，我来写"
WRITE = "请发：/topic {no} 一级/二级/三级，例如：/topic {no} 噪声与环境/施工噪声/夜间施工。后两级可以不写。"
DONE = "工单 {no} 的分类已确认为：{topic}（{name}，{at}）。"
GONE = "这个建议已经变了，请重新打开工单看一眼。"
NONE_LEFT = "没有待分类的工单。"
LIST_HEAD = "**还有 {count} 件工单没有分类**，最新的 {shown} 件建议如下，对的请按按钮确认："
LIST_LINE = "{number}. `{no}` {title}：{topic}"
LIST_NOTHING = "看不出，请用 /topic {no} 写"
LIST_BUTTON = "{number} 是{topic}"
IMPORTED = "现在有 {count} 件工单没有分类，每件都有建议，发 /topic 逐件确认。"
USAGE = "请写成：/topic 工单编号 一级/二级/三级，例如：/topic 000123 噪声与环境/施工噪声/夜间施工；只发 /topic 看还没有分类的工单。"
UNKNOWN_FIRST = (
    "一级分类里没有“{said}”。现有：{known}。确实要用新分类，请在前面加“新”：/topic {no} 新 {said}"
)
EVENT = "建议“{topic}”，把握 {share}"
EVENT_OTHER = "系统建议的是“{topic}”"
