"""zhiban drafts: papers of the unit, listed, shown and published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BotError
from bot.shell.output import note, put_json, say
from bot.wording.drafts import STATES

if TYPE_CHECKING:
    from bot.rooms import Rooms
    from casedb.learning.drafts import DraftRecord
    from casedb.records import PersonRecord

app = typer.Typer(help="本单位知识的草稿。", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="编号或标题")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
By = Annotated[str, typer.Option("--by", metavar="姓名", help="以谁的名义；缺省为专班第一人")]


@app.command("list", help="列出草稿和已发布的。")
def list_(as_json: Json = False) -> None:
    """Every draft and published paper, the last changed first."""
    from bot.shell.opened import records
    from casedb.learning import drafts

    with records() as store, store.reading() as s:
        found = drafts.listing(s, (drafts.DRAFT, drafts.PUBLISHED))
    if as_json:
        put_json({"drafts": [_as_json(one) for one in found]})
        return
    for one in found:
        say(f"{one.id}\t{STATES[one.state]}\t{one.title}\t{one.author}")
    if not found:
        note("没有草稿。")


@app.command("show", help="显示一篇，并说明还差什么。")
def show(name: Name, as_json: Json = False) -> None:
    """The text of one, and what its check finds."""
    from bot.learning import own_papers
    from bot.shell.opened import rooms
    from casedb.learning import drafts

    with rooms() as opened:
        with opened.store.reading() as s:
            found = drafts.named(s, name)
        now = opened.clock.now()
        wrong = own_papers.faults(opened, found, now) if found.state == drafts.DRAFT else ()
    if as_json:
        put_json({**_as_json(found), "text": found.text, "faults": list(wrong)})
        return
    say(
        f"{found.id} 号{STATES[found.state]}《{found.title}》 {found.author}（{found.author_unit}）"
    )
    say(f"来源：{found.source or '（还没有写）'}\n\n{found.text.strip()}")
    for one in wrong:
        note(f"还差：{one}")


@app.command("publish", help="检查并发布一篇，随即更新索引。")
def publish(name: Name, by: By = "") -> None:
    """Check, publish, and bring the index up to date."""
    from bot.app import refresh_index
    from bot.learning import publishing
    from bot.shell.opened import rooms
    from casedb.learning import drafts

    with rooms() as opened:
        who = _person(opened, by)
        with opened.store.reading() as s:
            found = drafts.named(s, name)
        done = publishing.publish(opened, found.id, who, opened.clock.now())
        refresh_index(opened.settings)
    say(f"已发布《{done.title}》，现在就能搜到。")


@app.command("withdraw", help="撤下一篇，随即更新索引。")
def withdraw(name: Name, by: By = "") -> None:
    """Take one back; it can be made a draft again in chat."""
    from bot.app import refresh_index
    from bot.learning import publishing
    from bot.shell.opened import rooms
    from casedb.learning import drafts

    with rooms() as opened:
        who = _person(opened, by)
        with opened.store.reading() as s:
            found = drafts.named(s, name)
        publishing.withdraw(opened, found.id, who, opened.clock.now())
        refresh_index(opened.settings)
    say(f"已撤下《{found.title}》。")


def _person(opened: Rooms, name: str) -> PersonRecord:
    """Who publishes: by name, else the first of the desk; only those who may."""
    from bot.access import RIGHTS, Action
    from casedb import people

    with opened.store.reading() as s:
        found = people.find_person(s, name) if name else next(iter(people.desk(s)), None)
    if found is None:
        raise BotError(f"名册里没有“{name}”。" if name else "名册是空的。", "请先导入人员表。")
    if Action.PUBLISH not in RIGHTS[found.role]:
        raise BotError(f"{found.name}不能发布资料。", "请用 --by 写明专班或管理员的姓名。")
    return found


def _as_json(one: DraftRecord) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "state": one.state,
        "author": one.author,
        "source": one.source,
        "changed_at": one.changed_at.isoformat(),
        "published_at": one.published_at.isoformat() if one.published_at else None,
    }
