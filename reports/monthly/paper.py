"""The public-sentiment report of a month or any other period (月度民情分析, 综合分析报告)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casedb.rules.rate_rules import RateRules, load_rate_rules
from reports.measured import Measured, measure
from reports.monthly.chapters import NO_CHAPTERS, Chapters
from reports.monthly.charts import charts
from reports.monthly.onepage import onepage
from reports.monthly.tables import all_tables
from reports.monthly.text import sections
from reports.papers import Paper, write_docx
from reports.sheets import table_xlsx, typed_rows

__all__ = ["Chapters", "Measured", "RateRules", "Written", "load_rate_rules", "measure", "write"]

MONTHLY, OVERALL = "民情分析报告", "综合分析报告"


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a report."""

    docx: Path
    xlsx: Path
    picture: Path


def write(
    report: Measured,
    folder: Path,
    *,
    made_at: datetime,
    title: str = MONTHLY,
    chapters: Callable[[Path], Chapters] = lambda _folder: NO_CHAPTERS,
) -> Written:
    """Write paper, tables and the one-page picture into `folder`: all of them, or none.

    Args:
        chapters: writes the chapters of other analyses; draws their pictures below the given folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".报告-", dir=folder) as draft:
        made = _written(report, Path(draft), made_at, title, chapters)
        return Written(*(_moved(one, folder) for one in (made.docx, made.xlsx, made.picture)))


def files_of(report: Measured, folder: Path, *, title: str = MONTHLY) -> Written:
    """What the files of a report are called."""
    stem = f"{title.removesuffix('报告')}-{report.now.span.name or report.now.span.text()}"
    return Written(*(folder / f"{stem}.{ending}" for ending in ("docx", "xlsx", "png")))


def _moved(file: Path, folder: Path) -> Path:
    return Path(shutil.move(file, folder / file.name))


def _written(
    report: Measured,
    folder: Path,
    made_at: datetime,
    title: str,
    chapters: Callable[[Path], Chapters],
) -> Written:
    name = report.now.span.name or report.now.span.text()
    files = files_of(report, folder, title=title)
    pictures = folder / "图"
    told = chapters(pictures)
    drawn = charts(report, pictures) if report.now.total else None
    paper = Paper(
        title=f"{name}{title}",
        subtitle=f"统计时段：{report.now.span.text()}（北京时间，按来电时间归期）",
        note=invented_note(report),
        sections=sections(report, drawn, told),
    )
    docx = write_docx(paper, files.docx, made_at=made_at)
    tables = [
        *all_tables(report),
        *(table for one in told.given for table in (*one.tables, *one.attached)),
    ]
    note = [("说明", ("说明",), [(paper.note,)])] if paper.note else []
    xlsx = table_xlsx(
        files.xlsx,
        sheets=[*((one.caption, one.headings, typed_rows(one.rows)) for one in tables), *note],
        saved_at=made_at,
    )
    return Written(docx, xlsx, onepage(report, files.picture, title=title))


def invented_note(report: Measured) -> str:
    """Said on every paper that holds invented cases."""
    if not report.now.invented:
        return ""
    return f"虚构数据：本期有 {report.now.invented} 件是虚构的，仅供演示，不得作为工作依据。"
