"""What advice says, in Chinese."""

from __future__ import annotations

HEAD = "**工单 {no} 办理建议**（供参考，由承办人决定）"
NO_TEXT = "这件工单几乎没有诉求内容，只能按已有的字段给建议；请先补上诉求再看一次。"
NOTHING_LIKE = "没有找到类似的往期工单。"
NOTHING_LIKE_OWN = "在您能看的范围内没有找到类似的往期工单；全街道的请专班来查。"
NO_GUIDE = "知识库里没有对得上的办理指南，可以把问题发给我，转值守分析员。"
NO_INDEX = "知识库暂时用不了，没有列依据和指南：{why}"
OWN = "工单 {no} 的记录"
CLOSED = "工单已经结案；如回访仍有不满意，按重新办理接着做。"
CONTACT_FIRST = "先联系诉求人：报单位和姓名、听完、复述、约好下一步和时间，联系后登记 /contact。"
REPEATED = "这是重复诉求，先调出前一件 {no} 的办理和回复，看有没有新情况，不要照抄上次的答复。"
OVERDUE = "已经超过办理时限：今天就给诉求人一个阶段性答复，说明原因和下一步时间，并报专班。"
DUE_SOON = "离时限不到两天：办不完的现在就联系诉求人说明，需要延期的在到期前申请。"
DONE_BEFORE = "最像的一件办成时是这样回复的：{reply}"
SECTIONS = {
    "先核实": "先核实：", "找谁": "找谁一起办：", "怎样算办好": "办到什么程度：",
    "常见的": "容易在哪里变成“否”：",
}  # fmt: skip
STEPS, ARTICLES, LIKES, UNITS, SAY, RISK, NOTES = (
    "**一、怎么办**", "**二、依据**", "**三、类似工单**", "**四、办成过的单位**", "**五、可以这样说**",
    "**六、变成涉否的风险**", "**说明**",
)  # fmt: skip
SOURCE = "　〔出处：{source}〕"
TOPIC = "还没有分类，建议：{topic}（把握 {share}）。"
LIKES_TOLD = (
    "相似 {found} 件，已办结 {closed} 件，有回访结果 {answered} 件，其中涉否 {noes} 件{days}。"
)
DAYS = "；从派单到办结一般 {days:.1f} 天（中位数）"
LIKE_LINE = "- `{no}` {title}｜{unit}｜{end}｜相似度 {share:.0%}"
UNIT_LINE = "- {unit}：同类有回访结果 {answered} 件，没有涉否 {solved} 件（{share:.0%}）"
RISK_SHARE = "按现在的情况估计 **{share:.1%}**，本单位平均 {average:.1%}。"
RISK_SHORT = "有回访结果的历史只有 {cases} 件、涉否 {noes} 件，太少，不估计（至少要 {fewest} 件、涉否 {fewest_no} 件）。"
RISK_BLIND = "只给平均涉否率 {average:.1%}：用更早的历史去估计最近 {cases} 件，分不出高低（AUC {area:.2f}），所以不给单件估计。"
RISK_CHECK = "检验：用更早的历史估计最近 {cases} 件，预计涉否 {expected:.1f} 件，实际 {came} 件，AUC {area:.2f}。"
FACTOR = "- {name}：{way}（{counted}）"
UP, DOWN = "使可能性变为约 {times:.1f} 倍", "使可能性降到约 {times:.1f} 倍"
COUNTED, NOT_COUNTED = "历史上 {cases} 件里涉否 {noes} 件", "没有这样的历史"
RISK_NOTE = "只看上面列出的情况，没有别的打分；“涉否”指任一回访项为否，口径待甲方确认。"
ENDS = {"solved": "未涉否", "no": "涉否", "open": "在办", "closed": "已办结，没有回访结果"}
USAGE = "请写成：/advice 工单编号或尾号；刚看过一件工单的话直接发 /advice 也行。"
COPY = "复制话术 {number}"
BUTTON = "办理建议"
