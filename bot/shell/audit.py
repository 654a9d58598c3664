"""zhiban audit: the chain of events."""

from __future__ import annotations

import typer

from bot.shell.output import complain, say

app = typer.Typer(help="留痕核验。", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `verify` a verb of its own."""


@app.command("verify", help="核对全部留痕是否被改动过。")
def verify() -> int:
    """Exit 1 and name the first broken link when the chain was tampered with."""
    from bot.shell.opened import records
    from casedb import audit

    with records() as store, store.reading() as session:
        verdict = audit.verify(session)
    if verdict.intact:
        say(f"留痕完整，共 {verdict.checked} 条。")
        return 0
    complain(
        f"留痕在第 {verdict.broken_at} 条处断开：{verdict.reason}。",
        "请保留现场，用最近的备份比对，并报告负责人。",
    )
    return 1
