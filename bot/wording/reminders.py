"""What we say about reminders and their buttons."""

from __future__ import annotations

SET = "好的，{when}提醒{who}：{what}。{repeats}编号 {id}，不要了发 /cancel {id}。"
REPEATS = {
    "daily": "以后每天同一时间重复。",
    "workdays": "以后每个工作日同一时间重复。",
    "weekly": "以后每周重复。",
    "monthly": "以后每月重复。",
    "yearly": "以后每年重复。",
}
ME = "您"
NO_TEXT = "到点了"
USAGE = "请说什么时候、提醒什么，例如：提醒我 明天上午9点 交剔除材料；提醒甲一社区 6月18日下午3点 报送照片。"
UNKNOWN_UNIT = "没有找到单位“{name}”。现有：{units}。"
ONLY_OWN_UNIT = "您只能提醒自己和本单位（{unit}）。要提醒别的单位请找接诉即办专班。"
NONE = "没有未完成的提醒和催办。"
LIST_HEAD = "**未完成的提醒 {count} 条**"
CANCELLED = "已取消提醒 {id}：{what}。不会再发。"
CANCEL_USAGE = "请带上编号，例如：/cancel 12。发 /reminders 看编号。"
ACKED = "已确认，不再催办"
ACKED_EDIT = "{text}\n\n✅ {name} 已收到（{at}），后面的催办已停止。"
SOMEBODY = "已有人"
ALREADY_ACKED = "已由{who}确认过了"
ALREADY_OVER = "这项已经结束，不用再处理"
ACKED_ALL = "已全部确认（{count} 项），不再催办"
SNOOZED = "好的，{at}再提醒"
SNOOZED_EARLIER = "（到期时限在您选的时间之前，最晚到期时提醒）"
SNOOZE_WHEN = "什么时候再提醒？例如：下午3点、明天上午10点、周五9点。放弃请发 /cancel。"
SNOOZE_UNREADABLE = "没有看懂时间：{question} 例如：下午3点、明天上午10点。放弃请发 /cancel。"
HAND_TO_WHOM = "转交给哪位同事？请发姓名，或点下面的名字。放弃请发 /cancel。"
NOBODY_ELSE = "本单位没有其他在岗同事，请发同事的姓名。放弃请发 /cancel。"
HANDED = "已转交给{name}，对方会马上收到提醒。"
UNKNOWN_PERSON = "没有找到“{name}”，请写全名（可以带单位，如：甲一社区王小满），或发 /cancel 放弃。"
CANNOT_WHY = "请写一句办不了的原因，会报给单位负责人和专班。放弃请发 /cancel。"
CANNOT_DONE = "已记下并上报：{reason}。接下来由单位负责人或专班协调。"
IN_PRIVATE = "请私聊我办理这一项"
