"""What we say about papers of the unit: drafting, checking, publishing."""

from __future__ import annotations

BODY_TO_WRITE = "（请在这里写怎么办。）"
MAKE = "整理成资料草稿"
NO_SOURCE = "没有写来源：请写明依据（法规名称和条号、文件名称文号，或者哪个部门哪天答复的口径）。"
TOO_SHORT = "正文太短，看不出怎么办。"
FAULT = "“{section}”：{what}。"
PERSONAL = "像有个人信息：“{line}”（脱敏后是“{masked}”）。请改成不带具体人、电话、门牌的说法。"
MASKED = "有遮住的个人信息“{part}”（{line}…）。请改成不带具体人的说法。"
TITLE_TAKEN = "知识库里已经有《{title}》。请换一个标题。"
NO_ARTICLE = "《{title}》没有{article}。请核对条号。"
REPEALED = "《{title}》{article}已经不再有效（{why}）。请改引现行的规定。"
NOT_TAKEN = "这次写的没有保存，请改好再发；放弃请发 /cancel。"
STATES = {"draft": "草稿", "published": "已发布", "withdrawn": "已撤下"}
CARD = "📝 **{id} 号{state}：《{title}》**\n作者：{author}（{unit}）\n来源：{source}\n\n{text}"
SOURCE_MISSING = "（还没有写）"
MISSING_HEAD = "**还差**"
READY = "格式检查通过，可以发布。"
PUBLISHED_LINE = "{day} 由{name}发布。"
SOURCE, ASKED, TEXT, TITLE = "写来源", "补问法", "改正文", "改标题"
PUBLISH, ASK_PUBLISH, DROP, REOPEN, TAKE_BACK = "发布", "请专班发布", "丢弃", "改回草稿", "撤下"
WRITE = {
    "source": "请直接写来源：法规名称和条号、文件名称文号，或者哪个部门哪天答复的口径。放弃请发 /cancel。",
    "asked": "请写别人会怎么问，一行一个，至少凑够三个。放弃请发 /cancel。",
    "text": "请把新的正文整段发来（可以用 ## 分节）。放弃请发 /cancel。",
    "title": "请写新的标题（40 字以内）。放弃请发 /cancel。",
}
LIST_HEAD = "**资料草稿**（{count}）"
LIST_EMPTY = (
    "没有待办的草稿。答复转办问题以后按“整理成资料草稿”，或者在 /gaps 里对一个缺口按“写资料”。"
)
LIST_PUBLISHED = "**已发布的本单位知识**（{count}）"
LIST_LINE = "- {id} 号《{title}》（{author}，{day}）{faults}"
LIST_FAULTS = "，还差 {count} 项"
DONE = "已发布《{title}》，约一分钟后就能搜到，引用时注明“本单位知识”、作者和日期。"
ASKED_PUBLISH = "已请专班发布。"
TO_DESK = "📝 {author}写好了一篇资料，请审定发布：{id} 号《{title}》。"
DROPPED = "已丢弃 {id} 号《{title}》。"
TAKEN_BACK = "已撤下《{title}》，约一分钟后不再能搜到。"
REOPENED = "已改回草稿，改好后再发布；发布前旧的内容仍然能搜到。"
NOT_READY_WHAT = "《{title}》还不能发布：{faults}"
NOT_READY_FIX = "请改好后再发布。"
