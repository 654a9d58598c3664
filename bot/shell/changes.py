"""zhiban changes: papers that changed and who was answered from them."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.shell.output import note, put_json, say


def changes(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Open changes that concern somebody: answers given from the old text, open cases that cite it."""
    from bot.learning.paper_watch import line
    from bot.shell.opened import records
    from casedb.learning import changes as known
    from casedb.learning import citing

    with records() as store, store.reading() as s:
        every = known.listing(s)
        concerned = citing.affected(s, every)
    found = [one for one in every if concerned[one.id]]
    if as_json:
        rows = [
            {
                "id": one.id,
                "title": one.title,
                "what": one.what,
                "at": one.at.isoformat(),
                "places": [place for _, place in one.passages],
                "answers": [
                    {"at": answer.at.isoformat(), "question": answer.text}
                    for answer in concerned[one.id].answers
                ],
                "cases": [case.order_no for case in concerned[one.id].cases],
            }
            for one in found
        ]
        put_json({"changes": rows})
        return
    for one in found:
        say(line(one, concerned[one.id]))
    if not found:
        note("没有待处理的资料变化。")
