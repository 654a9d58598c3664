"""zhiban chats: groups bound to a purpose."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from bot.errors import BotError
from bot.shell.output import put_json, say

app = typer.Typer(help="绑定的群。", no_args_is_help=True)

CHAT_ID = re.compile(r"-?\d+|@\w+|web[-:]\S+")
PURPOSE_WORDS = {"ledger": "台账", "unit": "单位", "training": "培训"}


@app.command(
    "bind",
    help="绑定一个群：台账群、单位群或培训群。例：zhiban chats bind -1001234567890 unit 甲一社区",
    context_settings={"ignore_unknown_options": True},  # chat ids of groups are negative
)
def bind(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="群编号 用途 [单位]", help="次序随意")
    ] = None,
    chat: Annotated[str, typer.Option("--chat", help="群编号，如 -1001234567890")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="ledger | unit | training")] = "",
    unit: Annotated[str, typer.Option("--unit", help="用途为 unit 时必填")] = "",
    channel: Annotated[str, typer.Option("--channel", help="telegram 或 web")] = "telegram",
    topic: Annotated[str, typer.Option("--topic", help="话题编号")] = "",
    title: Annotated[str, typer.Option("--title", help="群名")] = "",
) -> None:
    """The same as /bind in the group."""
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records
    from casedb import people
    from casedb.vocabulary import ChatPurpose

    chat, purpose, unit = _sorted_out(words or [], chat, purpose, unit)
    if not chat:
        raise BotError("没有写群编号。", "例如 zhiban chats bind -1001234567890 ledger。")
    if purpose not in PURPOSE_WORDS:
        raise BotError(f"没有“{purpose}”这种用途。", "请写 ledger、unit 或 training。")
    wanted = ChatPurpose(purpose)
    clock = open_clock(read())
    with records() as store, store.session() as session:
        home = people.unit_named(session, unit) if unit else None
        if wanted is ChatPurpose.UNIT and home is None:
            raise BotError(f"没有找到单位“{unit}”。", "请写名册里的单位名称，例如 甲一社区。")
        people.bind_chat(
            session, channel=channel, external_id=chat, topic_id=topic, title=title,
            purpose=wanted, unit_id=home.id if home else None, actor="shell", now=clock.now(),
        )  # fmt: skip
    say(
        f"已绑定：{chat} 用作{PURPOSE_WORDS[wanted]}群{('（' + home.name + '）') if home else ''}。"
    )


def _sorted_out(words: list[str], chat: str, purpose: str, unit: str) -> tuple[str, str, str]:
    """Which word is the chat, the purpose and the unit."""
    meanings = {word: value for value, word in PURPOSE_WORDS.items()}
    for word in words:
        if not purpose and (word in PURPOSE_WORDS or word in meanings):
            purpose = word
        elif not chat and CHAT_ID.fullmatch(word):
            chat = word
        else:
            unit = unit or word
    return chat, meanings.get(purpose, purpose), unit


@app.command("list", help="列出绑定的群。")
def list_(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """Every bound group."""
    from bot.shell.opened import records
    from casedb import people

    with records() as store, store.reading() as session:
        chats = people.chats(session)
        units = {unit.id: unit.name for unit in people.units(session)}
    rows = [
        {
            "channel": chat.channel,
            "chat": chat.external_id,
            "topic": chat.topic_id,
            "title": chat.title,
            "purpose": str(chat.purpose),
            "unit": units.get(chat.unit_id or 0, ""),
            "active": chat.active,
        }
        for chat in chats
    ]
    if as_json:
        put_json(rows)
        return
    for row in rows:
        say(
            "\t".join(
                str(row[key]) for key in ("channel", "chat", "topic", "purpose", "unit", "title")
            )
        )
