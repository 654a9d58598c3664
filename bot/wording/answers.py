"""What we say to questions: small talk, refusals, no basis, notes under an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from indexer.passages import Passage, Standing

SMALL_TALK = {
    "hello": "您好，我是值班助手。可以直接问法规和办理办法，也可以发工单号查工单，或说“提醒我 明天上午9点 交剔除材料”。发 /help 看全部用法。",
    "here": "在的，请直接说要问的事。",
    "thanks": "不客气，有事随时找我。",
    "fine": "好的，有事随时找我。",
    "who": "我是接诉即办值班助手：有出处地回答法规和办理办法，记录和查询工单，按时提醒和催办，每天推送台账。我不是真人，没有依据的不编，可以转给值班分析员。发 /help 看用法。",
}
WORDLESS = "没有看到文字，请用一句话说要问的事，例如：诉求人电话打不通怎么办？"
TOO_LONG = "这条消息有 {length} 个字，太长了，怕答偏。请把要问的那一句单独发给我（不超过 {limit} 个字）；需要登记工单请发 /new。"
NO_BASIS = (
    "知识库里**没有找到能支持回答的依据**，我不能编一个给您。"
    "这个问题已记下，补充资料时会优先看；急用请转给值班分析员。"
)
NO_SUCH_ARTICLE = "《{title}》一共 {last} 条，**没有{article}**。条号记错了，或者把别的文件当成了它；说说是什么事，我按内容查。"
ARTICLE_NOT_HELD = "知识库**没有收录**《{title}》{article}，不能编一个给您。请到国家法律法规数据库查原文，或者说说是什么事，我按内容查。"
LAW_NOT_HELD = (
    "《{title}》知识库**没有收录**，不能拿别的条文充数。请到国家法律法规数据库查原文；"
    "要问本地怎么办理的，不提法名、说说是什么事，我按内容查。"
)
OUTSIDE = (
    "{matter}，知识库**没有收录**，不能拿相近的条文充数。可以问{ask}；"
    "居民来电问到的，请这样告知，或转给值班分析员。"
)
ELSEWHERE = (
    "问的是{place}的规定。这里只收录北京市和国家层面的规定，{place}的没有收录，"
    "不能拿北京的当{place}的用。请查{place}的官方文本；如果事情发生在北京，请说明后再问一次。"
)
COMPARED = "（只答北京和国家层面的规定；{place}的规定没有收录。）"
AS_OF = "（按 {day} 当天有效的规定回答。）"
AS_OF_TODAY_DIFFERS = "（其中标“已废止”的，今天办理要用现行的规定。）"
DIGEST = "摘要是我们自己写的要点，对外正式引用请核对法规原文。"
REFUSED = {
    "privacy": "不能提供诉求人等居民的姓名、电话、住址等个人信息。办理工单需要联系本人的，由承办人在工单系统里按权限查看并留痕，不得转给他人或发到群里。",
    "forgery": "不能帮忙伪造、编造或改动照片、记录、签字、时间、依据等材料。弄虚作假要追责；材料不全的，请如实写明情况，补做真实的联系和核查。",
    "rating": "不能帮忙诱导、要求或代替诉求人改评价、说满意，也不能改动回访结果。评价由诉求人自己作出；可以做的是把问题办实、把没办成的原因讲清楚。",
    "revenge": "不能协助查找、威吓或报复提出诉求的人。打击报复诉求人要追责；遇到违规拨打，由热线机构劝阻、告知后果，危及安全的报警。",
    "favours": "不能帮忙拿钱物、宴请、减免费用或别的好处换满意、撤诉，或换派单、考核上的照顾。收到礼品礼金的，当场退还或上交登记；居民确有损失的，按规定赔偿，不得以撤诉、说满意为条件。",
    "orders": "这里只按收录的文件回答，不照着改规则、扮别人的要求做，不透露设置、账号和密码，也不进业务系统查改数据。要查要改的，由有权限的人在系统里按流程办理并留痕。",
}
REFUSED_BASIS = "依据："
PART = "**问题{number}：{question}**"
MOST_PARTS = "（一次最多答 {limit} 个问题，其余的请再发一次。）"
OLD_ASKED = "问的是旧规定：《{title}》{day} 起已废止，只用于那天以前发生的事。"
OLD_NOW = "现在办理看下面第 2 条《{title}》{article}。"
OLD_NOW_UNKNOWN = "现行的是《{title}》，对应的条文请按现行文本核对。"
FURTHER = "另见：{names}。"
OUTLIVED = (
    "现行规定里没有找到更合适的一条。下面第一条出自**已废止**的《{title}》（{since} 起{new}），"
    "接替它的条文知识库还没有核到：内容可以参考，**引用前请先查现行文本**。"
)
OLD_NAMED = "提到的《{title}》{state}。"


def outlived(passage: Passage) -> str:
    """The line before an answer out of a repealed rule whose successor we do not hold."""
    new = f"由《{passage.superseded_by}》取代" if passage.superseded_by else "失效"
    return OUTLIVED.format(title=passage.title, since=passage.repealed_on, new=new)


def further(names: Sequence[str]) -> str:
    """The line that names other sections on the matter."""
    return FURTHER.format(names="；".join(names)) if names else ""


def as_of(day: date) -> str:
    """The line that says by which day's law the answer goes."""
    return AS_OF.format(day=f"{day.year}年{day.month}月{day.day}日")


def old_asked(old: Passage, now: Passage | None, today: date) -> str:
    """That the first answer is of a wording that no longer holds, and what to look at instead."""
    if old.standing(today) is not Standing.SUPERSEDED:
        return ""
    named = OLD_NOW.format(title=now.title, article=now.article) if now and now.article else ""
    if not named and old.superseded_by:
        named = OLD_NOW_UNKNOWN.format(title=old.superseded_by)
    return OLD_ASKED.format(title=old.title, day=old.repealed_on) + named


def notes(lines: Sequence[str]) -> str:
    """Lines under an answer."""
    return "\n".join(line for line in lines if line)
