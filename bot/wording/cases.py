"""What we say about cases."""

from __future__ import annotations

CASE_USAGE = "请写工单编号或尾号（至少 4 位），例如：/case 20260601000123。"
NOT_FOUND = "没有找到工单“{said}”，或者它不归您的单位。请核对编号。"
SEVERAL = "尾号 {said} 对应 {count} 件工单，请发完整编号："
NOT_HERE = "这件工单不在本群的范围内。请私聊我查询。"
NO_THIS_CASE = "不知道说的是哪件工单，请带上工单编号或尾号。"
NONE_OPEN = "名下没有未结的工单。"
MINE_HEAD = "**{whose}未结工单 {count} 件**（按到期先后）"
MORE = "……另有 {count} 件，请用 /export 导出全部。"
DONE_ACCEPT = "已签收工单 {no}（{at}）。接下来请在{next}前联系诉求人并发 /contact {tail}。"
DONE_CONTACT = "已登记首次联系（{at}）。接下来请在{due}前办结，办结后发 /close {tail} 回复内容。"
DONE_CLOSE = "工单 {no} 已结案（{at}）。相关催办已停止；热线机构会在时限期满后回访。"
DONE_ASSIGN = "工单 {no} 已改派到{unit}。对方会收到签收提醒。"
DONE_EXTEND = (
    "工单 {no} 的时限改为 {due}。请向诉求人说明理由并通报热线机构（接诉即办工作条例第十五条）。"
)
ASSIGN_USAGE = (
    "请写成：/assign 工单编号 单位 [原因]，例如：/assign 000123 城市管理办公室 属于市容问题。"
)
EXTEND_USAGE = (
    "请写成：/extend 工单编号 新时限 理由，例如：/extend 000123 6月18日18点 需要区里协调施工方。"
)
EXTEND_TIME = "新时限没有看懂：{question}"
CLOSE_ASK = "请发送给诉求人的回复内容（办理结果），我会脱敏后存档；不写请发“无”，放弃请发 /cancel。"
NEW_ASK = {
    "order_no": "登记新工单。第 1 步/共 6 步：请发**工单编号**。随时可发 /cancel 放弃。",
    "title": "第 2 步：请用一句话写**标题**（例如：楼道堆物）。",
    "appeal": "第 3 步：请写**诉求内容**（姓名、电话会自动脱敏）。",
    "community": "第 4 步：是哪个**社区**？没有请发“无”。",
    "unit": "第 5 步：**承办单位**是哪个？不清楚请发“无”。",
    "due": "第 6 步：**办理时限**到什么时候？例如：6月8日18点；没有请发“无”。",
}
NEW_UNREADABLE_DUE = "办理时限没有看懂：{question}"
NEW_TAKEN = "工单 {no} 已经登记过了，请换一个编号，或发 /cancel 放弃后用 /case {no} 查看。"
NEW_DONE = "已登记工单 {no}：{title}。承办单位：{unit}；办理时限：{due}。{next}"
NEW_NEXT = "承办人会按时限收到签收和催办提醒。"
NEW_NEXT_NO_UNIT = "还没有承办单位，请用 /assign {tail} 单位 派出去。"
NEW_CONTINUE = "正在登记工单（放弃请发 /cancel）。"
WHY_HEAD = "**工单 {no} 的时限是这样算的**"
DUE_USAGE = "请写成：/due 起点 规则，例如：/due 2026-06-01 workdays 3。规则：hours 小时数、natural_days 自然日、workdays 含当天的工作日、workdays_after 次日起的工作日。"
EVENTS = "**经过**"
REVEAL_ASK = "查看诉求人信息会留痕。请说明理由，例如：/reveal {tail} 首次联系诉求人。"
REVEALED = "工单 {no}（仅供办理使用，请勿转发；本次查看已留痕）\n姓名：{name}\n电话：{phone}\n地址：{address}"
IMPORT_HOWTO = "把工单表（xlsx 或 csv）直接私聊发给我就行；整张表要么全部入库，要么一行不入并列出读不懂的格子。"
IMPORTED = "已导入 {rows} 行：新增 {created} 件，更新 {updated} 件，没有变化 {unchanged} 件。{profile}接下来会按办理时限自动催办。"
IMPORT_PROFILE = "（按“{name}”的表头识别）"
IMPORT_FAILED = "**一行都没有入库**：{count} 个格子读不懂。请改好后把整张表重新发来。"
IMPORT_CELL = "- 第 {row} 行“{column}”：“{text}”。{reason}正确写法如：{example}"
IMPORT_MORE = "……另有 {count} 处，改完上面的再发一次会继续列出。"
EXPORTED = "已导出 {count} 件工单（已脱敏）。"
CALENDAR_TAKEN = "已收下 {year} 年的工作日历（版本 {version}，来源：{source}）。新算的工作日时限从现在起按它计算。"
CLOSING_TAKEN = "已收下结案作业表：新增 {created} 件，更新 {updated} 件，没有变化 {unchanged} 件。到期前会自动催收。"
URGED = "已向 {count} 件逾期未交的责任人再催一次。"
URGED_NONE = "没有逾期未交的材料，不用催。"
RETROSPECTIVE = "复盘报告"
