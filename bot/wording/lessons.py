"""What we say in training."""

from __future__ import annotations

HEAD = "**培训**（共 {count} 课，已学完 {done} 课）"
HEAD_IN_GROUP = "**培训**（共 {count} 课；小测请私聊我发 /train）"
EMPTY = "还没有培训课。课程放在 knowledge/training 里。"
LINE = "- {number}. {short}{mark}"
DONE, BEGUN = "　✅ {right}/{count}", "　… {answered}/{count}"
BUTTON = "{number}. {short}"
UNKNOWN = "没有第 {number} 课。发 /train 看全部。"
CHANGED = "这一课已经改过，请重新打开。"
PAGE = "**{title}**（{page}/{pages}）\n\n{text}"
BASIS_PAGE = "📖 依据：{line}\n{text}"
BASIS_GONE = "📖 依据：《{title}》{article}（知识库里没有全文）"
PRACTICE_PAGE = "✍️ **练一练**\n{text}\n\n做完对照要点自己检查一遍，再按“练过了”。"
BEFORE, NEXT, PRACTISED, QUIZ, ALL = "← 上一页", "下一页 →", "练过了", "开始小测", "全部课程"
PRACTISED_TOAST = "已记下"
QUESTION = "**{title}** 小测 {item}/{count}\n\n{question}\n{choices}"
RIGHT = "✅ 答对了：{answer}. {choice}"
WRONG = "❌ 选的是 {chosen}，应为 {answer}. {choice}"
NEXT_QUESTION, RESULT = "下一题", "看结果"
SCORE = "**{title}** 小测完成：答对 {right}/{count}。{more}"
SCORE_FULL, SCORE_MORE = "全对！", "错的题可以再看一遍依据，随时重做。"
AGAIN, NEXT_LESSON = "再做一遍", "下一课：{short}"
PRIVATE_QUIZ = "小测请私聊我发 /train，成绩只有您和专班能看到。"
OVERVIEW = "**培训情况**（{people} 人，{lessons} 课；学完 = 小测全部答过）"
OVERVIEW_LESSON = "- {number}. {short}：{done} 人学完，{begun} 人在学"
OVERVIEW_UNIT = "**{unit}**：{rows}"
OVERVIEW_PERSON = "{name} {done}/{lessons}"
OVERVIEW_SUGGESTED = "本周建议：《{title}》（{why}）"
SUGGEST = "📘 **本周建议学习：{title}**\n因为近一个月{why}与它有关。\n按“打开”阅读；小测请私聊我发 /train。"
OPEN = "打开"
WHY = {
    "gap": "没答好的问题 {count} 个",
    "lost": "回访有“否”的工单 {count} 件",
    "fault": "材料审核毛病 {count} 处",
}
NO_ADVICE = "近一个月没有需要补课的迹象。"
