"""zhiban calendar: the working calendar shown, taken in, and given out as .ics."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import BotError
from bot.shell.output import note, say

app = typer.Typer(help="工作日历：查看、导入、导出。", no_args_is_help=True)


@app.command("show", help="某一年的放假和调休；默认有表的每一年。")
def show(year: Annotated[int, typer.Argument(metavar="年份")] = 0) -> None:
    """Every holiday with the weekend days worked for it."""
    from bot.app import open_calendar
    from bot.settings import read

    calendar = open_calendar(read())
    wanted = [one for number, one in sorted(calendar.years.items()) if year in (0, number)]
    if not wanted:
        known = "、".join(map(str, sorted(calendar.years)))
        raise BotError(f"没有 {year} 年的工作日历。", f"现有：{known}。新的一年用 import 导入。")
    for one in wanted:
        state = "已公布" if one.published else "只有法定节日，按它数的工作日都是暂定"
        say(f"{one.year} 年（版本 {one.version}，{state}）　来源：{one.source}")
        for holiday in one.holidays:
            makeup = "、".join(f"{day:%m-%d}" for day in holiday.makeup)
            worked = f"　补班 {makeup}" if makeup else ""
            say(f"  {holiday.name} {holiday.first:%m-%d} 至 {holiday.last:%m-%d}{worked}")


@app.command("import", help="导入一年的节假日表（.toml 或 .ics）。")
def import_(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Keep it in the data dir; a running service counts by it after its next start."""
    from bot.settings import read
    from casedb.calendar import calendar_file

    year = calendar_file.accept(file.read_bytes(), file.name, read().data_dir / "calendar")
    note(f"已收下 {year.year} 年的工作日历（版本 {year.version}）。正在运行的服务重启后按它计算；")
    note("私聊发给机器人则立即生效。")


@app.command("export", help="导出为 .ics，可以导入手机或 Outlook 日历。")
def export(out: Annotated[Path, typer.Option(metavar="FILE.ics")]) -> None:
    """Days off as 休, make-up days as 班."""
    from bot.app import open_calendar
    from bot.clock import open_clock
    from bot.settings import read
    from casedb.calendar.calendar_file import to_ics

    settings = read()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(to_ics(open_calendar(settings), stamped_at=open_clock(settings).now()))
    note(f"工作日历已写入 {out}。")
