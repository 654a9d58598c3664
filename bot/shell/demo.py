"""zhiban demo: the invented sample, and invented history in quantity."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.shell.output import say

app = typer.Typer(help="虚构样例与虚构数据。", no_args_is_help=True)


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


@app.command("data", help="生成许多个月的虚构案件，供演示、回测和压力测试。")
def data(
    months: Annotated[int, typer.Option(help="多少个月，到上个月为止")] = 24,
    cases_per_month: Annotated[int, typer.Option(help="平均每月多少件")] = 800,
    seed: Annotated[int, typer.Option(help="随机种子，同样的种子生成同样的数据")] = 7,
) -> None:
    """Every invented case says so in its number, its texts and its remark."""
    from bot.clock import open_clock
    from bot.settings import read
    from bot.shell.opened import records
    from bot.shell.progress import Steps
    from casedb.invented import Months, fill

    settings = read()
    with records() as store, store.session() as session:
        count = fill(
            session,
            Months(months, cases_per_month, seed),
            now=open_clock(settings).now(),
            progress=Steps(),
        )
    say(f"已生成虚构数据 {count} 件，编号以 XG 开头。")
