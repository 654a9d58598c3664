"""zhiban review: check the exclusion materials of one case, or of a folder of cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import BotError


def review(
    number: Annotated[str, typer.Argument(metavar="工单编号")] = "",
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE…", help="材料文件")] = None,
    category: Annotated[str, typer.Option(metavar="EX03", help="剔除类别")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="书面审核意见 .docx；批量时为结果 .jsonl")
    ] = None,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="figures：哪个月，不写是本月")] = "",
    batch: Annotated[
        Path | None, typer.Option(metavar="CASES_DIR", help="一次审多件：每件一个文件夹")
    ] = None,
) -> None:
    """Findings of one case, or a line of JSON per case of a folder.

    `review figures` prints first-pass rate and frequent faults; `review rules FILE` puts in other rules.
    """
    from bot.shell.review_batch import review_folder
    from bot.shell.review_case import review_one
    from bot.shell.review_more import show_figures, take_rules

    if batch is not None:
        if number or files:
            raise BotError(
                "--batch 不能和工单编号、文件一起用。", "请只写 --batch 文件夹 --out 结果.jsonl。"
            )
        if out is None:
            raise BotError("没有写结果放在哪里。", "请加上 --out 结果.jsonl。")
        review_folder(batch, out)
        return
    if number == "figures":
        show_figures(month, as_json=as_json)
        return
    if number == "rules":
        take_rules(files or [])
        return
    if not number or not files:
        raise BotError(
            "缺少工单编号或材料文件。", "请写成：zhiban review 工单编号 --category EX03 文件…"
        )
    if not category:
        raise BotError("没有写剔除类别。", "请加上 --category EX01 至 EX12 中的一个。")
    review_one(number, files, category=category, as_json=as_json, out=out)
