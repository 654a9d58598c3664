"""zhiban train: the lessons, who has done them, which one helps this week."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.shell.output import put_json, say

app = typer.Typer(help="培训课、学习情况、本周建议。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("list", help="列出培训课。")
def list_(as_json: Json = False) -> None:
    """Number, title, how many quiz questions."""
    from bot.learning.lessons import lessons
    from bot.settings import read

    every = lessons(read())
    if as_json:
        rows = [{"number": one.number, "title": one.title, "quiz": len(one.quiz)} for one in every]
        put_json({"lessons": rows})
        return
    for one in every:
        say(f"{one.number}\t{one.title}\t小测 {len(one.quiz)} 题")


@app.command("overview", help="谁学完了哪些课。")
def overview(as_json: Json = False) -> None:
    """By lesson, then by unit and person."""
    from bot.dialogue.knowledge.lessons import finished, overview_lines
    from bot.learning.lessons import lessons
    from bot.settings import read
    from bot.shell.opened import records
    from casedb import people
    from casedb.learning import lessons as results

    every = lessons(read())
    with records() as store, store.reading() as s:
        staff, found = people.people(s), results.results(s)
    if not as_json:
        for line in overview_lines(every, staff, found):
            say(line)
        return
    rows = [
        {
            "name": one.name,
            "unit": one.unit_name,
            "done": [each.title for each in every if finished(each, found.get(one.id, {}))],
        }
        for one in staff
    ]
    put_json({"people": rows})


@app.command("suggest", help="按近来的缺口、失分和材料毛病，建议学哪一课。")
def suggest(as_json: Json = False) -> None:
    """What the weekly suggestion would be now; nothing is sent."""
    from bot.learning.lesson_advice import advise, shown
    from bot.learning.lessons import lessons
    from bot.shell.opened import rooms

    with rooms() as opened:
        found = advise(opened, opened.clock.now())
        every = lessons(opened.settings)
    if as_json:
        put_json({"lesson": found.lesson.title if found else None,
                  "why": dict(found.why) if found else {}})  # fmt: skip
        return
    say(shown(every, found))
