"""Import results as lines and as JSON."""

from __future__ import annotations

from typing import Any

from bot.shell.output import note, say
from casedb.records import IntakeResult

SHOWN_ERRORS = 50


def intake_json(result: IntakeResult) -> dict[str, Any]:
    """The keys of COMMANDS.md, and warnings beside them."""
    return {
        "rows": result.rows,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "errors": [
            {
                "row": error.row,
                "column": error.column,
                "text": error.text,
                "example": error.example,
                "reason": error.reason,
            }
            for error in result.errors
        ],
        "profile": result.profile,
        "warnings": list(result.warnings),
    }


def show_intake(result: IntakeResult, noun: str, *, dry_run: bool = False) -> None:
    """Say what an import did; every unreadable cell with row, column, text and an example."""
    if result.errors:
        for error in result.errors[:SHOWN_ERRORS]:
            reason = error.reason or "读不懂"
            say(
                f"第 {error.row} 行“{error.column}”{reason}：“{error.text}”，请改成“{error.example}”这样。"
            )
        left = len(result.errors) - SHOWN_ERRORS
        if left > 0:
            say(f"……还有 {left} 处。")
        note(f"共 {len(result.errors)} 处要改；这次一行都没有入库，改好后把整张表重新导入。")
        return
    verb = "预检通过，将" if dry_run else "已"
    say(
        f"{verb}导入 {result.rows} 行：新增 {result.created} {noun}，"
        f"更新 {result.updated}，没有变化 {result.unchanged}。"
    )
    for warning in result.warnings:
        note(f"提醒：{warning}")
