"""zhiban advice: what helps with one case."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.errors import BotError
from bot.shell.output import put_json, say


def advice(
    number: Annotated[str, typer.Argument(metavar="工单编号")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Similar cases, articles, a step plan and the risk; masked, as the desk may see it."""
    from bot.advice import advise
    from bot.advice.text import as_json as advice_json
    from bot.advice.text import text
    from bot.dialogue.answering.answers import Reader
    from bot.shell.opened import rooms
    from casedb import cases
    from casedb.beijing import beijing
    from casedb.vocabulary import Role

    with rooms() as opened:
        now = opened.clock.now()
        with opened.store.reading() as session:
            case = cases.find(session, number)
            tails = () if case else cases.find_by_tail(session, number)
        if case is None and len(tails) == 1:
            case = tails[0]
        if case is None:
            several = (
                f"尾号 {number} 对应 {len(tails)} 件工单。" if tails else f"没有工单 {number}。"
            )
            raise BotError(several, "请核对编号，或先用 zhiban cases import 导入。")
        found = advise(opened, case, reader=Reader(Role.DESK), reach=None, now=now)
    today = beijing(now).date()
    if as_json:
        put_json(advice_json(found, today))
    else:
        say(text(found, today))
