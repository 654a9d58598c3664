"""zhiban ledger: the frozen ledger of one day as message, xlsx and picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.shell.ask import read_day
from bot.shell.output import note, put_json, say

app = typer.Typer(help="台账、报备记录、结案作业表。", invoke_without_command=True)


@app.callback()
def ledger(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="文件夹")] = None,
    date: Annotated[str, typer.Option(metavar="日期", help="默认今天（北京时间）")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Freeze (once) and write the ledger; running it again for that day gives the same bytes."""
    if context.invoked_subcommand is not None:
        return
    from bot.settings import BEIJING
    from bot.shell.opened import rooms
    from casedb.ledger import freeze
    from casedb.ledger.text import desk_text

    with rooms(with_index=False) as opened:
        day = read_day(date) or opened.clock.now().astimezone(BEIJING).date()
        with opened.store.session() as session:
            snapshot = freeze(
                session,
                on=day,
                now=opened.clock.now(),
                rules=opened.rules,
                calendar=opened.calendar,
            )
    if out is not None:
        from reports.pictures import ledger_png
        from reports.sheets import ledger_xlsx

        ledger_xlsx(snapshot, out / f"台账-{day}.xlsx")
        ledger_png(snapshot, out / f"台账-{day}.png")
        (out / f"台账-{day}.md").write_text(desk_text(snapshot) + "\n", encoding="utf-8")
        note(f"台账已写入 {out}。")
    if as_json:
        put_json(ledger_json(snapshot))
    elif out is None:
        say(desk_text(snapshot))


@app.command("filing", help="某个月的台账报备记录（xlsx）：哪一期、什么时候、报给了谁。")
def filing(
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="默认本月")] = "",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="文件夹")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Which snapshot reached whom when, and the days on which one did not."""
    from bot.filing.month import month_of, month_record
    from bot.settings import BEIJING
    from bot.shell.opened import rooms

    with rooms(with_index=False) as opened:
        now = opened.clock.now()
        meant = month_of(month, now.astimezone(BEIJING).date())
        made = month_record(opened, meant, now)
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            (out / made.file.name).write_bytes(
                (opened.settings.data_dir / made.file.path).read_bytes()
            )
            note(f"报备记录已写入 {out / made.file.name}。")
    if as_json:
        put_json([_filing_json(one) for one in made.filings])
    elif out is None:
        say(made.text)


def _filing_json(one: Any) -> dict[str, Any]:
    return {
        "date": one.on.isoformat(),
        "edition": one.edition,
        "snapshot": one.snapshot,
        "content_hash": one.content_hash,
        "channel": one.channel,
        "chat": one.chat,
        "title": one.title,
        "filed_at": one.filed_at.isoformat(),
        "message_ids": list(one.message_ids),
    }


@app.command("closing", help="结案作业表：谁欠什么剔除材料；可导入、生成、导出。")
def closing(
    file: Annotated[Path | None, typer.Option("--import", metavar="FILE", help="先导入")] = None,
    generate: Annotated[bool, typer.Option("--generate", help="先列入应交的工单")] = False,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="文件夹")] = None,
) -> int:
    """The sheet of the days around today."""
    from bot.filing.closing_round import lines_now, window
    from bot.settings import BEIJING
    from bot.shell.opened import rooms
    from bot.shell.results import show_intake
    from casedb.closing import sheet as closing_sheet
    from casedb.closing.intake import import_closing_sheet
    from casedb.closing.text import desk_text

    with rooms(with_index=False) as opened:
        now, (begins, ends) = opened.clock.now(), window(opened.clock.now())
        with opened.store.session() as session:
            if file is not None:
                result = import_closing_sheet(
                    session, file, file.name, actor="import", now=now, rules=opened.rules
                )
                show_intake(result, "件")
                if result.errors:
                    return 1
            if generate:
                closing_sheet.generate(
                    session, begins=begins, ends=ends, actor="import", now=now,
                    rules=opened.rules, calendar=opened.calendar,
                )  # fmt: skip
            lines = lines_now(session, now)
    if out is None:
        say(desk_text(lines))
        return 0
    from reports.closing import closing_xlsx

    path = out / f"结案作业表-{now.astimezone(BEIJING):%Y-%m-%d}.xlsx"
    note(f"结案作业表已写入 {closing_xlsx(lines, path, saved_at=now)}。")
    return 0


def ledger_json(snapshot: Any) -> dict[str, Any]:
    """The keys of COMMANDS.md and a little more."""
    return {
        "date": snapshot.on.isoformat(),
        "snapshot": snapshot.id,
        "new": snapshot.new,
        "open": snapshot.open,
        "due_today": snapshot.due_today,
        "due_in_3_days": snapshot.due_in_3_days,
        "overdue": snapshot.overdue,
        "not_contacted": snapshot.not_contacted,
        "closed": snapshot.closed,
        "by_unit": [
            {
                "unit": line.unit,
                "new": line.new,
                "open": line.open,
                "due_today": line.due_today,
                "due_in_3_days": line.due_in_3_days,
                "overdue": line.overdue,
                "not_contacted": line.not_contacted,
                "closed": line.closed,
                "has_no": line.has_no,
                "owed": line.owed,
            }
            for line in snapshot.by_unit
        ],
        "has_no": snapshot.has_no,
        "repeats": snapshot.repeats,
        "content_hash": snapshot.content_hash,
        "changes": list(snapshot.changes),
    }
