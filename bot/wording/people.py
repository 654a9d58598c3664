"""What we say about persons, accounts and groups."""

from __future__ import annotations

START_HELLO = "您好，{name}（{unit}，{role}）。直接说要办的事就行，发 /help 看用法。"
START_NEEDS_CODE = "请发送：/start 绑定码。绑定码由管理员发放，24 小时内有效。"
START_IN_GROUP = "绑定码请私聊我发送，不要发在群里。这个码如果已经有人看到，请管理员重新发一个。"
BOUND = "已绑定：{name}（{unit}，{role}）。以后的提醒会发到这里；发 /help 看用法。"
WHOAMI = "{name}，{unit}，{role}。已绑定：{accounts}。"
INVITE_USAGE = "请写成：/invite 姓名 单位 角色，例如：/invite 王小满 甲一社区 社区。角色：管理员、专班、驻场分析人员、科室、社区、值班领导。"
INVITED = "{name}（{unit}，{role}）的绑定码是 `{code}`，24 小时内有效、只能用一次。请本人私聊我发送：/start {code}"
LEAVE_USAGE = "请写成：/leave 姓名，或 /leave 单位 姓名，例如：/leave 甲一社区 王小满。"
LEAVE_UNKNOWN = "名册里没有在岗的“{name}”，或者有好几位同名，什么也没改。请连单位一起写，例如：/leave 甲一社区 王小满。"
LEAVE_SELF = "不能把自己登记为离岗，请另一位管理员来办。"
LEAVE_ADMIN = "只有管理员能登记管理员离岗。"
UNKNOWN_UNIT = "没有找到单位“{name}”。现有：{units}。"
UNKNOWN_ROLE = "不认识角色“{name}”。可选：管理员、专班、驻场分析人员、科室、社区、值班领导。"
BIND_USAGE = "请在要绑定的群里发送：/bind ledger（台账群）、/bind unit 单位名（单位群）或 /bind training（培训群）。"
BIND_IN_PRIVATE = (
    "绑定要在群里发。把我拉进群后，在群里发送 /bind ledger、/bind unit 单位名 或 /bind training。"
)
GROUP_BOUND = {
    "ledger": "已绑定为台账群：每天 08:30 的台账会发到这里，群里只显示工单尾号。",
    "unit": "已绑定为{unit}的单位群：{unit}的催办会同时发到这里，不含个人信息。",
    "training": "已绑定为培训群：培训卡片会发到这里，这里不显示工单。",
}
UNBOUND = "已解除绑定 {count} 项，以后不再往这里发。"
NOT_BOUND = "本群没有绑定，不用解除。"
NO_CHATS = "还没有绑定任何群。请管理员在群里发送 /bind。"
CHATS_HEAD = "**已绑定的群**（{count}）"
ONCALL_HEAD = "**今天的值班分析员**{how}"
ONCALL_SET = "（专班排定）"
ONCALL_TURNS = "（按日轮换）"
ONCALL_LATER = "以后：{days}"
ONCALL_HINT = "排班请发：/oncall 6月3日 姓名 姓名；改回轮换：/oncall 6月3日 轮换。"
ONCALL_USAGE = "请写成：/oncall 6月3日 孙三和 李四平（先写日期，再按先后写姓名）；改回轮换写：/oncall 6月3日 轮换。"
ONCALL_UNKNOWN = "名册里没有“{name}”，或者这个人不能答复转办的问题。排班没有改动。"
ONCALL_PAST = "{day} 已经过去，排班没有改动。"
ONCALL_DONE = "{day} 的值班名单：{names}。"
ONCALL_NO_ACCOUNT = "{names} 还没有绑定聊天账号，转办的问题会跳过；请先发绑定码。"
ONCALL_NOBODY = "现在没有登记值班分析员，请联系接诉即办专班。"
ONCALL_WAITING = "等待答复的问题 {count} 个："
UNREACHABLE = "未绑定账号"
LEADER_TODAY = "**今天的带班领导**：{name}"
LEADER_NOT_TODAY = "今天没有排带班领导；没人确认的催办最后会上报给全部值班领导。"
LEADER_LATER = "带班安排：{days}"
LEADER_NONE = "还没有排带班领导；没人确认的催办最后会上报给全部值班领导。"
LEADER_HINT = (
    "排带班领导请发：/leader 6月3日 姓名，或者把“带班表”（两列：日期、带班领导）私聊发给我。"
)
LEADER_USAGE = "请写成：/leader 6月3日 周五明。整月的请发“带班表”（两列：日期、带班领导）。"
LEADER_UNKNOWN = "名册里没有叫“{name}”的值班领导，带班安排没有改动。现有：{known}。"
LEADER_NOBODY = "一个也没有，请先在人员表里登记"
LEADER_DONE = "{day} 的带班领导：{name}。没人确认的催办最后上报给带班领导。"
LEADER_TAKEN = "已收下带班表：{rows} 天，其中 {created} 天有变动。"
