"""What is said about counts of cases and reports."""

PRIVATE = "统计请私聊我，或者由专班来查。"
EXAMPLES = "例如：本月 噪声 按社区；上个月各单位按时办结率；今年 停车 按月；近三个月 噪声 按时段；上个月逾期的工单有哪些；10月比去年同期多多少；上月办得最慢的三个单位。"
NOT_UNDERSTOOD = (
    "不能按“{by}”统计。可以按社区、承办单位、诉求性质、来源、一级/二级/三级分类、阶段、季度、月份、周、日期、星期、时段统计。\n"
    + EXAMPLES
)
EMPTY = "{title}：没有工单。"
BY_TITLE = "分类、社区和单位里都没有“{word}”，这里按标题含有这个词来统计。"
OPEN = "看工单：{name}"
OPEN_LOST = "看没达到的：{name}"
MEAN = "按{step}都有时间的工单平均；月报里的用时是中位数，少数拖得久的不会抬高它。"
NONE_SUCH = "没有符合的。"
SINCE = "记录从 {day} 开始，以前的没有计入。"
NO_HISTORY = "{span}没有完整的记录，不作比较。"
STALE = "这张统计表已经清理，请重新问一次。"
NO_CASES = "{title}：没有工单。"
LISTED = "**{title}**：{total} 件，从新到旧"
MORE = "只列前 {shown} 件；全部请用 zhiban report open 导出。"
REPORT_PRIVATE = "报告请私聊我，或在台账群里要。"
REPORT_NOT_YOURS = (
    "民情分析报告由专班、分析人员和领导查看；本单位的统计可以直接问，例如：本月 按分类。"
)
REPORT_USAGE = "请写成 /report 2026-05、/report 上个月 或 /report 2026-05-01 2026-05-15 这样。"
REPORT_EMPTY = "{name}没有诉求记录，报告里只写明这一点；如果应当有工单，请先导入工单表。"
SAMPLE_RULES = "三率和涉否口径为{note}。"
INVENTED = "本期有 {count} 件是虚构数据，仅供演示。"
