"""zhiban search: look into the index, with reasons; or run a query file in TREC form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.shell.ask import read_day
from bot.shell.output import note, put_json, say


def search(
    question: Annotated[str, typer.Argument(metavar="问题")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="说明每一段为什么排在这里")] = False,
    as_of: Annotated[str, typer.Option(metavar="日期", help="只看这一天有效的规定")] = "",
    top: Annotated[int, typer.Option(min=1, max=10_000, help="取前几段")] = 10,
    index: Annotated[Path | None, typer.Option(metavar="DIR", help="另一个索引文件夹")] = None,
    batch: Annotated[
        Path | None, typer.Option(metavar="queries.tsv", help="每行 编号<TAB>问题")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="run.tsv", help="TREC 格式的结果")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Ranked passages for one question, or a run file for many."""
    if batch is not None:
        if out is None:
            raise typer.BadParameter("批量检索要用 --out 指定结果文件", param_hint="--out")
        _run(index, batch, out, top)
        return
    if not question.strip():
        raise typer.BadParameter("请写出问题，或者用 --batch 和 --out", param_hint="问题")
    _one(question, index, explain, as_of, top, as_json)


def _run(index: Path | None, batch: Path, out: Path, top: int) -> None:
    from bot.app import open_index
    from bot.settings import read
    from indexer.batch import search_batch

    with open_index(read(), folder=index) as opened:
        asked = search_batch(opened, batch, out, top=top)
    note(f"已检索 {asked} 个问题，写入 {out}。")


def _one(
    question: str, index: Path | None, explain: bool, as_of: str, top: int, as_json: bool
) -> None:
    from bot.app import open_index
    from bot.settings import read
    from bot.shell.hits import hit_lines, hits_json
    from indexer.passages import Filters

    filters = Filters(as_of=read_day(as_of))
    with open_index(read(), folder=index) as opened:
        result = opened.search(question, filters=filters, top=top, explain=explain)
    if as_json:
        put_json(hits_json(result, explain=explain))
        return
    for line in hit_lines(result, explain=explain):
        say(line)
