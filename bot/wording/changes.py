"""What we say when papers have changed: to the desk, to those who were answered, to old askers."""

from __future__ import annotations

WHAT = {
    "changed": "内容改了",
    "removed": "撤下了",
    "superseded": "已废止",
    "in_force": "开始施行",
}
STATES = {"open": "待处理", "corrected": "已发更正", "settled": "不用更正"}
TO_DESK = "📄 **资料有变化，有人引用过**（{count} 份）"
LINE = "- {id} 号｜《{title}》{what}｜答复 {answers} 条，未结工单 {cases} 件"
SHOW_ALL = "看清单、发更正"
HEAD = "**资料变化**（{count} 份待处理）"
OTHERS = "另有 {count} 份资料变化，没有人引用过。"
EMPTY = "没有待处理的资料变化：改过的资料都没有人引用过，或者已经处理。"
CARD = "📄 **{id} 号资料变化：《{title}》{what}**（{day}，{state}）\n变化的部分：{places}"
ANSWERS = "**引用过它的答复**（{count} 条）"
ANSWER_LINE = "- {day} {where}：{question}"
IN_GROUP, IN_PRIVATE = "群里", "私聊"
CASES = "**未结工单里提到它的**（{count} 件）"
CASE_LINE = "- {order}（{unit}）"
NOBODY = "没有答复和未结工单引用过它。"
PREVIEW = "**更正会这样发**（每人每群一次）：\n{text}"
PUSH, SKIP, BACK = "发更正（{count} 处）", "不用更正", "← 全部变化"
PUSHED = "已发更正，共 {count} 处。"
PUSHED_NONE = "没有可以发的：问过的人已离岗或没有聊天账号。已记为处理过。"
SKIPPED = "{id} 号已记为不用更正。"
DONE_ALREADY = "{id} 号已经处理过（{state}）。"
CORRECTION = "🔧 **更正**：{whose}{days}问过的问题，当时的答复引用了《{title}》{places}，现在{what}。\n{now}\n请以新的答复为准。"
YOURS, OF_GROUP = "您", "本群"
NOW_CHANGED = "现在的内容：{text}"
NOW_SUPERSEDED = "现行的是《{title}》。"
NOW_GONE = "这部分资料不再使用，请不要再引用。"
ASKED_LINE = "> {question}"
BASIS_NOW = "💡 您以前问的、当时没有答好的问题，**现在有依据了**："
BASIS_LINE = "- 您 {day} 问的“{question}”"
SEE_ANSWER, SEE_NEW = "看答复", "看新答复"
GONE = "这个问题的记录不在了，请重新提问。"
