"""The closing sheet (结案作业表) as a workbook that can be filled in and sent back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from casedb.records import ClosingLine
from reports.sheets import beijing_text, table_xlsx

HEADINGS = ("工单编号", "承办单位", "责任人", "应交材料", "材料截止时间", "状态")


def closing_xlsx(lines: Sequence[ClosingLine], path: Path, *, saved_at: datetime) -> Path:
    """One row per case; the headings are those an import of the sheet looks for."""
    rows = [
        (line.order_no, line.unit, line.person, "、".join(line.items), beijing_text(line.due_at),
         line.state)
        for line in lines
    ]  # fmt: skip
    return table_xlsx(path, sheets=(("结案作业表", HEADINGS, rows),), saved_at=saved_at)
