"""zhiban gaps: what the knowledge does not answer well."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.shell.output import note, put_json, say


def gaps(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    closed: Annotated[bool, typer.Option("--all", help="连同已补好、不用补的")] = False,
) -> None:
    """Gather what is loose and list the gaps, the most asked first; no names of askers."""
    from bot.learning.gaps import gather, line
    from bot.shell.opened import rooms
    from casedb.learning import gaps as records

    with rooms() as opened:
        gather(opened, opened.clock.now())
        states = (*records.LIVE, records.FILLED, records.DROPPED) if closed else records.LIVE
        with opened.store.reading() as s:
            found = records.listing(s, states)
    if as_json:
        put_json({"gaps": [_as_json(one) for one in found]})
        return
    for one in found:
        say(line(one))
        for said in one.examples[1:4]:
            say(f"    {said}")
    if not found:
        note("没有知识缺口。")


def _as_json(one):  # type: ignore[no-untyped-def]
    return {
        "id": one.id,
        "name": one.name,
        "state": one.state,
        "count": one.count,
        "askers": one.askers,
        "unanswered": one.whys.get("unanswered", 0),
        "down": one.whys.get("down", 0),
        "reasked": one.whys.get("reasked", 0),
        "examples": list(one.examples),
        "owner": one.owner or None,
        "due_at": one.due_at.isoformat() if one.due_at else None,
        "last_at": one.last_at.isoformat(),
    }
