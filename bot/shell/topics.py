"""zhiban topics: propose a topic for a text, train the classifier, say how good it is."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.errors import BotError
from bot.shell.output import note, put_json, say

app = typer.Typer(help="工单分类：建议、训练。", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps each verb a word of its own."""


@app.command("train", help="用本单位已确认分类的工单重新训练（服务每天自己做）。")
def train() -> None:
    """Train now; the running service notices the new model by itself."""
    from bot.analysis.proposing import train_topics
    from bot.shell.opened import rooms

    with rooms(with_index=False) as opened:
        note("正在训练……")
        say(train_topics(opened.settings, opened.store, now=opened.clock.now()))


@app.command("propose", help="给一段诉求建议分类；不写就从标准输入逐行读。")
def propose(
    text: Annotated[str, typer.Argument(metavar="诉求")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Mask, then propose."""
    from bot.analysis.proposing import proposer
    from bot.settings import read
    from casedb.privacy import mask

    tell = proposer(read())
    lines = [text] if text.strip() else [line.strip() for line in sys.stdin if line.strip()]
    if not lines:
        raise BotError("没有写诉求内容。", "请写在命令后面，或从标准输入逐行给。")
    found = [(line, tell.propose("", mask(line))) for line in lines]
    if as_json:
        put_json(
            [
                {
                    "source": one.source,
                    "labels": one.labels,
                    "topics": [
                        {"path": list(topic.path), "confidence": round(topic.confidence, 4)}
                        for topic in one.topics
                    ],
                }
                for _, one in found
            ]
        )
        return
    for _, one in found:
        told = "；".join(f"{topic.text} {topic.confidence:.0%}" for topic in one.topics)
        say(told or "看不出是哪一类。")


@app.command("status", help="现在按什么建议分类，准不准。")
def status(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """The model in use with its cross-validated figures, or that there is none."""
    from bot.analysis.proposing import proposer, told
    from bot.settings import read

    model = proposer(read()).model
    if as_json:
        record = model.record if model else None
        put_json(
            {
                "source": "model" if record else "rules",
                "labels": record.labels if record else 0,
                "topics": record.topics if record else 0,
                "macro_f1": record.macro_f1 if record else None,
                "accuracy": record.accuracy if record else None,
                "made_at": record.made_at if record else None,
            }
        )
    elif model is None:
        say("还没有训练出模型，按 knowledge/rules/topics.toml 的样例规则建议。")
    else:
        one = model.record
        say(told(one.labels, one.topics, one.macro_f1, one.accuracy))
