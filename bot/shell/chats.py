"""zhiban chats: groups bound to a purpose."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.errors import BotError
from bot.shell.output import put_json, say

app = typer.Typer(help="绑定的群。", no_args_is_help=True)

PURPOSE_WORDS = {"ledger": "台账", "unit": "单位", "training": "培训"}


@app.command("bind", help="绑定一个群：台账群、单位群或培训群。")
def bind(
    chat: Annotated[str, typer.Argument(metavar="群编号", help="如 -1001234567890")],
    purpose: Annotated[str, typer.Argument(metavar="用途", help="ledger | unit | training")],
    unit: Annotated[str, typer.Argument(metavar="单位", help="用途为 unit 时必填")] = "",
    channel: Annotated[str, typer.Option(help="telegram 或 web")] = "telegram",
    topic: Annotated[str, typer.Option(help="话题编号")] = "",
    title: Annotated[str, typer.Option(help="群名")] = "",
) -> None:
    """The same as /bind in the group."""
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records
    from casedb import people
    from casedb.vocabulary import ChatPurpose

    meant = {
        **{word: value for value, word in PURPOSE_WORDS.items()},
        **dict.fromkeys(PURPOSE_WORDS),
    }
    if purpose not in meant:
        raise BotError(f"没有“{purpose}”这种用途。", "请写 ledger、unit 或 training。")
    wanted = ChatPurpose(meant[purpose] or purpose)
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
