"""The table of commands: name, what it needs, who does it, what the menu says, Chinese names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.access import Action, Scope
from bot.dialogue import health
from bot.dialogue.analysis import foresight, hot, measures, reports, retrospective
from bot.dialogue.answering import articles, feedback, questions
from bot.dialogue.casework import advice, cases, newcase, sheets, topics
from bot.dialogue.duty import closing, handoffs, leaders, ledger, oncall, people
from bot.dialogue.knowledge import changes, drafts, gaps, lessons
from bot.dialogue.materials import exclusion_figures, exclusions, opinions
from bot.dialogue.reminding import reminders
from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn
from bot.wording import general

Handler = Callable[[Turn, str], Reply]


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `needs` is checked before it is done."""

    name: str
    does: Handler
    menu: str
    needs: Action = Action.ASK
    also: tuple[str, ...] = ()  # Chinese names, said without a slash
    usage: str = ""


def help_text(turn: Turn, _argument: str = "") -> Reply:
    """/help: what this person may do here."""
    may = [one for one in COMMANDS if turn.scope(one.needs) is not Scope.NONE]
    lines = [general.HELP_HEAD, general.HELP_PLAIN, "", general.HELP_COMMANDS]
    lines += [f"/{one.name}{' ' + one.usage if one.usage else ''} {one.menu}" for one in may]
    if turn.in_group:
        lines.append(general.HELP_GROUP)
    return Reply("\n".join(lines))


def ask(turn: Turn, argument: str) -> Reply:
    """/ask QUESTION"""
    return questions.answer(turn, argument) if argument.strip() else help_text(turn)


def cancel(turn: Turn, argument: str) -> Reply:
    """/cancel: out of a flow; with a number, a reminder."""
    if argument.strip():
        return reminders.cancel(turn, argument)
    return Reply(general.LEFT_FLOW if handoffs.leave(turn) else general.NOTHING_TO_CANCEL)


COMMANDS: tuple[Command, ...] = (
    Command("help", help_text, "看全部用法", also=("帮助", "使用说明", "功能")),
    Command("ask", ask, "问法规和办理办法", usage="问题", also=("提问",)),
    Command("article", articles.show, "看法规全文", usage="法规名 第N条", also=("条文",)),
    Command("case", cases.show, "查一件工单", Action.SEE_CASES, ("查工单", "工单"), "编号或尾号"),
    Command(
        "mine",
        cases.mine,
        "我单位的未结工单",
        Action.SEE_CASES,
        ("我的工单", "待办工单", "本单位工单"),
    ),
    Command(
        "new", newcase.start, "登记新工单", Action.NEW_CASE, ("新工单", "登记工单", "新建工单")
    ),
    Command("accept", cases.accept, "签收工单", Action.CHANGE_CASES, ("签收",), "编号"),
    Command("contact", cases.contact, "登记首次联系", Action.CHANGE_CASES, ("已联系",), "编号"),
    Command("close", cases.close, "结案", Action.CHANGE_CASES, ("结案", "办结"), "编号 回复内容"),
    Command("assign", cases.assign, "改派", Action.ASSIGN, ("改派", "转派"), "编号 单位 原因"),
    Command("extend", cases.extend, "延期", Action.ASSIGN, (), "编号 新时限 理由"),
    Command("why", cases.why, "时限是怎么算的", Action.SEE_CASES, (), "编号"),
    Command("reveal", cases.reveal, "查看诉求人信息（留痕）", Action.REVEAL, (), "编号 理由"),
    Command(
        "exclude",
        exclusions.start,
        "申请剔除、交材料",
        Action.EXCLUDE,
        ("剔除", "申请剔除"),
        "编号",
    ),
    Command(
        "exclusions",
        exclusion_figures.show,
        "剔除审核统计",
        Action.CLOSING_SHEET,
        ("剔除统计", "审核统计", "剔除审核统计", "一次性通过率"),
        "月份",
    ),
    Command(
        "closing",
        closing.show,
        "结案作业表：谁欠材料",
        Action.CLOSING_SHEET,
        ("结案作业表", "材料催收", "欠交材料", "催收情况", "谁欠材料"),
    ),
    Command(
        "recheck", opinions.recheck, "登记剔除复核结果", Action.REVIEW, (), "编号 通过|退回 原因"
    ),
    Command(
        "advice",
        advice.command,
        "这件工单怎么办",
        Action.SEE_CASES,
        ("办理建议", "建议", "参谋"),
        "编号或尾号",
    ),
    Command(
        "hot",
        hot.command,
        "近期热点和一人多诉",
        Action.SEE_CASES,
        ("热点", "近期热点", "热点问题", "热点分析"),
        "月份或起止日",
    ),
    Command(
        "topic",
        topics.command,
        "确认工单分类",
        Action.CLASSIFY,
        ("分类", "待分类", "确认分类"),
        "编号 一级/二级/三级",
    ),
    Command("due", cases.due, "按规则推算时限", Action.ASK, (), "起点 规则"),
    Command("remind", reminders.start, "设提醒", Action.REMIND, (), "什么时候 做什么"),
    Command(
        "reminders",
        reminders.listing,
        "看我的提醒",
        Action.REMIND,
        ("我的提醒", "提醒列表", "看提醒", "我的待办", "待办"),
    ),
    Command(
        "cancel", cancel, "取消提醒或退出填写", Action.ASK, ("取消提醒", "取消", "退出"), "编号"
    ),
    Command(
        "ledger",
        ledger.show,
        "看台账",
        Action.LEDGER,
        ("台账", "今日台账", "今天的台账", "每日台账", "看台账", "发台账"),
        "日期",
    ),
    Command(
        "report",
        reports.report,
        "民情分析报告",
        Action.REPORT,
        ("月报", "民情分析", "民情分析报告", "分析报告"),
        "月份或时段",
    ),
    Command(
        "filing",
        ledger.filed,
        "看台账报备记录",
        Action.LEDGER,
        ("报备", "报备记录", "台账报备"),
        "月份",
    ),
    Command("import", sheets.howto, "导入工单表", Action.SHEETS, ("导入",)),
    Command("export", sheets.export, "导出工单表", Action.SHEETS, ("导出", "导出工单")),
    Command(
        "oncall",
        oncall.oncall,
        "今天谁值班",
        Action.ASK,
        ("值班", "谁值班", "今天谁值班", "值班表"),
    ),
    Command(
        "leader",
        leaders.leader,
        "谁带班（值班领导）",
        Action.ASK,
        ("带班领导", "谁带班", "今天谁带班", "带班表"),
        "日期 姓名",
    ),
    Command(
        "answer", handoffs.answer_command, "答复转来的问题", Action.ANSWER_HANDOFFS, (), "编号 内容"
    ),
    Command(
        "gaps",
        gaps.listing,
        "知识缺口：没答好的问题",
        Action.KNOWLEDGE,
        ("知识缺口", "缺口"),
        "编号",
    ),
    Command(
        "changes",
        changes.listing,
        "资料变化与更正",
        Action.KNOWLEDGE,
        ("资料变化",),
        "编号",
    ),
    Command(
        "drafts",
        drafts.listing,
        "本单位知识的草稿",
        Action.KNOWLEDGE,
        ("草稿", "资料草稿"),
        "编号或标题",
    ),
    Command(
        "train",
        lessons.train,
        "培训课和小测",
        Action.ASK,
        ("培训", "培训课", "小测", "学习"),
        "第几课|总览",
    ),
    Command("feedback", feedback.words, "提意见", Action.ASK, ("提意见", "意见反馈"), "内容"),
    Command("whoami", people.whoami, "我是谁", Action.ASK, ("我是谁",)),
    Command("start", people.start, "绑定账号", Action.ASK, (), "绑定码"),
    Command("invite", people.invite, "发绑定码", Action.INVITE, ("邀请",), "姓名 单位 角色"),
    Command("leave", people.leave, "登记离岗", Action.INVITE, ("登记离岗",), "姓名"),
    Command(
        "bind",
        people.bind,
        "绑定本群",
        Action.BIND_GROUPS,
        ("绑定本群",),
        "ledger|unit 单位|training",
    ),
    Command("unbind", people.unbind, "解除本群绑定", Action.BIND_GROUPS, ("解除绑定",)),
    Command("chats", people.chats, "看已绑定的群", Action.BIND_GROUPS, ("群列表",)),
    Command(
        "forecast",
        foresight.command,
        "下期预测",
        Action.ASSESS,
        ("预测", "下期预测", "下月预测", "诉求预测"),
        "年-月",
    ),
    Command(
        "retro",
        retrospective.show,
        "考核失分和复盘报告",
        Action.ASSESS,
        ("复盘", "考核复盘", "复盘报告"),
        "考核周期",
    ),
    Command(
        "measure",
        measures.command,
        "改进措施：看、定、登记完成",
        Action.REMIND,
        ("改进措施", "我的措施", "措施清单"),
        "责任人 期限 内容",
    ),
    Command("doctor", health.report, "自检", Action.HEALTH, ("自检",)),
)
BY_NAME = {one.name: one for one in COMMANDS}
BY_WORD = {word: one for one in COMMANDS for word in one.also}
