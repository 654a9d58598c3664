"""zhiban cases and mask: import, export, show, explain a deadline; mask text line by line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.errors import BotError
from bot.shell.output import note, put_json, say
from bot.shell.results import intake_json, show_intake

app = typer.Typer(help="案件。", no_args_is_help=True)


@app.command("import", help="导入工单表（xlsx、csv）。")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    profile: Annotated[str, typer.Option(metavar="NAME", help="列对照方案；不写则按表头识别")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不入库")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> int:
    """All rows or none; exit 1 when a cell cannot be read."""
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records
    from bot.shell.progress import Steps
    from casedb.intake import import_cases
    from casedb.intake.profiles import load_profiles

    settings = read()
    if not file.is_file():
        raise BotError(f"找不到文件 {file}。", "请检查路径。")
    profiles = load_profiles(settings.rules_dir / "profiles")
    now = open_clock(settings).now()
    with records() as store, store.session() as session:
        result = import_cases(
            session, file, file.name, profiles=profiles, profile=profile or None,
            dry_run=dry_run, actor="import", now=now, progress=Steps(),
        )  # fmt: skip
    if as_json:
        put_json(intake_json(result))
    else:
        show_intake(result, "件", dry_run=dry_run)
    return 1 if result.errors else 0


@app.command("export", help="导出案件（已脱敏）。")
def export(out: Annotated[Path, typer.Option(metavar="FILE", help=".xlsx 或 .csv")]) -> None:
    """Every case, masked, with the standard headings."""
    from bot.shell.opened import records
    from casedb.cases.export import export_cases

    with records() as store, store.reading() as session:
        count = export_cases(session, out)
    note(f"已导出 {count} 件到 {out}。")


@app.command("show", help="查看一件工单。")
def show(
    number: Annotated[str, typer.Argument(metavar="工单编号")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """The masked case and its events."""
    from bot.shell.case_lines import case_json, case_lines
    from bot.shell.opened import records
    from casedb import cases

    with records() as store, store.reading() as session:
        case = cases.find(session, number)
        if case is None:
            raise BotError(f"没有工单 {number}。", "请核对编号，或先用 zhiban cases import 导入。")
        events = cases.events(session, case.id)
    if as_json:
        put_json(case_json(case, events))
        return
    for line in case_lines(case, events):
        say(line)


@app.command("why", help="逐行说明一件工单的时限是怎么算的。")
def why(number: Annotated[str, typer.Argument(metavar="工单编号")]) -> None:
    """Rule, source, each day counted or skipped, calendar version."""
    from bot.shell.opened import rooms
    from casedb import cases, deadlines
    from casedb.closing import sheet as closing_sheet

    with rooms(with_index=False) as opened, opened.store.reading() as session:
        case = cases.find(session, number)
        if case is None:
            raise BotError(f"没有工单 {number}。", "请核对编号，或先用 zhiban cases import 导入。")
        owed = closing_sheet.known_line(session, case.id, opened.clock.now())
        for line in deadlines.explain(case, opened.rules, opened.calendar, owed):
            say(line)


def mask() -> None:
    """Mask names, phones, id numbers and door numbers in each line of standard input."""
    from casedb.privacy import mask as masked

    stream: Any = sys.stdin.buffer
    for raw in stream:
        line = raw.decode("utf-8", errors="replace")
        ending = "\n" if line.endswith("\n") else ""
        sys.stdout.write(masked(line.rstrip("\r\n")) + ending)
    sys.stdout.flush()
