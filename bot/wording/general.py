"""What we say to strangers, to wrong commands and when something failed."""

from __future__ import annotations

REGISTER = "您还没有登记。请向管理员要一次性绑定码，然后在这里发送：/start 绑定码（24 小时内有效，只能用一次）。"
REGISTER_IN_GROUP = "请先登记：向管理员要一次性绑定码，再**私聊**我发送 /start 绑定码。"
GROUP_UNBOUND = "本群还没有登记，我先不在这里回答。请管理员在群里发送 /bind ledger、/bind unit 单位名 或 /bind training。"
PRIVATE_ONLY = "这个操作涉及工单内容，不在群里办。请私聊我再发一次。"
NOT_ALLOWED = "您的角色（{role}）不能做这一项。需要的话请联系接诉即办专班。"
UNKNOWN_COMMAND = "没有 {command} 这个命令。发 /help 看全部用法，或直接用一句话说要办的事。"
STALE_BUTTON = "这个按钮已经失效，请重新发一次命令。"
FAILED = "这次没有办成，已记下编号 {number}，请联系值守分析员。"
BUSY_KEPT = "案件库正忙，这一条已先记下，空出来就补办并回复您，不用重发。"
BUSY_LATE = "（刚才没能马上办，现在补上）"
INDEX_COMING = "知识库正在建立索引，这一条已先记下，建好就答复您，不用重发。工单、提醒和台账照常。"
NOTHING_TO_CANCEL = "现在没有正在填写的内容。要取消提醒请发 /reminders 查编号，再发 /cancel 编号。"
LEFT_FLOW = "已退出，刚才填的没有保存。"
VOICE = "暂时听不懂语音和图片，请发文字；要导入工单请发 xlsx 或 csv 文件。"
FILE_IN_GROUP = "文件里可能有个人信息，请私聊我再发。"
ROLES = {
    "admin": "管理员",
    "desk": "专班",
    "analyst": "驻场分析人员",
    "section": "科室",
    "community": "社区",
    "leader": "值班领导",
}
PURPOSES = {"ledger": "台账", "unit": "单位", "training": "培训"}
HELP_HEAD = "**值班助手能做的事**（直接说话也行）"
HELP_PLAIN = (
    "- 问法规和办法：诉求人电话打不通怎么办？\n"
    "- 设提醒：提醒我 明天上午9点 交剔除材料\n"
    "- 查工单：工单 20260601000123 到期了吗；我的工单\n"
    "- 看台账：今日台账"
)
HELP_COMMANDS = "**命令**"
HELP_GROUP = "群里请 @我 或回复我；群里只显示工单尾号，看详情请私聊。"
