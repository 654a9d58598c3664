"""zhiban people and invite: the roster, and one-time codes that bind a chat account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import BotError
from bot.shell.output import note, put_json, say
from bot.shell.results import intake_json, show_intake

app = typer.Typer(help="单位与人员。", no_args_is_help=True)

ROLE_WORDS = {
    "admin": "管理员",
    "desk": "专班",
    "analyst": "驻场分析人员",
    "section": "科室",
    "community": "社区",
    "leader": "领导",
}


@app.command("import", help="导入人员表：工作表“单位”和“人员”。")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> int:
    """All rows or none."""
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records
    from casedb.people.sheet import import_people

    clock = open_clock(read())
    with records() as store, store.session() as session:
        result = import_people(session, file, now=clock.now(), actor="shell")
    if as_json:
        put_json(intake_json(result))
    else:
        show_intake(result, "人")
    return 1 if result.errors else 0


@app.command("leaders", help="导入带班表：两列，日期和带班领导。")
def leaders(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> int:
    """Who leads on which day; all rows or none."""
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records
    from casedb.people.leader_sheet import import_leaders

    clock = open_clock(read())
    with records() as store, store.session() as session:
        result = import_leaders(session, file, file.name, by=None, now=clock.now())
    if as_json:
        put_json(intake_json(result))
    else:
        show_intake(result, "天")
    return 1 if result.errors else 0


@app.command("list", help="列出人员。")
def list_() -> None:
    """Every active person with unit and role."""
    from bot.shell.opened import records
    from casedb import people

    with records() as store, store.reading() as session:
        for person in people.people(session):
            say(f"{person.name}\t{person.unit_name}\t{ROLE_WORDS[person.role]}")


@app.command("leave", help="登记离岗：解除绑定，名下提醒转给单位负责人。")
def leave(
    name: Annotated[str, typer.Argument(metavar="姓名")],
    unit: Annotated[str, typer.Option(metavar="单位", help="同名时写明单位")] = "",
) -> None:
    """Take somebody off duty and say what has to be named anew."""
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records
    from casedb import obligations, people

    clock = open_clock(read())
    with records() as store, store.session() as session:
        found = [
            one
            for one in people.people(session)
            if one.name == name and (not unit or one.unit_name == unit)
        ]
        if not found:
            raise BotError(f"名册里没有在岗的“{name}”。", "用 zhiban people list 看都有谁。")
        if len(found) > 1:
            raise BotError(f"有 {len(found)} 位“{name}”。", "请用 --unit 写明单位。")
        left = obligations.leave(session, found[0].id, now=clock.now(), actor="shell")
    say(left.text)


def invite(
    name: Annotated[str, typer.Option(metavar="姓名")],
    unit: Annotated[str, typer.Option(metavar="单位")] = "",
    role: Annotated[
        str,
        typer.Option(metavar="角色", help="admin desk analyst section community leader，或中文"),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """A one-time code, valid for 24 hours; creates the person when unit and role are given."""
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records
    from casedb import people

    clock = open_clock(read())
    with records() as store, store.session() as session:
        person = _person(session, name, unit, role)
        code = people.invite(session, person.id, now=clock.now(), actor="shell")
    if as_json:
        put_json({"code": code, "name": person.name, "unit": person.unit_name, "role": person.role})
        return
    say(code)
    note(f"请 {person.name}（{person.unit_name}）在 24 小时内私聊机器人发送：/start {code}")


def _person(session, name: str, unit: str, role: str):  # type: ignore[no-untyped-def]
    """The person meant; created with the given unit and role when not on the roster."""
    from casedb import people
    from casedb.vocabulary import UnitKind

    wanted_role = _role(role) if role else None
    found = [
        person
        for person in people.people(session)
        if person.name == name and (not unit or person.unit_name == unit)
    ]
    if len(found) > 1:
        raise BotError(f"有 {len(found)} 位“{name}”。", "请用 --unit 写明单位。")
    if found:
        if wanted_role and found[0].role != wanted_role:
            return people.set_role(session, found[0].id, wanted_role)
        return found[0]
    if not unit or wanted_role is None:
        raise BotError(f"名册里没有“{name}”。", "新增人员请同时写 --unit 单位 和 --role 角色。")
    home = people.unit_named(session, unit) or people.add_unit(
        session, unit, UnitKind.COMMUNITY if unit.endswith("社区") else UnitKind.SECTION
    )
    return people.add_person(session, name, home.id, wanted_role)


def _role(text: str):  # type: ignore[no-untyped-def]
    from casedb.vocabulary import Role

    for value, word in ROLE_WORDS.items():
        if text in (value, word):
            return Role(value)
    raise BotError(
        f"没有“{text}”这个角色。", f"可用的角色：{'、'.join(ROLE_WORDS)}，例如 --role desk。"
    )
