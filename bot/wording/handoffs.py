"""What we say when a question goes to the analyst on duty, and about feedback."""

from __future__ import annotations

ASK_ANALYST = "转值班分析员"
ARTICLE = "全文：{name}"
COPY = "复制话术"
HANDED_OFF = "已转给值班分析员，答复会发到这里。问题编号 {id}。"
HANDED_OFF_NOBODY = "已记下（编号 {id}），但现在没有可以联系上的值班分析员，专班上线后会看到。"
TO_ANALYST = "🙋 **有人提问，知识库没有依据**（{id} 号）\n提问：{person}\n问题：{question}"
CLAIM = "我来答"
CLAIMED = "已认领。请直接发答复内容，我会转给提问的人；放弃请发 /cancel。"
CLAIMED_TOAST = "已认领"
RELAY = "**值班分析员答复**（{id} 号问题：{question}）\n{answer}\n\n——{name}。此为人工答复，引用前请核对原文。"
RELAYED = "已转给提问的人。"
ANSWER_USAGE = "请写成：/answer 编号 答复内容。"
THANKS_UP = "谢谢反馈"
THANKS_DOWN = "已记下。是哪里不好？"
REASONS = {
    "wrong": "答错了",
    "old": "规定过期",
    "off": "答非所问",
    "unclear": "看不懂",
}
REASON_TAKEN = "已记下：{reason}。分析员会据此补充资料。"
FEEDBACK_USAGE = "请写成：/feedback 您的意见。"
FEEDBACK_TAKEN = "意见已记下，谢谢。分析员每周整理一次。"
ARTICLE_USAGE = "请写成：/article 法规名 第N条，例如：/article 接诉即办工作条例 第十五条。"
ARTICLE_MISSING = "知识库里没有《{title}》{article}。请核对名称和条号。"
ARTICLE_GONE = "这一条已经更新或移走，请重新提问。"
