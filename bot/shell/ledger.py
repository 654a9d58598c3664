"""zhiban ledger: the frozen ledger of one day as message, xlsx and picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.shell.ask import read_day
from bot.shell.output import note, put_json, say


def ledger(
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="文件夹")] = None,
    date: Annotated[str, typer.Option(metavar="日期", help="默认今天（北京时间）")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Freeze (once) and write the ledger; running it again for that day gives the same bytes."""
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
            }
            for line in snapshot.by_unit
        ],
        "has_no": snapshot.has_no,
        "repeats": snapshot.repeats,
        "content_hash": snapshot.content_hash,
        "changes": list(snapshot.changes),
    }
