"""zhiban db: tables, backup, restore, check, copy, erase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import BotError
from bot.shell.output import note, say

app = typer.Typer(help="数据库：升级、备份、恢复、核对、复制、清除。", no_args_is_help=True)


@app.command("migrate", help="把数据库升级到当前版本。")
def migrate() -> None:
    """Apply every migration that is missing."""
    from bot.shell.opened import records

    with records():
        note("数据库已是当前版本。")


@app.command("backup", help="备份到一个文件；运行中也可以备份。")
def backup(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """A consistent copy; never overwrites."""
    from bot.shell.opened import records
    from casedb.backup import backup_to

    if file.exists():
        raise BotError(f"{file} 已经存在。", "请换一个文件名，备份不会覆盖旧文件。")
    with records() as store:
        backup_to(store, file)
    say(f"已备份到 {file}。")


@app.command("restore", help="从备份恢复；先停止服务。")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    yes: Annotated[bool, typer.Option("--yes", help="确认覆盖现有数据")] = False,
) -> None:
    """Replace the present records by a backup; the old file is kept beside."""
    from bot.settings import read
    from casedb.backup import restore_from

    if not yes:
        raise BotError("恢复会替换现有数据。", "确认无误请加 --yes；旧数据会另存一份。")
    kept = restore_from(read().database_url, file)
    say(f"已恢复。原来的数据保留在 {kept}。" if kept else "已恢复。")


@app.command("verify", help="核对数据库文件、表结构和留痕。")
def verify() -> int:
    """Exit 1 when something is wrong."""
    from bot.shell.opened import records
    from casedb.backup import problems_of

    with records() as store:
        problems = problems_of(store)
    for problem in problems:
        say(problem)
    if not problems:
        say("数据库完好。")
    return 1 if problems else 0


@app.command("copy", help="复制到另一个数据库，例如从 SQLite 到 PostgreSQL。")
def copy(url: Annotated[str, typer.Argument(metavar="数据库地址")]) -> None:
    """Row by row into an empty database."""
    from bot.settings import read
    from bot.shell.opened import records
    from casedb.backup import copy_to

    settings = read({"ZHIBAN_DATABASE_URL": url, "ZHIBAN_SECRET_KEY": "x" * 32})
    with records() as store:
        rows = copy_to(store, settings.database_url)
    say(f"已复制 {rows} 行。新库要用同一个 ZHIBAN_SECRET_KEY 才能打开个人信息。")


@app.command("erase", help="合同终止：清除全部个人信息。")
def erase(
    yes: Annotated[bool, typer.Option("--yes", help="确认清除，不能恢复")] = False,
) -> None:
    """Personal Information Protection Law art. 21: return or delete at the end of the contract."""
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records
    from casedb.cases import erase_personal

    if not yes:
        raise BotError("清除后不能恢复。", "请先备份并征得甲方书面同意，再加 --yes。")
    now = open_clock(read()).now()
    with records() as store, store.session() as session:
        count = erase_personal(session, actor="shell", now=now)
    say(f"已清除 {count} 件工单的个人信息；脱敏后的案件记录保留。")
