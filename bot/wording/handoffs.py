"""What we say when a question goes to the analyst on duty, and about feedback."""

from __future__ import annotations

ASK_ANALYST = "转值班分析员"
ARTICLE = "全文：{name}"
COPY = "复制话术"
HANDED_OFF = "已转给值班分析员，答复会发到这里。问题编号 {id}。"
HANDED_OFF_UP = (
    "已记下（编号 {id}）。现在联系不上值班分析员，已报接诉即办专班和值班领导，答复会发到这里。"
)
HANDED_OFF_NOBODY = (
    "已记下（编号 {id}）。现在分析员、专班和值班领导都没有登记聊天账号，请直接打电话找专班。"
)
WAITING_ALREADY = "这个问题已经转过（编号 {id}），{state}，不用重复转；答复会发到这里。"
WAITING_ALIKE = (
    "您刚才转的 {id} 号问题（{question}）还在等答复，{state}。"
    "这次的说法已一并发给答复的人，不用再转。"
)
ANOTHER_MATTER = "不是一回事，单独转"
STATE_CLAIMED = "分析员正在处理"
STATE_ASKED = "已通知值班分析员"
ANSWERED_ALREADY = "{id} 号问题已经答复过：\n{answer}"
TO_ANALYST = "🙋 **有人提问，知识库没有依据**（{id} 号）\n提问：{person}\n问题：{question}"
CONTEXT_HEAD = "之前说过："
TO_NEXT = "（{name}{minutes} 分钟没有答复，转到您这里）"
TO_DESK = (
    "⚠️ **{id} 号提问没有人答**：值班名单上的人都问过了。\n问题：{question}\n"
    "请专班安排答复：按“我来答”，或者发 /answer {id} 内容。"
)
TO_LEADER = "⚠️ 有一个转办的提问（{id} 号）没有分析员答复，已请专班安排。\n问题：{question}"
NO_ANALYST = "⚠️ **{id} 号提问没有值班分析员可转**：名单是空的，或者都没有绑定聊天账号。\n问题：{question}\n请专班安排答复，并补登值班名单（/oncall）。"
STILL_OPEN = "⚠️ **{id} 号提问还没有人答复**：{question}\n请按“我来答”，或者发 /answer {id} 内容。"
STILL_LOOKING = "您转办的 {id} 号问题还没有人答复，已报接诉即办专班和值班领导。"
AGAIN_NOTE = "🔁 {id} 号的提问人又问了一次，说法是：{question}"
CLAIM_LAPSED = "您认领的 {id} 号问题 {minutes} 分钟没有答复，已请下一位。您仍可以发 /answer {id} 内容，先答的算数。"
CLAIM = "我来答"
GIVE_UP = "不答了"
CLAIMED = "已认领 {id} 号：{question}\n请直接发答复内容，我会转给提问的人；{minutes} 分钟内没有答复会请下一位。"
CLAIMED_TOAST = "已认领"
GIVEN_UP = "已放弃 {id} 号，马上请下一位。"
RELAY = "**值班分析员答复**（{id} 号问题：{question}）\n{answer}\n\n——{name}。此为人工答复，引用前请核对原文。"
SIGNED_IN_GROUP = "值班分析员"
RELAYED = "已转给提问的人（{id} 号）。"
SOLVED = "解决了 👍"
ASK_MORE = "还没解决，追问"
MORE_WHAT = "请直接写还想问什么，我会连同前面的问答一起转给刚才答复的人；放弃请发 /cancel。"
ANSWER_USAGE = "请写成：/answer 编号 答复内容。"
THANKS_UP = "谢谢反馈"
THANKS_DOWN = "已记下。是哪里不好？"
REASONS = {
    "wrong": "答错了",
    "old": "规定过期",
    "off": "答非所问",
    "unclear": "看不懂",
    "lacks": "没说到点上，缺内容",
}
REASON_OTHER = "其他，我来写"
REASON_WHAT = "请写一句哪里不好；放弃请发 /cancel。"
REASON_TAKEN = "已记下：{reason}。分析员会据此补充资料。"
FEEDBACK_USAGE = "请写成：/feedback 您的意见。"
FEEDBACK_TAKEN = "意见已记下，谢谢。分析员每周整理一次。"
ARTICLE_USAGE = "请写成：/article 法规名 第N条，例如：/article 接诉即办工作条例 第十五条。"
ARTICLE_MISSING = "知识库里没有《{title}》{article}。请核对名称和条号。"
ARTICLE_GONE = "这一条已经更新或移走，请重新提问。"
