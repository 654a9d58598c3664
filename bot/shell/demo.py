"""zhiban demo: the invented sample."""

from __future__ import annotations

import typer

from bot.shell.output import say

app = typer.Typer(help="虚构样例。", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `load` a verb of its own."""


@app.command("load", help="把虚构样例（单位、人员、案件、群）装入空数据库。")
def load() -> None:
    """Refused when the records already hold something."""
    from bot.app import load_sample
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records

    settings = read()
    with records() as store:
        loaded = load_sample(store, open_clock(settings).now())
    say("已装入虚构样例。" if loaded else "数据库里已有数据，没有装入样例。")
