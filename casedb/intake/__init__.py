"""A sheet of cases into the records: all rows or none, and every unreadable cell listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from casedb import audit
from casedb.errors import CasedbError
from casedb.intake.headings import layout_of, not_recognised
from casedb.intake.odd_times import odd_times
from casedb.intake.profiles import Profile, profile_named
from casedb.intake.rows import Reading, duplicates, read_rows
from casedb.intake.sheetfile import SheetTable, read_tables
from casedb.intake.write import write_drafts
from casedb.records import CaseDraft, IntakeResult
from casedb.store import Session

Progress = Callable[[str, int, int], None]
MOST_WARNINGS = 20


def import_cases(
    s: Session,
    path: Path,
    name: str,
    *,
    profiles: Sequence[Profile],
    profile: str | None = None,
    dry_run: bool = False,
    actor: str,
    now: datetime,
    progress: Progress | None = None,
) -> IntakeResult:
    """Read a sheet and create or update cases by order number (工单编号).

    Nothing is stored when any cell cannot be read, and nothing on a dry run. The same sheet twice
    changes nothing; a later sheet changes the cells that differ from the last import and no
    others, so that what was changed here meanwhile stays; a blank cell never erases.

    Args:
        path: where the file lies.
        name: what its sender called it, for messages.
        profile: name of a column profile; by the headings when left out.
        now: aware instant of the import.
        progress: told (stage, done, total).

    Raises:
        BadSheet: the file is no readable sheet, or has no headings we know.
    """
    tell = progress or _silent
    tell("读取表格", 0, 0)
    readings = _read(path, name, _chosen(profiles, profile))
    rows = sum(one.rows for _, one in readings)
    drafts = [draft for _, one in readings for draft in one.drafts]
    errors = [error for _, one in readings for error in one.errors]
    errors += duplicates(drafts, _order_column(readings))
    warnings = [*odd_times(drafts, now), *(w for _, one in readings for w in one.warnings)]
    used = readings[0][0].name
    if errors:
        errors.sort(key=lambda error: error.row)
        return IntakeResult(rows, 0, 0, 0, tuple(errors), used, _few(warnings))
    written = write_drafts(
        s, [one.draft for one in drafts], dry_run=dry_run, actor=actor, now=now, tell=tell
    )
    if not dry_run and written.created + written.updated:
        said = f"导入表格：新增 {written.created} 件，更新 {written.updated} 件"
        audit.record(s, at=now, actor=actor, subject="import", kind="imported", detail=said)
    return IntakeResult(
        rows=rows,
        created=written.created,
        updated=written.updated,
        unchanged=written.unchanged,
        profile=used,
        warnings=_few([*warnings, *written.warnings]),
    )


def drafts_of(path: Path, name: str, *, profiles: Sequence[Profile]) -> tuple[CaseDraft, ...]:
    """The cases a sheet tells of, for looking at them without recording any.

    Raises:
        CasedbError: the sheet cannot be read, or a cell cannot; the first such cell is named.
    """
    readings = _read(path, name, profiles)
    errors = sorted((e for _, one in readings for e in one.errors), key=lambda error: error.row)
    if errors:
        first = errors[0]
        raise CasedbError(
            f"“{name}”有 {len(errors)} 个格子读不懂，第一个在第 {first.row} 行“{first.column}”："
            f"“{first.text[:40]}”。",
            f"请改成“{first.example}”这样的写法再试。",
        )
    return tuple(row.draft for _, one in readings for row in one.drafts)


def _chosen(profiles: Sequence[Profile], name: str | None) -> Sequence[Profile]:
    return profiles if not name else (profile_named(profiles, name),)


def _read(path: Path, name: str, profiles: Sequence[Profile]) -> list[tuple[Profile, Reading]]:
    """Every visible worksheet whose headings are known, read."""
    tables = read_tables(path, name)
    found = [
        (table, layout)
        for table in tables
        if table.visible and (layout := layout_of(table, profiles)) is not None
    ]
    if not found:
        raise not_recognised(name, tables, profiles)
    readings = [
        (layout.profile, read_rows(table, layout, several=len(found) > 1))
        for table, layout in found
    ]
    skipped = [table.name for table in tables if table not in [one for one, _ in found]]
    readings[0][1].warnings[:0] = _about_skipped(skipped, tables)
    return readings


def _about_skipped(skipped: Sequence[str], tables: Sequence[SheetTable]) -> list[str]:
    filled = [
        table.name for table in tables if table.name in skipped and any(any(r) for r in table.rows)
    ]
    return [f"工作表“{name}”没有认出表头或已隐藏，没有导入。" for name in filled]


def _order_column(readings: Sequence[tuple[Profile, Reading]]) -> str:
    return readings[0][0].heading_of("order_no") if readings else ""


def _few(warnings: Sequence[str]) -> tuple[str, ...]:
    if len(warnings) <= MOST_WARNINGS:
        return tuple(warnings)
    return (*warnings[:MOST_WARNINGS], f"另有 {len(warnings) - MOST_WARNINGS} 条同类提示没有列出。")


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody is watching."""
