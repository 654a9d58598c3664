"""The command zhiban: one verb for each use, the same rooms as the service behind it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

import typer
from typer._click import exceptions as click

from bot.shell import (
    advice,
    ask,
    assessment,
    audit,
    calendar,
    cases,
    changes,
    chats,
    database,
    demo,
    doctor,
    drafts,
    gaps,
    index,
    ledger,
    people,
    report,
    review,
    run,
    search,
    times,
    topics,
    train,
)
from bot.shell.output import complain, explain_usage

app = typer.Typer(
    name="zhiban",
    help="值班：12345 接诉即办街道工作台。设置从环境变量读取，见 .env.example。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run", help="启动服务：聊天、提醒、台账和网页。")(run.run)
app.command("chat", help="在终端里和机器人对话。")(run.chat)
app.command("doctor", help="检查哪里不对，并说明怎么改。")(doctor.doctor)
app.command("ask", help="问一个问题，或批量问。")(ask.ask)
app.command("search", help="检索知识库，可解释排序，可批量。")(search.search)
app.command("invite", help="给一名工作人员发一次性绑定码。")(people.invite)
app.command("when", help="把“提醒我明天上午9点…”换算成时间。")(times.when)
app.command("due", help="按规则从起点推算时限。")(times.due)
app.command("advice", help="一件工单的办理建议：类似工单、依据、步骤、涉否风险。")(advice.advice)
app.command("review", help="审核剔除材料，出问题清单和书面意见；可批量。")(review.review)
app.command("gaps", help="知识缺口：没答上、差评、换说法再问的问题，按类归并。")(gaps.gaps)
app.command("changes", help="资料变化：哪些答复和未结工单引用过旧内容。")(changes.changes)
app.command("mask", help="逐行脱敏：标准输入进，标准输出出。")(cases.mask)
app.add_typer(ledger.app, name="ledger")
app.add_typer(index.app, name="index")
app.add_typer(people.app, name="people")
app.add_typer(chats.app, name="chats")
app.add_typer(cases.app, name="cases")
app.add_typer(database.app, name="db")
app.add_typer(audit.app, name="audit")
app.add_typer(calendar.app, name="calendar")
app.add_typer(drafts.app, name="drafts")
app.add_typer(train.app, name="train")
app.add_typer(demo.app, name="demo")
app.add_typer(report.app, name="report")
app.add_typer(assessment.app, name="assessment")
app.add_typer(topics.app, name="topics")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with 0 done, 1 the user can mend it, 2 usage."""
    sys.exit(call(sys.argv[1:] if arguments is None else list(arguments)))


def call(arguments: Sequence[str]) -> int:
    """The exit status of one command; every error becomes one Chinese sentence on standard error."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO line holds the bot token
    command = typer.main.get_command(app)
    try:
        status = command.main(args=list(arguments), prog_name="zhiban", standalone_mode=False)
    except click.UsageError as error:
        explain_usage(error)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        complain("已停止。", "")
        return 1
    except Exception as error:
        return _said(error)
    return status if isinstance(status, int) else 0


def _said(error: Exception) -> int:
    """Say an error that carries `what` and `fix`; anything else is a bug and is raised as it is."""
    what, fix = getattr(error, "what", None), getattr(error, "fix", None)
    if isinstance(what, str) and isinstance(fix, str):
        complain(what, fix)
        return 1
    if isinstance(error, BrokenPipeError):
        sys.stderr.close()
        return 1
    if isinstance(error, OSError) and error.filename is not None:
        complain(f"文件“{error.filename}”不能读写：{error.strerror}。", "请检查路径和权限。")
        return 1
    raise error


if __name__ == "__main__":
    main()
