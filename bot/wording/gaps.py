"""What we say about gaps in the knowledge."""

from __future__ import annotations

WHYS = {"unanswered": "没答上", "down": "差评", "reasked": "换说法再问"}
STATES = {"open": "待指派", "assigned": "已指派", "filled": "已补好", "dropped": "不用补"}
HEAD = "**知识缺口**（{count} 个，按问的次数排）"
EMPTY = "现在没有知识缺口：近来的问题都答上了，也没有差评。"
LINE = "- {id} 号｜{name}｜问了 {count} 次（{whys}）｜"
OWNED = "{owner}，{due} 前"
NO_OWNER = "没有负责人"
SHOW_ALL = "看缺口、指派"
WEEKLY = "📚 **本周知识缺口**：{count} 个（上周以来新增 {new} 个，{waiting} 个没有负责人）"
CARD = (
    "📚 **{id} 号知识缺口：{name}**\n状态：{state}\n问了 {count} 次，{askers} 人（{whys}），"
    "最近 {last}\n负责人：{owner}\n\n问法举例：\n{examples}"
)
TO_ME = "我来补"
TO = "给{name}"
DUE = "{days} 个工作日"
WRITE, RENAME, FILLED, DROPPED, BACK = "写资料", "改名", "已补好", "不用补", "← 全部缺口"
ASSIGNED = "{id} 号已交给{owner}，{due} 前补好，到期前会提醒。"
DUE_SET = "{id} 号改为 {due} 前补好。"
CLOSED = "{id} 号已记为“{state}”。"
NO_OWNER_YET = "请先指派负责人，再定期限。"
NEW_NAME = "请写新的名称；放弃请发 /cancel。"
DRAFT_MADE = "已按这个缺口的问法建好草稿，请补正文和来源。"
